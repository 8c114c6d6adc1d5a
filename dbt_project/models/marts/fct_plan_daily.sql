-- Budgets (as the target of spend) and targets of additive metrics, spread evenly over the
-- campaign's days; all days together are the plan's total to the last digit. Targets of ratios
-- hold for every day alike and are not spread.
with
    plan as (select * from {{ ref("int_plan") }}),

    goal as (
        select dim_goal.*
        from {{ ref("dim_goal") }} as dim_goal
        inner join
            {{ ref("metric_registry") }} as metric
            on dim_goal.metric_id = metric.metric_id
            and metric.additivity = 'additive'
        where dim_goal.target is not null
    ),

    budget as (
        select marketing_campaign_id, channel_id, 'spend' as metric_id, budget as target
        from {{ ref("int_plan_budget") }}
    ),

    total as (
        select marketing_campaign_id, channel_id, metric_id, target
        from budget
        union all
        select goal.marketing_campaign_id, goal.channel_id, goal.metric_id, goal.target
        from goal
        left join
            budget
            on goal.marketing_campaign_id = budget.marketing_campaign_id
            and goal.channel_id = budget.channel_id
            and goal.metric_id = budget.metric_id
        where budget.metric_id is null
    ),

    plan_day as (
        select
            plan.marketing_campaign_id,
            plan.day_count,
            calendar.date_day,
            {{ days_between("plan.start_date", "calendar.date_day") }} + 1 as day_number
        from plan
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between plan.start_date and plan.end_date
    ),

    final as (
        select
            plan_day.date_day,
            total.marketing_campaign_id,
            total.channel_id,
            total.metric_id,
            {{
                spread_part(
                    "total.target",
                    "plan_day.day_number",
                    "plan_day.day_count",
                    "decimal(18, 6)",
                    6,
                )
            }} as target
        from total
        inner join plan_day on total.marketing_campaign_id = plan_day.marketing_campaign_id
    )

select *
from final
