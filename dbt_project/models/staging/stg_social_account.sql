-- Some platforms give a file per metric, and some state one metric in two reports. So each
-- measure of a day is what the newest file that speaks of it says.
{%- set counters = social_account_counters() %}
{%- set measures = counters + social_account_states() + ["revenue"] %}
with
    {{
        newest_statement_ctes(
            "social_account",
            dimensions=["network", "report", "period_start", "period_end"],
            attributes=["account_name"],
            sums=merged(
                merged(counter_sums(counters), only_statements(social_account_states())),
                money_sums(["revenue"]),
            ),
            where="level = 'account' and breakdown_type is null",
        )
    }},

    statement as (
        select
            *,
            {{ account_on_network() }} as network_account_id,
            row_number() over (
                partition by platform, account_id, network, period_start, period_end
                order by {{ statement_order() }}, report nulls first
            ) as statement_number
        from per_file
    ),

    final as (
        select
            platform,
            network_account_id as account_id,
            period_start,
            period_end,
            max(account_name) as account_name,
            {%- for measure in measures %}
                max_by(
                    {{ measure }}, case when {{ measure }} is not null then statement_number end
                ) as {{ measure }},
            {%- endfor %}
            max(currency_code) as currency_code,
            max_by(file_id, statement_number) as file_id,
            max(exported_at) as exported_at,
            max(landed_at) as landed_at
        from statement
        group by platform, network_account_id, period_start, period_end
    )

select *
from final
