with
    listed as (select * from {{ ref("stg_search_performance") }}),

    final as (
        select
            period_start as date_day,
            platform,
            property,
            search_type,
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
        where level = 'query_page' and period_start = period_end
    )

select *
from final
