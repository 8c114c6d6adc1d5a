{#- Moments and sequences: what engines spell differently. -#}
{#- Seconds from one timestamp to another, as double. -#}
{% macro seconds_between(start, end_) -%}
    {{ adapter.dispatch("seconds_between")(start, end_) }}
{%- endmacro %}

{% macro default__seconds_between(start, end_) -%}
    (cast({{ end_ }} as double) - cast({{ start }} as double))
{%- endmacro %}

{% macro duckdb__seconds_between(start, end_) -%}
    (epoch_us({{ end_ }}) - epoch_us({{ start }})) / 1000000.0
{%- endmacro %}

{#- An aggregate: texts in the order of a number, parted by ' > '. -#}
{% macro texts_in_order(text, order) -%}
    {{ adapter.dispatch("texts_in_order")(text, order) }}
{%- endmacro %}

{% macro default__texts_in_order(text, order) -%}
    array_join(
        transform(
            sort_array(collect_list(struct({{ order }} as place, {{ text }} as words))),
            x -> x.words
        ),
        ' > '
    )
{%- endmacro %}

{% macro duckdb__texts_in_order(text, order) -%}
    string_agg({{ text }}, ' > ' order by {{ order }})
{%- endmacro %}
