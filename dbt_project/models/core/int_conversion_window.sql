-- Which window of an action an account is read by: the account's default, else the widest after
-- a click alone, then the widest with views. Rows of several windows count the same people again.
with
    daily as (select * from {{ ref("int_ad_conversion_daily") }}),

    stated as (
        select
            platform,
            account_id,
            conversion_action,
            attribution_window,
            conversion_basis,
            max(click_days) as click_days,
            max(view_days) as view_days,
            count(distinct date_day) as days
        from daily
        group by platform, account_id, conversion_action, attribution_window, conversion_basis
    ),

    action_days as (
        select platform, account_id, conversion_action, count(distinct date_day) as days
        from daily
        group by platform, account_id, conversion_action
    ),

    final as (
        select
            stated.platform,
            stated.account_id,
            stated.conversion_action,
            stated.attribution_window,
            stated.conversion_basis,
            stated.days,
            {{
                is_first_choice(
                    ["stated.platform", "stated.account_id", "stated.conversion_action"],
                    days="stated.days",
                    all_days="action_days.days",
                    rank=[
                        "case when stated.attribution_window = '(default)' then 0 when stated.view_days is not null then 2 else 1 end",
                        "stated.click_days desc nulls last",
                        "stated.view_days desc nulls last",
                        "case stated.conversion_basis when 'click_date' then 0 when '(unknown)' then 1 else 2 end",
                        "stated.attribution_window",
                        "stated.conversion_basis",
                    ],
                )
            }}
            as is_default_window
        from stated
        inner join
            action_days
            on stated.platform = action_days.platform
            and stated.account_id = action_days.account_id
            and stated.conversion_action = action_days.conversion_action
    )

select *
from final
