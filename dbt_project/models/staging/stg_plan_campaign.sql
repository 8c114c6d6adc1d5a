with
    plan as (select * from {{ source("lake", "plan_campaign") }}),

    final as (
        select
            marketing_campaign_id,
            plan_number,
            name_en,
            name_zh,
            owner,
            currency_code,
            start_date,
            end_date,
            budget,
            gross_margin
        from plan
    )

select *
from final
