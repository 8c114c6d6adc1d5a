with
    listed as (select * from {{ ref("stg_search_citation") }}),

    final as (
        select
            platform,
            property,
            period_start,
            period_end,
            level,
            coalesce(query, '') as query,
            coalesce(page, '') as page,
            citations,
            cited_pages,
            file_id
        from listed
        where level <> 'property'
    )

select *
from final
