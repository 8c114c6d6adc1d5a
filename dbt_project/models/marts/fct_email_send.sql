with
    mailing as (select * from {{ ref("stg_email_campaign") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    matched as (
        {{
            matched_to_plan(
                "mailing",
                key=["platform", "account_id", "mailing_id"],
                match_fields={"mailing_name": "mailing_name"},
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    final as (
        select
            mailing.platform,
            mailing.account_id,
            mailing.mailing_id,
            mailing.mailing_name,
            mailing.subject,
            mailing.audience,
            mailing.sent_at,
            mailing.date_day,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            mailing.sends,
            mailing.delivered,
            mailing.bounces_hard,
            mailing.bounces_soft,
            coalesce(mailing.bounces, mailing.bounces_hard + mailing.bounces_soft) as bounces,
            mailing.opens_unique,
            mailing.opens_total,
            mailing.clicks_unique,
            mailing.clicks_total,
            mailing.unsubscribes,
            mailing.complaints,
            mailing.forwards,
            mailing.forwarded_opens,
            mailing.orders,
            mailing.gross_sales as gross_sales_native,
            mailing.revenue as revenue_native,
            mailing.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            case
                when mailing.revenue = 0
                then {{ money("0") }}
                else {{ converted("mailing.revenue", "fx.fx_rate") }}
            end as revenue,
            coalesce(mailing.exported_at, mailing.landed_at) as snapshot_at,
            mailing.file_id
        from mailing
        left join
            matched
            on mailing.platform = matched.platform
            and mailing.account_id = matched.account_id
            and mailing.mailing_id = matched.mailing_id
        left join fx on mailing.date_day = fx.date_day and mailing.currency_code = fx.currency_code
    )

select *
from final
