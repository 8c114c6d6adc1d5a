with
    traffic as (select * from {{ ref("int_web_traffic_period") }}),

    tool_group as (select * from {{ ref("channel_group") }}),

    {{
        days_of_periods_ctes(
            "traffic",
            owner=["platform", "property_id"],
            dimensions=["source", "medium", "utm_campaign", "channel_group"],
            counts=[
                "sessions",
                "engaged_sessions",
                "bounces",
                "new_users",
                "pageviews",
                "event_count",
            ],
            amounts=["visit_seconds", "conversions", "conversion_value_native"],
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
            by_day.channel_group,
            case
                when tool_group.channel_id is not null
                then tool_group.channel_id
                when by_day.source = '(not reported)'
                then 'other'
                else channel.channel_id
            end as channel_id,
            coalesce(
                tool_group.rule_version, channel.rule_version, version_.rule_version
            ) as channel_rule_version,
            tool_group.channel_id is not null
            or by_day.source <> '(not reported)' as is_channel_known,
            by_day.is_allocated,
            by_day.sessions,
            by_day.engaged_sessions,
            by_day.bounces,
            by_day.new_users,
            by_day.pageviews,
            by_day.event_count,
            by_day.visit_seconds,
            by_day.conversions,
            by_day.conversion_value_native,
            currency.currency_code,
            by_day.file_id
        from by_day
        cross join
            (select max(rule_version) as rule_version from {{ ref("channel_rule") }}) as version_
        left join tool_group on lower(trim(by_day.channel_group)) = tool_group.channel_group
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
