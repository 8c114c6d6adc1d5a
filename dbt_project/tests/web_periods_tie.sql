-- A property's period that no other period overlaps is spread over its days to the last session
-- and conversion.
{{ config(meta={"dagster": {"ref": {"name": "int_web_traffic_daily"}}}) }}
with
    period_row as (select * from {{ ref("int_web_traffic_period") }}),

    day as (select * from {{ ref("int_web_traffic_daily") }}),

    period as (
        select
            platform,
            property_id,
            period_start,
            period_end,
            sum(sessions) as sessions,
            sum(conversions) as conversions,
            sum(conversion_value_native) as conversion_value_native
        from period_row
        group by platform, property_id, period_start, period_end
    ),

    alone as (
        select period.*
        from period
        left join
            period as other
            on period.platform = other.platform
            and period.property_id = other.property_id
            and period.period_start <= other.period_end
            and period.period_end >= other.period_start
            and (period.period_start <> other.period_start or period.period_end <> other.period_end)
        where other.platform is null
    ),

    spread as (
        select
            alone.platform,
            alone.property_id,
            alone.period_start,
            alone.period_end,
            sum(day.sessions) as sessions,
            sum(day.conversions) as conversions,
            sum(day.conversion_value_native) as conversion_value_native
        from alone
        inner join
            day
            on alone.platform = day.platform
            and alone.property_id = day.property_id
            and day.date_day between alone.period_start and alone.period_end
        group by alone.platform, alone.property_id, alone.period_start, alone.period_end
    )

select
    alone.*,
    spread.sessions as spread_sessions,
    spread.conversions as spread_conversions,
    'days do not add up to the exported period' as message
from alone
left join
    spread
    on alone.platform = spread.platform
    and alone.property_id = spread.property_id
    and alone.period_start = spread.period_start
    and alone.period_end = spread.period_end
where
    coalesce(alone.sessions, 0) <> coalesce(spread.sessions, 0)
    or coalesce(alone.conversions, 0) <> coalesce(spread.conversions, 0)
    or coalesce(alone.conversion_value_native, 0) <> coalesce(spread.conversion_value_native, 0)
