{#- Decimals: what engines compute differently. -#}
{#- `numerator` / `denominator`, both decimal(18,6) and above 0, as decimal(24,12), rounded half up from the exact
    quotient: DuckDB divides decimals as doubles, so the quotient is taken of whole numbers. -#}
{% macro exact_quotient(numerator, denominator) -%}
    {{ adapter.dispatch("exact_quotient")(numerator, denominator) }}
{%- endmacro %}

{% macro default__exact_quotient(numerator, denominator) -%}
    cast({{ numerator }} / {{ denominator }} as decimal(24, 12))
{%- endmacro %}

{% macro duckdb__exact_quotient(numerator, denominator) -%}
    cast(
        cast(
            divide(
                cast({{ exact(numerator) }} * 1000000 as hugeint) * 2000000000000
                + cast({{ exact(denominator) }} * 1000000 as hugeint),
                cast({{ exact(denominator) }} * 1000000 as hugeint) * 2
            ) as decimal(24, 0)
        )
        * cast('0.000000000001' as decimal(13, 12)) as decimal(24, 12)
    )
{%- endmacro %}
