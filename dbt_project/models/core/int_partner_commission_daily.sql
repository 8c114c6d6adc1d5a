-- Commissions by day. Rows of orders and totals of partners state the same money: in the days of
-- a file of orders, a partner's totals keep only what orders cannot say, impressions and clicks,
-- and what they say beyond the orders goes to the other days of their period.
{%- set owner = ["platform", "account_id", "partner_id", "network"] %}
{%- set programme = ["campaign_name", "coupon_code", "status"] %}
{%- set counts = ["impressions", "clicks", "orders"] %}
{%- set amounts = commission_amounts() %}
{%- set sales = ["orders"] + amounts %}
{%- set order_key = owner + ["campaign_name", "coupon_code", "currency", "date_day"] %}
{%- set total_key = ["total_campaign_name", "total_coupon_code", "total_status", "total_file_id"] %}
with
    statement as (
        select
            commission.*,
            coalesce(word.status, 'unknown') as status,
            coalesce(commission.currency_code, '(unknown)') as currency
        from {{ ref("stg_partner_commission") }} as commission
        left join {{ ref("partner_status") }} as word on commission.stated_status = word.stated
    ),

    total as (
        select
            {%- for name in owner + programme %} {{ name }}, {%- endfor %}
            currency,
            period_start,
            period_end,
            file_id,
            {%- for name in counts + amounts %}
                sum({{ name }}) as {{ name }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from statement
        where order_id = '(not stated)'
        group by
            {%- for name in owner + programme %} {{ name }}, {%- endfor %} currency,
            period_start,
            period_end,
            file_id
    ),

    by_order as (select * from statement where order_id <> '(not stated)'),

    order_file as (
        select file_id, min(period_start) as first_day, max(period_end) as last_day
        from by_order
        group by file_id
    ),

    itemised_day as (
        select distinct
            {%- for name in owner %} by_order.{{ name }}, {%- endfor %} calendar.date_day
        from by_order
        inner join order_file on by_order.file_id = order_file.file_id
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between order_file.first_day and order_file.last_day
    ),

    order_day as (
        select
            {{ order_key | join(", ") }},
            sum(orders) as orders,
            {%- for name in amounts %} sum({{ name }}) as {{ name }}, {%- endfor %}
            max(file_id) as file_id
        from
            (
                select
                    {{ (order_key | reject("equalto", "date_day") | list) | join(", ") }},
                    period_start as date_day,
                    coalesce(orders, 1) as orders,
                    {{ amounts | join(", ") }},
                    file_id
                from by_order
            ) as sale
        group by {{ order_key | join(", ") }}
    ),

    -- The totals an order's money is also part of: those of the shortest period around it, and of
    -- them the ones that fit its campaign and code best, whatever their status.
    stated_twice as (
        select
            {{ of("order_day", order_key) }},
            {%- for name in programme %} total.{{ name }} as total_{{ name }}, {%- endfor %}
            {%- for name in sales %}
                order_day.{{ name }}, coalesce(total.{{ name }}, 0) as total_{{ name }},
            {%- endfor %}
            order_day.file_id,
            total.file_id as total_file_id
        from order_day
        inner join
            total
            on {{ same("total", "order_day", owner + ["currency"]) }}
            and total.period_start < total.period_end
            and order_day.date_day between total.period_start and total.period_end
        qualify
            rank() over (
                partition by {{ of("order_day", order_key) }}
                order by
                    {{ days_between("total.period_start", "total.period_end") }},
                    total.period_end desc nulls last,
                    total.period_start desc nulls last
                    {%- for name in ["campaign_name", "coupon_code"] %}
                        ,
                        case
                            total.{{ name }}
                            when order_day.{{ name }}
                            then 0
                            when '(not stated)'
                            then 1
                            else 2
                        end
                    {%- endfor %}
            )
            = 1
    ),

    placed as (
        select
            *,
            count(*) over (partition by {{ order_key | join(", ") }}) as row_count,
            row_number() over (
                partition by {{ order_key | join(", ") }} order by {{ total_key | join(", ") }}
            ) as row_place
            {%- for name in sales %}
                ,
                sum(total_{{ name }}) over (
                    partition by {{ order_key | join(", ") }}
                ) as whole_{{ name }},
                sum(total_{{ name }}) over (
                    partition by {{ order_key | join(", ") }}
                    order by {{ total_key | join(", ") }}
                    rows between unbounded preceding and current row
                ) as running_{{ name }}
            {%- endfor %}
        from stated_twice
    ),

    shared as (
        select
            {{ (order_key + total_key + ["file_id"] + sales) | join(", ") }}
            {%- for name in sales %}
                {%- for end_, less in {
                    "from": ("total_" ~ name, "1"),
                    "to": ("0", "0"),
                }.items() %}
                    ,
                    cast(
                        coalesce(
                            {{ ratio("running_" ~ name ~ " - " ~ less[0], "whole_" ~ name) }},
                            {{ ratio("row_place - " ~ less[1], "row_count") }}
                        ) as decimal(9, 6)
                    ) as {{ name }}_{{ end_ }}
                {%- endfor %}
            {%- endfor %}
        from placed
    ),

    -- Traffic and sales compete for days apart: orders say nothing of clicks. An itemised day is
    -- stated by its orders, 0 without any, so that a period gives the other days what is left.
    part as (
        select
            {{ of("total", owner + programme + ["currency", "period_start", "period_end"]) }},
            'traffic' as subject,
            total.impressions,
            total.clicks,
            {%- for name in sales %} null as {{ name }}, {%- endfor %}
            total.file_id
        from total
        where total.impressions is not null or total.clicks is not null
        union all
        select
            {{ of("total", owner + programme + ["currency", "period_start", "period_end"]) }},
            'sales' as subject,
            null as impressions,
            null as clicks,
            {{ of("total", sales) }},
            total.file_id
        from total
        left join
            itemised_day
            on {{ same("itemised_day", "total", owner) }}
            and total.period_start = total.period_end
            and total.period_start = itemised_day.date_day
        where itemised_day.date_day is null and coalesce({{ of("total", sales) }}) is not null
        union all
        select distinct
            {{ of("itemised_day", owner) }},
            {%- for name in ["campaign_name", "coupon_code"] %}
                '(not stated)' as {{ name }},
            {%- endfor %}
            'unknown' as status,
            '(unknown)' as currency,
            itemised_day.date_day as period_start,
            itemised_day.date_day as period_end,
            'sales' as subject,
            null as impressions,
            null as clicks,
            {%- for name in sales %} 0 as {{ name }}, {%- endfor %}
            null as file_id
        from itemised_day
        inner join
            total
            on {{ same("total", "itemised_day", owner) }}
            and total.period_start < total.period_end
            and itemised_day.date_day between total.period_start and total.period_end
        union all
        select
            {{ owner | join(", ") }},
            {%- for name in programme %} total_{{ name }} as {{ name }}, {%- endfor %}
            currency,
            date_day as period_start,
            date_day as period_end,
            'sales' as subject,
            null as impressions,
            null as clicks,
            {{ weighted_part("orders", "orders_from", "orders_to", 0) }} as orders,
            {%- for name in amounts %}
                {{ weighted_part(name, name ~ "_from", name ~ "_to", 6) }} as {{ name }},
            {%- endfor %}
            file_id
        from shared
    ),

    {{
        days_of_periods_ctes(
            "part",
            owner=owner + ["subject"],
            dimensions=programme + ["currency"],
            counts=counts,
            amounts=amounts,
        )
    }},

    day as (
        select
            by_day.date_day,
            {%- for name in owner + programme %} by_day.{{ name }}, {%- endfor %}
            '(not stated)' as order_id,
            by_day.currency,
            by_day.is_allocated,
            by_day.impressions,
            by_day.clicks,
            {%- for name in sales %} by_day.{{ name }}, {%- endfor %}
            itemised_day.date_day is not null as is_itemised,
            by_day.file_id
        from by_day
        left join itemised_day on {{ same("by_day", "itemised_day", owner + ["date_day"]) }}
        where itemised_day.date_day is null or by_day.subject = 'traffic'
        union all
        select
            period_start as date_day,
            {%- for name in owner + programme %} {{ name }}, {%- endfor %}
            order_id,
            currency,
            false as is_allocated,
            impressions,
            clicks,
            coalesce(orders, 1) as orders,
            {%- for name in amounts %} {{ name }}, {%- endfor %}
            false as is_itemised,
            file_id
        from by_order
    ),

    final as (
        select
            date_day,
            {%- for name in owner + programme %} {{ name }}, {%- endfor %}
            order_id,
            nullif(currency, '(unknown)') as currency_code,
            bool_or(is_allocated) as is_allocated,
            bool_or(is_itemised) as is_itemised,
            {%- for name in counts %}
                {{ count_type("sum(" ~ name ~ ")") }} as {{ name }},
            {%- endfor %}
            {%- for name in amounts %} {{ money("sum(" ~ name ~ ")") }} as {{ name }}, {%- endfor %}
            max(file_id) as file_id
        from day
        group by
            date_day,
            {%- for name in owner + programme %} {{ name }}, {%- endfor %} order_id,
            currency
    )

select *
from final
