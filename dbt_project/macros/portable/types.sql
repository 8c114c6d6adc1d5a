{#-
  Types and casts that engines spell or behave differently.
  Money is decimal(18,6), counts are bigint (sum of integers is HUGEINT on DuckDB), ratios are double
  (decimal division has another type on every engine).
-#}
{% macro money(expression) -%} cast({{ expression }} as decimal(18, 6)) {%- endmacro %}

{% macro count_type(expression) -%} cast({{ expression }} as bigint) {%- endmacro %}

{#- Σ/Σ as double, null when the denominator is 0 or null. The only way a ratio is ever made. -#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{#- An amount times a rate, as money; exact at rate 1, else by way of double: two exact decimals of this size
    would not fit the product. -#}
{% macro converted(amount, rate) -%}
    case
        when {{ rate }} = 1
        then {{ amount }}
        else
            cast(
                round(cast({{ amount }} as double) * cast({{ rate }} as double), 6) as decimal(
                    18, 6
                )
            )
    end
{%- endmacro %}

{#- An amount in the reporting currency; 0 is 0 at any rate. -#}
{% macro reporting_money(amount, rate) -%}
    case when {{ amount }} = 0 then {{ money("0") }} else {{ converted(amount, rate) }} end
{%- endmacro %}

{#- Any measure as one type, wide enough for sums of files. -#}
{% macro exact(expression) -%} cast({{ expression }} as decimal(38, 6)) {%- endmacro %}
