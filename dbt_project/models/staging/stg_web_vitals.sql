{%- set verdicts = ["pages_good", "pages_need_improvement", "pages_poor"] %}
with
    {{
        newest_statement_ctes(
            "web_vitals",
            dimensions=["site", "device_name", "period_end"],
            derived={
                "site": "coalesce(with_account.property, with_account.known_account_id)",
                "device_name": "coalesce(lower(with_account.device), '(unknown)')",
            },
            sums={
                "pages_good": "max(pages_good)",
                "pages_need_improvement": "max(pages_need_improvement)",
                "pages_poor": "max(pages_poor)",
            },
        )
    }},

    final as (
        select
            platform,
            site as property,
            device_name as device,
            period_end as date_day,
            {{ verdicts | join(", ") }},
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
