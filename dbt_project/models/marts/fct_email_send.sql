-- Campaigns by e-mail. Text and push messages and automated flows stand in fct_message_send
-- alone, so that whoever adds up mailings adds up mailings.
with
    message as (select * from {{ ref("fct_message_send") }}),

    final as (
        select
            platform,
            account_id,
            mailing_id,
            message_channel,
            send_type,
            mailing_name,
            subject,
            audience,
            sent_at,
            date_day,
            marketing_campaign_id,
            sends,
            delivered,
            is_delivered_derived,
            bounces_hard,
            bounces_soft,
            bounces,
            opens_unique,
            opens_total,
            machine_opens_unique,
            machine_opens_total,
            clicks_unique,
            clicks_total,
            machine_clicks_total,
            unsubscribes,
            complaints,
            forwards,
            forwarded_opens,
            orders,
            gross_sales_native,
            gross_sales,
            revenue_native,
            revenue,
            currency_code,
            fx_rate,
            fx_date,
            fx_source,
            snapshot_at,
            file_id
        from message
        where message_channel = 'email' and send_type = 'campaign'
    )

select *
from final
