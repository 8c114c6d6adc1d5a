-- The newest statement per partner, programme, code, order and days; a file states all statuses
-- of a key at once: what was pending and is approved now is not pending any more.
{%- set names = ["network", "campaign_name", "coupon_code", "order_id"] %}
{%- set derived = {
    "known_partner_id": known_partner("with_account"),
    "stated_status": "coalesce(lower(trim(with_account.status)), '(not stated)')",
} %}
{%- for name in names %}
    {%- do derived.update(
        {"known_" ~ name: "coalesce(with_account." ~ name ~ ", '(not stated)')"}
    ) %}
{%- endfor %}
with
    {{
        newest_statement_ctes(
            "partner_commission",
            dimensions=["level", "period_start", "period_end"] + derived.keys() | list,
            derived=derived,
            attributes=["partner_name"],
            sums=merged(
                count_sums(["impressions", "clicks", "orders"]), money_sums(commission_amounts())
            ),
        )
    }},

    stated_together as (
        select *
        from newest
        qualify
            file_id = first_value(file_id) over (
                partition by
                    platform,
                    account_id,
                    level,
                    period_start,
                    period_end,
                    known_partner_id
                    {%- for name in names %}, known_{{ name }} {%- endfor %}
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            )
    ),

    final as (
        select
            platform,
            account_id,
            level,
            period_start,
            period_end,
            known_partner_id as partner_id,
            {%- for name in names %} known_{{ name }} as {{ name }}, {%- endfor %}
            stated_status,
            partner_name,
            impressions,
            clicks,
            orders,
            {{ commission_amounts() | join(", ") }},
            currency_code,
            file_id,
            exported_at,
            landed_at
        from stated_together
    )

select *
from final
