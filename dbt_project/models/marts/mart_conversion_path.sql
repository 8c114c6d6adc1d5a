-- Paths as the exports give them, with their own words and periods; periods may overlap and are
-- never added.
with
    path as (select * from {{ ref("stg_conversion_path") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    final as (
        select
            path.platform,
            path.account_id,
            path.level,
            path.period_start,
            path.period_end,
            path.path,
            path.path_length,
            path.conversions,
            path.non_conversions,
            path.conversion_value as conversion_value_native,
            path.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("path.conversion_value", "fx.fx_rate") }} as conversion_value,
            path.file_id
        from path
        left join fx on path.period_end = fx.date_day and path.currency_code = fx.currency_code
    )

select *
from final
