with
    account_total as (select * from {{ ref("stg_social_account") }} where period_start is not null),

    {{
        days_of_periods_ctes(
            "account_total",
            owner=["platform", "account_id"],
            dimensions=[],
            counts=social_account_counters(),
            amounts=[],
        )
    }},

    final as (
        select
            date_day,
            platform,
            account_id,
            {%- for counter in social_account_counters() %} {{ counter }}, {%- endfor %}
            is_allocated,
            file_id
        from by_day
    )

select *
from final
