-- Rules with the days they hold, ranked: the plan file's order first, then the order within the
-- plan.
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
            case
                when rule.match_field = 'campaign_id'
                then 'id'
                when rule.match_field = 'campaign_name'
                then 'name_pattern'
                when rule.match_field like 'utm%'
                then 'utm'
                else split_part(rule.match_field, '_', 1)
            end as match_method,
            rule.platform,
            rule.like_pattern,
            concat(
                rule.marketing_campaign_id,
                ' #',
                cast(rule.rule_number as varchar(20)),
                ': ',
                rule.match_field,
                ' like ',
                rule.like_pattern
            ) as match_rule,
            cast(coalesce(rule.weight, 1) as decimal(9, 6)) as weight,
            coalesce(rule.valid_from, plan.start_date) as valid_from,
            coalesce(rule.valid_to, plan.end_date) as valid_to
        from rule
        inner join plan on rule.marketing_campaign_id = plan.marketing_campaign_id
    )

select *
from final
