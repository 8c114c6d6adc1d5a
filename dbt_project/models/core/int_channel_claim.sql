-- The one platform whose claimed conversions count for a channel, or for all channels: the only
-- one that claims any, else the only one that reports conversions at all. Claims of several
-- platforms are never added.
with
    {{ strongest_claim_ctes(["channel_id"]) }},

    final as (
        select
            channel_id,
            count(*) as claiming_platforms,
            case when count(*) = 1 then max(platform) end as claiming_platform
        from strongest
        group by channel_id
    )

select *
from final
