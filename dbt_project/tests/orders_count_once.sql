-- An order that one export gives to a known account and another to none would count twice.
{{ config(meta={"dagster": {"ref": {"name": "fct_order"}}}) }}
with
    shop_order as (select * from {{ ref("fct_order") }}),

    nameless as (select * from shop_order where account_id = '(unknown)')

select
    shop_order.platform,
    shop_order.account_id,
    shop_order.order_id,
    concat(
        'order ',
        shop_order.order_id,
        ' of ',
        shop_order.platform,
        ' is known with account ',
        shop_order.account_id,
        ' and without one: name the account of the export'
    ) as message
from shop_order
inner join
    nameless on shop_order.platform = nameless.platform and shop_order.order_id = nameless.order_id
where shop_order.account_id <> '(unknown)'
