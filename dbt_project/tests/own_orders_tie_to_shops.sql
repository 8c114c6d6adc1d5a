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
            sum(net_revenue) as net_revenue,
            sum(refunds) as refunds,
            sum(total_cost) as total_cost
        from efficiency
        where channel_id <> '(all)'
        group by date_day
    ),

    whole as (select * from efficiency where channel_id = '(all)'),

    -- A part of the orders' net revenue is not the day's: no day total says the rest.
    shop_day as (
        select
            date_day,
            sum(orders) as orders,
            sum(revenue) as revenue,
            sum(net_revenue) as net_revenue,
            sum(refunds) as refunds,
            bool_or(orders is not null and net_revenue is null) as has_unknown_net_revenue
        from {{ ref("fct_shop_daily") }}
        group by date_day
    ),

    every_day as (
        select date_day
        from efficiency
        union
        select date_day
        from shop_day
    )

select
    every_day.date_day,
    whole.orders,
    channel_day.orders as orders_of_channels,
    shop_day.orders as orders_of_shops,
    'channels together are not the whole, or the whole is not the shops' as message
from every_day
left join whole on every_day.date_day = whole.date_day
left join channel_day on every_day.date_day = channel_day.date_day
left join shop_day on every_day.date_day = shop_day.date_day
where
    {%- for name in ["orders", "revenue", "net_revenue", "refunds"] %}
        coalesce(whole.{{ name }}, 0) <> coalesce(shop_day.{{ name }}, 0)
        or (
            coalesce(whole.{{ name }}, 0) <> coalesce(channel_day.{{ name }}, 0)
            {%- if name == "net_revenue" %}
                and not coalesce(shop_day.has_unknown_net_revenue, false)
            {%- endif %}
        )
        or
    {%- endfor %}
    coalesce(whole.total_cost, 0) <> coalesce(channel_day.total_cost, 0)
