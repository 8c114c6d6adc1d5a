-- One key per product: its id, else the one id that its SKU or its name has elsewhere, else the
-- SKU, else the name.
with
    seen as (
        select platform, account_id, product_id, sku, product_name
        from {{ ref("stg_product") }}
        union
        select
            platform,
            account_id,
            coalesce(product_id, '') as product_id,
            coalesce(sku, '') as sku,
            coalesce(product_name, '') as product_name
        from {{ ref("int_order_line") }}
    ),

    sku_id as (
        select platform, account_id, sku, max(product_id) as product_id
        from seen
        where sku <> '' and product_id <> ''
        group by platform, account_id, sku
        having count(distinct product_id) = 1
    ),

    name_id as (
        select platform, account_id, product_name, max(product_id) as product_id
        from seen
        where product_name <> '' and product_id <> ''
        group by platform, account_id, product_name
        having count(distinct product_id) = 1
    ),

    final as (
        select
            seen.platform,
            seen.account_id,
            seen.product_id,
            seen.sku,
            seen.product_name,
            coalesce(
                nullif(seen.product_id, ''),
                sku_id.product_id,
                name_id.product_id,
                nullif(seen.sku, ''),
                nullif(seen.product_name, ''),
                '(no product)'
            ) as product_key
        from seen
        left join
            sku_id
            on seen.platform = sku_id.platform
            and seen.account_id = sku_id.account_id
            and seen.sku = sku_id.sku
        left join
            name_id
            on seen.platform = name_id.platform
            and seen.account_id = name_id.account_id
            and seen.product_name = name_id.product_name
    )

select *
from final
