-- One row per recipient, mailing, event, moment and link; files that state how often instead of
-- when have no moment. Recipients are salted hashes.
{%- set event_types = {
    "send": "send|sent|processed|request|requested",
    "delivered": "delivered|delivery",
    "open": "open|opened|opens|first[-_ ]opening|unique[-_ ]open(ed)?|loaded[-_ ]by[-_ ]proxy",
    "click": "click|clicked|clicks|unique[-_ ]click(ed)?",
    "bounce": "(hard|soft)?[-_ ]?bounce[ds]?|blocked|block|dropped|drop|invalid|invalid[-_ ]email|cleaned",
    "unsubscribe": "unsubscribed?|group[-_ ]unsubscribe|opt[-_ ]?out",
    "complaint": "complaints?|spam|spam[-_ ]?reports?|spam[-_ ]complaints?|marked[-_ ]as[-_ ]spam|abuse",
    "subscribe": "subscribed?|opt[-_ ]?in",
} %}
with
    {{
        newest_statement_ctes(
            "email_event",
            dimensions=[
                "mailing",
                "recipient_hash",
                "event",
                "event_at",
                "url",
            ],
            derived={
                "mailing": "coalesce(with_account.mailing_id, with_account.mailing_name, '(unknown)')",
                "event": "lower(trim(with_account.event_type))",
            },
            attributes=["mailing_name", "reason", "period_start"],
            sums={"events": "cast(sum(coalesce(events, 1)) as bigint)"},
            where="recipient_hash is not null",
        )
    }},

    final as (
        select
            platform,
            account_id,
            mailing as mailing_id,
            recipient_hash,
            case
                {%- for name, pattern in event_types.items() %}
                    when {{ matches_whole("event", "'" ~ pattern ~ "'") }} then '{{ name }}'
                {%- endfor %}
                else 'other'
            end as event_type,
            event as event_as_written,
            event_at,
            coalesce(cast(event_at as date), period_start) as date_day,
            url,
            reason,
            mailing_name,
            events,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
