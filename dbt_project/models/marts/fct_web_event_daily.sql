-- Events by name. Exported events have the channel of their session; a transaction that several
-- events state has its value once. Properties without them have the tool's table of events, whose
-- rows belong to no channel.
with
    event as (select * from {{ ref("int_web_event_purchase") }}),

    report as (select * from {{ ref("int_web_event_report_daily") }}),

    session_ as (
        select platform, property_id, visitor_hash, session_id, channel_id
        from {{ ref("fct_web_session") }}
    ),

    fx as (select * from {{ ref("int_fx_daily") }}),

    exported as (
        select
            event.date_day,
            event.platform,
            event.property_id,
            event.event_name,
            coalesce(session_.channel_id, '(unknown)') as channel_id,
            'events' as basis,
            false as is_allocated,
            cast(sum(event.events) as bigint) as events,
            cast(count(distinct event.visitor_hash) as bigint) as visitors,
            cast(
                count(
                    distinct case when event.is_first_of_transaction then event.transaction_id end
                ) as bigint
            ) as transactions,
            cast(sum(event.engagement_ms) as bigint) as engagement_ms,
            cast(null as decimal(18, 6)) as conversions,
            {{ money("sum(event.conversion_value_native)") }} as conversion_value_native,
            {{ money("sum(event.refunds_native)") }} as refunds_native,
            max(event.currency_code) as currency_code,
            max(event.file_id) as file_id
        from event
        left join
            session_
            on event.platform = session_.platform
            and event.property_id = session_.property_id
            and event.visitor_hash = session_.visitor_hash
            and event.session_id = session_.session_id
        group by
            event.date_day,
            event.platform,
            event.property_id,
            event.event_name,
            coalesce(session_.channel_id, '(unknown)')
    ),

    event_day as (
        select *
        from exported
        union all
        select
            date_day,
            platform,
            property_id,
            event_name,
            '(unknown)' as channel_id,
            'report' as basis,
            is_allocated,
            events,
            cast(null as bigint) as visitors,
            cast(null as bigint) as transactions,
            cast(null as bigint) as engagement_ms,
            conversions,
            conversion_value_native,
            cast(null as decimal(18, 6)) as refunds_native,
            currency_code,
            file_id
        from report
    ),

    final as (
        select
            event_day.date_day,
            event_day.platform,
            event_day.property_id,
            event_day.event_name,
            event_day.channel_id,
            event_day.basis,
            event_day.events,
            event_day.visitors,
            event_day.transactions,
            event_day.engagement_ms,
            event_day.conversions,
            event_day.conversion_value_native,
            event_day.refunds_native,
            event_day.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("event_day.conversion_value_native", "fx.fx_rate") }}
            as conversion_value,
            {{ reporting_money("event_day.refunds_native", "fx.fx_rate") }} as refunds,
            event_day.is_allocated,
            event_day.file_id
        from event_day
        left join
            fx on event_day.date_day = fx.date_day and event_day.currency_code = fx.currency_code
    )

select *
from final
