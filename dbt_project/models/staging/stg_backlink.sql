with
    {{
        newest_statement_ctes(
            "backlink",
            dimensions=[
                "level",
                "source_domain",
                "source_url",
                "target_url",
                "anchor",
                "period_end",
            ],
            attributes=["link_type", "country"],
            sums=merged(
                count_sums(["links"]),
                {
                    "first_seen_at": "min(first_seen_at)",
                    "last_seen_at": "max(last_seen_at)",
                    "domain_rating": "max(domain_rating)",
                    "url_rating": "max(url_rating)",
                    "traffic_estimate": "max(traffic_estimate)",
                },
            ),
        )
    }},

    final as (
        select
            platform,
            account_id as property,
            level,
            period_end as date_day,
            source_domain,
            source_url,
            target_url,
            anchor,
            link_type,
            country,
            first_seen_at,
            last_seen_at,
            domain_rating,
            url_rating,
            links,
            traffic_estimate,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
