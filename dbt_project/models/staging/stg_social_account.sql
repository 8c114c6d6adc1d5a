{%- set counters = social_account_counters() %}
with
    {{
        newest_statement_ctes(
            "social_account",
            dimensions=["period_start", "period_end"],
            attributes=["account_name"],
            sums=count_sums(counters),
        )
    }},

    final as (
        select
            platform,
            account_id,
            period_start,
            period_end,
            account_name,
            {%- for counter in counters %} {{ counter }}, {%- endfor %}
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
