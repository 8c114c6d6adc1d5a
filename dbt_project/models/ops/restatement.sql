-- What platforms took back: per account, day or period, and measure, every file that changed what
-- had been stated before, with the value first stated, the one before, and the newest. A campaign
-- that a later file adds counts from the beginning with its first statement, so that values
-- compare the same campaigns; a file that repeats the same numbers is no restatement.
{%- set account_period = ["platform", "account_id", "period_start", "period_end"] -%}
{%- set period = account_period + ["measure"] %}
with
    statement as (select * from {{ ref("int_restated_statement") }}),

    changed_campaign as (
        select
            {{ account_period | join(", ") }}
            {%- for measure in restated_measures() %}
                , min({{ measure }}) <> max({{ measure }}) as has_changed_{{ measure }}
            {%- endfor %}
        from statement
        group by {{ account_period | join(", ") }}, campaign_id
    ),

    -- Most of what is stated again is the same: only what differs is followed.
    changed as (
        select
            {{ account_period | join(", ") }}
            {%- for measure in restated_measures() %}
                , bool_or(has_changed_{{ measure }}) as has_changed_{{ measure }}
            {%- endfor %}
        from changed_campaign
        group by {{ account_period | join(", ") }}
    ),

    measured as (
        {% for measure in restated_measures() -%}
            select
                {{ of("statement", account_period) }},
                '{{ measure }}' as measure,
                statement.level,
                statement.campaign_id,
                statement.file_id,
                statement.exported_at,
                statement.landed_at,
                statement.age_days,
                statement.currency_code,
                {{ money("statement." ~ measure) }} as value
            from statement
            inner join changed on {{ same("changed", "statement", account_period) }}
            where changed.has_changed_{{ measure }} and statement.{{ measure }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    compared as (
        select
            *,
            lag(value) over (
                partition by {{ period | join(", ") }}, campaign_id order by {{ statement_order() }}
            ) as value_before
        from measured
    ),

    by_file as (
        select
            {{ period | join(", ") }},
            max(level) as level,
            file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at,
            max(age_days) as age_days,
            max(currency_code) as currency_code,
            {{ money("sum(case when value_before is null then value else 0 end)") }}
            as first_stated,
            {{ money("sum(value - coalesce(value_before, value))") }} as delta,
            {{ count_type("sum(case when value <> value_before then 1 else 0 end)") }}
            as campaigns_restated
        from compared
        group by {{ period | join(", ") }}, file_id
    ),

    following as (
        select
            *,
            {{ money("sum(first_stated) over (partition by " ~ (period | join(", ")) ~ ")") }}
            as first_value,
            {{
                money(
                    "sum(delta) over (partition by "
                    ~ (period | join(", "))
                    ~ " order by "
                    ~ statement_order()
                    ~ " rows between unbounded preceding and current row)"
                )
            }} as delta_so_far,
            {{ money("sum(delta) over (partition by " ~ (period | join(", ")) ~ ")") }}
            as delta_in_all,
            min(age_days) over (partition by {{ period | join(", ") }}) as first_age_days,
            lag(age_days) over (
                partition by {{ period | join(", ") }} order by {{ statement_order() }}
            ) as previous_age_days
        from by_file
    ),

    final as (
        select
            {{ period | join(", ") }},
            level,
            file_id,
            exported_at,
            age_days,
            previous_age_days,
            first_age_days,
            currency_code,
            first_value,
            {{ money("first_value + delta_so_far - delta") }} as previous_value,
            {{ money("first_value + delta_so_far") }} as value,
            {{ money("first_value + delta_in_all") }} as newest_value,
            delta,
            campaigns_restated
        from following
        where campaigns_restated > 0
    )

select *
from final
