-- What a mailing's numbers must be to each other. A warning that names the mailing: tools count
-- late bounces and forwarded mail in one number and not in the other.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "fct_message_send"}}}) }}
{%- set rules = {
    "delivered + bounces = sends": "delivered and bounces do not add up to sends",
    "opens_unique <= opens_total": "more people opened than opens were counted",
    "clicks_unique <= clicks_total": "more people clicked than clicks were counted",
    "opens_unique <= delivered": "more people opened than got it",
    "clicks_unique <= delivered": "more people clicked than got it",
    "unsubscribes <= delivered": "more people unsubscribed than got it",
    "machine_opens_unique <= opens_unique": "more machines opened than openers were counted",
} %}
with
    mailing as (select * from {{ ref("fct_message_send") }}),

    broken as (
        {%- for rule, words in rules.items() %}
            select platform, account_id, mailing_id, mailing_name, '{{ words }}' as finding
            from mailing
            where not ({{ rule }})
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select
    *,
    concat(
        platform, ' mailing ', coalesce(mailing_name, ''), ' (', mailing_id, '): ', finding
    ) as message
from broken
