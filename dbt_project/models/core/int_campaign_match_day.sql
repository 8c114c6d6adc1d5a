-- The one marketing campaign of a platform campaign's day: of several that share it, the one with
-- the largest weight, else the first. Days that no plan claims have no row. Without any plan every
-- platform campaign stands for itself.
with
    platform_campaign as (select * from {{ ref("int_platform_campaign") }}),

    share as (select * from {{ ref("int_campaign_match_share") }}),

    plan_count as (select count(*) as plans from {{ ref("stg_plan_campaign") }}),

    planned as (
        select *
        from share
        qualify
            row_number() over (
                partition by date_day, platform, account_id, campaign_id
                order by weight desc nulls last, rule_rank
            )
            = 1
    ),

    final as (
        select
            date_day,
            platform,
            account_id,
            campaign_id,
            marketing_campaign_id,
            match_method,
            match_rule,
            weight
        from planned
        union all
        select
            calendar.date_day,
            platform_campaign.platform,
            platform_campaign.account_id,
            platform_campaign.campaign_id,
            concat(
                platform_campaign.platform, '/', platform_campaign.campaign_id
            ) as marketing_campaign_id,
            'platform' as match_method,
            cast(null as varchar(1)) as match_rule,
            cast(1 as decimal(9, 6)) as weight
        from platform_campaign
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between platform_campaign.first_day and platform_campaign.last_day
        cross join plan_count
        where plan_count.plans = 0
    )

select *
from final
