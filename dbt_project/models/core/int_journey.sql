-- Touches and conversions of each visitor in order. A journey is a run of touches and the
-- conversions that follow it; the next touch begins a new one, so a touch never counts for a sale
-- after the one it led to, and conversions that follow each other without a touch between them
-- share their journey. In one second, touches come before conversions.
{%- set order = "touched_at, is_conversion, row_number nulls last, touch_id" %}
with
    touch as (
        select
            touch_id,
            visitor_hash,
            touched_at,
            touch_type = 'impression' as is_impression,
            is_conversion,
            channel_id,
            marketing_campaign_id,
            row_number
        from {{ ref("fct_touchpoint") }}
        where
            visitor_hash <> '(unknown)'
            and (is_conversion or (touch_type <> 'conversion' and order_id is null))
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
