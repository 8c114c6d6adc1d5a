{#- Amounts of shops: what they are called in the lake and in every model of orders. -#}
{% macro order_amounts() -%}
    {{
        return(
            [
                "gross_sales",
                "discounts",
                "shipping",
                "taxes",
                "revenue",
                "refunds",
                "net_revenue",
                "cost_of_goods",
                "gross_profit",
            ]
        )
    }}
{%- endmacro %}

{% macro order_line_amounts() -%}
    {{
        return(
            [
                "gross_sales",
                "discounts",
                "taxes",
                "revenue",
                "refunds",
                "net_revenue",
                "cost_of_goods",
                "gross_profit",
            ]
        )
    }}
{%- endmacro %}

{% macro shop_amounts() -%}
    {{ return(["revenue", "net_revenue", "refunds", "gross_profit"]) }}
{%- endmacro %}

{#- A sum that is known only when every part of it is: a part of the costs is not the costs. -#}
{% macro whole_sum(expression) -%}
    case when count({{ expression }}) = count(*) then sum({{ expression }}) end
{%- endmacro %}

{#- Money columns of a fact: amounts in their currency, the rate, and amounts in the reporting currency. `fact` holds the
    amounts under their plain names, `fx` is int_fx_daily, left-joined. -#}
{% macro money_triples(fact, amounts, fx="fx") -%}
    {%- for name in amounts %} {{ fact }}.{{ name }} as {{ name }}_native, {%- endfor %}
    {{ fact }}.currency_code,
    {{ fx }}.fx_rate,
    {{ fx }}.fx_date,
    {{ fx }}.fx_source,
    {%- for name in amounts %}
        {{ reporting_money(fact ~ "." ~ name, fx ~ ".fx_rate") }} as {{ name }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
