-- The rate into the reporting currency for every day and currency, as facts join it. A day
-- without one has no row.
with
    rate as (select * from {{ ref("dim_fx_rate") }}),

    setting as (select reporting_currency from {{ ref("stg_workspace_setting") }}),

    final as (
        select
            rate.date_day,
            rate.from_currency as currency_code,
            rate.fx_rate,
            rate.fx_date,
            rate.fx_source
        from rate
        inner join setting on rate.to_currency = setting.reporting_currency
    )

select *
from final
