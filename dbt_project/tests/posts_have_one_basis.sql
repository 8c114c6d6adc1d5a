-- A post counted from snapshots is not counted once more from days or periods, and no post of an
-- export is missing.
{{ config(meta={"dagster": {"ref": {"name": "fct_content_post_daily"}}}) }}
with
    day as (select * from {{ ref("fct_content_post_daily") }}),

    content as (select * from {{ ref("dim_content") }}),

    counted as (
        select platform, account_id, post_id, count(distinct basis) as bases, max(basis) as basis
        from day
        group by platform, account_id, post_id
    )

select
    counted.platform,
    counted.account_id,
    counted.post_id,
    case
        when content.post_id is null
        then concat('post ', counted.post_id, ' is not in dim_content')
        when counted.bases > 1
        then concat('post ', counted.post_id, ' is counted twice')
        else concat('post ', counted.post_id, ' is not counted from its basis')
    end as message
from counted
left join
    content
    on counted.platform = content.platform
    and counted.account_id = content.account_id
    and counted.post_id = content.post_id
where content.post_id is null or counted.bases > 1 or counted.basis <> content.basis
