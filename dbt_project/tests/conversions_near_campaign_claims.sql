-- What actions add up to beside what campaigns claim, on days that both state. Which actions a
-- platform adds up is its setting: all of them, the primary ones or those of one category may be
-- meant. A warning when none of these comes within 15 %.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_ad_conversion_daily"}}}) }}
with
    claim as (
        select platform, account_id, date_day, sum(conversions) as conversions
        from {{ ref("fct_ad_campaign_daily") }}
        where conversions is not null
        group by platform, account_id, date_day
    ),

    counted as (
        select *
        from {{ ref("fct_ad_conversion_daily") }}
        where is_counted and conversions is not null and not is_allocated
    ),

    shared_day as (
        select distinct counted.platform, counted.account_id, counted.date_day
        from counted
        inner join
            claim
            on counted.platform = claim.platform
            and counted.account_id = claim.account_id
            and counted.date_day = claim.date_day
    ),

    claimed as (
        select claim.platform, claim.account_id, sum(claim.conversions) as conversions
        from claim
        inner join
            shared_day
            on claim.platform = shared_day.platform
            and claim.account_id = shared_day.account_id
            and claim.date_day = shared_day.date_day
        group by claim.platform, claim.account_id
    ),

    by_action as (
        select
            counted.platform,
            counted.account_id,
            counted.category,
            counted.is_primary,
            sum(counted.conversions) as conversions
        from counted
        inner join
            shared_day
            on counted.platform = shared_day.platform
            and counted.account_id = shared_day.account_id
            and counted.date_day = shared_day.date_day
        group by counted.platform, counted.account_id, counted.category, counted.is_primary
    ),

    reading as (
        select platform, account_id, sum(conversions) as conversions
        from by_action
        group by platform, account_id
        union all
        select platform, account_id, sum(conversions) as conversions
        from by_action
        where is_primary
        group by platform, account_id
        union all
        select platform, account_id, sum(conversions) as conversions
        from by_action
        group by platform, account_id, category
    ),

    nearest as (
        select
            claimed.platform,
            claimed.account_id,
            claimed.conversions as claimed,
            min_by(reading.conversions, abs(reading.conversions - claimed.conversions)) as by_action
        from claimed
        inner join
            reading
            on claimed.platform = reading.platform
            and claimed.account_id = reading.account_id
        group by claimed.platform, claimed.account_id, claimed.conversions
    )

select
    *,
    concat(
        platform,
        ' account ',
        account_id,
        ': conversions by action come to ',
        cast(cast(by_action as decimal(18, 2)) as varchar(20)),
        ', campaigns claim ',
        cast(cast(claimed as decimal(18, 2)) as varchar(20))
    ) as message
from nearest
where abs(by_action - claimed) > 0.15 * abs(claimed)
