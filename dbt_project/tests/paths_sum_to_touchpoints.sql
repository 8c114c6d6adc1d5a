-- Every conversion takes exactly one path.
{{ config(meta={"dagster": {"ref": {"name": "mart_path_summary"}}}) }}
with
    touch as (
        select
            platform,
            account_id,
            sum(conversions) as conversions,
            sum(conversion_value) as conversion_value
        from {{ ref("fct_touchpoint") }}
        where is_conversion
        group by platform, account_id
    ),

    path as (
        select
            platform,
            account_id,
            sum(conversions) as conversions,
            sum(conversion_value) as conversion_value
        from {{ ref("mart_path_summary") }}
        where source = 'touchpoint'
        group by platform, account_id
    )

select
    coalesce(touch.platform, path.platform) as platform,
    coalesce(touch.account_id, path.account_id) as account_id,
    'conversions of paths differ from those of touches' as message
from touch
full outer join path on touch.platform = path.platform and touch.account_id = path.account_id
where
    coalesce(touch.conversions, 0) <> coalesce(path.conversions, 0)
    or coalesce(touch.conversion_value, 0) <> coalesce(path.conversion_value, 0)
