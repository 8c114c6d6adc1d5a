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
