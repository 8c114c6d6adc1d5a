-- Every conversion takes exactly one path, in its own month.
{{ config(meta={"dagster": {"ref": {"name": "mart_path_summary"}}}) }}
{%- set key = ["platform", "account_id", "month_start"] %}
with
    touch as (
        select
            platform,
            account_id,
            {{ month_start("touched_at") }} as month_start,
            sum(conversions) as conversions,
            sum(conversion_value) as conversion_value
        from {{ ref("fct_touchpoint") }}
        where is_conversion
        group by platform, account_id, {{ month_start("touched_at") }}
    ),

    path as (
        select
            platform,
            account_id,
            period_start as month_start,
            sum(conversions) as conversions,
            sum(conversion_value) as conversion_value
        from {{ ref("mart_path_summary") }}
        where source = 'touchpoint' and conversions <> 0
        group by platform, account_id, period_start
    )

select
    {%- for name in key %} coalesce(touch.{{ name }}, path.{{ name }}) as {{ name }}, {%- endfor %}
    'conversions of paths differ from those of touches' as message
from touch
full outer join path on {{ same("touch", "path", key) }}
where
    touch.conversions is distinct from path.conversions
    or touch.conversion_value is distinct from path.conversion_value
