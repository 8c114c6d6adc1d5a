{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_day_version"},
    )
}}
{%- set columns = [
    "date_day",
    "platform",
    "account_id",
    "campaign_id",
    "ad_group_id",
    "keyword",
    "match_key",
    "search_term",
    "is_unallocated",
    "is_allocated",
    "currency_code",
    "file_id",
    "version_id",
    "day_version_id",
] + ad_measures() -%}
{%- set words = [
    "platform",
    "account_id",
    "campaign_id",
    "ad_group_id",
    "keyword",
    "match_key",
    "search_term",
] -%}
with
    version as ({{ new_versions("int_ad_day_version") }}),

    authority as ({{ days_of_new_versions("int_ad_campaign_daily", "version") }}),

    level_day as ({{ days_of_new_versions("int_ad_level_daily", "version") }}),

    term_day as (select * from level_day where level = 'search_term'),

    total as (select * from {{ ref("int_ad_total") }} where level = 'search_term'),

    rest as ({{ unallocated_rows("term_day", "authority") }}),

    stated as (select *, false as is_unallocated from term_day),

    unallocated as (
        select
            rest.*,
            cast(null as {{ dbt.type_string() }}) as version_id,
            version.version_id as day_version_id,
            '(unallocated)' as ad_group_id,
            '(unallocated)' as keyword,
            '(unallocated)' as match_key,
            '(unallocated)' as search_term,
            true as is_unallocated,
            cast(null as {{ dbt.type_string() }}) as file_id
        from rest
        inner join version on version.platform = rest.platform and version.date_day = rest.date_day
    ),

    every_day as (
        select {{ columns | join(", ") }}
        from stated
        union all
        select {{ columns | join(", ") }}
        from unallocated
    ),

    -- How the newest export of these days writes the match type, and whether it says the term is
    -- added or excluded.
    wording as (
        select {{ words | join(", ") }}, version_id, match_type, search_term_status
        from total
        qualify
            row_number() over (
                partition by {{ words | join(", ") }}, version_id
                order by
                    period_end desc nulls last,
                    exported_at desc nulls last,
                    landed_at desc nulls last,
                    period_start
            )
            = 1
    ),

    final as (
        select
            every_day.date_day,
            every_day.platform,
            every_day.account_id,
            every_day.campaign_id,
            every_day.ad_group_id,
            every_day.keyword,
            case
                when every_day.is_unallocated
                then '(unallocated)'
                else coalesce(wording.match_type, '(unknown)')
            end as match_type,
            every_day.search_term,
            wording.search_term_status,
            every_day.is_unallocated,
            every_day.is_allocated,
            {{ ad_fact_columns("every_day") }},
            every_day.file_id,
            every_day.day_version_id as version_id
        from every_day
        left join
            wording
            on {{ same("wording", "every_day", words) }}
            and wording.version_id = every_day.version_id
            {{ ad_fact_joins("every_day") }}
    )

select *
from final
