-- No join of the fact drops or doubles a touch.
{{ config(meta={"dagster": {"ref": {"name": "fct_touchpoint"}}}) }}
with
    staged as (
        select
            platform,
            count(*) as row_count,
            sum(conversions) as conversions,
            sum(touch_cost) as cost
        from {{ ref("stg_touchpoint") }}
        group by platform
    ),

    fact as (
        select
            platform,
            count(*) as row_count,
            sum(conversions) as conversions,
            sum(touch_cost_native) as cost
        from {{ ref("fct_touchpoint") }}
        group by platform
    )

select
    coalesce(staged.platform, fact.platform) as platform,
    'touches in the fact differ from those of the exports' as message
from staged
full outer join fact on staged.platform = fact.platform
where
    coalesce(staged.row_count, 0) <> coalesce(fact.row_count, 0)
    or coalesce(staged.conversions, 0) <> coalesce(fact.conversions, 0)
    or coalesce(staged.cost, 0) <> coalesce(fact.cost, 0)
