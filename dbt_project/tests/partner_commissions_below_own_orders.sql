-- A commission is less than the order it is paid for, as the own shop knows it. A warning: some
-- pay a fixed amount for a new customer.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_partner_commission_daily"}}}) }}
with
    commission as (
        select order_id, sum(commission) as commission
        from {{ ref("fct_partner_commission_daily") }}
        where order_id is not null and is_cost
        group by order_id
    ),

    own_order as (
        select order_id, max(revenue) as revenue from {{ ref("fct_order") }} group by order_id
    )

select
    commission.order_id,
    commission.commission,
    own_order.revenue,
    concat('order ', commission.order_id, ' brought less than its commissions') as message
from commission
inner join own_order on commission.order_id = own_order.order_id
where commission.commission > own_order.revenue
