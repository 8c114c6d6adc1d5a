-- What was known at an age is known at every later one, and no day is mature before 95 % is known.
{{ config(meta={"dagster": {"ref": {"name": "mart_conversion_lag"}}}) }}

with
    following as (
        select
            *,
            lag(completeness) over (
                partition by platform, account_id order by age_days nulls last
            ) as completeness_before
        from {{ ref("mart_conversion_lag") }}
    )

select
    platform,
    account_id,
    age_days,
    completeness_before,
    completeness,
    'completeness falls with age, or a mature age is incomplete' as message
from following
where completeness < completeness_before or (age_days > lag_days and completeness < 0.95)
