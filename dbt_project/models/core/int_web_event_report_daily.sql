-- The tool's own table of events, by day, of properties whose events themselves are not exported.
{%- set plain = [
    "page_path",
    "landing_page",
    "page_title",
    "country",
    "city",
    "source",
    "medium",
    "utm_campaign",
    "channel_group",
] %}
with
    traffic as (select * from {{ ref("stg_web_traffic") }}),

    exported as (select distinct platform, property_id from {{ ref("stg_web_event") }}),

    event_row as (
        select
            traffic.platform,
            traffic.property_id,
            traffic.event_name,
            traffic.period_start,
            traffic.period_end,
            {{ count_type("sum(traffic.event_count)") }} as events,
            {{ money("sum(traffic.conversions)") }} as conversions,
            {{ money("sum(traffic.conversion_value_native)") }} as conversion_value_native,
            max(traffic.currency_code) as currency_code,
            max(traffic.file_id) as file_id
        from traffic
        left join
            exported
            on traffic.platform = exported.platform
            and traffic.property_id = exported.property_id
        where
            exported.platform is null
            and traffic.event_name is not null
            and traffic.period_start is not null
            {%- for name in plain %} and traffic.{{ name }} is null {%- endfor %}
            and {{ is_all_users("traffic.audience") }}
        group by
            traffic.platform,
            traffic.property_id,
            traffic.event_name,
            traffic.period_start,
            traffic.period_end
    ),

    {{
        days_of_periods_ctes(
            "event_row",
            owner=["platform", "property_id"],
            dimensions=["event_name"],
            counts=["events"],
            amounts=["conversions", "conversion_value_native"],
        )
    }},

    currency as (
        select platform, property_id, max(currency_code) as currency_code
        from event_row
        group by platform, property_id
    ),

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.property_id,
            by_day.event_name,
            by_day.is_allocated,
            by_day.events,
            by_day.conversions,
            by_day.conversion_value_native,
            currency.currency_code,
            by_day.file_id
        from by_day
        left join
            currency
            on by_day.platform = currency.platform
            and by_day.property_id = currency.property_id
    )

select *
from final
