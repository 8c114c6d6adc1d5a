-- Organic search at the levels that are read: property, query, page, query_page, country, device
-- and search_appearance. A table with more dimensions (an API pull, the bulk export) is added up
-- within its own file, and only to levels its rows are whole at:
-- * pages count every URL shown, all else counts the property once, so a level with pages comes
-- from tables with pages, and one without from tables without;
-- * withheld queries have no row, except in the bulk export, so other tables with queries add up
-- to nothing that has none;
-- * a result has several appearances or none.
-- What a file states itself comes before what is added up; of these the newest counts. A
-- property's day is added up only where no file states it.
{%- set dimensions = ["query", "page", "country", "device", "search_appearance"] %}
{%- set levels = {
    "property": [],
    "query": ["query"],
    "page": ["page"],
    "query_page": ["query", "page"],
    "country": ["country"],
    "device": ["device"],
    "search_appearance": ["search_appearance"],
} %}
{%- set unnamed = {
    "query": "'(anonymised)'",
    "page": "'(anonymised)'",
    "country": "'(unknown)'",
    "device": "'(unknown)'",
    "search_appearance": "'(unknown)'",
} %}
{%- set position_total = "coalesce(case when position >= 1 then position * impressions end, case when position_sum >= 0 then position_sum + impressions end)" %}
with
    {{
        newest_statement_ctes(
            "search_performance",
            dimensions=[
                "site",
                "search_kind",
                "filter_text",
                "part",
                "level",
                "period_start",
                "period_end",
                "query",
                "page",
                "country",
                "device_name",
                "search_appearance",
            ],
            derived={
                "site": "coalesce(with_account.property, with_account.known_account_id)",
                "search_kind": "coalesce(with_account.search_type, 'web')",
                "filter_text": "coalesce(nullif(trim(with_account.filters), '{}'), '')",
                "device_name": "lower(with_account.device)",
            },
            sums=merged(
                count_sums(["impressions", "clicks"]),
                {
                    "is_anonymized": "bool_or(is_anonymized)",
                    "ranked_impressions": "cast(sum(case when "
                    ~ position_total
                    ~ " is null then 0 else impressions end) as bigint)",
                    "position_weight": "cast(sum(case when impressions = 0 then cast(0 as decimal(18, 6)) else cast("
                    ~ position_total
                    ~ " as decimal(18, 6)) end) as decimal(18, 6))",
                },
            ),
        )
    }},

    -- What a row is about follows from the dimensions of its table.
    table_row as (
        select
            platform,
            account_id,
            case
                when filter_text = '' then site else concat(site, ' ', filter_text)
            end as property,
            search_kind as search_type,
            filter_text <> '' as is_filtered,
            period_start,
            period_end,
            query,
            page,
            country,
            device_name as device,
            search_appearance,
            impressions,
            clicks,
            ranked_impressions,
            position_weight,
            file_id,
            exported_at,
            landed_at,
            bool_or(query is not null or coalesce(is_anonymized, false)) over (
                partition by file_id, part, level, search_kind
            ) as has_query,
            {%- for name in dimensions if name != "query" %}
                bool_or({{ "device_name" if name == "device" else name }} is not null) over (
                    partition by file_id, part, level, search_kind
                ) as has_{{ name }},
            {%- endfor %}
            bool_or(is_anonymized is not null) over (
                partition by file_id, part, level, search_kind
            ) as has_withheld
        from per_file
    ),

    shaped as (
        select
            *,
            {%- for name in dimensions %}
                case when has_{{ name }} then 1 else 0 end {%- if not loop.last %} + {% endif %}
            {%- endfor %} as dimension_count,
            concat(
                {%- for name in dimensions %}
                    case when has_{{ name }} then '{{ name }} ' else '' end
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            ) as shape
        from table_row
    ),

    levelled as (
        {%- for level, own in levels.items() %}
            select
                platform,
                account_id,
                '{{ level }}' as level,
                property,
                search_type,
                period_start,
                period_end,
                {%- for name in dimensions %}
                    {% if name in own %} coalesce({{ name }}, {{ unnamed[name] }})
                    {% else %} cast(null as {{ dbt.type_string() }})
                    {% endif %} as {{ name }},
                {%- endfor %}
                is_filtered,
                {% if level == "query_page" -%} query is null or page is null
                {%- elif level == "page" -%} page is null
                {%- else -%} false
                {%- endif %} as is_withheld,
                dimension_count > {{ own | length }} as is_added_up,
                impressions,
                clicks,
                ranked_impressions,
                position_weight,
                file_id,
                shape,
                exported_at,
                landed_at
            from shaped
            where
                {% if "page" in own %} has_page
                {% else %} not has_page
                {% endif %}
                {%- if "search_appearance" in own %} and has_search_appearance
                {%- else %} and not has_search_appearance
                {%- endif %}
                {%- for name in own if name in ["query", "country", "device"] %}
                    and has_{{ name }}
                {%- endfor %}
                {%- if "query" not in own %} and (not has_query or has_withheld) {%- endif %}
                {%- if level == "query" %} and query is not null {%- endif %}
                {%- if level == "property" %}
                    and (dimension_count = 0 or period_start = period_end)
                {%- endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    added_up as (
        select
            platform,
            max(account_id) as account_id,
            level,
            property,
            search_type,
            period_start,
            period_end,
            {{ dimensions | join(", ") }},
            is_filtered,
            is_withheld,
            is_added_up,
            cast(sum(impressions) as bigint) as impressions,
            cast(sum(clicks) as bigint) as clicks,
            cast(sum(ranked_impressions) as bigint) as ranked_impressions,
            cast(sum(position_weight) as decimal(18, 6)) as position_weight,
            file_id,
            shape,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at
        from levelled
        group by
            platform,
            level,
            property,
            search_type,
            period_start,
            period_end,
            {{ dimensions | join(", ") }},
            is_filtered,
            is_withheld,
            is_added_up,
            file_id,
            shape
    ),

    final as (
        select
            platform,
            account_id,
            level,
            property,
            search_type,
            period_start,
            period_end,
            {{ dimensions | join(", ") }},
            is_filtered,
            is_withheld,
            is_added_up,
            impressions,
            clicks,
            ranked_impressions,
            position_weight,
            file_id,
            exported_at,
            landed_at
        from added_up
        qualify
            row_number() over (
                partition by
                    platform,
                    level,
                    property,
                    search_type,
                    period_start,
                    period_end,
                    {{ dimensions | join(", ") }}
                order by
                    is_added_up,
                    exported_at desc nulls last,
                    landed_at desc nulls last,
                    file_id,
                    shape
            )
            = 1
    )

select *
from final
