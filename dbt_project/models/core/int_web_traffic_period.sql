-- One level per property and period: the finest complete one. Levels cut the same sessions in
-- different ways and are never added. A level is complete when it holds at least 99.5 % of the
-- sessions of the fullest one. The tool's own channel groups count where no level names sources,
-- or where the sources are only a part (search engines alone, say: under 80 %); beside sources of
-- another period of the same days they do not count.
with
    traffic as (select * from {{ ref("stg_web_traffic") }}),

    session_source as (
        select
            *,
            source is null as is_group_level,
            -- Where the medium is not said, the tool's group tells more than the source alone.
            case
                when medium is null
                then coalesce(channel_group, '(not reported)')
                else '(not reported)'
            end as known_group
        from traffic
        where
            (source is not null or (level = 'channel_group' and channel_group is not null))
            and period_start is not null
            and coalesce(attribution_scope, 'session') = 'session'
            and landing_page is null
            and page_path is null
            and page_title is null
            and country is null
            and city is null
            and event_name is null
            -- A comparison of audiences repeats the same sessions; the whole has a name in
            -- every language.
            and {{ is_all_users("audience") }}
    ),

    level_total as (
        select
            platform,
            property_id,
            period_start,
            period_end,
            level,
            is_group_level,
            coalesce(sum(sessions), 0) as sessions,
            bool_or(utm_campaign is not null) as has_campaigns,
            max(case when is_group_level then 0 else sum(sessions) end) over (
                partition by platform, property_id, period_start, period_end
            ) as most_sourced_sessions,
            max(sum(sessions)) over (
                partition by platform, property_id, period_start, period_end
            ) as most_sessions
        from session_source
        group by platform, property_id, period_start, period_end, level, is_group_level
    ),

    ranked as (
        select
            *,
            case
                when is_group_level
                then 1
                when sessions < 0.8 * coalesce(most_sessions, 0)
                then 3
                when sessions < 0.995 * coalesce(most_sourced_sessions, 0)
                then 2
                else 0
            end as distance
        from level_total
    ),

    chosen as (
        select *
        from ranked
        qualify
            row_number() over (
                partition by platform, property_id, period_start, period_end
                order by
                    distance,
                    case when has_campaigns then 0 else 1 end,
                    sessions desc,
                    level nulls last
            )
            = 1
    ),

    beside_sources as (
        select distinct chosen.platform, chosen.property_id, chosen.period_start, chosen.period_end
        from chosen
        inner join
            chosen as sourced
            on chosen.platform = sourced.platform
            and chosen.property_id = sourced.property_id
            and chosen.period_start <= sourced.period_end
            and chosen.period_end >= sourced.period_start
        where chosen.is_group_level and not sourced.is_group_level
    ),

    final as (
        select
            traffic.platform,
            traffic.property_id,
            traffic.period_start,
            traffic.period_end,
            coalesce(traffic.source, '(not reported)') as source,
            case
                when traffic.source is null
                then '(not reported)'
                else coalesce(traffic.medium, '(not set)')
            end as medium,
            coalesce(traffic.utm_campaign, '(not reported)') as utm_campaign,
            traffic.known_group as channel_group,
            cast(sum(traffic.sessions) as bigint) as sessions,
            cast(sum(traffic.engaged_sessions) as bigint) as engaged_sessions,
            cast(sum(traffic.bounces) as bigint) as bounces,
            cast(sum(traffic.new_users) as bigint) as new_users,
            cast(sum(traffic.pageviews) as bigint) as pageviews,
            cast(sum(traffic.event_count) as bigint) as event_count,
            {{ money("sum(traffic.visit_seconds)") }} as visit_seconds,
            {{ money("sum(traffic.conversions)") }} as conversions,
            {{ money("sum(traffic.conversion_value_native)") }} as conversion_value_native,
            max(traffic.currency_code) as currency_code,
            max(traffic.file_id) as file_id
        from session_source as traffic
        inner join
            chosen
            on traffic.platform = chosen.platform
            and traffic.property_id = chosen.property_id
            and traffic.period_start = chosen.period_start
            and traffic.period_end = chosen.period_end
            and coalesce(traffic.level, '') = coalesce(chosen.level, '')
            and traffic.is_group_level = chosen.is_group_level
        left join
            beside_sources
            on traffic.platform = beside_sources.platform
            and traffic.property_id = beside_sources.property_id
            and traffic.period_start = beside_sources.period_start
            and traffic.period_end = beside_sources.period_end
        where beside_sources.platform is null
        group by
            traffic.platform,
            traffic.property_id,
            traffic.period_start,
            traffic.period_end,
            coalesce(traffic.source, '(not reported)'),
            case
                when traffic.source is null
                then '(not reported)'
                else coalesce(traffic.medium, '(not set)')
            end,
            coalesce(traffic.utm_campaign, '(not reported)'),
            traffic.known_group
    )

select *
from final
