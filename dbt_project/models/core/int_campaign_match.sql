-- One row per platform campaign: its newest assignment, for the dimension. Facts use
-- int_campaign_match_day.
with
    platform_campaign as (select * from {{ ref("int_platform_campaign") }}),

    matched as (
        select *
        from {{ ref("int_campaign_match_day") }}
        qualify
            row_number() over (
                partition by platform, account_id, campaign_id order by date_day desc nulls last
            )
            = 1
    ),

    final as (
        select
            platform_campaign.platform,
            platform_campaign.account_id,
            platform_campaign.campaign_id,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            coalesce(matched.match_method, 'unassigned') as match_method,
            matched.match_rule,
            matched.weight
        from platform_campaign
        left join
            matched
            on platform_campaign.platform = matched.platform
            and platform_campaign.account_id = matched.account_id
            and platform_campaign.campaign_id = matched.campaign_id
    )

select *
from final
