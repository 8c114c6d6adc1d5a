-- The newest statement of each event. An export of the running day states the same events as
-- the final one: one of them counts. Equal events of one file are as many events, but one
-- transaction has its value once. '(not set)' names no transaction.
with
    {{
        newest_statement_ctes(
            "web_event",
            dimensions=[
                "stream_id",
                "visitor_hash",
                "session_id",
                "event_name",
                "event_at",
                "page_url",
                "known_transaction_id",
            ],
            derived={
                "known_transaction_id": "case when lower(trim(with_account.transaction_id)) not in ('', '(not set)', '(none)', 'null', 'undefined', 'none') then trim(with_account.transaction_id) end"
            },
            attributes=[
                "account_name",
                "period_start",
                "source",
                "medium",
                "utm_campaign",
                "utm_content",
                "utm_term",
                "click_id",
                "referrer",
                "device",
                "country",
            ],
            sums=merged(
                {
                    "events": "count(*)",
                    "conversion_value": "cast(case when known_transaction_id is null then sum(conversion_value) else max(conversion_value) end as decimal(18, 6))",
                },
                merged(count_sums(["engagement_ms"]), money_sums(["refunds"])),
            ),
        )
    }},

    final as (
        select
            platform,
            account_id as property_id,
            stream_id,
            visitor_hash,
            session_id,
            event_name,
            event_at,
            coalesce(period_start, cast(event_at as date)) as date_day,
            page_url,
            known_transaction_id as transaction_id,
            lower(trim(source)) as source,
            lower(trim(medium)) as medium,
            utm_campaign,
            utm_content,
            utm_term,
            click_id,
            referrer,
            device,
            country,
            account_name as property_name,
            cast(events as bigint) as events,
            engagement_ms,
            conversion_value as conversion_value_native,
            refunds as refunds_native,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
