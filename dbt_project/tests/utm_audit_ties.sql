-- The audit holds all spend once, and all sessions of marked paid traffic once.
{{ config(meta={"dagster": {"ref": {"name": "mart_utm_audit"}}}) }}
with
    audit as (
        select
            coalesce(sum(spend), 0) as spend,
            coalesce(sum(clicks), 0) as clicks,
            coalesce(sum(sessions), 0) as sessions
        from {{ ref("mart_utm_audit") }}
    ),

    ads as (
        select coalesce(sum(spend), 0) as spend, coalesce(sum(clicks), 0) as clicks
        from {{ ref("fct_ad_campaign_daily") }}
    ),

    web as (
        select coalesce(sum(traffic.sessions), 0) as sessions
        from {{ ref("fct_web_traffic_daily") }} as traffic
        inner join {{ ref("dim_channel") }} as channel on traffic.channel_id = channel.channel_id
        where
            traffic.utm_campaign not like '(%)'
            and (channel.media_type = 'paid' or channel.channel_id = 'other')
    )

select
    audit.spend,
    ads.spend as authority_spend,
    audit.clicks,
    ads.clicks as authority_clicks,
    audit.sessions,
    web.sessions as tracked_sessions,
    'the audit does not hold the spend, clicks and sessions of the facts' as message
from audit
cross join ads
cross join web
where
    abs(audit.spend - ads.spend) > 0.005
    or audit.clicks <> ads.clicks
    or audit.sessions <> web.sessions
