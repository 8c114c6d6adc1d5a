-- Platform campaigns with the newest name anyone gave them; rows of no campaign are not
-- campaigns.
with
    campaign_day as (
        select *
        from {{ ref("int_ad_campaign_daily") }}
        where campaign_id not in ('(unallocated)', '(unknown)')
    ),

    statement as (select * from {{ ref("int_ad_statement") }}),

    stated_name as (
        select
            platform,
            account_id,
            campaign_id,
            campaign_name,
            max(period_end) as period_end,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at
        from statement
        where campaign_name is not null
        group by platform, account_id, campaign_id, campaign_name
    ),

    name as (
        select *
        from stated_name
        qualify
            row_number() over (
                partition by platform, account_id, campaign_id
                order by
                    period_end desc nulls last,
                    exported_at desc nulls last,
                    landed_at desc nulls last,
                    campaign_name
            )
            = 1
    ),

    spent as (
        select
            platform,
            account_id,
            campaign_id,
            min(date_day) as first_day,
            max(date_day) as last_day,
            {{ money("sum(spend)") }} as spend
        from campaign_day
        group by platform, account_id, campaign_id
    ),

    final as (
        select
            spent.platform,
            spent.account_id,
            spent.campaign_id,
            coalesce(name.campaign_name, spent.campaign_id) as campaign_name,
            spent.first_day,
            spent.last_day,
            spent.spend
        from spent
        left join
            name
            on spent.platform = name.platform
            and spent.account_id = name.account_id
            and spent.campaign_id = name.campaign_id
    )

select *
from final
