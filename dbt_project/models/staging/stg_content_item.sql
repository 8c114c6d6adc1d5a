-- One row per planned piece: what the newest file says of it.
with
    {{
        newest_statement_ctes(
            "content_item",
            dimensions=["known_content_id"],
            derived={
                "known_content_id": "coalesce(with_account.content_id, with_account.title, '(unknown)')"
            },
            attributes=[
                "channel_id",
                "network",
                "campaign_name",
                "title",
                "content_type",
                "owner",
                "status",
                "content_url",
                "planned_at",
                "published_at",
                "period_start",
            ],
            sums=money_sums(["cost"]),
        )
    }},

    final as (
        select
            platform,
            account_id,
            known_content_id as content_id,
            lower(trim(channel_id)) as stated_channel,
            network,
            campaign_name,
            title,
            content_type,
            owner,
            lower(trim(status)) as status,
            content_url,
            planned_at,
            published_at,
            coalesce(cast(planned_at as date), period_start) as planned_day,
            cast(published_at as date) as published_day,
            cost,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
