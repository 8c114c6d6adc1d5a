-- Listed queries and the withheld rest together are the property's clicks and impressions of
-- the period.
{{ config(meta={"dagster": {"ref": {"name": "fct_seo_query_period"}}}) }}
with
    query as (
        select
            platform,
            property,
            search_type,
            period_start,
            period_end,
            sum(clicks) as clicks,
            sum(impressions) as impressions
        from {{ ref("fct_seo_query_period") }}
        group by platform, property, search_type, period_start, period_end
    ),

    property_day as (select * from {{ ref("fct_seo_property_daily") }}),

    property_total as (
        select
            query.platform,
            query.property,
            query.search_type,
            query.period_start,
            query.period_end,
            sum(property_day.clicks) as clicks,
            sum(property_day.impressions) as impressions
        from query
        inner join
            property_day
            on query.platform = property_day.platform
            and query.property = property_day.property
            and query.search_type = property_day.search_type
            and property_day.date_day between query.period_start and query.period_end
        group by
            query.platform, query.property, query.search_type, query.period_start, query.period_end
    )

select
    query.*,
    property_total.clicks as property_clicks,
    property_total.impressions as property_impressions,
    'queries and remainder are not the property' as message
from query
inner join
    property_total
    on query.platform = property_total.platform
    and query.property = property_total.property
    and query.search_type = property_total.search_type
    and query.period_start = property_total.period_start
    and query.period_end = property_total.period_end
where query.clicks <> property_total.clicks or query.impressions <> property_total.impressions
