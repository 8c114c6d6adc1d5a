-- One level per property and period: the finest complete one. Levels cut the same sessions in
-- different ways and are never added. A level is complete when it holds at least 99.5 % of the
-- sessions of the fullest one.
with
    traffic as (select * from {{ ref("stg_web_traffic") }}),

    session_source as (
        select *
        from traffic
        where
            source is not null
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
            and coalesce(lower(audience), 'all users')
            in ('all users', 'tous les utilisateurs', '所有用户')
    ),

    level_total as (
        select
            platform,
            property_id,
            period_start,
            period_end,
            level,
            coalesce(sum(sessions), 0) as sessions,
            bool_or(utm_campaign is not null) as has_campaigns,
            max(sum(sessions)) over (
                partition by platform, property_id, period_start, period_end
            ) as most_sessions
        from session_source
        group by platform, property_id, period_start, period_end, level
    ),

    chosen as (
        select *
        from level_total
        qualify
            row_number() over (
                partition by platform, property_id, period_start, period_end
                order by
                    case when sessions >= 0.995 * coalesce(most_sessions, 0) then 0 else 1 end,
                    case when has_campaigns then 0 else 1 end,
                    sessions desc,
                    level nulls last
            )
            = 1
    ),

    final as (
        select
            traffic.platform,
            traffic.property_id,
            traffic.period_start,
            traffic.period_end,
            traffic.source,
            coalesce(traffic.medium, '(not set)') as medium,
            coalesce(traffic.utm_campaign, '(not reported)') as utm_campaign,
            cast(sum(traffic.sessions) as bigint) as sessions,
            cast(sum(traffic.engaged_sessions) as bigint) as engaged_sessions,
            cast(sum(traffic.new_users) as bigint) as new_users,
            cast(sum(traffic.pageviews) as bigint) as pageviews,
            cast(sum(traffic.event_count) as bigint) as event_count,
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
        group by
            traffic.platform,
            traffic.property_id,
            traffic.period_start,
            traffic.period_end,
            traffic.source,
            coalesce(traffic.medium, '(not set)'),
            coalesce(traffic.utm_campaign, '(not reported)')
    )

select *
from final
