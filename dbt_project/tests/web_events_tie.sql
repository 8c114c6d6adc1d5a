-- No event, amount or second is lost or doubled on the way to the days and the sessions it belongs
-- to.
{{ config(meta={"dagster": {"ref": {"name": "fct_web_event_daily"}}}) }}
{%- set in_session = "session_id is not null and visitor_hash is not null" %}
with
    event as (select * from {{ ref("int_web_event_purchase") }}),

    staged as (
        select platform, property_id, sum(events) as events
        from {{ ref("stg_web_event") }}
        group by platform, property_id
    ),

    whole as (
        select
            platform,
            property_id,
            sum(events) as events,
            sum(engagement_ms) as engagement_ms,
            sum(conversion_value_native) as conversion_value_native,
            sum(refunds_native) as refunds_native,
            sum(case when {{ in_session }} then events end) as session_events,
            sum(case when {{ in_session }} then engagement_ms end) as session_engagement_ms,
            sum(case when {{ in_session }} then conversion_value_native end) as session_value
        from event
        group by platform, property_id
    ),

    by_day as (
        select
            platform,
            property_id,
            sum(events) as events,
            sum(engagement_ms) as engagement_ms,
            sum(conversion_value_native) as conversion_value_native,
            sum(refunds_native) as refunds_native
        from {{ ref("fct_web_event_daily") }}
        where basis = 'events'
        group by platform, property_id
    ),

    by_session as (
        select
            platform,
            property_id,
            sum(event_count) as events,
            sum(engagement_ms) as engagement_ms,
            sum(conversion_value_native) as conversion_value_native
        from {{ ref("fct_web_session") }}
        where basis = 'events'
        group by platform, property_id
    )

select
    staged.platform,
    staged.property_id,
    concat('events of ', staged.property_id, ' by day are not those exported') as message
from staged
left join whole on staged.platform = whole.platform and staged.property_id = whole.property_id
left join by_day on staged.platform = by_day.platform and staged.property_id = by_day.property_id
where
    staged.events <> coalesce(whole.events, 0)
    or staged.events <> coalesce(by_day.events, 0)
    or coalesce(whole.engagement_ms, 0) <> coalesce(by_day.engagement_ms, 0)
    or coalesce(whole.conversion_value_native, 0) <> coalesce(by_day.conversion_value_native, 0)
    or coalesce(whole.refunds_native, 0) <> coalesce(by_day.refunds_native, 0)
union all
select
    by_session.platform,
    by_session.property_id,
    concat('events of ', by_session.property_id, ' by session are not those exported') as message
from by_session
inner join
    whole on by_session.platform = whole.platform and by_session.property_id = whole.property_id
where
    by_session.events <> coalesce(whole.session_events, 0)
    or coalesce(by_session.engagement_ms, 0) <> coalesce(whole.session_engagement_ms, 0)
    or coalesce(by_session.conversion_value_native, 0) <> coalesce(whole.session_value, 0)
