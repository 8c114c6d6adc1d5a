-- All days of a plan together are its budget or target, to the last digit.
{{ config(meta={"dagster": {"ref": {"name": "fct_plan_daily"}}}) }}
with
    spread as (
        select marketing_campaign_id, channel_id, metric_id, sum(target) as target
        from {{ ref("fct_plan_daily") }}
        group by marketing_campaign_id, channel_id, metric_id
    ),

    budget as (select * from {{ ref("int_plan_budget") }}),

    goal as (select * from {{ ref("dim_goal") }})

select
    spread.*,
    coalesce(budget.budget, goal.target) as planned,
    'days do not add up to the plan' as message
from spread
left join
    budget
    on spread.marketing_campaign_id = budget.marketing_campaign_id
    and spread.channel_id = budget.channel_id
    and spread.metric_id = 'spend'
left join
    goal
    on spread.marketing_campaign_id = goal.marketing_campaign_id
    and spread.channel_id = goal.channel_id
    and spread.metric_id = goal.metric_id
where
    coalesce(budget.budget, goal.target) is null
    or spread.target <> coalesce(budget.budget, goal.target)
