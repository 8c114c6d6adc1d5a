-- How much of a day's final conversions each platform had stated at each age of the day, measured
-- on days whose newest statement is old enough to be final. Ages with too few days or conversions
-- say nothing by themselves; a share never falls with age, and never exceeds the whole: what
-- platforms take back is no late conversion.
{%- set least_days, least_conversions = 10, 50 -%}
{%- set final_age, longest_age = 30, longest_conversion_lag() -%}
{%- set campaign_day = ["platform", "account_id", "period_end", "campaign_id"] %}
with
    statement as (
        select *
        from {{ ref("int_restated_statement") }}
        where period_start = period_end and conversions is not null
    ),

    setting as (select * from {{ ref("stg_platform") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    known_platform as (
        select platform
        from setting
        union
        select platform
        from statement
    ),

    -- A platform that is said to take longer is watched for longer.
    platform as (
        select
            known_platform.platform,
            least(
                greatest(coalesce(setting.conversion_lag_days, 0), {{ final_age }}),
                {{ longest_age }}
            ) as final_age_days
        from known_platform
        left join setting on known_platform.platform = setting.platform
    ),

    -- Amounts of several currencies weigh by what they are worth.
    aged as (
        select
            {{ of("statement", campaign_day) }},
            greatest(statement.age_days, 0) as age_days,
            statement.exported_at,
            statement.landed_at,
            statement.file_id,
            platform.final_age_days,
            statement.conversions,
            {{ converted("statement.conversion_value", "fx.fx_rate") }} as conversion_value
        from statement
        inner join platform on statement.platform = platform.platform
        left join
            fx on statement.period_end = fx.date_day and statement.currency_code = fx.currency_code
    ),

    final_statement as (
        select
            {{ campaign_day | join(", ") }},
            conversions as final_conversions,
            conversion_value as final_value
        from aged
        qualify
            row_number() over (
                partition by {{ campaign_day | join(", ") }}
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            )
            = 1
            and age_days >= final_age_days
    ),

    -- Of two exports of one day, the later says what was known at that age.
    at_age as (
        select *
        from aged
        where age_days < final_age_days
        qualify
            row_number() over (
                partition by {{ campaign_day | join(", ") }}, age_days
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            )
            = 1
    ),

    summed as (
        select
            at_age.platform,
            at_age.age_days,
            count(distinct at_age.period_end) as n_days,
            {{ money("sum(final_statement.final_conversions)") }} as n_conversions,
            {{ ratio("sum(at_age.conversions)", "sum(final_statement.final_conversions)") }}
            as share,
            {{
                ratio(
                    "sum(case when final_statement.final_value is not null then at_age.conversion_value end)",
                    "sum(case when at_age.conversion_value is not null then final_statement.final_value end)",
                )
            }}
            as value_share
        from at_age
        inner join final_statement on {{ same("final_statement", "at_age", campaign_day) }}
        group by at_age.platform, at_age.age_days
    ),

    age as ({{ whole_numbers_up_to(longest_age) }}),

    spread as (
        select
            platform.platform,
            platform.final_age_days,
            age.number as age_days,
            coalesce(summed.n_days, 0) as n_days,
            coalesce(summed.n_conversions, {{ money("0") }}) as n_conversions,
            coalesce(summed.n_days, 0) >= {{ least_days }}
            and coalesce(summed.n_conversions, 0) >= {{ least_conversions }} as is_enough,
            summed.share,
            summed.value_share
        from platform
        inner join age on age.number <= platform.final_age_days
        left join summed on platform.platform = summed.platform and age.number = summed.age_days
    ),

    final as (
        select
            platform,
            age_days,
            n_days,
            n_conversions,
            is_enough,
            bool_or(is_enough) over (partition by platform) as is_measured,
            case
                when age_days = final_age_days
                then cast(1 as double)
                else
                    max(
                        case when is_enough and share > 1 then 1 when is_enough then share end
                    ) over (
                        partition by platform
                        order by age_days nulls last
                        rows between unbounded preceding and current row
                    )
            end as completeness,
            case
                when age_days = final_age_days
                then cast(1 as double)
                else
                    max(
                        case
                            when is_enough and value_share > 1
                            then 1
                            when is_enough
                            then value_share
                        end
                    ) over (
                        partition by platform
                        order by age_days nulls last
                        rows between unbounded preceding and current row
                    )
            end as value_completeness
        from spread
    )

select *
from final
