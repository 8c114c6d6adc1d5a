{#- What objects may be matched: type → relation (key and values), the fields of rules, the days of the object. -#}
{%- set targets = {
    "utm": {"utm_campaign": "target_id"},
    "utm_source": {"utm_source": "target_id"},
    "mailing": {"mailing_name": "target_name", "mailing_id": "target_id"},
    "post": {
        "post_text": "target_name",
        "post_id": "target_id",
        "post_url": "target_url",
    },
    "page": {"page": "target_id"},
    "coupon": {"coupon_code": "target_id"},
    "partner": {"partner_name": "target_name", "partner_id": "target_id"},
} -%}
{%- set target = ["target_type", "platform", "account_id", "target_id"] -%}
{%- set share = [
    "marketing_campaign_id",
    "weight",
    "stated_weight",
    "match_method",
    "match_rule",
] -%}
-- Who shares what, and when: days in a row with the same share are one row.
with
    utm as (
        select
            'utm' as target_type,
            platform,
            property_id as account_id,
            utm_campaign as target_id,
            min(date_day) as first_day,
            max(date_day) as last_day
        from {{ ref("int_web_traffic_daily") }}
        where utm_campaign not in ('(not reported)', '(not set)')
        group by platform, property_id, utm_campaign
    ),

    utm_source as (
        select
            'utm_source' as target_type,
            platform,
            property_id as account_id,
            source as target_id,
            min(date_day) as first_day,
            max(date_day) as last_day
        from {{ ref("int_web_traffic_daily") }}
        where source not like '(%)'
        group by platform, property_id, source
    ),

    mailing as (
        select
            'mailing' as target_type,
            platform,
            account_id,
            mailing_id as target_id,
            mailing_name as target_name,
            date_day as first_day,
            date_day as last_day
        from {{ ref("fct_message_send") }}
        where date_day is not null
    ),

    post as (
        select
            'post' as target_type,
            platform,
            account_id,
            post_id as target_id,
            post_text as target_name,
            post_url as target_url,
            published_day as first_day,
            published_day as last_day
        from {{ ref("dim_content") }}
    ),

    page as (
        select
            'page' as target_type,
            platform,
            property as account_id,
            page as target_id,
            min(period_start) as first_day,
            max(period_end) as last_day
        from {{ ref("fct_seo_page_period") }}
        group by platform, property, page
    ),

    -- Several codes stand in one cell.
    place as ({{ whole_numbers_up_to(4) }}),

    coupon as (
        select
            'coupon' as target_type,
            shop_order.platform,
            shop_order.account_id,
            {{ coupon_at("shop_order.coupon_code", "cast(place.number + 1 as int)") }} as target_id,
            min(shop_order.date_day) as first_day,
            max(shop_order.date_day) as last_day
        from {{ ref("fct_order") }} as shop_order
        cross join place
        where {{ coupon_at("shop_order.coupon_code", "cast(place.number + 1 as int)") }} <> ''
        group by
            shop_order.platform,
            shop_order.account_id,
            {{ coupon_at("shop_order.coupon_code", "cast(place.number + 1 as int)") }}
    ),

    partner as (
        select
            'partner' as target_type,
            platform,
            account_id,
            partner_id as target_id,
            partner_name as target_name,
            first_day,
            last_day
        from {{ ref("dim_partner") }}
    ),

    {% for type, fields in targets.items() %}
        {{ type }}_share as (
            {{
                shared_by_plans(
                    type,
                    key=target,
                    match_fields=fields,
                    days=["object_.first_day", "object_.last_day"],
                    by_day=true,
                )
            }}
        ),
    {% endfor %}

    shared_day as (
        select
            date_day,
            'campaign' as target_type,
            platform,
            account_id,
            campaign_id as target_id,
            {{ share | join(", ") }}
        from {{ ref("int_campaign_match_share") }}
        union all
        select
            date_day,
            'campaign' as target_type,
            platform,
            account_id,
            campaign_id as target_id,
            marketing_campaign_id,
            weight,
            weight as stated_weight,
            match_method,
            match_rule
        from {{ ref("int_campaign_match_day") }}
        where match_method = 'platform'
        {% for type in targets %}
            union all
            select date_day, {{ (target + share) | join(", ") }}
            from {{ type }}_share
        {% endfor %}
    ),

    numbered as (
        select
            *,
            row_number() over (
                partition by {{ (target + share) | join(", ") }} order by date_day
            ) as day_number
        from shared_day
    ),

    final as (
        select
            marketing_campaign_id,
            {{ target | join(", ") }},
            min(date_day) as valid_from,
            max(date_day) as valid_to,
            weight,
            stated_weight,
            match_method,
            match_rule
        from
            (
                select *, {{ add_days("date_day", "-day_number") }} as stretch from numbered
            ) as stretched
        group by {{ (target + share) | join(", ") }}, stretch
    )

select *
from final
