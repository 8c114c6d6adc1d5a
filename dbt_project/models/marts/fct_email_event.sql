-- What recipients did, by hash. A mailing that events name only by its title is the mailing of
-- that title, if there is one alone.
with
    event as (select * from {{ ref("stg_email_event") }}),

    mailing as (select * from {{ ref("fct_message_send") }}),

    mailing_by_id as (
        select platform, account_id, mailing_id, max(marketing_campaign_id) as marketing_campaign_id
        from mailing
        group by platform, account_id, mailing_id
    ),

    mailing_by_name as (
        select
            platform,
            account_id,
            mailing_name,
            max(mailing_id) as mailing_id,
            max(marketing_campaign_id) as marketing_campaign_id
        from mailing
        where mailing_name is not null
        group by platform, account_id, mailing_name
        having count(distinct mailing_id) = 1
    ),

    final as (
        select
            event.date_day,
            event.platform,
            event.account_id,
            coalesce(
                mailing_by_id.mailing_id, mailing_by_name.mailing_id, event.mailing_id
            ) as mailing_id,
            event.mailing_id as event_mailing_id,
            event.recipient_hash,
            event.event_type,
            event.event_as_written,
            event.event_at,
            event.url,
            event.reason,
            coalesce(
                mailing_by_id.marketing_campaign_id,
                mailing_by_name.marketing_campaign_id,
                '(unassigned)'
            ) as marketing_campaign_id,
            event.events,
            event.file_id
        from event
        left join
            mailing_by_id
            on event.platform = mailing_by_id.platform
            and event.account_id = mailing_by_id.account_id
            and event.mailing_id = mailing_by_id.mailing_id
        left join
            mailing_by_name
            on event.platform = mailing_by_name.platform
            and event.account_id = mailing_by_name.account_id
            and mailing_by_id.mailing_id is null
            and (
                event.mailing_name = mailing_by_name.mailing_name
                or event.mailing_id = mailing_by_name.mailing_name
            )
        qualify
            row_number() over (
                partition by
                    event.platform,
                    event.account_id,
                    event.mailing_id,
                    event.recipient_hash,
                    event.event_as_written,
                    event.event_at,
                    event.url
                order by
                    case when event.mailing_name = mailing_by_name.mailing_name then 0 else 1 end,
                    mailing_by_name.mailing_id nulls last
            )
            = 1
    )

select *
from final
