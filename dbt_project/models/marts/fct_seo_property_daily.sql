with
    property_total as (select * from {{ ref("stg_search_performance") }} where level = 'property'),

    {{
        days_of_periods_ctes(
            "property_total",
            owner=["platform", "property", "search_type"],
            dimensions=[],
            counts=["impressions", "clicks", "ranked_impressions"],
            amounts=["position_weight"],
        )
    }},

    site as (
        select distinct
            platform,
            property,
            is_filtered,
            case
                when property like '%://%' then split_part(property, '/', 3) else property
            end as host
        from property_total
    ),

    -- Of a site's properties one may hold another: a domain its hosts, an address what is below.
    within as (
        select narrow.platform, narrow.property, wide.property as wide_property
        from site as narrow
        inner join site as wide on narrow.platform = wide.platform
        where
            narrow.property <> wide.property
            and not narrow.is_filtered
            and not wide.is_filtered
            and (
                (
                    wide.property = wide.host
                    and right(concat('.', narrow.host), length(wide.host) + 1)
                    = concat('.', wide.host)
                )
                or (
                    wide.property <> wide.host
                    and left(narrow.property, length(wide.property)) = wide.property
                )
            )
    ),

    stated_in_a_wider as (
        select distinct within.platform, within.property, wide.search_type, wide.date_day
        from within
        inner join
            by_day as wide
            on within.platform = wide.platform
            and within.wide_property = wide.property
    ),

    final as (
        select
            by_day.date_day,
            by_day.platform,
            by_day.property,
            by_day.search_type,
            by_day.impressions,
            by_day.clicks,
            by_day.ranked_impressions,
            by_day.position_weight,
            site.is_filtered,
            site.is_filtered or stated_in_a_wider.property is not null as is_part,
            by_day.is_allocated,
            by_day.file_id
        from by_day
        inner join site on by_day.platform = site.platform and by_day.property = site.property
        left join
            stated_in_a_wider
            on by_day.platform = stated_in_a_wider.platform
            and by_day.property = stated_in_a_wider.property
            and by_day.search_type = stated_in_a_wider.search_type
            and by_day.date_day = stated_in_a_wider.date_day
    )

select *
from final
