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
    authority as (select * from {{ ref("int_ad_campaign_daily") }}),

    term_day as (select * from {{ ref("int_ad_level_daily") }} where level = 'search_term'),

    total as (select * from {{ ref("int_ad_total") }} where level = 'search_term'),

    rest as ({{ unallocated_rows("term_day", "authority") }}),

    stated as (select *, false as is_unallocated from term_day),

    unallocated as (
        select
            *,
            '(unallocated)' as ad_group_id,
            '(unallocated)' as keyword,
            '(unallocated)' as match_key,
            '(unallocated)' as search_term,
            true as is_unallocated,
            cast(null as {{ dbt.type_string() }}) as file_id
        from rest
    ),

    every_day as (
        select {{ columns | join(", ") }}
        from stated
        union all
        select {{ columns | join(", ") }}
        from unallocated
    ),

    -- How the newest export writes the match type, and whether it says the term is added or
    -- excluded.
    wording as (
        select {{ words | join(", ") }}, match_type, search_term_status
        from total
        qualify
            row_number() over (
                partition by {{ words | join(", ") }}
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
            every_day.file_id
        from every_day
        left join
            wording on {{ same("wording", "every_day", words) }} {{ ad_fact_joins("every_day") }}
    )

select *
from final
