-- Channels share out what the shops sold and what was spent, all of it and nothing else; what
-- platforms claim is no part of it.
{{ config(meta={"dagster": {"ref": {"name": "mart_channel_efficiency_daily"}}}) }}
with
    efficiency as (select * from {{ ref("mart_channel_efficiency_daily") }}),

    channel_day as (
        select
            date_day,
            sum(orders) as orders,
            sum(revenue) as revenue,
            sum(refunds) as refunds,
            sum(total_cost) as total_cost
        from efficiency
        where channel_id <> '(all)'
        group by date_day
    ),

    shop_day as (
        select date_day, sum(orders) as orders, sum(revenue) as revenue, sum(refunds) as refunds
        from {{ ref("fct_shop_daily") }}
        group by date_day
    )

select
    whole.date_day,
    whole.orders,
    channel_day.orders as orders_of_channels,
    shop_day.orders as orders_of_shops,
    'channels together are not the whole, or the whole is not the shops' as message
from efficiency as whole
left join channel_day on whole.date_day = channel_day.date_day
left join shop_day on whole.date_day = shop_day.date_day
where
    whole.channel_id = '(all)'
    and (
        {%- for name in ["orders", "revenue", "refunds"] %}
            coalesce(whole.{{ name }}, 0) <> coalesce(shop_day.{{ name }}, 0)
            or coalesce(whole.{{ name }}, 0) <> coalesce(channel_day.{{ name }}, 0)
            or
        {%- endfor %}
        coalesce(whole.total_cost, 0) <> coalesce(channel_day.total_cost, 0)
    )
