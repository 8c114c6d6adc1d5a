{#- Counters of a partner's deliverable: cumulative as of its snapshot. -#}
{% macro partner_counters() -%}
    {{
        return(
            [
                "impressions",
                "views",
                "likes",
                "comments",
                "shares",
                "saves",
                "link_clicks",
                "orders",
            ]
        )
    }}
{%- endmacro %}

{#- Amounts of a deliverable, and of a commission. -#}
{% macro partner_amounts() -%} {{ return(["fee", "product_cost", "revenue"]) }} {%- endmacro %}

{% macro commission_amounts() -%}
    {{ return(["revenue", "commission", "network_fee"]) }}
{%- endmacro %}

{#- Who a row is of: its id, else its name. -#}
{% macro known_partner(relation) -%}
    coalesce({{ relation }}.partner_id, {{ relation }}.partner_name, '(unknown)')
{%- endmacro %}
