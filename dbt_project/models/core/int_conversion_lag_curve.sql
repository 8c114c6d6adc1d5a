-- The share of a day's final conversions that is known at each age. Measured where the lag is;
-- else a stated shape: most conversions come soon, the rest ever more slowly, 99 % by the day of
-- the lag and all after it: 1 - 0.01 ^ ((age + 1) / (lag + 1)). Value follows conversions where
-- none was measured.
{%- set left_at_lag = 0.01 %}
with
    lag_ as (select * from {{ ref("int_conversion_lag") }}),

    measured as (select * from {{ ref("int_conversion_lag_measured") }}),

    final_age as (select platform, max(age_days) as final_age_days from measured group by platform),

    age as ({{ whole_numbers_up_to(longest_conversion_lag()) }}),

    shaped as (
        select
            lag_.platform,
            lag_.account_id,
            age.number as age_days,
            lag_.lag_days,
            lag_.basis,
            case
                when age.number > lag_.lag_days
                then cast(1 as double)
                else
                    1 - power(
                        cast({{ left_at_lag }} as double),
                        {{ ratio("age.number + 1", "lag_.lag_days + 1") }}
                    )
            end as shape
        from lag_
        left join final_age on lag_.platform = final_age.platform
        inner join
            age on age.number <= greatest(coalesce(final_age.final_age_days, 0), lag_.lag_days)
    ),

    final as (
        select
            shaped.platform,
            shaped.account_id,
            shaped.age_days,
            shaped.lag_days,
            shaped.basis,
            case
                when shaped.basis = 'measured' then measured.completeness else shaped.shape
            end as completeness,
            case
                when shaped.basis = 'measured'
                then coalesce(measured.value_completeness, measured.completeness)
                else shaped.shape
            end as value_completeness,
            case when measured.is_measured then measured.completeness end as measured_completeness,
            coalesce(measured.n_days, 0) as n_days,
            coalesce(measured.n_conversions, {{ money("0") }}) as n_conversions
        from shaped
        left join
            measured on shaped.platform = measured.platform and shaped.age_days = measured.age_days
    )

select *
from final
