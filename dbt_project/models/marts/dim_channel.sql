with
    channel as (select * from {{ ref("channel") }}),

    final as (select channel_id, name_en, name_zh, media_type, sort_order from channel)

select *
from final
