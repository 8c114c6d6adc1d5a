with
    campaign_day as (select * from {{ ref("int_ad_campaign_daily") }}),

    match as (select * from {{ ref("int_campaign_match_day") }}),

    final as (
        select
            campaign_day.date_day,
            campaign_day.platform,
            campaign_day.account_id,
            campaign_day.campaign_id,
            coalesce(platform.channel_id, 'other') as channel_id,
            coalesce(match.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            campaign_day.authority_level,
            campaign_day.is_allocated,
            {{ ad_fact_columns("campaign_day") }},
            campaign_day.file_id
        from campaign_day
        left join
            match
            on match.platform = campaign_day.platform
            and match.account_id = campaign_day.account_id
            and match.campaign_id = campaign_day.campaign_id
            and match.date_day = campaign_day.date_day
            {{ ad_fact_joins("campaign_day") }}
    )

select *
from final
