-- The one platform whose claimed conversions count for a campaign or one of its channels: the
-- only one that claims any, else the only one that reports conversions at all. Several
-- claimants: no row, because claims are never added.
with
    {{ strongest_claim_ctes(["marketing_campaign_id", "channel_id"]) }},

    final as (
        select marketing_campaign_id, channel_id, max(platform) as platform
        from strongest
        group by marketing_campaign_id, channel_id
        having count(*) = 1
    )

select *
from final
