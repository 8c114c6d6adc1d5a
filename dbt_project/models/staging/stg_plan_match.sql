-- Rules with the dates of their plan, ranked: the plan file's order first, then the order
-- within the plan.
with
    rule as (select * from {{ source("lake", "plan_match") }}),

    plan as (select * from {{ ref("stg_plan_campaign") }}),

    final as (
        select
            rule.marketing_campaign_id,
            rule.rule_number,
            row_number() over (
                order by plan.plan_number nulls last, rule.marketing_campaign_id, rule.rule_number
            ) as rule_rank,
            rule.match_field,
            rule.platform,
            rule.like_pattern,
            plan.start_date,
            plan.end_date
        from rule
        inner join plan on rule.marketing_campaign_id = plan.marketing_campaign_id
    )

select *
from final
