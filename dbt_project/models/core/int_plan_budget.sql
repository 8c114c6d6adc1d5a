-- Budgets per channel, and for the whole campaign as '(all)': the plan's own figure, else the
-- sum of its channels.
with
    plan as (select * from {{ ref("int_plan") }}),

    channel_budget as (select * from {{ ref("stg_plan_channel") }} where budget is not null),

    by_channel as (
        select
            channel_budget.marketing_campaign_id,
            channel_budget.channel_id,
            {{ converted("channel_budget.budget", "plan.fx_rate") }} as budget
        from channel_budget
        inner join plan on channel_budget.marketing_campaign_id = plan.marketing_campaign_id
    ),

    channel_sum as (
        select marketing_campaign_id, {{ money("sum(budget)") }} as budget
        from by_channel
        group by marketing_campaign_id
    ),

    whole as (
        select
            plan.marketing_campaign_id,
            '(all)' as channel_id,
            coalesce(plan.budget, channel_sum.budget) as budget
        from plan
        left join channel_sum on plan.marketing_campaign_id = channel_sum.marketing_campaign_id
    ),

    final as (
        select marketing_campaign_id, channel_id, budget
        from by_channel
        union all
        select marketing_campaign_id, channel_id, budget
        from whole
        where budget is not null
    )

select *
from final
