with
    {{
        newest_statement_ctes(
            "search_performance",
            dimensions=[
                "site",
                "search_kind",
                "filter_text",
                "period_start",
                "period_end",
                "query",
                "page",
                "country",
                "device",
                "search_appearance",
            ],
            derived={
                "site": "coalesce(with_account.property, with_account.known_account_id)",
                "search_kind": "coalesce(with_account.search_type, 'web')",
                "filter_text": "coalesce(nullif(trim(with_account.filters), '{}'), '')",
            },
            sums=merged(
                count_sums(["impressions", "clicks"]),
                {
                    "position_weight": "sum(case when impressions = 0 then 0 else coalesce(position * impressions, position_sum + impressions) end)"
                },
            ),
        )
    }},

    final as (
        select
            platform,
            account_id,
            -- What a row is about follows from the dimensions it has.
            case
                when
                    {% for name in ["query", "page", "country", "device", "search_appearance"] -%}
                        case when {{ name }} is null then 0 else 1 end
                        {%- if not loop.last %} + {% endif %}
                    {%- endfor %}
                    > 1
                then 'combined'
                when query is not null
                then 'query'
                when page is not null
                then 'page'
                when country is not null
                then 'country'
                when device is not null
                then 'device'
                when search_appearance is not null
                then 'search_appearance'
                else 'property'
            end as level,
            case
                when filter_text = '' then site else concat(site, ' ', filter_text)
            end as property,
            search_kind as search_type,
            period_start,
            period_end,
            query,
            page,
            country,
            device,
            search_appearance,
            filter_text <> '' as is_filtered,
            impressions,
            clicks,
            position_weight,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
