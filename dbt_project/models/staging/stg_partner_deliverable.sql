-- One row per deliverable and snapshot: a table may hold several data dates of one deliverable.
with
    {{
        newest_statement_ctes(
            "partner_deliverable",
            dimensions=["known_partner_id", "known_deliverable_id", "snapshot_day"],
            derived={
                "known_partner_id": known_partner("with_account"),
                "known_deliverable_id": "coalesce(with_account.deliverable_id, with_account.content_url, '(unknown)')",
                "snapshot_day": "coalesce(with_account.period_end, cast(coalesce(with_account.exported_at, with_account.landed_at) as date))",
            },
            attributes=[
                "partner_name",
                "partner_type",
                "network",
                "content_type",
                "content_url",
                "status",
                "published_at",
                "campaign_name",
                "utm_campaign",
                "coupon_code",
            ],
            sums=merged(
                merged(count_sums(partner_counters()), only_statements(["followers", "reach"])),
                money_sums(partner_amounts()),
            ),
        )
    }},

    final as (
        select
            platform,
            account_id,
            known_partner_id as partner_id,
            known_deliverable_id as deliverable_id,
            snapshot_day,
            partner_name,
            partner_type,
            network,
            content_type,
            content_url,
            lower(trim(status)) as status,
            published_at,
            campaign_name,
            utm_campaign,
            coupon_code,
            {{ partner_counters() | join(", ") }},
            followers,
            reach,
            {{ partner_amounts() | join(", ") }},
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
