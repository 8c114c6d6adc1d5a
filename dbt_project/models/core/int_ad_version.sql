{#- The parts in which core tables of paid media are built: days that no statement joins with other days, else all the
    days that overlapping periods of a platform cover together. A version changes when a file of the part comes, goes
    or is read anew, or when what its names mean changes. -#}
with
    range_ as (select * from {{ ref("int_ad_range") }}),

    period as (select distinct platform, period_start, period_end from range_),

    reached as (
        select
            *,
            max(period_end) over (
                partition by platform
                order by period_start nulls last, period_end nulls last
                rows between unbounded preceding and 1 preceding
            ) as reached_before
        from period
    ),

    numbered as (
        select
            *,
            sum(case when reached_before >= period_start then 0 else 1 end) over (
                partition by platform
                order by period_start nulls last, period_end nulls last
                rows between unbounded preceding and current row
            ) as part_number
        from reached
    ),

    part as (
        select
            numbered.platform,
            numbered.part_number,
            min(range_.period_start) as first_day,
            max(range_.period_end) as last_day,
            sum(
                {{
                    hash_of(
                        [
                            "range_.landing_version_id",
                            "range_.level",
                            "range_.period_start",
                            "range_.period_end",
                            "range_.row_count",
                            "range_.detail",
                            "range_.meaning_hash",
                        ]
                    )
                }}
            ) as content_hash
        from numbered
        inner join
            range_
            on numbered.platform = range_.platform
            and numbered.period_start = range_.period_start
            and numbered.period_end = range_.period_end
        group by numbered.platform, numbered.part_number
    ),

    final as (
        select
            part.platform,
            calendar.date_day,
            part.first_day,
            part.last_day,
            {{
                version_of(
                    ["part.platform", "part.first_day", "part.last_day", "part.content_hash"]
                )
            }} as version_id
        from part
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day >= part.first_day
            and calendar.date_day <= part.last_day
    )

select *
from final
