with
    property_total as (select * from {{ ref("stg_search_citation") }} where level = 'property'),

    {{
        days_of_periods_ctes(
            "property_total",
            owner=["platform", "property"],
            dimensions=[],
            counts=["citations"],
            amounts=[],
        )
    }},

    -- Distinct pages of a longer period are not those of its days.
    stated_day as (
        select platform, property, period_start as date_day, cited_pages
        from property_total
        where period_start = period_end
    ),

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.property,
            by_day.citations,
            stated_day.cited_pages,
            by_day.is_allocated,
            by_day.file_id
        from by_day
        left join
            stated_day
            on by_day.platform = stated_day.platform
            and by_day.property = stated_day.property
            and by_day.date_day = stated_day.date_day
    )

select *
from final
