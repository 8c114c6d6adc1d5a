with
    setting as (select * from {{ source("lake", "workspace_setting") }}),

    final as (
        select workspace_name, reporting_currency, timezone as workspace_timezone, as_of
        from setting
    )

select *
from final
