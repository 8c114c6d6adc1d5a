with
    platform_ as (select * from {{ ref("stg_platform") }}),

    final as (select platform, name_en, name_zh, channel_id from platform_)

select *
from final
