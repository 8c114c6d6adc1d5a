with
    goal as (select * from {{ source("lake", "plan_goal") }}),

    final as (
        select marketing_campaign_id, channel_id, metric_id, goal_rank, target, band_low, band_high
        from goal
    )

select *
from final
