-- The touches that take part in the end of a journey: in each of its conversions or, where it has
-- none, in its last touch. Touches older than the look-back take no part. Impressions count only
-- where nothing was clicked or visited: a conversion is of clicks or of views, never of both.
{%- set look_back = attribution_window_days() * 86400 %}
with
    journey as (select * from {{ ref("int_journey") }}),

    last_event as (
        select *
        from journey
        qualify
            row_number() over (partition by visitor_hash, journey_number order by place desc) = 1
    ),

    journey_end as (
        select touch_id, visitor_hash, journey_number, touched_at, is_conversion
        from journey
        where is_conversion
        union all
        select touch_id, visitor_hash, journey_number, touched_at, is_conversion
        from last_event
        where not is_conversion
    ),

    part as (
        select
            journey_end.touch_id as end_id,
            journey_end.is_conversion,
            journey_end.touched_at as ended_at,
            touch.touch_id,
            touch.touched_at,
            touch.channel_id,
            touch.marketing_campaign_id,
            touch.is_impression,
            touch.place,
            {{ seconds_between("touch.touched_at", "journey_end.touched_at") }} as age_seconds
        from journey_end
        inner join
            journey as touch
            on journey_end.visitor_hash = touch.visitor_hash
            and journey_end.journey_number = touch.journey_number
        where
            not touch.is_conversion
            and {{ seconds_between("touch.touched_at", "journey_end.touched_at") }}
            <= {{ look_back }}
    ),

    judged as (
        select *, bool_and(is_impression) over (partition by end_id) as is_view_through from part
    ),

    final as (
        select
            end_id,
            is_conversion,
            ended_at,
            touch_id,
            touched_at,
            channel_id,
            marketing_campaign_id,
            is_view_through,
            age_seconds,
            row_number() over (partition by end_id order by place) as position,
            count(*) over (partition by end_id) as touch_count,
            coalesce(
                lag(channel_id) over (partition by end_id order by place) = channel_id, false
            ) as is_repeat
        from judged
        where is_view_through or not is_impression
    )

select *
from final
