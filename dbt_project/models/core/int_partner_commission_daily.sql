-- Commissions by day. Rows of orders and totals of partners state the same money: in the days of
-- a file of orders, a partner's totals keep only what orders cannot say, impressions and clicks.
{%- set owner = ["platform", "account_id", "partner_id", "network"] %}
{%- set programme = ["campaign_name", "coupon_code", "status"] %}
{%- set counts = ["impressions", "clicks", "orders"] %}
{%- set amounts = commission_amounts() %}
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

    {{
        days_of_periods_ctes(
            "total",
            owner=owner,
            dimensions=programme + ["currency"],
            counts=counts,
            amounts=amounts,
        )
    }},

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

    day as (
        select
            by_day.date_day,
            {%- for name in owner + programme %} by_day.{{ name }}, {%- endfor %}
            '(not stated)' as order_id,
            by_day.currency,
            by_day.is_allocated,
            by_day.impressions,
            by_day.clicks,
            {%- for name in ["orders"] + amounts %}
                case when itemised_day.date_day is null then by_day.{{ name }} end as {{ name }},
            {%- endfor %}
            itemised_day.date_day is not null as is_itemised,
            by_day.file_id
        from by_day
        left join itemised_day on {{ same("by_day", "itemised_day", owner + ["date_day"]) }}
        where
            itemised_day.date_day is null
            or by_day.impressions is not null
            or by_day.clicks is not null
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
