-- What young days are expected to gain yet. An estimate beside the actual numbers, never added to
-- them: the conversions stated so far divided by the share that is known at the age the day had
-- when its newest export was made. Mature days are not on it.
with
    fact as (select * from {{ ref("fct_ad_campaign_daily") }} where not is_mature),

    receipt as (
        select file_id, max(coalesce(exported_at, landed_at)) as stated_at
        from {{ ref("stg_landed_file") }}
        group by file_id
    ),

    setting as (select as_of from {{ ref("stg_workspace_setting") }}),

    curve as (select * from {{ ref("int_conversion_lag_curve") }}),

    own_account as (select distinct platform, account_id from curve where account_id <> '(all)'),

    aged as (
        select
            fact.date_day,
            fact.platform,
            fact.account_id,
            fact.campaign_id,
            fact.channel_id,
            fact.marketing_campaign_id,
            coalesce(own_account.account_id, '(all)') as curve_account_id,
            greatest(
                least(
                    {{ days_between("fact.date_day", "setting.as_of") }},
                    coalesce(
                        {{ days_between("fact.date_day", "cast(receipt.stated_at as date)") }},
                        {{ days_between("fact.date_day", "setting.as_of") }}
                    )
                ),
                0
            ) as age_days,
            fact.conversions,
            fact.conversion_value
        from fact
        cross join setting
        left join receipt on fact.file_id = receipt.file_id
        left join
            own_account
            on fact.platform = own_account.platform
            and fact.account_id = own_account.account_id
    ),

    expected as (
        select
            aged.*,
            curve.basis,
            curve.completeness,
            curve.value_completeness,
            {{ money("round(" ~ ratio("aged.conversions", "curve.completeness") ~ ", 6)") }}
            as expected_conversions,
            {{
                money(
                    "round(" ~ ratio("aged.conversion_value", "curve.value_completeness") ~ ", 6)"
                )
            }} as expected_conversion_value
        from aged
        left join
            curve
            on aged.platform = curve.platform
            and aged.curve_account_id = curve.account_id
            and aged.age_days = curve.age_days
    ),

    final as (
        select
            date_day,
            platform,
            account_id,
            campaign_id,
            channel_id,
            marketing_campaign_id,
            age_days,
            basis,
            completeness,
            value_completeness,
            conversions,
            expected_conversions,
            {{ money("expected_conversions - conversions") }} as late_conversions,
            conversion_value,
            expected_conversion_value,
            {{ money("expected_conversion_value - conversion_value") }} as late_conversion_value
        from expected
    )

select *
from final
