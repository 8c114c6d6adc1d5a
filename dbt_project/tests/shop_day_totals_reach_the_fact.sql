-- A day's total of a shop stands in the fact as it was exported.
{{ config(meta={"dagster": {"ref": {"name": "fct_shop_daily"}}}) }}
{%- set measures = {
    "orders": "orders",
    "revenue": "revenue_native",
    "net_sales": "net_revenue_native",
    "refunds": "refunds_native",
} %}
with
    total as (select * from {{ ref("stg_shop_period") }} where period_start = period_end),

    shop_day as (select * from {{ ref("fct_shop_daily") }} where basis = 'day_total')

select
    total.platform,
    total.account_id,
    total.period_start as date_day,
    'the total of the day is not what the shop exported' as message
from total
left join
    shop_day
    on total.platform = shop_day.platform
    and total.account_id = shop_day.account_id
    and total.period_start = shop_day.date_day
where
    coalesce(shop_day.is_allocated, true)
    {%- for stated, name in measures.items() %}
        or total.{{ stated }} <> coalesce(shop_day.{{ name }}, total.{{ stated }} + 1)
    {%- endfor %}
