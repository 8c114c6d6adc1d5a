-- Counters of longer periods are spread over days that no finer export covers; people and
-- followers stand only on the day that states them.
{%- set counters = social_account_counters() %}
with
    account_total as (
        select *, revenue as revenue_native
        from {{ ref("stg_social_account") }}
        where period_start is not null
    ),

    fx as (select * from {{ ref("int_fx_daily") }}),

    {{
        days_of_periods_ctes(
            "account_total",
            owner=["platform", "account_id"],
            dimensions=[],
            counts=counters | reject("equalto", "watch_time_seconds") | list,
            amounts=["watch_time_seconds", "revenue_native"],
        )
    }},

    stated_day as (select * from account_total where period_start = period_end),

    currency as (
        select platform, account_id, max(currency_code) as currency_code
        from account_total
        group by platform, account_id
    ),

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.account_id,
            {%- for counter in counters %} by_day.{{ counter }}, {%- endfor %}
            {%- for state in social_account_states() %} stated_day.{{ state }}, {%- endfor %}
            by_day.revenue_native,
            currency.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("by_day.revenue_native", "fx.fx_rate") }} as revenue,
            by_day.is_allocated,
            by_day.file_id
        from by_day
        left join
            stated_day
            on by_day.date_day = stated_day.period_start
            and by_day.platform = stated_day.platform
            and by_day.account_id = stated_day.account_id
        left join
            currency
            on by_day.platform = currency.platform
            and by_day.account_id = currency.account_id
        left join fx on by_day.date_day = fx.date_day and currency.currency_code = fx.currency_code
    )

select *
from final
