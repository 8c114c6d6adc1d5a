-- Recipients and events of a mailing are as many as the mailing's own numbers say. A warning that
-- names the mailing: the two exports may be of different moments.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_email_event"}}}) }}
{%- set stated_recipients = {
    "delivered": "delivered",
    "open": "opens_unique",
    "click": "clicks_unique",
    "unsubscribe": "unsubscribes",
    "complaint": "complaints",
} %}
{%- set stated_events = {"open": "opens_total", "click": "clicks_total"} %}
with
    event as (select * from {{ ref("fct_email_event") }}),

    mailing as (
        select *
        from {{ ref("fct_message_send") }}
        where send_type = 'campaign' and message_channel = 'email'
    ),

    counted as (
        select
            platform,
            account_id,
            mailing_id,
            event_type,
            count(distinct recipient_hash) as recipients,
            sum(events) as events
        from event
        group by platform, account_id, mailing_id, event_type
    ),

    compared as (
        select
            mailing.platform,
            mailing.mailing_id,
            mailing.mailing_name,
            counted.event_type,
            counted.recipients,
            counted.events,
            case
                counted.event_type
                {%- for type, column in stated_recipients.items() %}
                    when '{{ type }}' then mailing.{{ column }}
                {%- endfor %}
            end as stated_recipients,
            case
                counted.event_type
                {%- for type, column in stated_events.items() %}
                    when '{{ type }}' then mailing.{{ column }}
                {%- endfor %}
            end as stated_events
        from counted
        inner join
            mailing
            on counted.platform = mailing.platform
            and counted.account_id = mailing.account_id
            and counted.mailing_id = mailing.mailing_id
    )

select
    *,
    concat(
        platform,
        ' mailing ',
        coalesce(mailing_name, mailing_id),
        ', ',
        event_type,
        ': ',
        cast(recipients as varchar(20)),
        ' recipients and ',
        cast(events as varchar(20)),
        ' events, but its numbers say ',
        coalesce(cast(stated_recipients as varchar(20)), '?'),
        ' and ',
        coalesce(cast(stated_events as varchar(20)), '?')
    ) as message
from compared
where recipients <> stated_recipients or events <> stated_events
