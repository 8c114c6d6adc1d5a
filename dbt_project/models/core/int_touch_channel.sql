-- The channel of every source and medium of a touch, by the rules of web traffic.
with
    pair as (
        select distinct
            coalesce(source, '(not set)') as source, coalesce(medium, '(not set)') as medium
        from {{ ref("stg_touchpoint") }}
        where source is not null or medium is not null
    ),

    final as ({{ first_channel_rule("pair") }})

select *
from final
