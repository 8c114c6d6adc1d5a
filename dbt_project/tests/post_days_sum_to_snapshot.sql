-- A post's daily changes together are the last number any snapshot stated.
{{ config(meta={"dagster": {"ref": {"name": "fct_content_post_daily"}}}) }}
{%- set counters = post_counters() %}
with
    day as (select * from {{ ref("fct_content_post_daily") }} where basis = 'snapshot'),

    total as (
        select
            platform,
            account_id,
            post_id
            {%- for counter in counters %}
                ,
                sum({{ counter }}) as {{ counter }},
                max_by(
                    cumulative_{{ counter }},
                    case when cumulative_{{ counter }} is not null then snapshot_day end
                ) as last_{{ counter }}
            {%- endfor %}
        from day
        group by platform, account_id, post_id
    )

select *, 'changes do not add up to the last snapshot' as message
from total
where
    {% for counter in counters %}
        {{ counter }} <> last_{{ counter }} {% if not loop.last %} or {% endif %}
    {%- endfor %}
