-- The only period an export states of a post is spread over its days to the last view.
{{ config(meta={"dagster": {"ref": {"name": "int_post_period_daily"}}}) }}
{%- set counters = post_counters() %}
with
    statement as (select * from {{ ref("stg_social_post_period") }} where period_start is not null),

    day as (select * from {{ ref("int_post_period_daily") }}),

    alone as (
        select
            platform,
            account_id,
            post_id
            {%- for counter in counters %}, max({{ counter }}) as {{ counter }} {%- endfor %}
        from statement
        group by platform, account_id, post_id
        having count(*) = 1
    ),

    spread as (
        select
            platform,
            account_id,
            post_id
            {%- for counter in counters %}, sum({{ counter }}) as {{ counter }} {%- endfor %}
        from day
        group by platform, account_id, post_id
    )

select
    alone.platform,
    alone.account_id,
    alone.post_id,
    concat('days of post ', alone.post_id, ' do not add up to its period') as message
from alone
inner join
    spread
    on alone.platform = spread.platform
    and alone.account_id = spread.account_id
    and alone.post_id = spread.post_id
where
    {% for counter in counters %}
        coalesce(alone.{{ counter }}, 0) <> coalesce(spread.{{ counter }}, 0)
        {% if not loop.last %} or {% endif %}
    {%- endfor %}
