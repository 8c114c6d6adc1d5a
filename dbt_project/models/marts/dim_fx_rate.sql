-- Rates by day between the reporting currency and each other one, both directions: the newest on
-- or before the day, at most seven days old. A day without one has no row; the reporting currency
-- itself always has the rate 1.
with
    rate as (select * from {{ ref("int_fx_rate") }}),

    setting as (select reporting_currency from {{ ref("stg_workspace_setting") }}),

    calendar as (select date_day from {{ ref("dim_date") }}),

    -- Each rate holds until the next one of its pair, so no day meets several.
    holding as (
        select
            rate_date,
            from_currency,
            to_currency,
            rate,
            rate_source,
            least(
                coalesce(
                    {{
                        add_days(
                            "lead(rate_date) over (partition by from_currency, to_currency order by rate_date nulls last)",
                            -1,
                        )
                    }},
                    {{ add_days("rate_date", 7) }}
                ),
                {{ add_days("rate_date", 7) }}
            ) as last_day
        from rate
    ),

    final as (
        select
            calendar.date_day,
            holding.from_currency,
            holding.to_currency,
            holding.rate as fx_rate,
            holding.rate_date as fx_date,
            holding.rate_source as fx_source
        from calendar
        inner join holding on calendar.date_day between holding.rate_date and holding.last_day
        union all
        select
            calendar.date_day,
            setting.reporting_currency as from_currency,
            setting.reporting_currency as to_currency,
            cast(1 as decimal(24, 12)) as fx_rate,
            calendar.date_day as fx_date,
            'same currency' as fx_source
        from calendar
        cross join setting
    )

select *
from final
