-- The rate into the reporting currency for every day and currency: the newest on or before the
-- day, at most seven days old. A day without one has no row; the reporting currency itself
-- always has the rate 1.
with
    rate as (select * from {{ ref("stg_fx_rate") }}),

    setting as (select reporting_currency from {{ ref("stg_workspace_setting") }}),

    calendar as (select date_day from {{ ref("dim_date") }}),

    quoted as (
        select
            calendar.date_day,
            rate.from_currency as currency_code,
            rate.rate as fx_rate,
            rate.rate_date as fx_date,
            rate.rate_source as fx_source
        from rate
        inner join setting on rate.to_currency = setting.reporting_currency
        inner join
            calendar
            on rate.rate_date <= calendar.date_day
            and rate.rate_date >= {{ add_days("calendar.date_day", -7) }}
        where rate.from_currency <> setting.reporting_currency
        qualify
            row_number() over (
                partition by calendar.date_day, rate.from_currency
                order by rate.rate_date desc nulls last, rate.rate_source nulls last, rate.rate
            )
            = 1
    ),

    same_currency as (
        select
            calendar.date_day,
            setting.reporting_currency as currency_code,
            1 as fx_rate,
            calendar.date_day as fx_date,
            'same currency' as fx_source
        from calendar
        cross join setting
    ),

    final as (
        select
            date_day, currency_code, cast(fx_rate as decimal(24, 12)) as fx_rate, fx_date, fx_source
        from quoted
        union all
        select
            date_day, currency_code, cast(fx_rate as decimal(24, 12)) as fx_rate, fx_date, fx_source
        from same_currency
    )

select *
from final
