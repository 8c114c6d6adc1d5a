-- The lines of an order add up to its gross sales, with taxes where prices include them. A
-- warning: exports leave out lines, and shops edit orders.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_order_line"}}}) }}
with
    line_total as (
        select platform, account_id, order_id, {{ whole_sum("gross_sales_native") }} as gross_sales
        from {{ ref("fct_order_line") }}
        group by platform, account_id, order_id
    ),

    shop_order as (select * from {{ ref("fct_order") }})

select
    shop_order.platform,
    shop_order.account_id,
    shop_order.order_id,
    shop_order.gross_sales_native,
    line_total.gross_sales as line_gross_sales,
    concat(
        'lines of order ',
        shop_order.order_id,
        ' of ',
        shop_order.platform,
        ' do not add up to its gross sales'
    ) as message
from shop_order
inner join
    line_total
    on shop_order.platform = line_total.platform
    and shop_order.account_id = line_total.account_id
    and shop_order.order_id = line_total.order_id
where
    abs(shop_order.gross_sales_native - line_total.gross_sales) > 0.01
    and abs(
        shop_order.gross_sales_native
        + coalesce(shop_order.taxes_native, 0)
        - line_total.gross_sales
    )
    > 0.01
