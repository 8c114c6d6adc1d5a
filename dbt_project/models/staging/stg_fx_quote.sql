-- Reference rates as banks publish them, the newest statement per day and currency. The table of
-- all days is often landed again, so only what is quoted is kept, and once.
with
    landed as (
        select * from ({{ landed_rows("fx_quote") }}) as landed_row where landed_row.rate > 0
    ),

    final as (
        select platform, period_start as rate_date, base_currency, quote_currency, rate, file_id
        from landed
        qualify
            row_number() over (
                partition by platform, period_start, base_currency, quote_currency
                order by exported_at desc nulls last, landed_at desc nulls last, file_id, row_number
            )
            = 1
    )

select *
from final
