-- What a fact calls a campaign's own, the bridge does too, on that day: traffic by its campaign
-- mark
-- or its source.
{{ config(meta={"dagster": {"ref": {"name": "bridge_campaign_touch"}}}) }}
{%- set facts = {
    "campaign": ("fct_ad_campaign_daily", "account_id", "campaign_id", "date_day"),
    "utm": ("fct_web_traffic_daily", "property_id", "utm_campaign", "date_day"),
    "mailing": ("fct_message_send", "account_id", "mailing_id", "date_day"),
    "post": ("dim_content", "account_id", "post_id", "published_day"),
} %}
with
    bridge as (select * from {{ ref("bridge_campaign_touch") }}),

    plan as (select distinct marketing_campaign_id from {{ ref("stg_plan_campaign") }}),

    stated as (
        {%- for type, columns in facts.items() %}
            select distinct
                '{{ type }}' as target_type,
                fact.platform,
                fact.{{ columns[1] }} as account_id,
                fact.{{ columns[2] }} as target_id,
                {% if type == "utm" %} fact.source
                {% else %} ''
                {% endif %} as source,
                fact.{{ columns[3] }} as date_day,
                fact.marketing_campaign_id
            from {{ ref(columns[0]) }} as fact
            inner join plan on fact.marketing_campaign_id = plan.marketing_campaign_id
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select stated.*, 'a fact assigns what the bridge does not' as message
from stated
left join
    bridge as by_source
    on stated.target_type = 'utm'
    and by_source.target_type = 'utm_source'
    and by_source.target_id = stated.source
    and {{ same("by_source", "stated", ["platform", "account_id", "marketing_campaign_id"]) }}
    and stated.date_day between by_source.valid_from and by_source.valid_to
left join
    bridge
    on {{
        same(
            "bridge",
            "stated",
            ["target_type", "platform", "account_id", "target_id", "marketing_campaign_id"],
        )
    }}
    and stated.date_day between bridge.valid_from and bridge.valid_to
where bridge.target_id is null and by_source.target_id is null
