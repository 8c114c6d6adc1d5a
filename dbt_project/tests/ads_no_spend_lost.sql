-- What the newest statements of a day say is in the campaign fact: no campaign of any level is
-- missing, and campaign and account rows are there to the cent. (Levels below the campaign tie
-- by ads_grains_tie.)
{{ config(meta={"dagster": {"ref": {"name": "fct_ad_campaign_daily"}}}) }}
with
    statement as (
        select * from {{ ref("int_ad_statement") }} where is_newest and period_start = period_end
    ),

    fact as (select * from {{ ref("fct_ad_campaign_daily") }}),

    remainder as (
        select platform, account_id, campaign_id, period_start as date_day
        from {{ ref("int_ad_campaign_period") }}
        where is_remainder and period_start = period_end
    ),

    stated_campaign as (
        select platform, account_id, campaign_id, period_start as date_day
        from statement
        where level <> 'account'
        group by platform, account_id, campaign_id, period_start
    ),

    stated_spend as (
        select platform, account_id, campaign_id, period_start as date_day, sum(spend) as spend
        from statement
        where level = 'campaign' and breakdown_type = ''
        group by platform, account_id, campaign_id, period_start
        having sum(spend) is not null
    ),

    stated_account as (
        select platform, account_id, period_start as date_day, sum(spend) as spend
        from statement
        where level = 'account' and breakdown_type = ''
        group by platform, account_id, period_start
        having sum(spend) is not null
    ),

    account_fact as (
        select platform, account_id, date_day, sum(spend_native) as spend_native
        from fact
        group by platform, account_id, date_day
    ),

    missing as (
        select
            stated_campaign.platform,
            stated_campaign.account_id,
            stated_campaign.campaign_id,
            stated_campaign.date_day,
            cast(null as decimal(18, 6)) as stated_spend,
            cast(null as decimal(18, 6)) as fact_spend,
            'campaign and day of an export are not in the fact' as message
        from stated_campaign
        left join
            fact
            on stated_campaign.platform = fact.platform
            and stated_campaign.account_id = fact.account_id
            and stated_campaign.campaign_id = fact.campaign_id
            and stated_campaign.date_day = fact.date_day
        where fact.date_day is null
    ),

    different as (
        select
            stated_spend.platform,
            stated_spend.account_id,
            stated_spend.campaign_id,
            stated_spend.date_day,
            stated_spend.spend as stated_spend,
            fact.spend_native as fact_spend,
            'spend of a campaign export differs from the fact' as message
        from stated_spend
        left join
            fact
            on stated_spend.platform = fact.platform
            and stated_spend.account_id = fact.account_id
            and stated_spend.campaign_id = fact.campaign_id
            and stated_spend.date_day = fact.date_day
        left join
            remainder
            on stated_spend.platform = remainder.platform
            and stated_spend.account_id = remainder.account_id
            and stated_spend.campaign_id = remainder.campaign_id
            and stated_spend.date_day = remainder.date_day
        where
            remainder.platform is null
            and abs(stated_spend.spend - coalesce(fact.spend_native, 0)) > 0.005
    ),

    different_account as (
        select
            stated_account.platform,
            stated_account.account_id,
            '(all)' as campaign_id,
            stated_account.date_day,
            stated_account.spend as stated_spend,
            account_fact.spend_native as fact_spend,
            'spend of an account export differs from its campaigns' as message
        from stated_account
        left join
            account_fact
            on stated_account.platform = account_fact.platform
            and stated_account.account_id = account_fact.account_id
            and stated_account.date_day = account_fact.date_day
        where abs(stated_account.spend - coalesce(account_fact.spend_native, 0)) > 0.005
    )

select *
from missing
union all
select *
from different
union all
select *
from different_account
