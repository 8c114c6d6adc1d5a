{#- The discount code at a place (from 1) of a cell that may hold several; empty where there is none. -#}
{% macro coupon_at(cell, place) -%}
    trim(
        split_part(
            replace(replace(replace({{ cell }}, ';', ','), '，', ','), '|', ','), ',', {{ place }}
        )
    )
{%- endmacro %}
