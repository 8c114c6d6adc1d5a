-- What posts gained in a day or a period, as some platforms count it instead of since
-- publication. A period that begins before the post does covers its days since publication.
{%- set counters = post_counters() %}
with
    {{
        newest_statement_ctes(
            "social_post",
            dimensions=["network", "post_id", "first_day", "period_end"],
            derived={
                "first_day": "least(greatest(with_account.period_start, coalesce(cast(with_account.published_at as date), with_account.period_start)), with_account.period_end)"
            },
            attributes=["account_name", "post_text", "post_url", "post_type", "published_at"],
            sums=merged(counter_sums(counters), money_sums(["revenue"])),
            where="level in ('post_day', 'post_period') and post_id is not null",
        )
    }},

    final as (
        select
            platform,
            {{ account_on_network() }} as account_id,
            post_id,
            first_day as period_start,
            period_end,
            account_name,
            post_text,
            post_url,
            post_type,
            published_at,
            {%- for counter in counters %} {{ counter }}, {%- endfor %}
            revenue,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
