-- One row per mailing: its newest snapshot. Messages of automated flows are counted over the
-- dates an export was made for, so each of its periods is a statement of its own.
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
{#- Machine opens and clicks: measures that few tools give, under the names they write. -#}
{%- set machine = {
    "machine_opens_unique": [
        "unique_machine_opens",
        "Unique Apple Privacy Opens",
        "Unique Machine Opens",
    ],
    "machine_opens_total": [
        "machine_opens",
        "Total Apple Privacy Opens",
        "Machine Opens",
    ],
    "machine_clicks_total": ["machine_clicks", "Bot Clicks", "Total Bot Clicks"],
} %}
{%- set machine_sums = {} %}
{%- for name, headers in machine.items() %}
    {%- set cells = [] %}
    {%- for header in headers %} {%- do cells.append(json_number("extra", header)) %} {%- endfor %}
    {%- do machine_sums.update(
        {name: "cast(sum(coalesce(" ~ cells | join(", ") ~ ")) as bigint)"}
    ) %}
{%- endfor %}
with
    {{
        newest_statement_ctes(
            "email_campaign",
            dimensions=[
                "mailing_id",
                "sent_through",
                "send_type",
                "flow_start",
                "flow_end",
            ],
            derived={
                "sent_through": "coalesce(with_account.message_channel, 'email')",
                "send_type": "case with_account.level when 'mailing' then 'campaign' else 'flow' end",
                "flow_start": "case when with_account.level <> 'mailing' then with_account.period_start end",
                "flow_end": "case when with_account.level <> 'mailing' then with_account.period_end end",
            },
            attributes=[
                "account_name",
                "mailing_name",
                "subject",
                "audience",
                "sent_at",
                "period_start",
            ],
            sums=merged(
                merged(count_sums(counters), machine_sums),
                money_sums(["gross_sales", "revenue"]),
            ),
            where="level in ('mailing', 'flow_message')",
        )
    }},

    bounced as (
        select *, coalesce(bounces, bounces_hard + bounces_soft) as all_bounces from newest
    ),

    final as (
        select
            platform,
            account_id,
            mailing_id,
            sent_through as message_channel,
            send_type,
            flow_start as period_start,
            flow_end as period_end,
            account_name,
            mailing_name,
            subject,
            audience,
            sent_at,
            case
                when send_type = 'campaign' then coalesce(cast(sent_at as date), period_start)
            end as date_day,
            {%- for counter in counters %}
                {%- if counter == "delivered" %}
                    coalesce(delivered, sends - all_bounces) as delivered,
                {%- elif counter == "bounces" %} all_bounces as bounces,
                {%- else %} {{ counter }},
                {%- endif %}
            {%- endfor %}
            delivered is null and sends - all_bounces is not null as is_delivered_derived,
            {%- for name in machine %} {{ name }}, {%- endfor %}
            gross_sales,
            revenue,
            currency_code,
            file_id,
            exported_at,
            landed_at
        from bounced
    )

select *
from final
