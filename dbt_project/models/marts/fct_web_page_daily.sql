-- Pages as viewed and pages as landed on: two tables of the tool, never added to each other.
{%- set plain = [
    "page_title",
    "country",
    "city",
    "event_name",
    "source",
    "medium",
    "utm_campaign",
    "channel_group",
] %}
{%- set counts = ["sessions", "engaged_sessions", "pageviews", "event_count"] %}
{%- set amounts = ["conversions", "conversion_value_native"] %}
with
    traffic as (select * from {{ ref("stg_web_traffic") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    page_row as (
        select
            platform,
            property_id,
            case when page_path is not null then 'page' else 'landing' end as page_role,
            coalesce(page_path, landing_page) as page,
            period_start,
            period_end,
            {%- for name in counts %}
                {{ count_type("sum(" ~ name ~ ")") }} as {{ name }},
            {%- endfor %}
            {%- for name in amounts %} {{ money("sum(" ~ name ~ ")") }} as {{ name }}, {%- endfor %}
            case when count(*) = 1 then max(users) end as users,
            max(currency_code) as currency_code,
            max(file_id) as file_id
        from traffic
        where
            (page_path is null) <> (landing_page is null) and period_start is not null
            {%- for name in plain %} and {{ name }} is null {%- endfor %}
            and coalesce(attribution_scope, 'session') = 'session'
            and {{ is_all_users("audience") }}
        group by
            platform,
            property_id,
            case when page_path is not null then 'page' else 'landing' end,
            coalesce(page_path, landing_page),
            period_start,
            period_end
    ),

    {{
        days_of_periods_ctes(
            "page_row",
            owner=["platform", "property_id", "page_role"],
            dimensions=["page"],
            counts=counts,
            amounts=amounts,
        )
    }},

    stated_day as (select * from page_row where period_start = period_end),

    currency as (
        select platform, property_id, max(currency_code) as currency_code
        from page_row
        group by platform, property_id
    ),

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.property_id,
            by_day.page_role,
            by_day.page,
            {%- for name in counts %} by_day.{{ name }}, {%- endfor %}
            stated_day.users,
            by_day.conversions,
            by_day.conversion_value_native,
            currency.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("by_day.conversion_value_native", "fx.fx_rate") }}
            as conversion_value,
            by_day.is_allocated,
            by_day.file_id
        from by_day
        left join
            stated_day
            on by_day.date_day = stated_day.period_start
            and by_day.platform = stated_day.platform
            and by_day.property_id = stated_day.property_id
            and by_day.page_role = stated_day.page_role
            and by_day.page = stated_day.page
        left join
            currency
            on by_day.platform = currency.platform
            and by_day.property_id = currency.property_id
        left join fx on by_day.date_day = fx.date_day and currency.currency_code = fx.currency_code
    )

select *
from final
