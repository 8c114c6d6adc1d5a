-- How complete conversions are at each age of a day: what is used, and what was measured.
with
    curve as (select * from {{ ref("int_conversion_lag_curve") }}),

    final as (
        select
            platform,
            account_id,
            age_days,
            basis,
            lag_days,
            completeness,
            value_completeness,
            measured_completeness,
            n_days,
            n_conversions
        from curve
    )

select *
from final
