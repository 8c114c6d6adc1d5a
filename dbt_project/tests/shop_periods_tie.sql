-- A period of a shop that holds no other period and no orders is spread over its days to the last
-- order and cent.
{{ config(meta={"dagster": {"ref": {"name": "int_shop_total_daily"}}}) }}
with
    period as (select * from {{ ref("stg_shop_period") }}),

    day as (select * from {{ ref("int_shop_total_daily") }}),

    alone as (
        select period.*
        from period
        left join
            period as other
            on period.platform = other.platform
            and period.account_id = other.account_id
            and period.period_start <= other.period_end
            and period.period_end >= other.period_start
            and (period.period_start <> other.period_start or period.period_end <> other.period_end)
        left join
            {{ ref("int_order") }} as shop_order
            on period.platform = shop_order.platform
            and period.account_id = shop_order.account_id
            and period.period_start < period.period_end
            and shop_order.date_day between period.period_start and period.period_end
            and not shop_order.is_cancelled
        where other.platform is null and shop_order.platform is null
    ),

    spread as (
        select
            alone.platform,
            alone.account_id,
            alone.period_start,
            alone.period_end,
            sum(day.orders) as orders,
            sum(day.revenue) as revenue,
            sum(day.net_revenue) as net_revenue,
            sum(day.refunds) as refunds
        from alone
        inner join
            day
            on alone.platform = day.platform
            and alone.account_id = day.account_id
            and day.date_day between alone.period_start and alone.period_end
        group by alone.platform, alone.account_id, alone.period_start, alone.period_end
    )

select
    alone.platform,
    alone.account_id,
    alone.period_start,
    alone.period_end,
    'days of the shop do not add up to the exported period' as message
from alone
left join
    spread
    on alone.platform = spread.platform
    and alone.account_id = spread.account_id
    and alone.period_start = spread.period_start
    and alone.period_end = spread.period_end
where
    coalesce(alone.orders, 0) <> coalesce(spread.orders, 0)
    or coalesce(alone.revenue, 0) <> coalesce(spread.revenue, 0)
    or coalesce(alone.net_sales, 0) <> coalesce(spread.net_revenue, 0)
    or coalesce(alone.refunds, 0) <> coalesce(spread.refunds, 0)
