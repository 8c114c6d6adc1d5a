{%- set estimates = [
    "search_volume",
    "results",
    "keyword_difficulty",
    "cpc_estimate",
    "competition",
    "bid_low",
    "bid_high",
    "interest",
] %}
{%- set sums = {} %}
{%- for name in estimates %} {%- do sums.update({name: "max(" ~ name ~ ")"}) %} {%- endfor %}
with
    {{
        newest_statement_ctes(
            "keyword_idea",
            dimensions=["report", "keyword", "country_name", "period_start", "period_end"],
            derived={"country_name": "coalesce(with_account.country, '(unknown)')"},
            attributes=["intents", "serp_features", "parent_topic"],
            sums=sums,
        )
    }},

    final as (
        select
            platform,
            account_id,
            report,
            keyword,
            country_name as country,
            period_start,
            period_end,
            intents,
            serp_features,
            parent_topic,
            {{ estimates | join(", ") }},
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
