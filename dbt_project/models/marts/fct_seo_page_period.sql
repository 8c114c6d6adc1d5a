with
    page as (select * from {{ ref("int_seo_page") }}),

    final as (
        select
            platform,
            property,
            search_type,
            period_start,
            period_end,
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
        where period_start < period_end
    )

select *
from final
