{%- set key = [
    "date_day",
    "platform",
    "account_id",
    "partner_id",
    "network",
    "campaign_name",
    "coupon_code",
] %}
with
    commission as (select * from {{ ref("int_partner_commission_daily") }}),

    partner as (select * from {{ ref("dim_partner") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    programme_day as (
        select distinct {{ of("commission", key) }}, partner.partner_name
        from commission
        left join
            partner on {{ same("commission", "partner", ["platform", "account_id", "partner_id"]) }}
    ),

    matched as (
        {{
            named_campaign(
                "programme_day",
                key=key,
                match_fields={
                    "campaign_name": "campaign_name",
                    "coupon_code": "coupon_code",
                    "partner_id": "partner_id",
                    "partner_name": "partner_name",
                },
                day="object_.date_day",
            )
        }}
    ),

    final as (
        select
            commission.date_day,
            commission.platform,
            commission.account_id,
            commission.partner_id,
            {%- for name in ["network", "campaign_name", "coupon_code", "order_id"] %}
                nullif(commission.{{ name }}, '(not stated)') as {{ name }},
            {%- endfor %}
            commission.status,
            commission.status <> 'rejected' as is_cost,
            partner.channel_id,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            matched.match_method,
            matched.match_rule,
            commission.is_allocated,
            commission.is_itemised,
            commission.impressions,
            commission.clicks,
            commission.orders,
            {%- for name in commission_amounts() %}
                commission.{{ name }} as {{ name }}_native,
            {%- endfor %}
            commission.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {%- for name in commission_amounts() %}
                {{ reporting_money("commission." ~ name, "fx.fx_rate") }} as {{ name }},
            {%- endfor %}
            commission.file_id
        from commission
        left join
            partner on {{ same("commission", "partner", ["platform", "account_id", "partner_id"]) }}
        left join matched on {{ same("commission", "matched", key) }}
        left join
            fx on commission.date_day = fx.date_day and commission.currency_code = fx.currency_code
    )

select *
from final
