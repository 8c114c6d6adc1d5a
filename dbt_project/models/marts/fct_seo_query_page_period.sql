with
    listed as (select * from {{ ref("stg_search_performance") }}),

    final as (
        select
            platform,
            property,
            search_type,
            period_start,
            period_end,
            query,
            page,
            impressions,
            clicks,
            ranked_impressions,
            position_weight,
            is_withheld,
            is_filtered,
            file_id
        from listed
        where level = 'query_page' and period_start < period_end
    )

select *
from final
