-- What no plan claims, with what it costs: the list to write matching rules from. Traffic
-- without a campaign mark, such as '(organic)', is not on it: there is nothing to match.
with
    ad as (
        select fact.*, campaign.campaign_name
        from {{ ref("fct_ad_campaign_daily") }} as fact
        left join
            {{ ref("int_platform_campaign") }} as campaign
            on fact.platform = campaign.platform
            and fact.account_id = campaign.account_id
            and fact.campaign_id = campaign.campaign_id
        where fact.marketing_campaign_id = '(unassigned)'
    ),

    web as (
        select *
        from {{ ref("fct_web_traffic_daily") }}
        where marketing_campaign_id = '(unassigned)' and utm_campaign not like '(%)'
    ),

    mailing as (
        select * from {{ ref("fct_email_send") }} where marketing_campaign_id = '(unassigned)'
    ),

    item as (
        select
            platform,
            'campaign' as kind,
            coalesce(campaign_name, campaign_id) as name,
            spend,
            cast(null as bigint) as sessions,
            date_day
        from ad
        union all
        select
            platform,
            'utm' as kind,
            utm_campaign as name,
            cast(null as decimal(18, 6)) as spend,
            sessions,
            date_day
        from web
        union all
        select
            platform,
            'mailing' as kind,
            coalesce(mailing_name, mailing_id) as name,
            cast(null as decimal(18, 6)) as spend,
            cast(null as bigint) as sessions,
            date_day
        from mailing
    ),

    final as (
        select
            platform,
            kind,
            name,
            {{ money("sum(spend)") }} as spend,
            cast(sum(sessions) as bigint) as sessions,
            min(date_day) as first_day,
            max(date_day) as last_day
        from item
        group by platform, kind, name
    )

select *
from final
