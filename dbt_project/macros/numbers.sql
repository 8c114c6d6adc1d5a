{#- A query of one column `number`: 0, 1 … `last`, a number of at most two digits known when the SQL is written. -#}
{% macro whole_numbers_up_to(last) -%}
    select cast(tens.digit * 10 + units.digit as bigint) as number
    from ({{ _digits() }}) as tens
    cross join ({{ _digits() }}) as units
    where tens.digit * 10 + units.digit <= {{ last }}
{%- endmacro %}

{% macro _digits() -%}
    {%- for digit in range(10) -%}
        select {{ digit }} as digit
        {%- if not loop.last %}
            union all
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}
