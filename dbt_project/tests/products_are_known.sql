-- Every product that was sold is in the dimension.
{{ config(meta={"dagster": {"ref": {"name": "dim_product"}}}) }}
with
    sold as (
        select platform, account_id, product_key
        from {{ ref("fct_order_line") }}
        union
        select platform, account_id, product_key
        from {{ ref("fct_product_daily") }}
    )

select sold.*, 'a product that was sold is not in the dimension' as message
from sold
left join
    {{ ref("dim_product") }} as product
    on sold.platform = product.platform
    and sold.account_id = product.account_id
    and sold.product_key = product.product_key
where product.product_key is null
