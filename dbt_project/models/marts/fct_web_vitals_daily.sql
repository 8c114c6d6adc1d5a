with
    vitals as (select * from {{ ref("stg_web_vitals") }}),

    final as (
        select
            date_day,
            platform,
            property,
            device,
            pages_good,
            pages_need_improvement,
            pages_poor,
            file_id
        from vitals
        where date_day is not null
    )

select *
from final
