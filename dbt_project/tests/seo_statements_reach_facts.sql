-- The newest statements of every level reach the fact of that level once, file by file: nothing
-- is lost, and nothing of another level is added.
{{ config(meta={"dagster": {"ref": {"name": "fct_seo_property_daily"}}}) }}
{%- set measures = ["impressions", "clicks", "ranked_impressions", "position_weight"] %}
{%- set facts = {
    "fct_seo_property_daily": ("level = 'property'", "not is_allocated"),
    "fct_seo_query_daily": ("level = 'query'", "not is_remainder"),
    "fct_seo_query_period": ("level = 'query'", "not is_remainder"),
    "fct_seo_page_daily": ("level = 'page'", "true"),
    "fct_seo_page_period": ("level = 'page'", "true"),
    "fct_seo_query_page_daily": ("level = 'query_page'", "true"),
    "fct_seo_query_page_period": ("level = 'query_page'", "true"),
    "fct_seo_breakdown_daily": (
        "level in ('country', 'device', 'search_appearance')",
        "true",
    ),
    "fct_seo_breakdown_period": (
        "level in ('country', 'device', 'search_appearance')",
        "true",
    ),
} %}
with
    statement as (select * from {{ ref("stg_search_performance") }}),

    total as (
        {%- for fact, (level, rows) in facts.items() %}
            {%- for stage in ["statement", "fact"] %}
                select
                    '{{ fact }}' as fact,
                    '{{ stage }}' as stage,
                    file_id
                    {%- for measure in measures %}
                        , sum({{ measure }}) as {{ measure }}
                    {%- endfor %}
                {% if stage == "statement" -%}
                    from statement
                    where
                        {{ level }}
                        and period_start {{ "<" if "period" in fact else "=" }} period_end
                {%- else -%} from {{ ref(fact) }} where {{ rows }}
                {%- endif %}
                group by file_id
                {% if not loop.last %}
                    union all
                {% endif %}
            {%- endfor %}
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select fact, file_id, concat(fact, ' does not hold what was stated') as message
from total
group by fact, file_id
having
    {%- for measure in measures %}
        coalesce(sum(case when stage = 'statement' then {{ measure }} end), 0)
        <> coalesce(sum(case when stage = 'fact' then {{ measure }} end), 0)
        {%- if not loop.last %} or {% endif %}
    {%- endfor %}
