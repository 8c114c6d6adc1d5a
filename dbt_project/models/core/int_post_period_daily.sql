-- Posts that no snapshot counts, by day: what day rows say, and what periods say beyond them on
-- days without one. Each counter is placed by itself, because day rows often hold only views.
{%- set fractional = ["watch_time_seconds", "revenue"] %}
{%- set whole = post_counters() | reject("in", fractional) | list %}
with
    gained as (select * from {{ ref("stg_social_post_period") }} where period_start is not null),

    snapshot as (select distinct platform, account_id, post_id from {{ ref("stg_social_post") }}),

    without_snapshot as (
        select gained.*
        from gained
        left join
            snapshot
            on gained.platform = snapshot.platform
            and gained.account_id = snapshot.account_id
            and gained.post_id = snapshot.post_id
        where snapshot.post_id is null
    ),

    stated as (
        {%- for counter in whole + fractional %}
            select
                platform,
                account_id,
                post_id,
                '{{ counter }}' as counter,
                period_start,
                period_end,
                file_id,
                {%- if counter in fractional %}
                    cast(null as bigint) as number, {{ money(counter) }} as amount
                {%- else %} {{ counter }} as number, cast(null as decimal(18, 6)) as amount
                {%- endif %}
            from without_snapshot
            where {{ counter }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    {{
        days_of_periods_ctes(
            "stated",
            owner=["platform", "account_id", "post_id", "counter"],
            dimensions=[],
            counts=["number"],
            amounts=["amount"],
        )
    }},

    currency as (
        select platform, account_id, post_id, max(currency_code) as currency_code
        from without_snapshot
        group by platform, account_id, post_id
    ),

    day as (
        select
            date_day,
            platform,
            account_id,
            post_id,
            bool_or(is_allocated) as is_allocated,
            {%- for counter in whole %}
                {{ count_type("max(case when counter = '" ~ counter ~ "' then number end)") }}
                as {{ counter }},
            {%- endfor %}
            {%- for counter in fractional %}
                {{ money("max(case when counter = '" ~ counter ~ "' then amount end)") }}
                as {{ counter }},
            {%- endfor %}
            max(file_id) as file_id
        from by_day
        group by date_day, platform, account_id, post_id
    ),

    final as (
        select
            day.date_day,
            day.platform,
            day.account_id,
            day.post_id,
            day.is_allocated,
            {%- for counter in post_counters() %} day.{{ counter }}, {%- endfor %}
            day.revenue as revenue_native,
            currency.currency_code,
            day.file_id
        from day
        left join
            currency
            on day.platform = currency.platform
            and day.account_id = currency.account_id
            and day.post_id = currency.post_id
    )

select *
from final
