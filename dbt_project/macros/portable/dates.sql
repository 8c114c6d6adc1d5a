{#- Dates: what engines spell differently. All arguments are DATE expressions, all results DATE or BIGINT. -#}
{#- The day `days` days after `day` (negative: before). -#}
{% macro add_days(day, days) -%} {{ adapter.dispatch("add_days")(day, days) }} {%- endmacro %}

{% macro default__add_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}({{ day }} + cast({{ days }} as integer)) {%- endmacro %}

{#- Whole days from `start` to `end_`: 0 for the same day. -#}
{% macro days_between(start, end_) -%}
    {{ adapter.dispatch("days_between")(start, end_) }}
{%- endmacro %}

{% macro default__days_between(start, end_) -%}
    cast(datediff({{ end_ }}, {{ start }}) as bigint)
{%- endmacro %}

{% macro duckdb__days_between(start, end_) -%}
    cast({{ end_ }} - {{ start }} as bigint)
{%- endmacro %}

{#- Monday = 1 … Sunday = 7. -#}
{% macro iso_weekday(day) -%} {{ adapter.dispatch("iso_weekday")(day) }} {%- endmacro %}

{% macro default__iso_weekday(day) -%} cast(weekday({{ day }}) + 1 as bigint) {%- endmacro %}

{% macro duckdb__iso_weekday(day) -%} cast(extract(isodow from {{ day }}) as bigint) {%- endmacro %}

{#- ISO 8601 week number and the year that week belongs to. -#}
{% macro iso_week(day) -%} cast(extract(week from {{ day }}) as bigint) {%- endmacro %}

{% macro iso_year(day) -%} {{ adapter.dispatch("iso_year")(day) }} {%- endmacro %}

{% macro default__iso_year(day) -%}
    cast(extract(yearofweek from {{ day }}) as bigint)
{%- endmacro %}

{% macro duckdb__iso_year(day) -%} cast(extract(isoyear from {{ day }}) as bigint) {%- endmacro %}

{% macro month_start(day) -%} cast(date_trunc('month', {{ day }}) as date) {%- endmacro %}

{#- A query of one column `date_day`: every day from `start` to `end_`, both included; no rows if either is
    null. Both are expressions over the relation `source`, usually an aggregate. -#}
{% macro date_spine_rows(start, end_, source) -%}
    {{ adapter.dispatch("date_spine_rows")(start, end_, source) }}
{%- endmacro %}

{% macro default__date_spine_rows(start, end_, source) -%}
    select explode(sequence(first_day, last_day, interval 1 day)) as date_day
    from (select {{ start }} as first_day, {{ end_ }} as last_day from {{ source }}) as bounds
    where first_day is not null and last_day >= first_day
{%- endmacro %}

{% macro duckdb__date_spine_rows(start, end_, source) -%}
    select cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as date_day
    from (select {{ start }} as first_day, {{ end_ }} as last_day from {{ source }}) as bounds
    where first_day is not null and last_day >= first_day
{%- endmacro %}
