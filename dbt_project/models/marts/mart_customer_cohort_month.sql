-- Every month from a cohort's first to the report date has a row, so that a month without orders
-- is seen.
{%- set cohort_key = ["platform", "account_id", "cohort_month", "channel_id"] %}
{%- set month_number = "cast((extract(year from {0}) - extract(year from {1})) * 12 + extract(month from {0}) - extract(month from {1}) as bigint)" %}
with
    customer as (
        select
            platform,
            account_id,
            customer_hash,
            {{ month_start("first_order_day") }} as cohort_month,
            first_channel_id as channel_id
        from {{ ref("dim_customer") }}
    ),

    customer_order as (
        select
            customer.platform,
            customer.account_id,
            customer.cohort_month,
            customer.channel_id,
            customer.customer_hash,
            {{ month_start("shop_order.date_day") }} as order_month,
            shop_order.net_revenue,
            shop_order.gross_profit
        from {{ ref("fct_order") }} as shop_order
        inner join
            customer
            on shop_order.platform = customer.platform
            and shop_order.account_id = customer.account_id
            and shop_order.customer_hash = customer.customer_hash
        where not shop_order.is_cancelled
    ),

    last_month as (
        select {{ month_start("max(last_day)") }} as last_month, min(as_of) as as_of
        from
            (
                select as_of as last_day, as_of
                from {{ ref("stg_workspace_setting") }}
                union all
                select order_month as last_day, cast(null as date) as as_of
                from customer_order
            ) as day_
    ),

    cohort as (
        select {{ cohort_key | join(", ") }}, count(*) as customers
        from customer
        group by {{ cohort_key | join(", ") }}
    ),

    calendar_month as (select distinct month_start as order_month from {{ ref("dim_date") }}),

    cohort_month as (
        select
            {{ of("cohort", cohort_key) }},
            cohort.customers,
            calendar_month.order_month,
            {{ month_number.format("calendar_month.order_month", "cohort.cohort_month") }}
            as month_number,
            coalesce(last_day(calendar_month.order_month) < last_month.as_of, false) as is_complete
        from cohort
        inner join calendar_month on calendar_month.order_month >= cohort.cohort_month
        inner join last_month on calendar_month.order_month <= last_month.last_month
    ),

    sold as (
        select
            {{ cohort_key | join(", ") }},
            order_month,
            count(distinct customer_hash) as active_customers,
            count(*) as orders,
            {{ whole_sum("net_revenue") }} as net_revenue,
            {{ whole_sum("gross_profit") }} as gross_profit
        from customer_order
        group by {{ cohort_key | join(", ") }}, order_month
    ),

    measured as (
        select
            {{ of("cohort_month", cohort_key) }},
            cohort_month.month_number,
            cohort_month.order_month,
            cohort_month.is_complete,
            cohort_month.customers,
            coalesce(sold.active_customers, 0) as active_customers,
            coalesce(sold.orders, 0) as orders,
            -- Without orders nothing was sold; with orders an unknown amount stays unknown.
            {%- for name in ["net_revenue", "gross_profit"] %}
                case when sold.orders is null then 0 else sold.{{ name }} end as {{ name }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from cohort_month
        left join
            sold
            on {{ same("sold", "cohort_month", cohort_key) }}
            and sold.order_month = cohort_month.order_month
    ),

    running as (
        select
            *
            {%- for name in ["net_revenue", "gross_profit"] %}
                ,
                case
                    when
                        count({{ name }}) over (
                            partition by {{ cohort_key | join(", ") }} order by month_number
                        )
                        = month_number + 1
                    then
                        sum({{ name }}) over (
                            partition by {{ cohort_key | join(", ") }} order by month_number
                        )
                end as cumulative_{{ name }}
            {%- endfor %}
        from measured
    ),

    final as (
        select
            platform,
            account_id,
            cohort_month,
            channel_id,
            month_number,
            order_month,
            is_complete,
            {{ count_type("customers") }} as customers,
            {{ count_type("active_customers") }} as active_customers,
            {{ count_type("orders") }} as orders,
            {{ money("net_revenue") }} as net_revenue,
            {{ money("gross_profit") }} as gross_profit,
            {{ money("cumulative_net_revenue") }} as cumulative_net_revenue,
            {{ money("cumulative_gross_profit") }} as cumulative_gross_profit,
            {{ ratio("cumulative_net_revenue", "customers") }} as ltv
        from running
    )

select *
from final
