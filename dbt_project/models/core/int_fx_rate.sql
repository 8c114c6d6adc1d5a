-- Rates between the reporting currency and each other one, both directions, on the days somebody
-- published them: what fx_rates.csv says, else a bank's quotes. A bank quotes one base; a rate
-- between two other currencies is the quotient of the day's two quotes, exact to 12 decimals.
with
    setting as (select reporting_currency from {{ ref("stg_workspace_setting") }}),

    own_rate as (select * from {{ ref("stg_fx_rate") }}),

    quote as (select * from {{ ref("stg_fx_quote") }}),

    -- The base is quoted at 1, so that it is a currency like the others.
    quoted as (
        select platform, rate_date, base_currency, quote_currency as currency_code, rate
        from quote
        union all
        select distinct
            platform,
            rate_date,
            base_currency,
            base_currency as currency_code,
            {{ money("1") }} as rate
        from quote
    ),

    reporting as (
        select quoted.*
        from quoted
        inner join setting on quoted.currency_code = setting.reporting_currency
    ),

    crossed as (
        select
            quoted.platform,
            quoted.rate_date,
            quoted.base_currency,
            quoted.currency_code,
            quoted.rate,
            reporting.currency_code as reporting_currency,
            reporting.rate as reporting_rate
        from quoted
        inner join
            reporting
            on quoted.platform = reporting.platform
            and quoted.rate_date = reporting.rate_date
            and quoted.base_currency = reporting.base_currency
        where quoted.currency_code <> reporting.currency_code
    ),

    stated as (
        select
            own_rate.rate_date,
            own_rate.from_currency,
            own_rate.to_currency,
            cast(own_rate.rate as decimal(24, 12)) as rate,
            own_rate.rate_source,
            1 as priority
        from own_rate
        inner join
            setting on setting.reporting_currency in (own_rate.from_currency, own_rate.to_currency)
        where own_rate.from_currency <> own_rate.to_currency
        union all
        select
            rate_date,
            currency_code as from_currency,
            reporting_currency as to_currency,
            {{ exact_quotient("reporting_rate", "rate") }} as rate,
            case
                when base_currency in (currency_code, reporting_currency)
                then platform
                else concat(platform, ', by way of ', base_currency)
            end as rate_source,
            2 as priority
        from crossed
        union all
        select
            rate_date,
            reporting_currency as from_currency,
            currency_code as to_currency,
            {{ exact_quotient("rate", "reporting_rate") }} as rate,
            case
                when base_currency in (currency_code, reporting_currency)
                then platform
                else concat(platform, ', by way of ', base_currency)
            end as rate_source,
            2 as priority
        from crossed
    ),

    final as (
        select rate_date, from_currency, to_currency, rate, rate_source
        from stated
        -- Too small to be told from 0 is no rate.
        where rate > 0
        qualify
            row_number() over (
                partition by rate_date, from_currency, to_currency
                order by priority, rate_source nulls last, rate
            )
            = 1
    )

select *
from final
