-- Each cost evenly over its days, to the last digit. Parts of a split cost have one id on one
-- day: the second is called '#2', and so on. Days to come are converted at the report date.
with
    cost as (
        select
            *,
            row_number() over (
                order by
                    platform,
                    account_id,
                    cost_id,
                    period_start,
                    period_end,
                    stated_channel,
                    campaign_name,
                    category,
                    vendor
            ) as cost_number,
            {{ days_between("period_start", "period_end") }} + 1 as day_count
        from {{ ref("stg_cost_item") }}
    ),

    channel as (select * from {{ ref("channel") }}),

    workspace as (select as_of from {{ ref("stg_workspace_setting") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    matched as (
        {{
            named_campaign(
                "cost",
                key=["cost_number"],
                match_fields={"campaign_name": "campaign_name"},
                day="object_.period_start",
            )
        }}
    ),

    day as (
        select
            cost.*,
            calendar.date_day,
            least(calendar.date_day, workspace.as_of) as rate_day,
            {{ days_between("cost.period_start", "calendar.date_day") }} + 1 as day_number
        from cost
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between cost.period_start and cost.period_end
        cross join workspace
    ),

    spread as (
        select
            *,
            {{ spread_part("spend", "day_number", "day_count", "decimal(18, 6)", 6) }}
            as spend_native,
            row_number() over (
                partition by date_day, platform, account_id, cost_id order by cost_number
            ) as part_number
        from day
    ),

    final as (
        select
            spread.date_day,
            spread.platform,
            spread.account_id,
            case
                when spread.part_number = 1
                then spread.cost_id
                else concat(spread.cost_id, ' #', cast(spread.part_number as varchar(20)))
            end as cost_id,
            coalesce(channel.channel_id, 'other') as channel_id,
            channel.channel_id is not null or spread.stated_channel = '' as is_channel_known,
            nullif(spread.category, '') as category,
            nullif(spread.vendor, '') as vendor,
            nullif(spread.campaign_name, '') as campaign_name,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            matched.match_method,
            matched.match_rule,
            spread.note,
            spread.invoice_number,
            spread.period_start,
            spread.period_end,
            spread.day_count > 1 as is_allocated,
            spread.spend_native,
            spread.currency_code,
            spread.rate_day,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("spread.spend_native", "fx.fx_rate") }} as spend,
            spread.file_id
        from spread
        left join matched on spread.cost_number = matched.cost_number
        left join
            channel
            on spread.stated_channel
            in (channel.channel_id, lower(channel.name_en), lower(channel.name_zh))
        left join fx on spread.rate_day = fx.date_day and spread.currency_code = fx.currency_code
    )

select *
from final
