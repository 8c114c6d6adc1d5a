-- Landing pages and what they leave add up to the spend authority, whatever URLs say.
{{ config(meta={"dagster": {"ref": {"name": "fct_ad_landing_daily"}}}) }}
{%- set day = ["date_day", "platform", "account_id", "campaign_id"] %}
{%- set measures = ["impressions", "clicks", "spend_native", "conversions"] %}
with
    {%- for name, fact in {
        "authority": "fct_ad_campaign_daily",
        "landing": "fct_ad_landing_daily",
    }.items() %}
        {{ name }} as (
            select
                {{ day | join(", ") }}
                {%- for measure in measures %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
            from {{ ref(fact) }}
            group by {{ day | join(", ") }}
        ),
    {%- endfor %}

    compared as (
        select
            {% for column in day -%}
                coalesce(authority.{{ column }}, landing.{{ column }}) as {{ column }},
            {% endfor -%}
            {%- for measure in measures %}
                coalesce(landing.{{ measure }}, 0)
                - coalesce(authority.{{ measure }}, 0) as {{ measure }}
                {%- if not loop.last %}, {% endif %}
            {%- endfor %}
        from authority
        full outer join landing on {{ same("landing", "authority", day) }}
    )

select *, 'landing pages do not add up to the campaign fact' as message
from compared
where
    {% for measure in measures -%}
        abs({{ measure }}) > 0.005 {% if not loop.last %} or {% endif %}
    {% endfor %}
