-- No join of the facts drops or doubles an order, a line, a refund or a product's total.
{{ config(meta={"dagster": {"ref": {"name": "fct_order"}}}) }}
{%- set pairs = [
    ["orders", "stg_order", "fct_order", "count(*)", "count(*)"],
    ["discounts", "stg_order", "fct_order", "sum(discounts)", "sum(discounts_native)"],
    ["taxes", "stg_order", "fct_order", "sum(taxes)", "sum(taxes_native)"],
    ["lines", "int_order_line", "fct_order_line", "count(*)", "count(*)"],
    ["units of lines", "int_order_line", "fct_order_line", "sum(units)", "sum(units)"],
    ["refunds", "int_refund", "fct_refund", "sum(refunds)", "sum(refunds_native)"],
    [
        "product totals",
        "int_product_total_daily",
        "fct_product_daily",
        "sum(revenue)",
        "sum(revenue_native)",
    ],
] %}
with
    compared as (
        {%- for name, staged, fact, staged_total, fact_total in pairs %}
            select
                '{{ name }}' as what,
                (select {{ staged_total }} from {{ ref(staged) }}) as staged,
                (select {{ fact_total }} from {{ ref(fact) }}) as fact
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select *, concat(what, ' in the fact differ from those of the exports') as message
from compared
where coalesce(staged, 0) <> coalesce(fact, 0)
