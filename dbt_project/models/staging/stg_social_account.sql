-- Some platforms give a file per metric, and some state one metric in two reports. So the newest
-- statement is taken per report, and of the reports of a day each measure once.
{%- set counters = social_account_counters() %}
with
    {{
        newest_statement_ctes(
            "social_account",
            dimensions=["network", "report", "period_start", "period_end"],
            attributes=["account_name"],
            sums=count_sums(counters),
            where="level = 'account'",
        )
    }},

    final as (
        select
            platform,
            {{ account_on_network() }} as account_id,
            period_start,
            period_end,
            max(account_name) as account_name,
            {%- for counter in counters %} max({{ counter }}) as {{ counter }}, {%- endfor %}
            max(file_id) as file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at
        from newest
        group by platform, {{ account_on_network() }}, period_start, period_end
    )

select *
from final
