{#-
  A view of a model under Chinese names: every column is called what stands before the bar in its description.
  The words of the view and its columns are the model's, with the English name first, so that a reader of the one
  finds the other. Names are plain words, so that they need no quotes (tests/dbt/test_channels_words.py).
-#}
{% macro chinese_view(model_name) -%}
    {%- set relation = ref(model_name) -%}
    {%- set node = namespace(found=none) -%}
    {%- if execute -%}
        {%- set node.found = (
            graph.nodes.values()
            | selectattr("resource_type", "equalto", "model")
            | selectattr("name", "equalto", model_name)
            | first
        ) -%}
    {%- endif -%}
    select
        {%- for name, column in (node.found.columns if node.found else {"*": none}).items() %}
            {{ name }}
            {%- if column %} as {{ chinese_name(column.description) }}{% endif %}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}

{#- The words before the bar as one plain word: 消耗（原币） is 消耗原币. -#}
{% macro chinese_name(description) -%}
    {{ return(description.split(" | ")[0] | replace("（", "") | replace("）", "")) }}
{%- endmacro %}

{#- Comments on a Chinese view's columns: `中文 | english_name: words`. Runs after the view is made. -#}
{% macro comment_chinese_columns(model_name) -%}
    {%- if execute -%}
        {%- set node = (
            graph.nodes.values()
            | selectattr("resource_type", "equalto", "model")
            | selectattr("name", "equalto", model_name)
            | first
        ) -%}
        {%- for name, column in node.columns.items() %}
            {%- set words = column.description.split(" | ") -%}
            comment on column {{ this }}.{{ chinese_name(column.description) }}
            is '{{ (words[0] ~ " | " ~ name ~ ": " ~ (words[1:] | join(" | "))) | replace("'", "''") }}';
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
