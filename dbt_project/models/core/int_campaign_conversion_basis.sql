-- Where a campaign's conversions come from. Web analytics, when traffic of the campaign was
-- seen by a property that counts conversions (zero is then a real zero); else the only platform
-- that claims some; else nowhere.
with
    web as (select * from {{ ref("fct_web_traffic_daily") }}),

    counting_property as (
        select platform, property_id
        from web
        group by platform, property_id
        having sum(conversions) > 0
    ),

    on_web as (
        select distinct web.marketing_campaign_id
        from web
        inner join
            counting_property
            on web.platform = counting_property.platform
            and web.property_id = counting_property.property_id
        where web.conversions is not null
    ),

    claimed as (select * from {{ ref("int_campaign_claim") }} where channel_id = '(all)'),

    campaign as (select distinct marketing_campaign_id from {{ ref("int_campaign_kpi_source") }}),

    final as (
        select
            campaign.marketing_campaign_id,
            case
                when on_web.marketing_campaign_id is not null
                then 'web'
                when claimed.platform is not null
                then 'platform'
            end as conversion_basis,
            claimed.platform as claiming_platform
        from campaign
        left join on_web on campaign.marketing_campaign_id = on_web.marketing_campaign_id
        left join claimed on campaign.marketing_campaign_id = claimed.marketing_campaign_id
    )

select *
from final
