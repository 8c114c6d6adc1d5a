-- Campaigns and channels that wait for a source. A platform is late when every report it sends
-- is.
with
    source_row as (
        select distinct marketing_campaign_id, channel_id, domain, platform
        from {{ ref("int_campaign_kpi_source") }}
        where domain <> 'plan'
    ),

    late as (
        select platform from {{ ref("freshness") }} group by platform having bool_and(is_late)
    ),

    slice as (
        select marketing_campaign_id, channel_id, domain, platform
        from source_row
        union all
        select marketing_campaign_id, '(all)' as channel_id, domain, platform
        from source_row
    ),

    final as (
        select distinct slice.marketing_campaign_id, slice.channel_id, slice.domain
        from slice
        inner join late on slice.platform = late.platform
    )

select *
from final
