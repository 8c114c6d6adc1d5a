-- What a platform cannot state is unknown: a fact that holds 0 for it has made it up. Judged are
-- platforms the catalog knows, for measures that are read and never derived.
{{ config(meta={"dagster": {"ref": {"name": "metric_availability"}}}) }}
{%- set facts = {
    "fct_ad_campaign_daily": ("ad_performance", ad_measures()),
    "fct_social_account_daily": ("social_account", social_account_counters()),
    "fct_content_post_daily": ("social_post", post_counters()),
    "fct_email_send": (
        "email_campaign",
        [
            "sends",
            "opens_unique",
            "opens_total",
            "clicks_unique",
            "unsubscribes",
            "complaints",
            "orders",
        ],
    ),
    "fct_web_traffic_daily": (
        "web_traffic",
        ["engaged_sessions", "new_users", "pageviews", "event_count", "conversions"],
    ),
    "fct_seo_property_daily": ("search_performance", ["impressions", "clicks"]),
} %}
with
    availability as (select * from {{ ref("metric_availability") }}),

    known as (select distinct platform from availability),

    declared as (select distinct platform, dataset, measure from availability),

    zero as (
        {%- for fact, (dataset, measures) in facts.items() %}
            {%- set last_fact = loop.last %}
            {%- for measure in measures %}
                {%- set column = (
                    renamed_ad_measure(measure)
                    if dataset == "ad_performance"
                    else measure
                ) %}
                select distinct
                    platform,
                    '{{ dataset }}' as dataset,
                    '{{ measure }}' as measure,
                    '{{ fact }}' as fact
                from {{ ref(fact) }}
                where {{ column }} = 0
                {% if not (loop.last and last_fact) -%}
                    union all
                {% endif -%}
            {%- endfor %}
        {%- endfor %}
    )

select
    zero.platform,
    zero.measure,
    zero.fact,
    concat(
        zero.fact, ' holds 0 for ', zero.measure, ' of ', zero.platform, ', which never states it'
    ) as message
from zero
inner join known on zero.platform = known.platform
left join
    declared
    on zero.platform = declared.platform
    and zero.dataset = declared.dataset
    and zero.measure = declared.measure
where declared.platform is null
