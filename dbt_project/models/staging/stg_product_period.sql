-- Totals of a shop's products by day or period. A product may have several rows, by variant: the
-- newest export that holds the product and period states them all. Totals by category are another
-- cut of the same sales.
{%- set words = ["product_id", "sku", "product_name", "variant", "category", "vendor"] %}
{%- set counts = ["units", "pageviews"] %}
{%- set amounts = [
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
            dimensions=["stated_product", "period_start", "period_end"],
            derived={
                "stated_product": "coalesce(nullif(trim(with_account.product_id), ''), nullif(trim(with_account.product_name), ''), nullif(trim(with_account.sku), ''), '(no product)')"
            },
            sums={"row_count": "count(*)"},
            where="order_id is null and level = 'product'",
        )
    }},

    cleaned as (
        select
            newest.platform,
            newest.account_id,
            newest.stated_product,
            newest.period_start,
            newest.period_end,
            {%- for name in words %}
                coalesce(trim(total.{{ name }}), '') as {{ name }},
            {%- endfor %}
            {%- for name in counts + amounts %} total.{{ name }}, {%- endfor %}
            newest.currency_code,
            newest.file_id,
            newest.exported_at,
            newest.landed_at
        from newest
        inner join
            described as total
            on newest.platform = total.platform
            and newest.account_id = total.known_account_id
            and newest.stated_product = total.stated_product
            and newest.period_start = total.period_start
            and newest.period_end = total.period_end
            and newest.file_id = total.file_id
    ),

    final as (
        select
            platform,
            account_id,
            stated_product,
            period_start,
            period_end,
            {%- for name in words %} {{ name }}, {%- endfor %}
            {%- for name, expression in merged(count_sums(counts), money_sums(amounts)).items() %}
                {{ expression }} as {{ name }},
            {%- endfor %}
            max(currency_code) as currency_code,
            file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at
        from cleaned
        group by
            platform,
            account_id,
            stated_product,
            period_start,
            period_end,
            {%- for name in words %} {{ name }}, {%- endfor %} file_id
    )

select *
from final
