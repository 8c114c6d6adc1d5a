-- Touches and conversions of each visitor in order. A journey is a run of touches and the
-- conversions that follow it; the next touch begins a new one, so a touch never counts for a sale
-- after the one it led to, and conversions that follow each other without a touch between them
-- share their journey. In one second, touches come before conversions. A click, visit or impression
-- that is a conversion too is both under its one touch_id: a touch and, right after it, the
-- conversion.
{%- set order = "touched_at, carries_conversion, row_number nulls last, touch_id, is_conversion" %}
with
    touchpoint as (select * from {{ ref("fct_touchpoint") }} where visitor_hash <> '(unknown)'),

    part as (
        select touch_id, is_conversion
        from touchpoint
        where is_conversion or (touch_type <> 'conversion' and order_id is null)
        union all
        select touch_id, false as is_conversion
        from touchpoint
        where is_conversion and touch_type in ('click', 'visit', 'impression')
    ),

    touch as (
        select
            touchpoint.touch_id,
            touchpoint.visitor_hash,
            touchpoint.touched_at,
            touchpoint.touch_type = 'impression' as is_impression,
            part.is_conversion,
            touchpoint.is_conversion as carries_conversion,
            case
                when part.is_conversion
                then touchpoint.channel_id
                else coalesce(touchpoint.channel_id, 'other')
            end as channel_id,
            touchpoint.marketing_campaign_id,
            touchpoint.row_number
        from part
        inner join touchpoint on part.touch_id = touchpoint.touch_id
    ),

    marked as (
        select
            *,
            case
                when
                    not is_conversion
                    and lag(is_conversion) over (partition by visitor_hash order by {{ order }})
                then 1
                else 0
            end as is_new_journey
        from touch
    ),

    final as (
        select
            touch_id,
            visitor_hash,
            touched_at,
            is_impression,
            is_conversion,
            channel_id,
            marketing_campaign_id,
            sum(is_new_journey) over (
                partition by visitor_hash
                order by {{ order }}
                rows between unbounded preceding and current row
            ) as journey_number,
            row_number() over (partition by visitor_hash order by {{ order }}) as place
        from marked
    )

select *
from final
