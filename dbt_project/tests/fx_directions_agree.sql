-- There and back again is 1: a rate of fx_rates.csv that stands under the wrong pair, or with its
-- point in the wrong place, makes money. 2 % leave room for buying and selling rates.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "dim_fx_rate"}}}) }}

select
    there.date_day,
    there.from_currency,
    there.to_currency,
    there.fx_rate,
    back.fx_rate as fx_rate_back,
    'a rate and that of the opposite direction do not fit' as message
from {{ ref("dim_fx_rate") }} as there
inner join
    {{ ref("dim_fx_rate") }} as back
    on there.date_day = back.date_day
    and there.from_currency = back.to_currency
    and there.to_currency = back.from_currency
where
    there.from_currency < there.to_currency
    and abs(cast(there.fx_rate as double) * cast(back.fx_rate as double) - 1) > 0.02
