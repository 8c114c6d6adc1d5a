-- A channel id of an export that is none of ours: the rules of source and medium decide instead.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_touchpoint"}}}) }}
select distinct
    touch.channel_id,
    concat(
        touch.platform, ': ', touch.channel_id, ' is no channel; source and medium decide instead'
    ) as message
from {{ ref("stg_touchpoint") }} as touch
left join {{ ref("channel") }} as channel on touch.channel_id = channel.channel_id
where touch.channel_id is not null and channel.channel_id is null
