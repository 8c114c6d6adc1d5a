-- What partners and costs are stated to be is what the facts hold: no row is lost on the way to a
-- day, a campaign or a rate, and none is counted twice.
{{ config(meta={"dagster": {"ref": {"name": "fct_partner_deliverable"}}}) }}
{%- set native = partner_amounts() + commission_amounts() + ["spend", "cost"] %}
{%- set pairs = [
    (
        "int_partner_deliverable",
        partner_counters() + partner_amounts(),
        "true",
        "fct_partner_deliverable",
        "true",
    ),
    (
        "int_partner_commission_daily",
        ["impressions", "clicks", "orders"] + commission_amounts(),
        "true",
        "fct_partner_commission_daily",
        "true",
    ),
    (
        "stg_partner_commission",
        commission_amounts(),
        "order_id <> '(not stated)'",
        "fct_partner_commission_daily",
        "order_id is not null",
    ),
    ("stg_cost_item", ["spend"], "true", "fct_cost_daily", "true"),
    ("stg_content_item", ["cost"], "true", "fct_content_item", "true"),
] %}
with
    stage as (
        {%- for source, measures, condition, fact, fact_condition in pairs %}
            {%- set is_last = loop.last %}
            {%- for measure in measures %}
                select
                    '{{ fact }}' as fact,
                    '{{ measure }}' as measure,
                    (
                        select sum({{ measure }}) from {{ ref(source) }} where {{ condition }}
                    ) as stated,
                    (
                        select sum({{ measure ~ "_native" if measure in native else measure }})
                        from {{ ref(fact) }}
                        where {{ fact_condition }}
                    ) as in_fact
                {% if not (is_last and loop.last) %}
                    union all
                {% endif %}
            {%- endfor %}
        {%- endfor %}
    )

select *, concat(fact, ': ', measure, ' is not what the rows state') as message
from stage
where coalesce(stated, 0) <> coalesce(in_fact, 0)
