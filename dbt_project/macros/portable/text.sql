{#- Text: what engines spell differently. -#}
{#- Whether the whole of `value` matches the regular expression `pattern` (both SQL expressions). -#}
{% macro matches_whole(value, pattern) -%}
    {{ adapter.dispatch("matches_whole")(value, pattern) }}
{%- endmacro %}

{% macro default__matches_whole(value, pattern) -%}
    {{ value }} rlike concat('^(?:', {{ pattern }}, ')$')
{%- endmacro %}

{% macro duckdb__matches_whole(value, pattern) -%}
    regexp_full_match({{ value }}, {{ pattern }})
{%- endmacro %}

{#- Whether `value` fits a pattern of ILIKE whose escape character is the backslash. -#}
{% macro fits_pattern(value, pattern) -%}
    {{ adapter.dispatch("fits_pattern")(value, pattern) }}
{%- endmacro %}

{% macro default__fits_pattern(value, pattern) -%}
    {{ value }} ilike {{ pattern }} escape {{ "'\\\\'" }}
{%- endmacro %}

{% macro duckdb__fits_pattern(value, pattern) -%}
    {{ value }} ilike {{ pattern }} escape {{ "'\\'" }}
{%- endmacro %}
