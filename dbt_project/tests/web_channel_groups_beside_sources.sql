-- Channel groups are left out beside sources of the same days, although the sources do not cover
-- all of their period: some of its days have no traffic. A warning: export sources for them too.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "int_web_traffic_period"}}}) }}
with
    traffic as (
        select *
        from {{ ref("stg_web_traffic") }}
        where
            level = 'channel_group'
            and period_start is not null
            and coalesce(attribution_scope, 'session') = 'session'
    ),

    counted as (
        select distinct platform, property_id, period_start, period_end
        from {{ ref("int_web_traffic_period") }}
    ),

    left_out as (
        select distinct
            traffic.platform, traffic.property_id, traffic.period_start, traffic.period_end
        from traffic
        left join
            counted
            on traffic.platform = counted.platform
            and traffic.property_id = counted.property_id
            and traffic.period_start = counted.period_start
            and traffic.period_end = counted.period_end
        where counted.platform is null
    ),

    bare_day as (
        select left_out.*, calendar.date_day
        from left_out
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between left_out.period_start and left_out.period_end
        left join
            counted
            on left_out.platform = counted.platform
            and left_out.property_id = counted.property_id
            and calendar.date_day between counted.period_start and counted.period_end
        where counted.platform is null
    )

select
    platform,
    property_id,
    period_start,
    period_end,
    count(*) as bare_days,
    concat(
        platform,
        ' ',
        property_id,
        ': ',
        cast(count(*) as varchar(10)),
        ' days from ',
        cast(min(date_day) as varchar(10)),
        ' on are only in channel groups, which do not count beside sources'
    ) as message
from bare_day
group by platform, property_id, period_start, period_end
