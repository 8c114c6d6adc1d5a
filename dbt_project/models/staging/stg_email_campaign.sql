{%- set counters = [
    "sends",
    "delivered",
    "bounces_hard",
    "bounces_soft",
    "bounces",
    "opens_unique",
    "opens_total",
    "clicks_unique",
    "clicks_total",
    "unsubscribes",
    "complaints",
    "forwards",
    "forwarded_opens",
    "orders",
] %}
with
    {{
        newest_statement_ctes(
            "email_campaign",
            dimensions=["mailing_id"],
            attributes=[
                "account_name",
                "mailing_name",
                "subject",
                "audience",
                "sent_at",
                "period_start",
            ],
            sums=merged(count_sums(counters), money_sums(["gross_sales", "revenue"])),
            where="level = 'mailing' and coalesce(message_channel, 'email') = 'email'",
        )
    }},

    final as (
        select
            platform,
            account_id,
            mailing_id,
            account_name,
            mailing_name,
            subject,
            audience,
            sent_at,
            coalesce(cast(sent_at as date), period_start) as date_day,
            {%- for counter in counters %} {{ counter }}, {%- endfor %}
            gross_sales,
            revenue,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
