-- Days on which an account states only lesser actions of an overlap group: they are not counted,
-- since another action would count other people.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_ad_conversion_daily"}}}) }}
select
    platform,
    account_id,
    overlap_group,
    concat(
        platform,
        ' account ',
        account_id,
        ': ',
        cast(count(distinct date_day) as varchar(10)),
        ' days state ',
        overlap_group,
        ' without the action that counts'
    ) as message
from
    (
        select platform, account_id, overlap_group, date_day
        from {{ ref("fct_ad_conversion_daily") }}
        where conversion_action not like '(category) %'
        group by platform, account_id, overlap_group, date_day
        having not bool_or(is_canonical)
    ) as uncounted
group by platform, account_id, overlap_group
