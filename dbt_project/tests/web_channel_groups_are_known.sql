-- Channel groups of a tool that decide a channel and that the seed does not know: they count as
-- other. A warning: teams make groups of their own.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "int_web_traffic_daily"}}}) }}
with day as (select * from {{ ref("int_web_traffic_daily") }})

select
    platform,
    property_id,
    channel_group,
    concat(
        'channel group ', channel_group, ' of ', platform, ' ', property_id, ' counts as other'
    ) as message
from day
where not is_channel_known
group by platform, property_id, channel_group
