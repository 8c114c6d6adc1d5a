-- Costs without a platform. An id may come again with other days, as a monthly invoice does, and
-- on several rows of one file, when a cost is split; a newer file that states the same id for
-- days of the older statement replaces it.
with
    {{
        newest_statement_ctes(
            "cost_item",
            dimensions=[
                "known_cost_id",
                "period_start",
                "period_end",
                "stated_channel",
                "stated_campaign",
                "stated_category",
                "stated_vendor",
            ],
            derived={
                "known_cost_id": "coalesce(with_account.cost_id, '(unknown)')",
                "stated_channel": "coalesce(lower(trim(with_account.channel_id)), '')",
                "stated_campaign": "coalesce(with_account.campaign_name, '')",
                "stated_category": "coalesce(with_account.category, '')",
                "stated_vendor": "coalesce(with_account.vendor, '')",
            },
            attributes=["note", "invoice_number"],
            sums=money_sums(["spend"]),
        )
    }},

    file as (
        select
            platform,
            account_id,
            known_cost_id,
            period_start,
            period_end,
            file_id,
            dense_rank() over (
                partition by platform, account_id, known_cost_id
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            ) as age
        from newest
    ),

    replaced as (
        select distinct
            older.platform,
            older.account_id,
            older.known_cost_id,
            older.period_start,
            older.period_end,
            older.file_id
        from file as older
        inner join
            file as newer
            on older.platform = newer.platform
            and older.account_id = newer.account_id
            and older.known_cost_id = newer.known_cost_id
            and newer.age < older.age
            and newer.period_start <= older.period_end
            and newer.period_end >= older.period_start
    ),

    final as (
        select
            newest.platform,
            newest.account_id,
            newest.known_cost_id as cost_id,
            newest.period_start,
            newest.period_end,
            newest.stated_channel,
            newest.stated_campaign as campaign_name,
            newest.stated_category as category,
            newest.stated_vendor as vendor,
            newest.note,
            newest.invoice_number,
            newest.spend,
            newest.currency_code,
            newest.file_id,
            newest.exported_at,
            newest.landed_at
        from newest
        left join
            replaced
            on {{
                same(
                    "newest",
                    "replaced",
                    [
                        "platform",
                        "account_id",
                        "known_cost_id",
                        "period_start",
                        "period_end",
                        "file_id",
                    ],
                )
            }}
        where replaced.file_id is null
    )

select *
from final
