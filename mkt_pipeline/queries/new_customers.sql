-- How many customers were new, and what did a new one cost?
-- 新客有多少，获取一个新客花多少钱？
-- month: 月份 | first day of the month
-- orders: 订单数 | orders of all shops, count
-- new_orders: 新客订单数 | first orders of customers, count; null where shops do not say who ordered
-- returning_orders: 老客订单数 | orders of known customers that were not their first, count
-- new_share: 新客占比 | new_orders ÷ (new_orders + returning_orders)
-- revenue: 销售额 | reporting currency
-- media_cost: 媒体费用 | spend on ad platforms, reporting currency
-- total_cost: 营销总费用 | media, partners, tools, agencies, production, reporting currency
-- cac: 新客获取成本 | total_cost ÷ new_orders
-- mer: 营销效率比 | revenue ÷ total_cost
with
    shop as (
        select
            cast(date_trunc('month', date_day) as date) as month,
            sum(orders) as orders,
            sum(new_customer_orders) as new_orders,
            sum(known_customer_orders - new_customer_orders) as returning_orders,
            sum(revenue) as revenue
        from mart.fct_shop_daily
        group by month
    ),

    cost as (
        select
            cast(date_trunc('month', date_day) as date) as month,
            sum(spend) as media_cost,
            sum(total_cost) as total_cost
        from mart.mart_channel_efficiency_daily
        where channel_id = '(all)'
        group by month
    )

select
    month,
    shop.orders,
    shop.new_orders,
    shop.returning_orders,
    shop.new_orders / nullif(shop.new_orders + shop.returning_orders, 0) as new_share,
    shop.revenue,
    cost.media_cost,
    cost.total_cost,
    cost.total_cost / nullif(shop.new_orders, 0) as cac,
    shop.revenue / nullif(cost.total_cost, 0) as mer
from shop
left join cost using (month)
order by month desc
