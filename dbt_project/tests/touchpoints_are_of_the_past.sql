-- Nobody exports a touch that is yet to come; a day is left for time zones.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_touchpoint"}}}) }}
select file_id, count(*) as row_count, 'touches later than the landing of their export' as message
from {{ ref("stg_touchpoint") }}
where date_day > {{ add_days("cast(landed_at as date)", 1) }}
group by file_id
