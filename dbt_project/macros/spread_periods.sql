{#-
  Period totals turned into days, as one query: columns `series`, `carried`, date_day and the measures.

  A day of a period is open when no daily export covers it (`covered`: `coverage` columns and date_day). If all
  days are covered, but the owner itself (`owner` columns, part of `series`) has no daily row in the period, the
  daily exports left it out, and all days are open. What the period states beyond the daily rows of the same
  series (never below 0) is spread evenly over its open days; cumulative rounding makes the days add up to the
  remainder exactly. Where periods of one owner overlap, a day belongs to the shortest, then to the newest
  statement, and the other period leaves out what that one says of the day.

  period_rows: relation with `series`, `carried`, period_start, period_end, exported_at, landed_at, measures
  daily_rows: relation with `series`, date_day and the measures
-#}
{% macro spread_periods(period_rows, daily_rows, covered, series, owner, coverage, carried) -%}
    {%- set period = ["period_start", "period_end"] -%}
    {%- set owner_period = owner + period -%}
    with
        stated_period as (
            select
                {{ owner_period | join(", ") }},
                {{ days_between("period_start", "period_end") }} as period_length,
                max(exported_at) as exported_at,
                max(landed_at) as landed_at
            from {{ period_rows }}
            group by {{ owner_period | join(", ") }}
        ),

        owner_day as (select distinct {{ owner | join(", ") }}, date_day from {{ daily_rows }}),

        candidate_day as (
            select
                {{ of("stated_period", owner_period) }},
                stated_period.period_length,
                stated_period.exported_at,
                stated_period.landed_at,
                calendar.date_day,
                case when covered_day.date_day is null then 1 else 0 end as is_uncovered,
                case when owner_day.date_day is null then 0 else 1 end as is_stated_daily
            from stated_period
            inner join
                {{ ref("dim_date") }} as calendar
                on calendar.date_day >= stated_period.period_start
                and calendar.date_day <= stated_period.period_end
            left join
                {{ covered }} as covered_day
                on {{ same("covered_day", "stated_period", coverage) }}
                and covered_day.date_day = calendar.date_day
            left join
                owner_day
                on {{ same("owner_day", "stated_period", owner) }}
                and owner_day.date_day = calendar.date_day
        ),

        judged_day as (
            select
                *,
                sum(is_uncovered) over (
                    partition by {{ owner_period | join(", ") }}
                ) as uncovered_days,
                sum(is_stated_daily) over (
                    partition by {{ owner_period | join(", ") }}
                ) as stated_days
            from candidate_day
        ),

        open_day as (
            select
                {{ owner_period | join(", ") }},
                date_day,
                row_number() over (
                    partition by {{ owner | join(", ") }}, date_day
                    order by
                        period_length nulls last,
                        exported_at desc nulls last,
                        landed_at desc nulls last,
                        period_start desc nulls last,
                        period_end desc nulls last
                ) as claim,
                count(*) over (partition by {{ owner_period | join(", ") }}) as open_days
            from judged_day
            where is_uncovered = 1 or (uncovered_days = 0 and stated_days = 0)
        ),

        owned_day as (
            select
                {{ owner_period | join(", ") }},
                date_day,
                open_days,
                row_number() over (
                    partition by {{ owner_period | join(", ") }} order by date_day nulls last
                ) as day_number,
                count(*) over (partition by {{ owner_period | join(", ") }}) as day_count
            from open_day
            where claim = 1
        ),

        stated_daily as (
            select
                {{ of("period_row", series + period) }}
                {%- for measure in ad_measures() %}
                    , sum(daily_row.{{ measure }}) as {{ measure }}
                {%- endfor %}
            from {{ period_rows }} as period_row
            inner join
                {{ daily_rows }} as daily_row
                on {{ same("daily_row", "period_row", series) }}
                and daily_row.date_day >= period_row.period_start
                and daily_row.date_day <= period_row.period_end
            group by {{ of("period_row", series + period) }}
        ),

        beyond_daily as (
            select
                {{ of("period_row", series + period + carried) }}
                {%- for measure in ad_measures() %}
                    ,
                    {{ remaining("period_row." ~ measure, "stated_daily." ~ measure) }}
                    as {{ measure }}
                {%- endfor %}
            from {{ period_rows }} as period_row
            left join stated_daily on {{ same("stated_daily", "period_row", series + period) }}
        ),

        stated_elsewhere as (
            select
                {{ of("period_row", series + period) }}
                {%- for measure in ad_measures() %}
                    ,
                    {{
                        ad_measure_type(
                            measure,
                            "round(sum(cast(other."
                            ~ measure
                            ~ " as double) / owned_day.open_days), 6)",
                        )
                    }} as {{ measure }}
                {%- endfor %}
            from beyond_daily as period_row
            inner join
                open_day
                on {{ same("open_day", "period_row", owner_period) }}
                and open_day.claim > 1
            inner join
                owned_day
                on {{ same("owned_day", "open_day", owner) }}
                and owned_day.date_day = open_day.date_day
            inner join
                beyond_daily as other
                on {{ same("other", "period_row", series) }}
                and {{ same("other", "owned_day", period) }}
            group by {{ of("period_row", series + period) }}
        ),

        remainder as (
            select
                {{ of("beyond_daily", series + period + carried) }}
                {%- for measure in ad_measures() %}
                    ,
                    {{ remaining("beyond_daily." ~ measure, "stated_elsewhere." ~ measure) }}
                    as {{ measure }}
                {%- endfor %}
            from beyond_daily
            left join
                stated_elsewhere on {{ same("stated_elsewhere", "beyond_daily", series + period) }}
        )

    select
        {{ of("remainder", series + carried) }},
        owned_day.date_day
        {%- for measure in ad_measures() %}
            ,
            {{
                spread_part(
                    "remainder." ~ measure,
                    "owned_day.day_number",
                    "owned_day.day_count",
                    "decimal(18, 6)" if measure in ad_amounts() else "bigint",
                    6 if measure in ad_amounts() else 0,
                )
            }} as {{ measure }}
        {%- endfor %}
    from remainder
    inner join owned_day on {{ same("owned_day", "remainder", owner_period) }}
{%- endmacro %}
