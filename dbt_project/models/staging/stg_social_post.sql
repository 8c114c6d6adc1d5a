-- A snapshot's day is the last day its counters cover; failing that, the day it was exported or
-- landed.
{%- set counters = post_counters() | reject("equalto", "watch_time_seconds") | list + ["reach"] %}
with
    {{
        newest_statement_ctes(
            "social_post",
            dimensions=["post_id", "snapshot_day"],
            derived={
                "snapshot_day": "coalesce(with_account.period_end, cast(with_account.exported_at as date), cast(with_account.landed_at as date))"
            },
            attributes=["account_name", "post_text", "post_url", "post_type", "published_at"],
            sums=merged(count_sums(counters), {"watch_time_seconds": "sum(watch_time_seconds)"}),
        )
    }},

    final as (
        select
            platform,
            account_id,
            post_id,
            snapshot_day,
            account_name,
            post_text,
            post_url,
            post_type,
            published_at,
            {%- for counter in counters %} {{ counter }}, {%- endfor %}
            watch_time_seconds,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
