{#- A number in a JSON object held as text; null when the key is absent or not a number. -#}
{% macro json_number(json_text, key) -%}
    {{ adapter.dispatch("json_number")(json_text, key) }}
{%- endmacro %}

{% macro default__json_number(json_text, key) -%}
    try_cast(get_json_object({{ json_text }}, '$.{{ key }}') as decimal(38, 6))
{%- endmacro %}

{% macro duckdb__json_number(json_text, key) -%}
    try_cast(json_extract_string({{ json_text }}, '$.{{ key }}') as decimal(38, 6))
{%- endmacro %}
