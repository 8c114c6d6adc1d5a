-- Every way in which any export names a product, so that a name stays known after a newer export
-- leaves it out.
{%- set names = ["product_id", "sku", "product_name"] %}
{%- set stated = {} %}
{%- for name in names -%}
    {%- do stated.update({"stated_" ~ name: "coalesce(trim(with_account." ~ name ~ "), '')"}) -%}
{%- endfor %}
with
    {{
        newest_statement_ctes(
            "order_line",
            dimensions=stated.keys() | list,
            derived=stated,
            sums={"row_count": "count(*)"},
            where="order_id is not null or level = 'product'",
        )
    }},

    final as (
        select
            platform,
            account_id,
            {%- for name in names %} stated_{{ name }} as {{ name }}, {%- endfor %}
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
