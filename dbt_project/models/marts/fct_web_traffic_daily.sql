with
    traffic as (select * from {{ ref("int_web_traffic_daily") }}),

    matched as (select * from {{ ref("int_web_traffic_match") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    conversion_lag as (select * from {{ ref("int_conversion_lag") }}),

    workspace as (select as_of from {{ ref("stg_workspace_setting") }}),

    final as (
        select
            traffic.date_day,
            traffic.platform,
            traffic.property_id,
            traffic.source,
            traffic.medium,
            traffic.utm_campaign,
            traffic.channel_group,
            traffic.channel_id,
            traffic.channel_rule_version,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            traffic.sessions,
            traffic.engaged_sessions,
            traffic.bounces,
            traffic.new_users,
            traffic.pageviews,
            traffic.event_count,
            traffic.visit_seconds,
            traffic.conversions,
            traffic.conversion_value_native,
            traffic.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            -- Nothing is nothing in every currency.
            {{ reporting_money("traffic.conversion_value_native", "fx.fx_rate") }}
            as conversion_value,
            traffic.is_allocated,
            {{
                is_mature(
                    "traffic.date_day",
                    "workspace.as_of",
                    "coalesce(own.lag_days, platform_wide.lag_days, 0)",
                )
            }} as is_mature,
            traffic.file_id
        from traffic
        cross join workspace
        left join
            matched
            on traffic.date_day = matched.date_day
            and traffic.platform = matched.platform
            and traffic.source = matched.source
            and traffic.utm_campaign = matched.utm_campaign
            and traffic.channel_id = matched.channel_id
        left join fx on traffic.date_day = fx.date_day and traffic.currency_code = fx.currency_code
        left join
            conversion_lag as own
            on traffic.platform = own.platform
            and traffic.property_id = own.account_id
        left join
            conversion_lag as platform_wide
            on traffic.platform = platform_wide.platform
            and platform_wide.account_id = '(all)'
    )

select *
from final
