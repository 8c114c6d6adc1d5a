-- A snapshot's day is the last day its counters cover: what the export says, else the last
-- whole day before the export, but never before publication. Counters of a period, such as the
-- views of a week, are no snapshots: stg_social_post_period.
{%- set counters = post_counters() %}
with
    {{
        newest_statement_ctes(
            "social_post",
            dimensions=["network", "post_id", "snapshot_day"],
            derived={
                "snapshot_day": "case when with_account.period_end > cast(with_account.published_at as date) then with_account.period_end else greatest(coalesce(cast(with_account.published_at as date), with_account.period_end), "
                ~ add_days(
                    "cast(coalesce(with_account.exported_at, with_account.landed_at) as date)", -1
                )
                ~ ") end"
            },
            attributes=["account_name", "post_text", "post_url", "post_type", "published_at"],
            sums=merged(
                merged(counter_sums(counters), only_statements(["reach", "delivered"])),
                money_sums(["revenue"]),
            ),
            where="level = 'post'",
        )
    }},

    final as (
        select
            platform,
            {{ account_on_network() }} as account_id,
            post_id,
            snapshot_day,
            account_name,
            post_text,
            post_url,
            post_type,
            published_at,
            {%- for counter in counters %} {{ counter }}, {%- endfor %}
            reach,
            delivered,
            revenue,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
