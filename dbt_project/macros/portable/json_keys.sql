{#- Whether a JSON object held as text has the key that a column names. -#}
{% macro json_has(json_text, key_column) -%}
    {{ adapter.dispatch("json_has")(json_text, key_column) }}
{%- endmacro %}

{% macro default__json_has(json_text, key_column) -%}
    (get_json_object({{ json_text }}, concat('$.', {{ key_column }})) is not null)
{%- endmacro %}

{% macro duckdb__json_has(json_text, key_column) -%}
    coalesce(json_exists({{ json_text }}, concat('$.', {{ key_column }})), false)
{%- endmacro %}
