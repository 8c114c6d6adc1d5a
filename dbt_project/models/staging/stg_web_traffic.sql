-- Source and medium are lower case; 'google / cpc' in one cell is split. What was written stays
-- in the lake. Rows by gender, age, device or search word cut the same sessions once more and
-- stay in the lake too; where search words are the finest part of links, they add up to them.
with
    {{
        newest_statement_ctes(
            "web_traffic",
            dimensions=[
                "level",
                "period_start",
                "period_end",
                "traffic_source",
                "traffic_medium",
                "utm_campaign",
                "channel_group",
                "attribution_scope",
                "landing_page",
                "page_path",
                "page_title",
                "country",
                "city",
                "event_name",
                "audience",
            ],
            derived={
                "traffic_source": "lower(trim(case when with_account.medium is null and with_account.source like '% / %' then split_part(with_account.source, ' / ', 1) else with_account.source end))",
                "traffic_medium": "lower(trim(case when with_account.medium is null and with_account.source like '% / %' then split_part(with_account.source, ' / ', 2) else with_account.medium end))",
            },
            attributes=["account_name"],
            where="breakdown_type is null and device is null and (keyword is null or level = 'source_medium_campaign')",
            sums=merged(
                merged(
                    count_sums(
                        [
                            "sessions",
                            "engaged_sessions",
                            "bounces",
                            "new_users",
                            "pageviews",
                            "event_count",
                        ]
                    ),
                    only_statements(["users"]),
                ),
                money_sums(["visit_seconds", "conversions", "conversion_value"]),
            ),
        )
    }},

    final as (
        select
            platform,
            account_id as property_id,
            level,
            period_start,
            period_end,
            traffic_source as source,
            traffic_medium as medium,
            utm_campaign,
            channel_group,
            attribution_scope,
            landing_page,
            page_path,
            page_title,
            country,
            city,
            event_name,
            audience,
            account_name as property_name,
            sessions,
            engaged_sessions,
            bounces,
            users,
            new_users,
            pageviews,
            event_count,
            visit_seconds,
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
