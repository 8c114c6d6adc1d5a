-- A transaction has its value once, over all days and files.
{{ config(meta={"dagster": {"ref": {"name": "int_web_event_purchase"}}}) }}
with event as (select * from {{ ref("int_web_event_purchase") }})

select
    platform,
    property_id,
    transaction_id,
    concat('transaction ', transaction_id, ' of ', property_id, ' is counted twice') as message
from event
where transaction_id is not null and conversion_value_native is not null
group by platform, property_id, transaction_id
having count(*) > 1
