with
    query as (select * from {{ ref("int_seo_query") }}),

    final as (
        select
            period_start as date_day,
            platform,
            property,
            search_type,
            query,
            impressions,
            clicks,
            ranked_impressions,
            position_weight,
            is_remainder,
            is_allocated,
            is_filtered,
            file_id
        from query
        where period_start = period_end
    )

select *
from final
