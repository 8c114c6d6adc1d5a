with
    channel_budget as (select * from {{ source("lake", "plan_channel") }}),

    final as (select marketing_campaign_id, channel_id, budget from channel_budget)

select *
from final
