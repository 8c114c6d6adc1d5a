-- Two sources that are never added: journeys made of touches, by month, with repeats of a channel
-- in a row written once ('collapsed'), and paths as exports write them ('full'), by their own
-- periods. A journey without conversion counts in the month of its last touch.
with
    journey_touch as (select * from {{ ref("int_journey_touch") }}),

    touchpoint as (select * from {{ ref("fct_touchpoint") }}),

    journey as (
        select
            end_id,
            bool_or(is_conversion) as is_conversion,
            max(touch_count) as touches,
            max(age_seconds) / 86400 as days_to_convert,
            {{ texts_in_order("channel_id", "position") }} as path
        from journey_touch
        where not is_repeat
        group by end_id
    ),

    journey_end as (
        select
            coalesce(journey.path, '(unattributed)') as path,
            coalesce(journey.touches, 0) as touches,
            journey.days_to_convert,
            touchpoint.platform,
            touchpoint.account_id,
            {{ month_start("touchpoint.touched_at") }} as month_start,
            touchpoint.is_conversion,
            touchpoint.conversions,
            touchpoint.conversion_value
        from touchpoint
        left join journey on touchpoint.touch_id = journey.end_id
        where touchpoint.is_conversion or journey.end_id is not null
    ),

    of_touches as (
        select
            platform,
            account_id,
            month_start,
            path,
            {{ money("coalesce(sum(case when is_conversion then conversions end), 0)") }}
            as conversions,
            {{ money("count(case when not is_conversion then 1 end)") }} as non_conversions,
            {{ money("sum(case when is_conversion then conversion_value end)") }}
            as conversion_value,
            {{ count_type("sum(touches)") }} as touches,
            sum(case when is_conversion then days_to_convert end) as days_total,
            count(case when is_conversion then days_to_convert end) as days_count
        from journey_end
        group by platform, account_id, month_start, path
    ),

    exported as (select * from {{ ref("mart_conversion_path") }}),

    final as (
        select
            'touchpoint' as source,
            'collapsed' as path_type,
            'journey' as level,
            platform,
            account_id,
            month_start as period_start,
            {{ add_days(month_start(add_days("month_start", 31)), -1) }} as period_end,
            path,
            cast(
                case
                    when path = '(unattributed)'
                    then 0
                    else 1 + (length(path) - length(replace(path, ' > ', ''))) / 3
                end as bigint
            ) as path_length,
            conversions,
            non_conversions,
            conversion_value,
            touches,
            {{ ratio("days_total", "days_count") }} as days_to_convert
        from of_touches
        union all
        select
            'export' as source,
            'full' as path_type,
            level,
            platform,
            account_id,
            period_start,
            period_end,
            path,
            max(path_length) as path_length,
            {{ money("sum(conversions)") }} as conversions,
            {{ money("sum(non_conversions)") }} as non_conversions,
            {{ money("sum(conversion_value)") }} as conversion_value,
            {{
                count_type(
                    "sum(path_length * (coalesce(conversions, 0) + coalesce(non_conversions, 0)))"
                )
            }} as touches,
            cast(null as double) as days_to_convert
        from exported
        group by level, platform, account_id, period_start, period_end, path
    )

select *
from final
