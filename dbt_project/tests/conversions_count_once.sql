-- Of what may be added up, one action speaks for an overlap group, one window for an action, and
-- one level for the day of a campaign.
{{ config(meta={"dagster": {"ref": {"name": "fct_ad_conversion_daily"}}}) }}
with
    counted as (select * from {{ ref("fct_ad_conversion_daily") }} where is_counted),

    action as (
        select platform, account_id, overlap_group
        from counted
        group by platform, account_id, overlap_group
        having count(distinct conversion_action) > 1
    ),

    attribution as (
        select platform, account_id, conversion_action
        from counted
        group by platform, account_id, conversion_action
        having count(distinct concat(attribution_window, ' ', conversion_basis)) > 1
    ),

    level as (
        select platform, account_id, conversion_action, date_day
        from counted
        group by platform, account_id, conversion_action, date_day, campaign_id
        having count(distinct level) > 1
        union all
        select platform, account_id, conversion_action, date_day
        from counted
        group by platform, account_id, conversion_action, date_day
        having
            count(case when level = 'account' then 1 end) > 0
            and count(case when level <> 'account' then 1 end) > 0
    )

select
    platform,
    account_id,
    concat(
        'more than one action of ', platform, ' account ', account_id, ' counts for ', overlap_group
    ) as message
from action
union all
select
    platform,
    account_id,
    concat(
        'more than one window of ',
        platform,
        ' account ',
        account_id,
        ' counts for ',
        conversion_action
    ) as message
from attribution
union all
select
    platform,
    account_id,
    concat(
        'more than one level of ',
        platform,
        ' account ',
        account_id,
        ' counts for ',
        conversion_action,
        ' on ',
        cast(date_day as varchar(10))
    ) as message
from level
