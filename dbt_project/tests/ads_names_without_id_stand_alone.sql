-- A campaign known by name alone beside campaigns with ids may be one of them under another
-- name, counted twice. It may as well be one that no export with ids covers: a warning.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "int_ad_campaign_daily"}}}) }}
with
    identity as (select * from {{ ref("int_ad_identity") }}),

    campaign_day as (
        select * from {{ ref("int_ad_campaign_daily") }} where campaign_id <> '(unallocated)'
    ),

    known_id as (
        select distinct platform, known_account_id as account_id, campaign_id
        from identity
        where campaign_id is not null
    ),

    marked as (
        select
            campaign_day.platform,
            campaign_day.account_id,
            campaign_day.campaign_id,
            campaign_day.date_day,
            campaign_day.spend,
            known_id.campaign_id is not null as has_id,
            bool_or(known_id.campaign_id is not null) over (
                partition by campaign_day.platform, campaign_day.account_id, campaign_day.date_day
            ) as is_beside_ids
        from campaign_day
        left join
            known_id
            on campaign_day.platform = known_id.platform
            and campaign_day.account_id = known_id.account_id
            and campaign_day.campaign_id = known_id.campaign_id
    )

select
    platform,
    account_id,
    campaign_id,
    min(date_day) as first_day,
    max(date_day) as last_day,
    sum(spend) as spend,
    concat('no export gives an id for campaign ', campaign_id, ' of ', platform) as message
from marked
where not has_id and is_beside_ids and coalesce(spend, 0) <> 0
group by platform, account_id, campaign_id
