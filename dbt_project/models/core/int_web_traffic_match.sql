-- With plans, rules on utm_campaign and utm_source decide. Without any plan, a link's campaign is
-- the platform campaign of that id or name, if there is only one; one whose platform advertises in
-- the row's channel goes first.
with
    traffic as (
        select distinct
            date_day,
            platform,
            source,
            utm_campaign,
            channel_id,
            case
                when utm_campaign not in ('(not reported)', '(not set)') then utm_campaign
            end as mark,
            case when source not like '(%)' then source end as known_source
        from {{ ref("int_web_traffic_daily") }}
    ),

    plan_count as (select count(*) as plans from {{ ref("stg_plan_campaign") }}),

    advertiser as (
        select campaign.platform, campaign.campaign_id, campaign.campaign_name, platform_.channel_id
        from {{ ref("int_platform_campaign") }} as campaign
        inner join {{ ref("stg_platform") }} as platform_ on campaign.platform = platform_.platform
    ),

    planned as (
        {{
            matched_to_plan(
                "traffic",
                key=["date_day", "platform", "source", "utm_campaign", "channel_id"],
                match_fields={"utm_campaign": "mark", "utm_source": "known_source"},
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    link as (
        select distinct platform, utm_campaign, channel_id from traffic where mark is not null
    ),

    candidate as (
        select distinct
            link.platform,
            link.utm_campaign,
            link.channel_id,
            concat(advertiser.platform, '/', advertiser.campaign_id) as marketing_campaign_id,
            case when advertiser.channel_id = link.channel_id then 0 else 1 end as distance
        from link
        cross join plan_count
        inner join
            advertiser
            on lower(link.utm_campaign) = lower(advertiser.campaign_id)
            or lower(link.utm_campaign) = lower(advertiser.campaign_name)
        where plan_count.plans = 0
    ),

    nearest as (
        select *
        from candidate
        qualify rank() over (partition by platform, utm_campaign, channel_id order by distance) = 1
    ),

    only_one as (
        select
            platform, utm_campaign, channel_id, max(marketing_campaign_id) as marketing_campaign_id
        from nearest
        group by platform, utm_campaign, channel_id
        having count(*) = 1
    ),

    final as (
        select
            date_day,
            platform,
            source,
            utm_campaign,
            channel_id,
            marketing_campaign_id,
            match_method,
            match_rule,
            weight
        from planned
        union all
        select
            traffic.date_day,
            traffic.platform,
            traffic.source,
            traffic.utm_campaign,
            traffic.channel_id,
            only_one.marketing_campaign_id,
            'platform' as match_method,
            cast(null as varchar(1)) as match_rule,
            cast(1 as decimal(9, 6)) as weight
        from traffic
        inner join
            only_one
            on traffic.platform = only_one.platform
            and traffic.utm_campaign = only_one.utm_campaign
            and traffic.channel_id = only_one.channel_id
    )

select *
from final
