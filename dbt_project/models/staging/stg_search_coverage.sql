with
    {{
        newest_statement_ctes(
            "search_coverage",
            dimensions=["site", "period_end"],
            derived={"site": "coalesce(with_account.property, with_account.known_account_id)"},
            sums=merged(
                count_sums(["impressions"]),
                {
                    "pages_indexed": "max(pages_indexed)",
                    "pages_not_indexed": "max(pages_not_indexed)",
                },
            ),
        )
    }},

    final as (
        select
            platform,
            site as property,
            period_end as date_day,
            pages_indexed,
            pages_not_indexed,
            impressions,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
