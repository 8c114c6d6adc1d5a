-- Between its first and its last day a pair has a rate on every day. A warning: money on a day
-- without a rate stops the build by itself, and a currency nobody spends in harms nothing.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "dim_fx_rate"}}}) }}

with
    pair as (
        select
            from_currency,
            to_currency,
            min(date_day) as first_day,
            max(date_day) as last_day,
            count(*) as days_with_rate
        from {{ ref("dim_fx_rate") }}
        group by from_currency, to_currency
    )

select *, 'rates of the pair are missing for more than 7 days in a row' as message
from pair
where {{ days_between("first_day", "last_day") }} + 1 <> days_with_rate
