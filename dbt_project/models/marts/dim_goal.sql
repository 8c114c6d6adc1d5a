with
    goal as (select * from {{ ref("stg_plan_goal") }}),

    plan as (select * from {{ ref("int_plan") }}),

    metric as (select * from {{ ref("metric_registry") }}),

    rated as (
        select
            goal.*,
            case
                when metric.unit = 'money' then plan.fx_rate else cast(1 as decimal(24, 12))
            end as rate
        from goal
        inner join plan on goal.marketing_campaign_id = plan.marketing_campaign_id
        left join metric on goal.metric_id = metric.metric_id
    ),

    final as (
        select
            marketing_campaign_id,
            channel_id,
            metric_id,
            goal_rank,
            {{ converted("target", "rate") }} as target,
            {{ converted("band_low", "rate") }} as band_low,
            {{ converted("band_high", "rate") }} as band_high
        from rated
    )

select *
from final
