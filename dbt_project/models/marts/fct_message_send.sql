-- Every message a mailing tool sent: campaigns with their newest numbers, dated at sending, and
-- messages of automated flows per period of the export, which have no day of their own.
with
    mailing as (select * from {{ ref("stg_email_campaign") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    dated as (
        select
            *,
            coalesce(
                date_day, period_end, cast(coalesce(exported_at, landed_at) as date)
            ) as rate_day
        from mailing
    ),

    matched as (
        {{
            matched_to_plan(
                "dated",
                key=["platform", "account_id", "mailing_id"],
                match_fields={"mailing_name": "mailing_name", "mailing_id": "mailing_id"},
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    final as (
        select
            dated.platform,
            dated.account_id,
            dated.mailing_id,
            dated.message_channel,
            dated.send_type,
            dated.period_start,
            dated.period_end,
            dated.mailing_name,
            dated.subject,
            dated.audience,
            dated.sent_at,
            dated.date_day,
            case
                when dated.date_day is null
                then '(unassigned)'
                else coalesce(matched.marketing_campaign_id, '(unassigned)')
            end as marketing_campaign_id,
            dated.sends,
            dated.delivered,
            dated.is_delivered_derived,
            dated.bounces_hard,
            dated.bounces_soft,
            dated.bounces,
            dated.opens_unique,
            dated.opens_total,
            dated.machine_opens_unique,
            dated.machine_opens_total,
            dated.clicks_unique,
            dated.clicks_total,
            dated.machine_clicks_total,
            dated.unsubscribes,
            dated.complaints,
            dated.forwards,
            dated.forwarded_opens,
            dated.orders,
            dated.gross_sales as gross_sales_native,
            dated.revenue as revenue_native,
            dated.currency_code,
            dated.rate_day,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("dated.gross_sales", "fx.fx_rate") }} as gross_sales,
            {{ reporting_money("dated.revenue", "fx.fx_rate") }} as revenue,
            coalesce(dated.exported_at, dated.landed_at) as snapshot_at,
            dated.file_id
        from dated
        left join
            matched
            on dated.platform = matched.platform
            and dated.account_id = matched.account_id
            and dated.mailing_id = matched.mailing_id
        left join fx on dated.rate_day = fx.date_day and dated.currency_code = fx.currency_code
    )

select *
from final
