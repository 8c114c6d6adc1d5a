with
    -- Exchange rates reach back decades; days without anything to convert need none.
    landed as (
        select date_from, date_to from {{ ref("stg_landed_file") }} where dataset <> 'fx_quote'
    ),

    setting as (select as_of from {{ ref("stg_workspace_setting") }}),

    plan as (select start_date, end_date from {{ source("lake", "plan_campaign") }}),

    bound as (
        select date_from as first_day, date_to as last_day
        from landed
        union all
        select start_date, end_date
        from plan
        union all
        select as_of, as_of
        from setting
    ),

    calendar as ({{ date_spine_rows("min(first_day)", "max(last_day)", "bound") }}),

    final as (
        select
            date_day,
            {{ iso_week("date_day") }} as iso_week,
            {{ iso_year("date_day") }} as iso_year,
            {{ month_start("date_day") }} as month_start,
            {{ iso_weekday("date_day") }} as weekday_iso,
            {{ iso_weekday("date_day") }} >= 6 as is_weekend
        from calendar
    )

select *
from final
