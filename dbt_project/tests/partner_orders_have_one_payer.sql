-- No order is paid for twice. A warning: shops of two accounts may use the same order numbers, and
-- two networks may both have a right to their commission.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_partner_commission_daily"}}}) }}

with commission as (select * from {{ ref("fct_partner_commission_daily") }})

select
    order_id,
    count(distinct concat(platform, '/', account_id, '/', partner_id)) as partners,
    concat('order ', order_id, ' is paid to several partners') as message
from commission
where order_id is not null and is_cost and commission_native > 0
group by order_id
having count(distinct concat(platform, '/', account_id, '/', partner_id)) > 1
