{%- set words = ["product_id", "product_name", "category", "vendor"] %}
with
    product as (select * from {{ ref("int_product") }}),

    stated as (
        select
            platform,
            account_id,
            period_end as date_day,
            product_id,
            sku,
            product_name,
            category,
            vendor
        from {{ ref("stg_product_period") }}
        union all
        select
            platform,
            account_id,
            date_day,
            coalesce(product_id, '') as product_id,
            coalesce(sku, '') as sku,
            coalesce(product_name, '') as product_name,
            category,
            vendor
        from {{ ref("int_order_line") }}
    ),

    keyed as (
        select
            stated.platform,
            stated.account_id,
            product.product_key,
            stated.date_day,
            {%- for name in words %}
                nullif(stated.{{ name }}, '') as {{ name }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from stated
        inner join
            product
            on stated.platform = product.platform
            and stated.account_id = product.account_id
            and stated.product_id = product.product_id
            and stated.sku = product.sku
            and stated.product_name = product.product_name
    ),

    sku as (
        select
            platform,
            account_id,
            product_key,
            {{ count_type("count(distinct nullif(sku, ''))") }} as skus
        from product
        group by platform, account_id, product_key
    ),

    -- The newest name counts; of one day, the shortest, which is without a variant.
    newest_name as (
        select
            platform,
            account_id,
            product_key,
            {%- for name in words %}
                max_by(
                    {{ name }},
                    case
                        when {{ name }} is not null
                        then
                            concat(
                                cast(date_day as varchar(10)),
                                ' ',
                                cast(100000 - length({{ name }}) as varchar(10)),
                                {{ name }}
                            )
                    end
                ) as {{ name }},
            {%- endfor %}
            min(date_day) as first_day,
            max(date_day) as last_day
        from keyed
        group by platform, account_id, product_key
    ),

    final as (
        select
            newest_name.platform,
            newest_name.account_id,
            newest_name.product_key,
            {%- for name in words %} newest_name.{{ name }}, {%- endfor %}
            sku.skus,
            newest_name.first_day,
            newest_name.last_day
        from newest_name
        left join
            sku
            on newest_name.platform = sku.platform
            and newest_name.account_id = sku.account_id
            and newest_name.product_key = sku.product_key
    )

select *
from final
