-- Every status of a commission is a word of the list. A warning: an unknown one counts as a cost.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_partner_commission_daily"}}}) }}
with
    commission as (select * from {{ ref("stg_partner_commission") }}),

    word as (select * from {{ ref("partner_status") }})

select distinct
    commission.platform,
    commission.stated_status,
    concat(
        'the status ', commission.stated_status, ' is no known word: its commission is a cost'
    ) as message
from commission
left join word on commission.stated_status = word.stated
where word.stated is null and commission.stated_status <> '(not stated)'
