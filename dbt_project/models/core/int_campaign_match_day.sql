-- Which marketing campaign a platform campaign belongs to, day by day: the same always-on
-- campaign may serve two plans one after the other. Days that no plan claims have no row.
-- Without any plan every platform campaign stands for itself.
with
    platform_campaign as (select * from {{ ref("int_platform_campaign") }}),

    plan_count as (select count(*) as plans from {{ ref("stg_plan_campaign") }}),

    campaign_day as (
        select
            calendar.date_day,
            platform_campaign.platform,
            platform_campaign.account_id,
            platform_campaign.campaign_id,
            platform_campaign.campaign_name
        from platform_campaign
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between platform_campaign.first_day and platform_campaign.last_day
    ),

    planned as (
        {{
            matched_to_plan(
                "campaign_day",
                key=["date_day", "platform", "account_id", "campaign_id"],
                match_fields={
                    "campaign_id": "campaign_id",
                    "campaign_name": "campaign_name",
                },
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    final as (
        select
            date_day,
            platform,
            account_id,
            campaign_id,
            marketing_campaign_id,
            'plan' as match_method,
            match_rule
        from planned
        union all
        select
            campaign_day.date_day,
            campaign_day.platform,
            campaign_day.account_id,
            campaign_day.campaign_id,
            concat(campaign_day.platform, '/', campaign_day.campaign_id) as marketing_campaign_id,
            'platform' as match_method,
            cast(null as varchar(1)) as match_rule
        from campaign_day
        cross join plan_count
        where plan_count.plans = 0

    )

select *
from final
