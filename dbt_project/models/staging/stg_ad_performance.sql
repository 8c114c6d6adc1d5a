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
    landed as ({{ landed_rows("ad_performance") }}),

    final as (
        select
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
    )

select *
from final
