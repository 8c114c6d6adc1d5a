-- Rules and groups that decide channels are of one version: who changes one raises it in all.
{{ config(meta={"dagster": {"ref": {"name": "int_traffic_channel"}}}) }}
with
    version_ as (
        select rule_version
        from {{ ref("channel_rule") }}
        union
        select rule_version
        from {{ ref("channel_group") }}
    ),

    counted as (
        select count(*) as versions, count(rule_version) as stated, min(rule_version) as lowest
        from version_
    )

select *, 'channel rules are of several versions, or of none' as message
from counted
where versions <> 1 or stated <> 1
