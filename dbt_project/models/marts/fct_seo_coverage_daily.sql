with
    coverage as (select * from {{ ref("stg_search_coverage") }}),

    final as (
        select date_day, platform, property, pages_indexed, pages_not_indexed, impressions, file_id
        from coverage
        where date_day is not null
    )

select *
from final
