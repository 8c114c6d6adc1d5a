{#-
  Rows of days and periods → rows of days, as the CTEs `period … by_day` of a `with` clause.

  Exports of one owner (a property, say) may cover the same day at several grains: daily, weekly, monthly. Every
  day belongs to the shortest period that covers it (the later one among equals). A period's row gives the days
  that belong to the period what is left after the finer periods inside it, never less than 0, evenly and exact
  to the last digit: the k-th of n days gets round(k/n of the amount) − round((k−1)/n of the amount).
  `is_allocated` marks days that came out of a longer period.

  `rows_cte`: rows with period_start and period_end. `owner`: columns whose periods compete. `dimensions`: the
  rest of the key. `counts`, `amounts`: measures spread as whole numbers and as money.
-#}
{% macro days_of_periods_ctes(rows_cte, owner, dimensions, counts, amounts) -%}
    {%- set measures = counts + amounts -%}
    period as (
        select distinct
            {%- for name in owner %} {{ name }}, {%- endfor %}
            period_start,
            period_end,
            {{ days_between("period_start", "period_end") }} + 1 as day_count
        from {{ rows_cte }}
    ),

    period_day as (
        select
            {%- for name in owner %} period.{{ name }}, {%- endfor %}
            period.period_start,
            period.period_end,
            period.day_count,
            calendar.date_day
        from period
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between period.period_start and period.period_end
        qualify
            row_number() over (
                partition by
                    {%- for name in owner %} period.{{ name }}, {%- endfor %} calendar.date_day
                order by
                    period.day_count,
                    period.period_end desc nulls last,
                    period.period_start desc nulls last
            )
            = 1
    ),

    placed_day as (
        select
            *,
            row_number() over (
                partition by
                    {%- for name in owner %} {{ name }}, {%- endfor %} period_start, period_end
                order by date_day
            ) as day_number,
            count(*) over (
                partition by
                    {%- for name in owner %} {{ name }}, {%- endfor %} period_start, period_end
            ) as owned_days
        from period_day
    ),

    inside as (
        select
            {%- for name in owner %} longer.{{ name }}, {%- endfor %}
            longer.period_start as outer_start,
            longer.period_end as outer_end,
            shorter.period_start as inner_start,
            shorter.period_end as inner_end,
            shorter.day_count
        from period as longer
        inner join
            period as shorter
            on shorter.period_start >= longer.period_start
            and shorter.period_end <= longer.period_end
            and shorter.day_count < longer.day_count
            {%- for name in owner %} and shorter.{{ name }} = longer.{{ name }} {%- endfor %}
    ),

    directly_inside as (
        select inside.*
        from inside
        left join
            inside as between_them
            on between_them.outer_start = inside.outer_start
            and between_them.outer_end = inside.outer_end
            and between_them.inner_start <= inside.inner_start
            and between_them.inner_end >= inside.inner_end
            and between_them.day_count > inside.day_count
            {%- for name in owner %} and between_them.{{ name }} = inside.{{ name }} {%- endfor %}
        where between_them.day_count is null
    ),

    finer_days as (
        select
            {%- for name in owner %} {{ name }}, {%- endfor %} outer_start,
            outer_end,
            sum(day_count) as day_count
        from directly_inside
        group by {%- for name in owner %} {{ name }}, {%- endfor %} outer_start, outer_end
    ),

    finer_total as (
        select
            {%- for name in owner %} directly_inside.{{ name }}, {%- endfor %}
            directly_inside.outer_start,
            directly_inside.outer_end,
            {%- for name in dimensions %} finer.{{ name }}, {%- endfor %}
            {%- for name in measures %}
                sum(finer.{{ name }}) as {{ name }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from directly_inside
        inner join
            {{ rows_cte }} as finer
            on finer.period_start = directly_inside.inner_start
            and finer.period_end = directly_inside.inner_end
            {%- for name in owner %} and finer.{{ name }} = directly_inside.{{ name }} {%- endfor %}
        group by
            {%- for name in owner %} directly_inside.{{ name }}, {%- endfor %}
            directly_inside.outer_start,
            directly_inside.outer_end
            {%- for name in dimensions %}, finer.{{ name }} {%- endfor %}
    ),

    remainder as (
        select
            {%- for name in owner + dimensions %} whole.{{ name }}, {%- endfor %}
            whole.period_start,
            whole.period_end,
            whole.file_id,
            period.day_count - coalesce(finer_days.day_count, 0) as open_days,
            {%- for name in measures %}
                case
                    when whole.{{ name }} < finer_total.{{ name }}
                    then 0
                    else whole.{{ name }} - coalesce(finer_total.{{ name }}, 0)
                end as {{ name }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ rows_cte }} as whole
        inner join
            period
            on whole.period_start = period.period_start
            and whole.period_end = period.period_end
            {%- for name in owner %} and whole.{{ name }} = period.{{ name }} {%- endfor %}
        left join
            finer_days
            on whole.period_start = finer_days.outer_start
            and whole.period_end = finer_days.outer_end
            {%- for name in owner %} and whole.{{ name }} = finer_days.{{ name }} {%- endfor %}
        left join
            finer_total
            on whole.period_start = finer_total.outer_start
            and whole.period_end = finer_total.outer_end
            {%- for name in owner + dimensions %}
                and whole.{{ name }} = finer_total.{{ name }}
            {%- endfor %}
    ),

    by_day as (
        select
            placed_day.date_day,
            {%- for name in owner + dimensions %} remainder.{{ name }}, {%- endfor %}
            remainder.file_id,
            placed_day.day_count > 1 as is_allocated,
            {%- for name in counts %}
                {{ day_share("remainder." ~ name, "placed_day", "bigint", 0) }} as {{ name }},
            {%- endfor %}
            {%- for name in amounts %}
                {{ day_share("remainder." ~ name, "placed_day", "decimal(18, 6)", 6) }}
                as {{ name }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from remainder
        inner join
            placed_day
            on remainder.period_start = placed_day.period_start
            and remainder.period_end = placed_day.period_end
            {%- for name in owner %} and remainder.{{ name }} = placed_day.{{ name }} {%- endfor %}
    )
{%- endmacro %}

{#- The share of one placed day. A period that lost days to another one it only overlaps has more open days than
    days of its own and keeps the share of the open ones. -#}
{% macro day_share(amount, day, type, digits) -%}
    {%- set parts = "greatest(remainder.open_days, " ~ day ~ ".owned_days)" -%}
    {{ spread_part(amount, day ~ ".day_number", parts, type, digits) }}
{%- endmacro %}

{#- The `number`-th of `parts` equal parts of an amount, rounded so that all parts together are the amount. -#}
{% macro spread_part(amount, number, parts, type, digits) -%}
    cast(
        case
            when {{ number }} = {{ parts }}
            then cast({{ amount }} as {{ type }})
            else
                cast(
                    round(
                        cast({{ amount }} as double) * {{ number }} / {{ parts }}, {{ digits }}
                    ) as {{ type }}
                )
        end - cast(
            round(
                cast({{ amount }} as double) * ({{ number }} - 1) / {{ parts }}, {{ digits }}
            ) as {{ type }}
        ) as {{ type }}
    )
{%- endmacro %}
