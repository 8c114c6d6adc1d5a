-- Sessions of a property are exported in no table that tells where they came from: they are in no
-- channel and no campaign. A warning that says which tables there are.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "int_web_traffic_period"}}}) }}
with
    traffic as (select * from {{ ref("stg_web_traffic") }} where sessions is not null),

    counted as (select distinct platform, property_id from {{ ref("int_web_traffic_period") }})

select
    traffic.platform,
    traffic.property_id,
    concat(
        'sessions of ',
        traffic.platform,
        ' ',
        traffic.property_id,
        ' are exported by ',
        min(traffic.level),
        case when count(distinct traffic.level) > 1 then ' and others' else '' end,
        ', never by source and medium or channel group: they count in no channel'
    ) as message
from traffic
left join
    counted on traffic.platform = counted.platform and traffic.property_id = counted.property_id
where counted.platform is null
group by traffic.platform, traffic.property_id
