-- The marketing campaign of an order: by its discount codes, else by the campaign of its link.
{%- set key = ["platform", "account_id", "order_id"] %}
with
    shop_order as (select * from {{ ref("stg_order") }}),

    -- Several codes stand in one cell.
    place as ({{ whole_numbers_up_to(4) }}),

    coupon as (
        select
            shop_order.platform,
            shop_order.account_id,
            shop_order.order_id,
            shop_order.date_day,
            trim(
                split_part(
                    replace(replace(replace(shop_order.coupon_code, ';', ','), '，', ','), '|', ','),
                    ',',
                    cast(place.number + 1 as int)
                )
            ) as code
        from shop_order
        cross join place
        where shop_order.coupon_code is not null
    ),

    order_coupon as (select * from coupon where code <> ''),

    order_link as (
        select
            shop_order.platform,
            shop_order.account_id,
            shop_order.order_id,
            shop_order.date_day,
            origin.utm_campaign
        from shop_order
        inner join
            {{ ref("int_order_source") }} as origin on {{ same("origin", "shop_order", key) }}
        where origin.utm_campaign is not null
    ),

    by_coupon as (
        {{
            matched_to_plan(
                "order_coupon",
                key=key,
                match_fields={"coupon_code": "code"},
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    by_link as (
        {{
            matched_to_plan(
                "order_link",
                key=key,
                match_fields={"utm_campaign": "utm_campaign"},
                days=["object_.date_day", "object_.date_day"],
            )
        }}
    ),

    final as (
        select
            {{ of("shop_order", key) }},
            coalesce(
                by_coupon.marketing_campaign_id, by_link.marketing_campaign_id
            ) as marketing_campaign_id,
            case
                when by_coupon.marketing_campaign_id is not null
                then 'coupon_code'
                else 'utm_campaign'
            end as match_method
        from shop_order
        left join by_coupon on {{ same("by_coupon", "shop_order", key) }}
        left join by_link on {{ same("by_link", "shop_order", key) }}
        where
            by_coupon.marketing_campaign_id is not null or by_link.marketing_campaign_id is not null
    )

select *
from final
