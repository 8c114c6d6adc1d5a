-- What of a platform campaign's day belongs to which marketing campaign: the shares of every row of
-- the spend authority, with what no plan claims as '(unassigned)', so that they add up to 1.
with
    campaign_day as (
        select date_day, platform, account_id, campaign_id from {{ ref("int_ad_campaign_daily") }}
    ),

    share as (select * from {{ ref("int_campaign_match_share") }}),

    own as (select * from {{ ref("int_campaign_match_day") }} where match_method = 'platform'),

    claimed as (
        select
            date_day,
            platform,
            account_id,
            campaign_id,
            marketing_campaign_id,
            weight,
            weight_from,
            weight_to,
            match_method
        from share
        union all
        select
            date_day,
            platform,
            account_id,
            campaign_id,
            marketing_campaign_id,
            weight,
            cast(0 as decimal(9, 6)) as weight_from,
            weight as weight_to,
            match_method
        from own
    ),

    taken as (
        select date_day, platform, account_id, campaign_id, max(weight_to) as weight
        from claimed
        group by date_day, platform, account_id, campaign_id
    ),

    final as (
        select
            claimed.date_day,
            claimed.platform,
            claimed.account_id,
            claimed.campaign_id,
            claimed.marketing_campaign_id,
            claimed.weight,
            claimed.weight_from,
            claimed.weight_to,
            claimed.match_method
        from claimed
        inner join
            campaign_day
            on {{
                same(
                    "claimed",
                    "campaign_day",
                    ["date_day", "platform", "account_id", "campaign_id"],
                )
            }}
        union all
        select
            campaign_day.date_day,
            campaign_day.platform,
            campaign_day.account_id,
            campaign_day.campaign_id,
            '(unassigned)' as marketing_campaign_id,
            cast(1 - coalesce(taken.weight, 0) as decimal(9, 6)) as weight,
            cast(coalesce(taken.weight, 0) as decimal(9, 6)) as weight_from,
            cast(1 as decimal(9, 6)) as weight_to,
            'unassigned' as match_method
        from campaign_day
        left join
            taken
            on {{
                same(
                    "taken",
                    "campaign_day",
                    ["date_day", "platform", "account_id", "campaign_id"],
                )
            }}
        where coalesce(taken.weight, 0) < 1
    )

select *
from final
