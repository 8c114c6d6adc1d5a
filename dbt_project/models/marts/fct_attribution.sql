-- Every model splits each conversion among the touches of its journey; what has none is
-- '(unattributed)'. Models stand side by side over the same conversions and are never added.
{%- set models = attribution_models() %}
with
    conversion as (select * from {{ ref("fct_touchpoint") }} where is_conversion),

    touch as (
        select
            *,
            max(case when channel_id <> 'direct' then position end) over (
                partition by end_id
            ) as last_non_direct_position
        from {{ ref("int_journey_touch") }}
        where is_conversion
    ),

    weighed as (
        select
            end_id as conversion_id,
            touch_id,
            touched_at,
            channel_id,
            marketing_campaign_id,
            is_view_through,
            age_seconds,
            position,
            touch_count
            {%- for model in models %}
                , cast({{ model.weight }} as double) as weight_{{ model.name }}
            {%- endfor %}
        from touch
    ),

    shared as (
        {%- for model in models %}
            {%- set weight = "weight_" ~ model.name %}
            select
                conversion_id,
                touch_id,
                '{{ model.name }}' as model,
                cast({{ model.half_life_days or "null" }} as bigint) as half_life_days,
                touched_at,
                channel_id,
                marketing_campaign_id,
                is_view_through,
                age_seconds,
                position,
                touch_count,
                {{ weight }} as weight,
                case
                    when position = touch_count
                    then 1
                    else
                        sum({{ weight }}) over (
                            partition by conversion_id
                            order by position
                            rows between unbounded preceding and current row
                        )
                        / sum({{ weight }}) over (partition by conversion_id)
                end as share_up_to
            from weighed
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    split as (
        select
            *,
            coalesce(
                lag(share_up_to) over (partition by conversion_id, model order by position), 0
            ) as share_before
        from shared
    ),

    touched as (select * from split where weight > 0),

    untouched as (
        {%- for model in models %}
            select
                conversion.touch_id as conversion_id,
                '(unattributed)' as touch_id,
                '{{ model.name }}' as model,
                cast({{ model.half_life_days or "null" }} as bigint) as half_life_days,
                cast(null as timestamp) as touched_at,
                '(unattributed)' as channel_id,
                '(unassigned)' as marketing_campaign_id,
                false as is_view_through,
                cast(null as double) as age_seconds,
                cast(null as bigint) as position,
                cast(0 as bigint) as touch_count,
                cast(0 as double) as share_before,
                cast(1 as double) as share_up_to
            from conversion
            left join touch on conversion.touch_id = touch.end_id and touch.position = 1
            where touch.end_id is null
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    part as (
        {%- for relation in ["touched", "untouched"] %}
            select
                conversion_id,
                touch_id,
                model,
                half_life_days,
                touched_at,
                channel_id,
                marketing_campaign_id,
                is_view_through,
                age_seconds,
                position,
                touch_count,
                share_before,
                share_up_to
            from {{ relation }}
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    final as (
        select
            part.conversion_id,
            part.touch_id,
            part.model,
            conversion.date_day,
            conversion.touched_at as converted_at,
            conversion.platform,
            conversion.account_id,
            conversion.visitor_hash,
            conversion.order_id,
            part.touched_at,
            part.channel_id,
            part.marketing_campaign_id,
            part.position as touch_position,
            part.touch_count,
            part.age_seconds / 86400 as days_before_conversion,
            part.is_view_through,
            cast({{ attribution_window_days() }} as bigint) as window_days,
            part.half_life_days,
            {{ share_of("1", "decimal(18, 12)", 12) }} as credit,
            {{ share_of("conversion.conversions", "decimal(18, 6)", 6) }} as conversions,
            {{ share_of("conversion.conversion_value_native", "decimal(18, 6)", 6) }}
            as conversion_value_native,
            conversion.currency_code,
            conversion.fx_rate,
            conversion.fx_date,
            conversion.fx_source,
            {{ share_of("conversion.conversion_value", "decimal(18, 6)", 6) }} as conversion_value,
            conversion.file_id
        from part
        inner join conversion on part.conversion_id = conversion.touch_id
    )

select *
from final
