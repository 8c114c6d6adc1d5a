with
    setting as (select * from {{ source("lake", "account_setting") }}),

    final as (
        select
            platform,
            account_id,
            account_name,
            currency_code,
            timezone as account_timezone,
            conversion_lag_days
        from setting
    )

select *
from final
