-- Search engines withhold rare queries: the row '(anonymised)' holds what the property counted
-- beyond the listed ones.
with
    listed as (select * from {{ ref("stg_search_performance") }} where level = 'query'),

    property_day as (select * from {{ ref("fct_seo_property_daily") }}),

    period_total as (
        select
            platform,
            property,
            search_type,
            period_start,
            period_end,
            sum(impressions) as impressions,
            sum(clicks) as clicks,
            sum(position_weight) as position_weight,
            max(file_id) as file_id
        from listed
        group by platform, property, search_type, period_start, period_end
    ),

    remainder as (
        select
            period_total.platform,
            period_total.property,
            period_total.search_type,
            period_total.period_start,
            period_total.period_end,
            sum(property_day.impressions) - max(period_total.impressions) as impressions,
            sum(property_day.clicks) - max(period_total.clicks) as clicks,
            cast(sum(property_day.position_weight) as double)
            - max(period_total.position_weight) as position_weight,
            max(period_total.file_id) as file_id
        from period_total
        inner join
            property_day
            on period_total.platform = property_day.platform
            and period_total.property = property_day.property
            and period_total.search_type = property_day.search_type
            and property_day.date_day between period_total.period_start and period_total.period_end
        group by
            period_total.platform,
            period_total.property,
            period_total.search_type,
            period_total.period_start,
            period_total.period_end
    ),

    final as (
        select
            platform,
            property,
            search_type,
            period_start,
            period_end,
            query,
            impressions,
            clicks,
            position_weight,
            false as is_remainder,
            file_id
        from listed
        union all
        select
            platform,
            property,
            search_type,
            period_start,
            period_end,
            '(anonymised)' as query,
            cast(impressions as bigint) as impressions,
            cast(clicks as bigint) as clicks,
            position_weight,
            true as is_remainder,
            file_id
        from remainder
    )

select *
from final
