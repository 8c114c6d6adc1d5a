with
    platform_ as (select * from {{ source("lake", "platform") }}),

    final as (
        select platform, name_en, name_zh, channel_id, conversion_lag_days, freshness_days
        from platform_
    )

select *
from final
