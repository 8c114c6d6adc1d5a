-- Claims of each platform, long. `is_counted` marks the rows that may be added up within a
-- platform: one action per overlap group, one window per action, one level per campaign and day.
with
    daily as (select * from {{ ref("int_ad_conversion_daily") }}),

    action as (select * from {{ ref("dim_conversion_action") }}),

    chosen_window as (select * from {{ ref("int_conversion_window") }}),

    match as (select * from {{ ref("int_campaign_match_day") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    conversion_lag as (select * from {{ ref("int_conversion_lag") }}),

    workspace as (select as_of from {{ ref("stg_workspace_setting") }}),

    levelled as (
        select
            *,
            case
                level
                when 'campaign'
                then 1
                when 'ad_group'
                then 2
                when 'ad'
                then 3
                when 'account'
                then 5
                else 4
            end as level_rank
        from daily
    ),

    -- The highest level that states a campaign's day. Rows that name no campaign count only on days
    -- of which no better level of the account says anything.
    with_level as (
        select
            *,
            case
                when campaign_id in ('', '(unknown)')
                then
                    level_rank = min(level_rank) over (
                        partition by
                            date_day,
                            platform,
                            account_id,
                            conversion_action,
                            attribution_window,
                            conversion_basis
                    )
                else
                    level_rank = min(level_rank) over (
                        partition by
                            date_day,
                            platform,
                            account_id,
                            campaign_id,
                            conversion_action,
                            attribution_window,
                            conversion_basis
                    )
            end as is_authority_level
        from levelled
    ),

    final as (
        select
            fact.date_day,
            {%- for name in conversion_key() %} fact.{{ name }}, {%- endfor %}
            fact.campaign_name,
            fact.ad_group_name,
            fact.ad_name,
            fact.keyword,
            coalesce(platform_.channel_id, 'other') as channel_id,
            coalesce(match.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            action.category,
            action.overlap_group,
            action.is_primary,
            action.is_canonical,
            fact.click_days,
            fact.view_days,
            chosen_window.is_default_window,
            fact.is_authority_level,
            action.is_canonical
            and chosen_window.is_default_window
            and fact.is_authority_level as is_counted,
            fact.conversions,
            fact.view_through_conversions,
            fact.conversion_value as conversion_value_native,
            fact.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("fact.conversion_value", "fx.fx_rate") }} as conversion_value,
            fact.is_allocated,
            {{
                is_ad_day_mature(
                    "fact.date_day", "workspace", "own", "platform_wide", "platform_"
                )
            }} as is_mature,
            fact.file_id
        from with_level as fact
        cross join workspace
        inner join
            action
            on fact.platform = action.platform
            and fact.account_id = action.account_id
            and fact.conversion_action = action.conversion_action
        inner join
            chosen_window
            on fact.platform = chosen_window.platform
            and fact.account_id = chosen_window.account_id
            and fact.conversion_action = chosen_window.conversion_action
            and fact.attribution_window = chosen_window.attribution_window
            and fact.conversion_basis = chosen_window.conversion_basis
        left join
            match
            on fact.platform = match.platform
            and fact.account_id = match.account_id
            and fact.campaign_id = match.campaign_id
            and fact.date_day = match.date_day
        left join fx on fact.date_day = fx.date_day and fact.currency_code = fx.currency_code
        left join
            conversion_lag as own
            on fact.platform = own.platform
            and fact.account_id = own.account_id
        left join
            conversion_lag as platform_wide
            on fact.platform = platform_wide.platform
            and platform_wide.account_id = '(all)'
        left join {{ ref("stg_platform") }} as platform_ on fact.platform = platform_.platform
    )

select *
from final
