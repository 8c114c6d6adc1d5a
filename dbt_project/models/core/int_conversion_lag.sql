-- How many days an account's conversions take to be complete: what a person set for the account,
-- else for the platform; else the first age at which 95 % of the final conversions were known,
-- where enough days are measured; else the platform's default. 95 % is where a plan counts as on
-- track. No lag is longer than the curve of its completeness. `(all)` stands for the accounts of
-- a platform that have no row of their own.
{%- set complete, longest = 0.95, longest_conversion_lag() %}
with
    setting as (
        select * from {{ ref("stg_account_setting") }} where conversion_lag_days is not null
    ),

    platform as (select * from {{ ref("stg_platform") }}),

    measured as (
        select platform, min(age_days) as lag_days
        from {{ ref("int_conversion_lag_measured") }}
        where is_measured and completeness >= {{ complete }}
        group by platform
    ),

    known_platform as (
        select platform
        from platform
        union
        select platform
        from measured
        union
        select platform
        from setting
    ),

    final as (
        select
            known_platform.platform,
            '(all)' as account_id,
            least(
                coalesce(
                    setting.conversion_lag_days, measured.lag_days, platform.conversion_lag_days, 0
                ),
                {{ longest }}
            ) as lag_days,
            case
                when setting.conversion_lag_days is not null
                then 'settings'
                when measured.lag_days is not null
                then 'measured'
                else 'default'
            end as basis
        from known_platform
        left join
            setting on known_platform.platform = setting.platform and setting.account_id is null
        left join measured on known_platform.platform = measured.platform
        left join platform on known_platform.platform = platform.platform
        union all
        select
            platform,
            account_id,
            least(conversion_lag_days, {{ longest }}) as lag_days,
            'settings' as basis
        from setting
        where account_id is not null
    )

select *
from final
