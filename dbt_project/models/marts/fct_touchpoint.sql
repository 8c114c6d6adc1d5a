with
    touch as (
        select
            *,
            coalesce(source, '(not set)') as pair_source,
            coalesce(medium, '(not set)') as pair_medium,
            coalesce(utm_campaign, '') as utm_key,
            coalesce(campaign_name, '') as campaign_key
        from {{ ref("stg_touchpoint") }}
    ),

    channel as (select channel_id from {{ ref("channel") }}),

    ruled as (select * from {{ ref("int_touch_channel") }}),

    named as (
        select distinct
            date_day,
            platform,
            pair_source,
            utm_key,
            campaign_key,
            source,
            utm_campaign,
            campaign_name
        from touch
    ),

    matched as (
        {{
            matched_to_plan(
                "named",
                key=["date_day", "platform", "pair_source", "utm_key", "campaign_key"],
                match_fields={
                    "utm_campaign": "utm_campaign",
                    "utm_source": "source",
                    "campaign_name": "campaign_name",
                },
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    fx as (select * from {{ ref("int_fx_daily") }}),

    final as (
        select
            touch.touch_id,
            touch.touched_at,
            touch.date_day,
            touch.platform,
            touch.account_id,
            touch.visitor_hash,
            touch.touch_type,
            -- What the export says, else the rules; a conversion may name no channel at all.
            coalesce(
                channel.channel_id,
                ruled.channel_id,
                case when not touch.is_conversion then 'other' end
            ) as channel_id,
            touch.source,
            touch.medium,
            touch.utm_campaign,
            touch.campaign_name,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            touch.is_conversion,
            touch.order_id,
            touch.conversions,
            touch.conversion_value as conversion_value_native,
            touch.touch_cost as touch_cost_native,
            touch.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {%- for amount in ["conversion_value", "touch_cost"] %}
                {{ reporting_money("touch." ~ amount, "fx.fx_rate") }} as {{ amount }},
            {%- endfor %}
            touch.row_number,
            touch.file_id
        from touch
        left join channel on touch.channel_id = channel.channel_id
        left join ruled on touch.pair_source = ruled.source and touch.pair_medium = ruled.medium
        left join
            matched
            on touch.date_day = matched.date_day
            and touch.platform = matched.platform
            and touch.pair_source = matched.pair_source
            and touch.utm_key = matched.utm_key
            and touch.campaign_key = matched.campaign_key
        left join fx on touch.date_day = fx.date_day and touch.currency_code = fx.currency_code
    )

select *
from final
