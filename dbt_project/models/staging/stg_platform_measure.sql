with
    measure as (select * from {{ source("lake", "platform_measure") }}),

    final as (select platform, dataset, level, measure, is_additive, reports from measure)

select *
from final
