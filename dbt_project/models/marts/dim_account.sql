with
    identity as (select * from {{ ref("int_ad_identity") }}),

    setting as (select * from {{ ref("stg_account_setting") }} where account_id is not null),

    fact as (select * from {{ ref("int_ad_campaign_daily") }}),

    newest_name as (
        select identity.platform, identity.known_account_id as account_id, identity.account_name
        from identity
        where identity.account_name is not null
        qualify
            row_number() over (
                partition by identity.platform, identity.known_account_id
                order by identity.last_landed_at desc nulls last, identity.account_name
            )
            = 1
    ),

    account as (
        select
            platform,
            known_account_id as account_id,
            max(known_currency_code) as currency_code,
            max(known_timezone) as account_timezone
        from identity
        group by platform, known_account_id
    ),

    spent as (
        select platform, account_id, min(date_day) as first_day, max(date_day) as last_day
        from fact
        group by platform, account_id
    ),

    final as (
        select
            account.platform,
            account.account_id,
            coalesce(setting.account_name, newest_name.account_name) as account_name,
            account.currency_code,
            account.account_timezone,
            spent.first_day,
            spent.last_day
        from account
        left join
            newest_name
            on account.platform = newest_name.platform
            and account.account_id = newest_name.account_id
        left join
            spent on account.platform = spent.platform and account.account_id = spent.account_id
        left join
            setting
            on account.platform = setting.platform
            and account.account_id = setting.account_id
    )

select *
from final
