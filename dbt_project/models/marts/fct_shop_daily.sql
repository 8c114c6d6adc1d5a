-- One authority per shop and day: the shop's own total, else the sum of its orders. What a day's
-- total does not say comes from the orders where they are as many and in its currency.
{%- set key = ["date_day", "platform", "account_id"] %}
{%- set amounts = shop_amounts() %}
with
    total as (select * from {{ ref("int_shop_total_daily") }}),

    shop_order as (select * from {{ ref("fct_order") }} where not is_cancelled),

    -- The refund of a cancelled order returns what was never counted.
    refund as (select * from {{ ref("fct_refund") }} where not is_order_cancelled),

    order_day as (
        select
            {{ key | join(", ") }},
            count(*) as orders,
            count(is_new_customer) as known_customer_orders,
            case
                when count(is_new_customer) > 0
                then sum(case when is_new_customer then 1 else 0 end)
            end as new_customer_orders,
            {{ whole_sum("units") }} as units,
            count(distinct coalesce(currency_code, '')) = 1 as has_one_currency,
            max(currency_code) as currency_code,
            {%- for name in amounts if name != "refunds" %}
                {{ whole_sum(name ~ "_native") }} as {{ name }}_native,
                {{ whole_sum(name) }} as {{ name }},
            {%- endfor %}
            max(file_id) as file_id
        from shop_order
        group by {{ key | join(", ") }}
    ),

    refund_day as (
        select
            {{ key | join(", ") }},
            count(distinct coalesce(currency_code, '')) = 1 as has_one_currency,
            max(currency_code) as currency_code,
            {{ whole_sum("refunds_native") }} as refunds_native,
            {{ whole_sum("refunds") }} as refunds,
            max(file_id) as file_id
        from refund
        group by {{ key | join(", ") }}
    ),

    shop_day as (
        select {{ key | join(", ") }}
        from total
        union
        select {{ key | join(", ") }}
        from order_day
        union
        select {{ key | join(", ") }}
        from refund_day
    ),

    fx as (select * from {{ ref("int_fx_daily") }}),

    beside as (
        select
            {{ of("shop_day", key) }},
            total.platform is not null as has_total,
            case
                when total.platform is null
                then true
                else
                    coalesce(
                        total.orders = order_day.orders
                        and order_day.has_one_currency
                        and total.currency_code = order_day.currency_code,
                        false
                    )
            end as has_orders,
            coalesce(total.is_allocated, false) as is_allocated,
            -- Amounts of two currencies have no native sum.
            case
                when total.platform is not null
                then total.currency_code
                when
                    (order_day.platform is null or order_day.has_one_currency)
                    and (refund_day.platform is null or refund_day.has_one_currency)
                    and coalesce(order_day.currency_code, refund_day.currency_code, '')
                    = coalesce(refund_day.currency_code, order_day.currency_code, '')
                then coalesce(order_day.currency_code, refund_day.currency_code)
                else '(several)'
            end as day_currency,
            total.orders as total_orders,
            total.units as total_units,
            {%- for name in amounts %} total.{{ name }} as total_{{ name }}, {%- endfor %}
            order_day.orders,
            order_day.known_customer_orders,
            order_day.new_customer_orders,
            order_day.units,
            {%- for name in amounts if name != "refunds" %}
                order_day.{{ name }}_native, order_day.{{ name }},
            {%- endfor %}
            case
                when refund_day.has_one_currency then refund_day.currency_code
            end as refund_currency,
            refund_day.refunds_native,
            refund_day.refunds,
            coalesce(total.file_id, order_day.file_id, refund_day.file_id) as file_id
        from shop_day
        left join total on {{ same("total", "shop_day", key) }}
        left join order_day on {{ same("order_day", "shop_day", key) }}
        left join refund_day on {{ same("refund_day", "shop_day", key) }}
    ),

    final as (
        select
            {{ of("beside", key) }},
            case when beside.has_total then 'day_total' else 'orders' end as basis,
            beside.is_allocated,
            {{
                count_type(
                    "case when beside.has_total then beside.total_orders else beside.orders end"
                )
            }} as orders,
            {{ count_type("case when beside.has_orders then beside.new_customer_orders end") }}
            as new_customer_orders,
            {{ count_type("case when beside.has_orders then beside.known_customer_orders end") }}
            as known_customer_orders,
            {{
                count_type(
                    "coalesce(beside.total_units, case when beside.has_orders then beside.units end)"
                )
            }}
            as units,
            {%- for name in amounts %}
                {%- if name == "refunds" %}
                    case
                        when beside.day_currency <> '(several)' or beside.day_currency is null
                        then
                            coalesce(
                                beside.total_refunds,
                                case
                                    when
                                        not beside.has_total
                                        or beside.refund_currency = beside.day_currency
                                    then {{ money("beside.refunds_native") }}
                                end
                            )
                    end as refunds_native,
                {%- else %}
                    case
                        when beside.day_currency <> '(several)' or beside.day_currency is null
                        then
                            coalesce(
                                beside.total_{{ name }},
                                case
                                    when beside.has_orders
                                    then {{ money("beside." ~ name ~ "_native") }}
                                end
                            )
                    end as {{ name }}_native,
                {%- endif %}
            {%- endfor %}
            nullif(beside.day_currency, '(several)') as currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {%- for name in amounts %}
                case
                    when beside.total_{{ name }} is not null
                    then {{ reporting_money("beside.total_" ~ name, "fx.fx_rate") }}
                    when {{ "true" if name == "refunds" else "beside.has_orders" }}
                    then {{ money("beside." ~ name) }}
                end as {{ name }},
            {%- endfor %}
            beside.file_id
        from beside
        left join fx on beside.date_day = fx.date_day and beside.day_currency = fx.currency_code
    )

select *
from final
