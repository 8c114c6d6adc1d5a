{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "stg_ad_landing"},
    )
}}
{%- set texts = [
    "account_id",
    "account_name",
    "account_timezone",
    "currency_code",
    "campaign_id",
    "campaign_name",
    "ad_group_id",
    "ad_group_name",
    "ad_id",
    "ad_name",
    "keyword_id",
    "keyword",
    "match_type",
    "search_term",
    "landing_url",
    "breakdown_type",
    "breakdown_value",
    "campaign_status",
    "campaign_type",
    "entity_status",
    "search_term_status",
] -%}
with
    landing as ({{ new_versions("stg_ad_landing") }}),

    landed as (
        select performance.*, landing.landed_at, landing.version_id
        from {{ source("lake", "ad_performance") }} as performance
        inner join landing on performance.file_id = landing.file_id
    ),

    trimmed as (
        select
            version_id,
            file_id,
            coalesce(part, '') as part,
            row_number,
            platform,
            report,
            exported_at,
            landed_at,
            level,
            period_start,
            period_end
            {%- for text in texts %}, nullif(trim({{ text }}), '') as {{ text }} {%- endfor %}
            {%- for measure in ad_measures() %}, {{ measure }} {%- endfor %}
        from landed
    ),

    final as (select *, {{ key_of(ad_name_columns()) }} as name_key from trimmed)

select *
from final
