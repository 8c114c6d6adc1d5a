with
    listed as (select * from {{ ref("stg_search_performance") }}),

    final as (
        select
            period_start as date_day,
            platform,
            property,
            search_type,
            level as breakdown_type,
            coalesce(country, device, search_appearance) as breakdown_value,
            impressions,
            clicks,
            ranked_impressions,
            position_weight,
            is_filtered,
            file_id
        from listed
        where level in ('country', 'device', 'search_appearance') and period_start = period_end
    )

select *
from final
