-- Which landings of ad exports there are; the versions of stg_ad_performance.
with final as ({{ landings("ad_performance") }}) select file_id, landed_at, version_id from final
