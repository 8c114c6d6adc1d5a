{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_day_version"},
    )
}}
{#- Parts of a level by device, age and the like. Never added to other facts, and one breakdown never to another. A
    period export fills the days that no daily export with that breakdown covers. -#}
{%- set series = ad_entity_key() + ["breakdown_type", "breakdown_value"] -%}
{%- set carried = ["file_id", "currency_code"] -%}
with
    version as ({{ new_versions("int_ad_day_version") }}),

    part as (
        select *
        from {{ ref("int_ad_statement") }}
        where is_newest and breakdown_type <> '' and level <> 'search_term'
    ),

    daily_row as (select *, period_start as date_day from part where period_start = period_end),

    period_row as (select * from part where period_end > period_start),

    covered as (
        select distinct platform, account_id, level, breakdown_type, date_day from daily_row
    ),

    spread as (
        {{
            spread_periods(
                period_rows="period_row",
                daily_rows="daily_row",
                covered="covered",
                series=series,
                owner=["platform", "account_id", "level", "campaign_id", "breakdown_type"],
                coverage=["platform", "account_id", "level", "breakdown_type"],
                carried=carried,
            )
        }}
    ),

    part_day as (
        select
            {{ (series + ["date_day"] + carried + ad_measures()) | join(", ") }},
            false as is_allocated
        from daily_row
        union all
        select
            {{ (series + ["date_day"] + carried + ad_measures()) | join(", ") }},
            true as is_allocated
        from spread
    ),

    final as (
        select
            part_day.date_day,
            part_day.platform,
            part_day.account_id,
            case
                when part_day.level = 'account' then '(all)' else part_day.campaign_id
            end as campaign_id,
            part_day.level,
            case
                part_day.level
                when 'account'
                then part_day.account_id
                when 'campaign'
                then part_day.campaign_id
                else part_day.entity_id
            end as entity_id,
            part_day.ad_group_id,
            part_day.breakdown_type,
            coalesce(nullif(part_day.breakdown_value, ''), '(unknown)') as breakdown_value,
            part_day.is_allocated,
            {{ ad_fact_columns("part_day") }},
            part_day.file_id,
            version.version_id
        from part_day
        inner join
            version on version.platform = part_day.platform and version.date_day = part_day.date_day
            {{ ad_fact_joins("part_day") }}
    )

select *
from final
