-- The newest statement of each measure per entity, action, window and period. Counts and values
-- may come in files of their own, so each measure is the newest that any file states. A row
-- without a campaign finds it by its name, ad group or ad; a row without an account belongs to
-- the only account of the platform.
{%- set key = conversion_key() + ["period_start", "period_end"] %}
{%- set measures = conversion_measures() %}
with
    statement as (select * from {{ ref("stg_ad_conversion") }}),

    campaign as (select * from {{ ref("int_conversion_campaign") }}),

    only_account as (
        select platform, min(account_id) as account_id
        from campaign
        group by platform
        having count(distinct account_id) = 1
    ),

    with_account as (
        select
            statement.*,
            case
                when statement.account_id = '(unknown)'
                then coalesce(only_account.account_id, '(unknown)')
                else statement.account_id
            end as known_account_id
        from statement
        left join only_account on statement.platform = only_account.platform
    ),

    with_campaign as (
        select
            with_account.*,
            case
                when with_account.level = 'account'
                then ''
                else
                    coalesce(
                        with_account.campaign_id,
                        by_name.campaign_id,
                        with_account.campaign_name,
                        by_ad.campaign_id,
                        by_group.campaign_id,
                        '(unknown)'
                    )
            end as known_campaign_id
        from with_account
        left join
            campaign as by_name
            on with_account.platform = by_name.platform
            and with_account.known_account_id = by_name.account_id
            and by_name.sign = concat('campaign ', with_account.campaign_name)
        left join
            campaign as by_group
            on with_account.platform = by_group.platform
            and with_account.known_account_id = by_group.account_id
            and by_group.sign = concat('ad group ', with_account.ad_group_id)
        left join
            campaign as by_ad
            on with_account.platform = by_ad.platform
            and with_account.known_account_id = by_ad.account_id
            and by_ad.sign = concat('ad ', with_account.ad_id)
    ),

    per_file as (
        select
            file_id,
            platform,
            known_account_id as account_id,
            level,
            known_campaign_id as campaign_id,
            case
                when level in ('account', 'campaign')
                then ''
                else coalesce(ad_group_id, ad_group_name, '')
            end as ad_group_id,
            case when level = 'ad' then coalesce(ad_id, ad_name, '') else '' end as ad_id,
            case
                when level = 'keyword' then coalesce(keyword_id, keyword, '') else ''
            end as keyword_id,
            conversion_action,
            attribution_window,
            conversion_basis,
            period_start,
            period_end,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at,
            max(campaign_name) as campaign_name,
            max(ad_group_name) as ad_group_name,
            max(ad_name) as ad_name,
            max(keyword) as keyword,
            max(conversion_category) as conversion_category,
            bool_and(is_category_total) as is_category_total,
            max(click_days) as click_days,
            max(view_days) as view_days,
            max(currency_code) as currency_code
            {%- for measure in measures %}
                , {{ money("sum(" ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from with_campaign
        group by
            file_id,
            platform,
            known_account_id,
            level,
            known_campaign_id,
            case
                when level in ('account', 'campaign')
                then ''
                else coalesce(ad_group_id, ad_group_name, '')
            end,
            case when level = 'ad' then coalesce(ad_id, ad_name, '') else '' end,
            case when level = 'keyword' then coalesce(keyword_id, keyword, '') else '' end,
            conversion_action,
            attribution_window,
            conversion_basis,
            period_start,
            period_end
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by {{ key | join(", ") }}
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            ) as age
        from per_file
    ),

    stated as (
        select
            *
            {%- for measure in measures %}
                ,
                min(case when {{ measure }} is not null then age end) over (
                    partition by {{ key | join(", ") }}
                ) as age_of_{{ measure }}
            {%- endfor %}
        from ranked
    ),

    final as (
        select
            {{ key | join(", ") }},
            max(case when age = 1 then file_id end) as file_id,
            max(case when age = 1 then exported_at end) as exported_at,
            max(case when age = 1 then landed_at end) as landed_at,
            max(campaign_name) as campaign_name,
            max(ad_group_name) as ad_group_name,
            max(ad_name) as ad_name,
            max(keyword) as keyword,
            max(conversion_category) as conversion_category,
            bool_and(is_category_total) as is_category_total,
            max(click_days) as click_days,
            max(view_days) as view_days,
            max(currency_code) as currency_code
            {%- for measure in measures %}
                , max(case when age = age_of_{{ measure }} then {{ measure }} end) as {{ measure }}
            {%- endfor %}
        from stated
        group by {{ key | join(", ") }}
    )

select *
from final
