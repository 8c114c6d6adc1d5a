with
    page as (select * from {{ ref("int_seo_page") }}),

    final as (
        select
            period_start as date_day,
            platform,
            property,
            search_type,
            page,
            marketing_campaign_id,
            impressions,
            clicks,
            ranked_impressions,
            position_weight,
            is_withheld,
            is_filtered,
            file_id
        from page
        where period_start = period_end
    )

select *
from final
