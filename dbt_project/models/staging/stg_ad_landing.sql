-- Which landings of ad exports there are; the versions of stg_ad_performance. A file that is read
-- anew, by another catalog entry or with other answers, is another landing.
with
    receipt as (select * from {{ source("lake", "landed_file") }} where dataset = 'ad_performance'),

    landing as (
        select file_id, max(landed_at) as landed_at, max(catalog_version) as catalog_version
        from receipt
        group by file_id
    ),

    final as (
        select
            file_id,
            landed_at,
            {{ version_of(["file_id", "landed_at", "catalog_version"]) }} as version_id
        from landing
    )

select *
from final
