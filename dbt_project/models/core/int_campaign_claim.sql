-- The one platform whose claimed conversions count for a campaign or one of its channels: the
-- only one that claims any, else the only one that reports conversions at all. Several
-- claimants: no row, because claims are never added.
with
    source_row as (
        select *
        from {{ ref("int_campaign_kpi_source") }}
        where domain in ('ads', 'email') and claimed_conversions is not null
    ),

    slice as (
        select marketing_campaign_id, channel_id, platform, claimed_conversions
        from source_row
        union all
        select marketing_campaign_id, '(all)' as channel_id, platform, claimed_conversions
        from source_row
    ),

    claim as (
        select
            marketing_campaign_id,
            channel_id,
            platform,
            case when sum(claimed_conversions) > 0 then 1 else 0 end as has_claims
        from slice
        group by marketing_campaign_id, channel_id, platform
    ),

    strongest as (
        select *
        from claim
        qualify
            rank() over (partition by marketing_campaign_id, channel_id order by has_claims desc)
            = 1
    ),

    final as (
        select marketing_campaign_id, channel_id, max(platform) as platform
        from strongest
        group by marketing_campaign_id, channel_id
        having count(*) = 1
    )

select *
from final
