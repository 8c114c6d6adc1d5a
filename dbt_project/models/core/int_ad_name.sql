{#- The ways in which exports name accounts, campaigns, ad groups, ads and keywords, each once. -#}
with
    performance as (select * from {{ ref("stg_ad_performance") }}),

    file_account as (select * from {{ ref("int_ad_file_account") }}),

    final as (
        select
            performance.name_key,
            coalesce(file_account.file_account_id, '') as file_account_id
            {%- for name in ad_name_columns() %}
                , any_value(performance.{{ name }}) as {{ name }}
            {%- endfor %},
            max(performance.landed_at) as last_landed_at
        from performance
        left join file_account on performance.file_id = file_account.file_id
        group by performance.name_key, coalesce(file_account.file_account_id, '')
    )

select *
from final
