-- One row per session, across midnight. Session exports say what sessions are; where a property
-- has none, its events do: a session is what shares visitor and session id, whether or not an
-- event says that it started, and its source is that of its first event that names one.
with
    part as (select * from {{ ref("stg_web_session") }}),

    event as (
        select *
        from {{ ref("int_web_event_purchase") }}
        where session_id is not null and visitor_hash is not null
    ),

    exported_property as (select distinct platform, property_id from part),

    numbered_part as (
        select
            *,
            row_number() over (
                partition by platform, property_id, visitor_hash, session_id
                order by started_at nulls last, file_id
            ) as part_number
        from part
    ),

    exported as (
        select
            platform,
            property_id,
            visitor_hash,
            session_id,
            'session_export' as basis,
            min(started_at) as started_at,
            min(date_day) as date_day,
            max(date_day) as last_day,
            {%- for name in [
                "source",
                "medium",
                "utm_campaign",
                "utm_content",
                "utm_term",
                "landing_page",
                "device",
                "country",
            ] %}
                {%- if name in ["source", "device", "country"] %}
                    min_by(
                        {{ name }}, case when {{ name }} is not null then part_number end
                    ) as {{ name }},
                {%- elif name == "landing_page" %}
                    min_by(landing_page, part_number) as landing_page,
                {%- else %}
                    min_by(
                        {{ name }}, case when source is not null then part_number end
                    ) as {{ name }},
                {%- endif %}
            {%- endfor %}
            cast(sum(pageviews) as bigint) as pageviews,
            cast(sum(event_count) as bigint) as event_count,
            cast(null as bigint) as engagement_ms,
            cast(null as boolean) as is_engaged,
            cast(null as bigint) as transactions,
            {{ money("sum(conversions)") }} as conversions,
            {{ money("sum(conversion_value_native)") }} as conversion_value_native,
            max(currency_code) as currency_code,
            max(file_id) as file_id
        from numbered_part
        group by platform, property_id, visitor_hash, session_id
    ),

    numbered_event as (
        select
            event.*,
            row_number() over (
                partition by event.platform, event.property_id, event.visitor_hash, event.session_id
                order by
                    event.event_at nulls last,
                    event.event_name nulls last,
                    event.page_url nulls last,
                    event.stream_id nulls last,
                    event.transaction_id nulls last
            ) as event_number
        from event
        left join
            exported_property
            on event.platform = exported_property.platform
            and event.property_id = exported_property.property_id
        where exported_property.platform is null
    ),

    {%- set first_sourced = "case when source is not null then event_number end" %}
    from_events as (
        select
            platform,
            property_id,
            visitor_hash,
            session_id,
            'events' as basis,
            min(event_at) as started_at,
            min(date_day) as date_day,
            max(date_day) as last_day,
            coalesce(min_by(source, {{ first_sourced }}), '(direct)') as source,
            case
                when count(source) = 0 then '(none)' else min_by(medium, {{ first_sourced }})
            end as medium,
            min_by(utm_campaign, {{ first_sourced }}) as utm_campaign,
            min_by(utm_content, {{ first_sourced }}) as utm_content,
            min_by(utm_term, {{ first_sourced }}) as utm_term,
            min_by(page_url, case when page_url is not null then event_number end) as landing_page,
            min_by(device, case when device is not null then event_number end) as device,
            min_by(country, case when country is not null then event_number end) as country,
            cast(
                sum(
                    case when event_name in ('page_view', 'screen_view') then events else 0 end
                ) as bigint
            ) as pageviews,
            cast(sum(events) as bigint) as event_count,
            cast(sum(engagement_ms) as bigint) as engagement_ms,
            coalesce(sum(engagement_ms), 0) >= 10000
            or sum(case when event_name in ('page_view', 'screen_view') then events else 0 end) >= 2
            or count(case when event_name = 'purchase' then 1 end) > 0 as is_engaged,
            cast(
                count(distinct case when is_first_of_transaction then transaction_id end) as bigint
            ) as transactions,
            cast(null as decimal(18, 6)) as conversions,
            {{ money("sum(conversion_value_native)") }} as conversion_value_native,
            max(currency_code) as currency_code,
            max(file_id) as file_id
        from numbered_event
        group by platform, property_id, visitor_hash, session_id
    ),

    session_ as (
        select *
        from exported
        union all
        select *
        from from_events
    ),

    final as (
        select
            platform,
            property_id,
            coalesce(visitor_hash, '(unknown)') as visitor_hash,
            session_id,
            basis,
            started_at,
            date_day,
            last_day,
            coalesce(source, '(not set)') as source,
            coalesce(medium, '(not set)') as medium,
            coalesce(utm_campaign, '(not reported)') as utm_campaign,
            utm_content,
            utm_term,
            landing_page,
            device,
            country,
            pageviews,
            event_count,
            engagement_ms,
            is_engaged,
            transactions,
            conversions,
            conversion_value_native,
            currency_code,
            file_id
        from session_
    )

select *
from final
