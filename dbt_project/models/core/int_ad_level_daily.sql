{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_version"},
    )
}}
{#- Every level below the campaign by day: daily rows as they are, period rows on the days that no daily export of
    that level covers. -#}
{%- set carried = ["version_id", "file_id", "currency_code"] -%}
with
    new_total as ({{ rows_of_new_versions("int_ad_total", "int_ad_version") }}),

    total as (select * from new_total where level not in ('account', 'campaign')),

    daily_row as (select *, period_start as date_day from total where period_start = period_end),

    period_row as (select * from total where period_end > period_start),

    covered as (select distinct platform, account_id, level, date_day from daily_row),

    spread as (
        {{
            spread_periods(
                period_rows="period_row",
                daily_rows="daily_row",
                covered="covered",
                series=ad_entity_key(),
                owner=["platform", "account_id", "level", "campaign_id"],
                coverage=["platform", "account_id", "level"],
                carried=carried,
            )
        }}
    ),

    {%- set columns = ad_entity_key() + ["date_day"] + carried + ad_measures() %}
    final as (
        select {{ columns | join(", ") }}, false as is_allocated
        from daily_row
        union all
        select {{ columns | join(", ") }}, true as is_allocated
        from spread
    )

select *
from final
