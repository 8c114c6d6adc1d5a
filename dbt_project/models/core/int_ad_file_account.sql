-- Files that name no account, with the only account whose campaigns they show.
with
    performance as (select * from {{ ref("stg_ad_performance") }}),

    setting as (select * from {{ ref("stg_account_setting") }}),

    stated as (
        select distinct
            platform,
            account_id,
            account_name,
            campaign_id,
            campaign_name,
            case when account_id is null and account_name is null then file_id end as file_id
        from performance
    ),

    {{ ad_account_of_name_ctes("stated") }},

    account_of_campaign as (
        select platform, campaign, min(stated_account_id) as account_id
        from
            (
                select platform, 'id ' || campaign_id as campaign, stated_account_id
                from with_stated_account
                where campaign_id is not null and stated_account_id is not null
                union all
                select platform, 'name ' || campaign_name, stated_account_id
                from with_stated_account
                where campaign_name is not null and stated_account_id is not null
            ) as known_campaign
        group by platform, campaign
        having count(distinct stated_account_id) = 1
    ),

    final as (
        select nameless.file_id, min(account_of_campaign.account_id) as file_account_id
        from with_stated_account as nameless
        inner join
            account_of_campaign
            on nameless.platform = account_of_campaign.platform
            and account_of_campaign.campaign
            = coalesce('id ' || nameless.campaign_id, 'name ' || nameless.campaign_name)
        where nameless.file_id is not null
        group by nameless.file_id
        having count(distinct account_of_campaign.account_id) = 1
    )

select *
from final
