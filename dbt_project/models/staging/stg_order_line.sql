-- Lines of orders; totals of products stand in stg_product_period. Lines have no id: the newest
-- export that holds lines of an order states them all.
{%- set words = [
    "product_id",
    "sku",
    "product_name",
    "variant",
    "category",
    "vendor",
    "coupon_code",
] %}
{%- set amounts = [
    "unit_price",
    "gross_sales",
    "discounts",
    "revenue",
    "net_sales",
    "refunds",
    "taxes",
    "cost_of_goods",
] %}
with
    {{
        newest_statement_ctes(
            "order_line",
            dimensions=["order_id"],
            sums={"row_count": "count(*)"},
            where="order_id is not null",
        )
    }},

    final as (
        select
            newest.platform,
            newest.account_id,
            newest.order_id,
            row_number() over (
                partition by newest.platform, newest.account_id, newest.order_id
                order by line.part nulls first, line.row_number nulls last
            ) as line_number,
            line.period_start as date_day,
            line.ordered_at,
            {%- for name in words %} nullif(trim(line.{{ name }}), '') as {{ name }}, {%- endfor %}
            line.units,
            {%- for name in amounts %} line.{{ name }}, {%- endfor %}
            line.known_currency_code as currency_code,
            newest.file_id,
            newest.exported_at,
            newest.landed_at
        from newest
        inner join
            described as line
            on newest.platform = line.platform
            and newest.account_id = line.known_account_id
            and newest.order_id = line.order_id
            and newest.file_id = line.file_id
    )

select *
from final
