-- The newest statement of each session, or of each part of it where an export of days cuts one
-- at midnight: two statements with the same start are one, with two starts they are two parts.
with
    {{
        newest_statement_ctes(
            "web_session",
            dimensions=["visitor_hash", "session", "started_at"],
            derived={
                "session": "coalesce(with_account.session_id, cast(coalesce(with_account.started_at, with_account.period_start) as varchar(40)))"
            },
            attributes=[
                "account_name",
                "period_start",
                "source",
                "medium",
                "utm_campaign",
                "utm_content",
                "utm_term",
                "landing_page",
                "device",
                "country",
            ],
            sums=merged(
                count_sums(["pageviews", "event_count"]),
                money_sums(["conversions", "conversion_value"]),
            ),
        )
    }},

    final as (
        select
            platform,
            account_id as property_id,
            visitor_hash,
            session as session_id,
            started_at,
            coalesce(cast(started_at as date), period_start) as date_day,
            lower(trim(source)) as source,
            lower(trim(medium)) as medium,
            utm_campaign,
            utm_content,
            utm_term,
            landing_page,
            device,
            country,
            account_name as property_name,
            pageviews,
            event_count,
            conversions,
            conversion_value as conversion_value_native,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
