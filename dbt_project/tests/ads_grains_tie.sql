-- Every level of every campaign and day adds up to the spend authority within 0.005, whatever
-- mixture of exports was dropped. Reporting amounts are rounded row by row to six places, which
-- many rows may add up to.
{{ config(meta={"dagster": {"ref": {"name": "fct_ad_campaign_daily"}}}) }}
{%- set measures = ["spend_native", "spend", "impressions", "clicks"] %}
{%- set campaign_day = ["date_day", "platform", "account_id", "campaign_id"] %}
with
    authority as (select * from {{ ref("fct_ad_campaign_daily") }}),

    level_row as (
        select level, {{ (campaign_day + measures) | join(", ") }}
        from {{ ref("fct_ad_entity_daily") }}
        where level in ('ad_group', 'ad', 'keyword')
        union all
        select 'search_term' as level, {{ (campaign_day + measures) | join(", ") }}
        from {{ ref("fct_ad_search_term_daily") }}
    ),

    level_ as (
        select 'ad_group' as level
        union all
        select 'ad'
        union all
        select 'keyword'
        union all
        select 'search_term'
    ),

    expected as (select * from level_ cross join authority),

    level_total as (
        select
            level,
            {{ campaign_day | join(", ") }},
            count(*) as row_count
            {%- for measure in measures %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
        from level_row
        group by level, {{ campaign_day | join(", ") }}
    ),

    compared as (
        select
            coalesce(expected.level, level_total.level) as level,
            {% for column in campaign_day -%}
                coalesce(expected.{{ column }}, level_total.{{ column }}) as {{ column }},
            {% endfor -%}
            coalesce(level_total.row_count, 0) as row_count
            {%- for measure in measures %}
                ,
                coalesce(expected.{{ measure }}, 0) as authority_{{ measure }},
                coalesce(level_total.{{ measure }}, 0) as level_{{ measure }}
            {%- endfor %}
        from expected
        full outer join
            level_total
            on expected.level = level_total.level
            and {{ same("expected", "level_total", campaign_day) }}
    )

select *, concat(level, ' rows do not add up to the campaign') as message
from compared
where
    {% for measure in measures -%}
        abs(authority_{{ measure }} - level_{{ measure }}) > 0.005
        {%- if measure == "spend" %} + row_count * 0.000001 {%- endif %}
        {% if not loop.last %} or {% endif -%}
    {% endfor -%}
