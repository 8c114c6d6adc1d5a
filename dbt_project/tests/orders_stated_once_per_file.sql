-- An order has one row in an export; repeated rows are the same. Where they differ, the larger
-- amounts count. A warning, since one of the two is true.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "stg_order"}}}) }}
{%- set amounts = ["revenue", "net_sales", "refunds", "units"] %}
with landed as ({{ landed_rows("order") }})

select
    platform,
    account_id,
    order_id,
    file_id,
    concat('order ', order_id, ' of ', platform, ' has rows in one export that differ') as message
from landed
where order_id is not null and coalesce(revenue, net_sales, 0) >= 0
group by platform, account_id, order_id, file_id
having
    {% for name in amounts -%}
        min({{ name }}) <> max({{ name }}) {% if not loop.last %} or {% endif -%}
    {% endfor -%}
