-- Amounts of one property and day are added up, so they are of one currency.
{{ config(meta={"dagster": {"ref": {"name": "int_web_session"}}}) }}
with
    amount as (
        select platform, property_id, currency_code
        from {{ ref("stg_web_event") }}
        where coalesce(conversion_value_native, 0) <> 0 or coalesce(refunds_native, 0) <> 0
        union
        select platform, property_id, currency_code
        from {{ ref("stg_web_session") }}
        where coalesce(conversion_value_native, 0) <> 0
    )

select
    platform,
    property_id,
    concat(
        platform,
        ' ',
        property_id,
        ' has amounts in ',
        min(currency_code),
        ' and ',
        max(currency_code)
    ) as message
from amount
where currency_code is not null
group by platform, property_id
having count(distinct currency_code) > 1
