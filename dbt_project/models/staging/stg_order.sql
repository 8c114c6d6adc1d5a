-- Orders; totals of days and periods stand in stg_shop_period, rows below zero in
-- stg_order_return. An order has one row per export: where a file repeats it, as joined exports
-- do, it still counts once.
{%- set words = [
    "customer_hash",
    "customer_type",
    "coupon_code",
    "source",
    "country",
    "payment_method",
    "financial_status",
    "fulfillment_status",
] %}
{%- set amounts = [
    "gross_sales",
    "discounts",
    "shipping",
    "taxes",
    "revenue",
    "net_sales",
    "refunds",
    "cost_of_goods",
] %}
{%- set stated_once = {"units": "max(units)"} %}
{%- for name in amounts -%} {%- do stated_once.update({name: "max(" ~ name ~ ")"}) -%} {%- endfor %}
{#- What is cancelled in part is not cancelled. -#}
{%- set still_stands = "(partially|partly|partial|not|never|non)[ _-]+cancell?ed|(部分(商品|订单)?|尚未|未)已?(取消|关闭)" %}
with
    {{
        newest_statement_ctes(
            "order",
            dimensions=["order_id"],
            attributes=words + ["period_start", "ordered_at", "paid_at", "cancelled_at"],
            sums=stated_once,
            where="order_id is not null and coalesce(revenue, net_sales, 0) >= 0",
        )
    }},

    final as (
        select
            platform,
            account_id,
            order_id,
            period_start as date_day,
            ordered_at,
            paid_at,
            {%- for name in words %} nullif(trim({{ name }}), '') as {{ name }}, {%- endfor %}
            cancelled_at is not null
            or coalesce(
                {{
                    matches_whole(
                        "lower(financial_status)", "'(.*[^a-z])?(failed|trash|draft|voided)'"
                    )
                }},
                false
            )
            or {{
                matches_whole(
                    "regexp_replace(lower(concat_ws('; ', financial_status, fulfillment_status)), '"
                    ~ still_stands
                    ~ "', '')",
                    "'(.*[^a-z])?cancell?ed([^a-z].*)?|.*(已取消|交易取消|交易关闭|已关闭).*'",
                )
            }} as is_cancelled,
            units,
            {{ amounts | join(", ") }},
            currency_code,
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
