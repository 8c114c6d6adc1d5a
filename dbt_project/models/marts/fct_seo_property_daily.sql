with
    property_total as (select * from {{ ref("stg_search_performance") }} where level = 'property'),

    {{
        days_of_periods_ctes(
            "property_total",
            owner=["platform", "property", "search_type"],
            dimensions=[],
            counts=["impressions", "clicks"],
            amounts=["position_weight"],
        )
    }},

    filtered as (select distinct property, is_filtered from property_total),

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.property,
            by_day.search_type,
            by_day.impressions,
            by_day.clicks,
            by_day.position_weight,
            filtered.is_filtered,
            by_day.is_allocated,
            by_day.file_id
        from by_day
        inner join filtered on by_day.property = filtered.property
    )

select *
from final
