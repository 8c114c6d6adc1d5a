{#- Schemas are exactly staging, core, mart, metrics, zh and ops: no prefix of the target's name. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
