with final as (select * from {{ ref("stg_quarantined_file") }}) select * from final
