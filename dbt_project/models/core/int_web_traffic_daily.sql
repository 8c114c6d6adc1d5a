with
    traffic as (select * from {{ ref("int_web_traffic_period") }}),

    {{
        days_of_periods_ctes(
            "traffic",
            owner=["platform", "property_id"],
            dimensions=["source", "medium", "utm_campaign"],
            counts=["sessions", "engaged_sessions", "new_users", "pageviews", "event_count"],
            amounts=["conversions", "conversion_value_native"],
        )
    }},

    currency as (
        select platform, property_id, max(currency_code) as currency_code
        from traffic
        group by platform, property_id
    ),

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.property_id,
            by_day.source,
            by_day.medium,
            by_day.utm_campaign,
            channel.channel_id,
            by_day.is_allocated,
            by_day.sessions,
            by_day.engaged_sessions,
            by_day.new_users,
            by_day.pageviews,
            by_day.event_count,
            by_day.conversions,
            by_day.conversion_value_native,
            currency.currency_code,
            by_day.file_id
        from by_day
        left join
            {{ ref("int_traffic_channel") }} as channel
            on by_day.source = channel.source
            and by_day.medium = channel.medium
        left join
            currency
            on by_day.platform = currency.platform
            and by_day.property_id = currency.property_id
    )

select *
from final
