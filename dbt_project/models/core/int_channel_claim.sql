-- The one platform whose claimed conversions count for a channel, or for all channels: the only
-- one that claims any, else the only one that reports conversions at all. Claims of several
-- platforms are never added.
with
    source_row as (
        select * from {{ ref("int_campaign_kpi_source") }} where claimed_conversions is not null
    ),

    slice as (
        select channel_id, platform, claimed_conversions
        from source_row
        union all
        select '(all)' as channel_id, platform, claimed_conversions
        from source_row
    ),

    claim as (
        select
            channel_id,
            platform,
            case when sum(claimed_conversions) > 0 then 1 else 0 end as has_claims
        from slice
        group by channel_id, platform
    ),

    strongest as (
        select *
        from claim
        qualify rank() over (partition by channel_id order by has_claims desc) = 1
    ),

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
