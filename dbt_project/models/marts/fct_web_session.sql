-- A direct session is somebody who came back: last_non_direct_channel_id is the channel of the
-- visitor's last other session of the 30 days before.
with
    session_ as (select * from {{ ref("int_web_session") }}),

    channel as (select * from {{ ref("int_traffic_channel") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    link as (
        select distinct
            date_day,
            platform,
            source,
            utm_campaign,
            coalesce(utm_content, '') as content_key,
            utm_content,
            case
                when utm_campaign not in ('(not reported)', '(not set)') then utm_campaign
            end as mark
        from session_
    ),

    matched as (
        {{
            matched_to_plan(
                "link",
                key=["date_day", "platform", "source", "utm_campaign", "content_key"],
                match_fields={
                    "utm_campaign": "mark",
                    "utm_source": "source",
                    "utm_content": "utm_content",
                },
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    ruled as (
        select session_.*, channel.channel_id, channel.rule_version
        from session_
        left join channel on session_.source = channel.source and session_.medium = channel.medium
    ),

    returned as (
        select
            *,
            max_by(channel_id, case when channel_id <> 'direct' then visit_number end) over (
                partition by platform, property_id, visitor_hash
                order by visit_number
                rows between unbounded preceding and current row
            ) as earlier_channel_id,
            max_by(date_day, case when channel_id <> 'direct' then visit_number end) over (
                partition by platform, property_id, visitor_hash
                order by visit_number
                rows between unbounded preceding and current row
            ) as earlier_day
        from
            (
                select
                    *,
                    row_number() over (
                        partition by platform, property_id, visitor_hash
                        order by date_day nulls last, started_at nulls last, session_id
                    ) as visit_number
                from ruled
            ) as visit
    ),

    final as (
        select
            returned.date_day,
            returned.platform,
            returned.property_id,
            returned.visitor_hash,
            returned.session_id,
            returned.basis,
            returned.started_at,
            returned.last_day,
            returned.source,
            returned.medium,
            returned.utm_campaign,
            returned.utm_content,
            returned.utm_term,
            returned.channel_id,
            case
                when
                    returned.visitor_hash <> '(unknown)'
                    and {{ days_between("returned.earlier_day", "returned.date_day") }} <= 30
                then returned.earlier_channel_id
                else returned.channel_id
            end as last_non_direct_channel_id,
            returned.rule_version as channel_rule_version,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            returned.landing_page,
            returned.device,
            returned.country,
            returned.pageviews,
            returned.event_count,
            returned.engagement_ms,
            returned.is_engaged,
            returned.transactions,
            returned.conversions,
            returned.conversion_value_native,
            returned.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("returned.conversion_value_native", "fx.fx_rate") }}
            as conversion_value,
            returned.file_id
        from returned
        left join
            matched
            on returned.date_day = matched.date_day
            and returned.platform = matched.platform
            and returned.source = matched.source
            and returned.utm_campaign = matched.utm_campaign
            and coalesce(returned.utm_content, '') = matched.content_key
        left join
            fx on returned.date_day = fx.date_day and returned.currency_code = fx.currency_code
    )

select *
from final
