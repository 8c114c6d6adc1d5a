-- Followers of a day are those of the day before, plus new ones, less lost ones, give or take
-- 0.1 % (five at least) for closed and removed accounts. A warning: platforms restate the
-- followers of one day only.
{{
    config(
        severity="warn",
        meta={"dagster": {"ref": {"name": "fct_social_account_daily"}}},
    )
}}
with
    day as (
        select *
        from {{ ref("fct_social_account_daily") }}
        where followers is not null and not is_allocated
    ),

    pair as (
        select
            day.platform,
            day.account_id,
            day.date_day,
            day.followers,
            before.followers + day.follows - day.unfollows as expected
        from day
        inner join
            day as before
            on day.platform = before.platform
            and day.account_id = before.account_id
            and day.date_day = {{ add_days("before.date_day", 1) }}
    )

select
    *,
    concat(
        'followers of ',
        platform,
        ' account ',
        account_id,
        ' on ',
        cast(date_day as varchar(10)),
        ' are ',
        cast(followers as varchar(20)),
        ', changes lead to ',
        cast(expected as varchar(20))
    ) as message
from pair
where abs(followers - expected) > greatest(5, 0.001 * followers)
