-- How far the newest day of each report lies behind the report date, and whether that is late
-- for its platform.
with
    receipt as (select * from {{ ref("stg_landed_file") }} where date_to is not null),

    platform as (select * from {{ ref("stg_platform") }}),

    setting as (select * from {{ ref("stg_workspace_setting") }}),

    by_report as (
        select
            platform,
            coalesce(report, '(unknown)') as report,
            max(date_to) as newest_day,
            max(landed_at) as last_landed_at,
            count(distinct file_id) as files,
            {{ count_type("sum(row_count)") }} as row_count
        from receipt
        group by platform, coalesce(report, '(unknown)')
    ),

    aged as (
        select
            by_report.*,
            coalesce(platform.freshness_days, 3) as allowed_days,
            {{ days_between("by_report.newest_day", "setting.as_of") }} as age_days
        from by_report
        left join platform on by_report.platform = platform.platform
        left join setting on true
    ),

    final as (
        select
            platform,
            report,
            newest_day,
            age_days,
            allowed_days,
            greatest(age_days - allowed_days, 0) as days_late,
            age_days > allowed_days as is_late,
            files,
            row_count as rows,
            last_landed_at
        from aged
    )

select *
from final
