with
    rate as (select * from {{ source("lake", "fx_rate") }}),

    final as (select rate_date, from_currency, to_currency, rate, rate_source from rate)

select *
from final
