with
    {{
        newest_statement_ctes(
            "search_citation",
            dimensions=["site", "period_start", "period_end", "query", "page"],
            derived={"site": "coalesce(with_account.property, with_account.known_account_id)"},
            sums=merged(count_sums(["citations"]), {"cited_pages": "max(cited_pages)"}),
        )
    }},

    final as (
        select
            platform,
            site as property,
            period_start,
            period_end,
            case
                when query is not null and page is not null
                then 'query_page'
                when query is not null
                then 'query'
                when page is not null
                then 'page'
                else 'property'
            end as level,
            query,
            page,
            citations,
            cited_pages,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
