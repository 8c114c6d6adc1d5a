-- The first rule of conversion_action that fits names the category and the overlap group; an
-- action without a group overlaps with none. Rows that give only a category sum actions, and are
-- read only where the account gives no actions.
with
    daily as (select * from {{ ref("int_ad_conversion_daily") }}),

    rule as (select * from {{ ref("conversion_action") }}),

    action as (
        select
            platform,
            account_id,
            conversion_action,
            max(conversion_category) as conversion_category,
            bool_and(is_category_total) as is_category_total,
            min(date_day) as first_day,
            max(date_day) as last_day,
            count(distinct date_day) as days
        from daily
        group by platform, account_id, conversion_action
    ),

    named as (
        select distinct
            platform,
            conversion_action,
            conversion_category,
            lower(conversion_action) as action_words,
            lower(coalesce(conversion_category, '')) as category_words
        from action
    ),

    ruled as (
        select
            named.platform,
            named.conversion_action,
            named.conversion_category,
            rule.category,
            rule.overlap_group,
            rule.canonical_rank,
            rule.is_primary,
            rule.rule_number
        from named
        inner join
            rule
            on (rule.platform is null or rule.platform = named.platform)
            and (
                rule.action_pattern is null
                or {{ matches_whole("named.action_words", "rule.action_pattern") }}
            )
            and (
                rule.category_pattern is null
                or {{ matches_whole("named.category_words", "rule.category_pattern") }}
            )
        qualify
            row_number() over (
                partition by named.platform, named.conversion_action, named.conversion_category
                order by rule.rule_number
            )
            = 1
    ),

    grouped as (
        select
            action.*,
            ruled.category,
            case
                when ruled.overlap_group is null or action.is_category_total
                then concat('action ', action.conversion_action)
                else ruled.overlap_group
            end as overlap_group,
            coalesce(ruled.canonical_rank, 1) as canonical_rank,
            ruled.is_primary,
            ruled.rule_number,
            bool_or(not action.is_category_total) over (
                partition by action.platform, action.account_id
            ) as has_actions
        from action
        inner join
            ruled
            on action.platform = ruled.platform
            and action.conversion_action = ruled.conversion_action
            and coalesce(action.conversion_category, '') = coalesce(ruled.conversion_category, '')
    ),

    group_days as (
        select
            grouped.platform,
            grouped.account_id,
            grouped.overlap_group,
            count(distinct daily.date_day) as days
        from daily
        inner join
            grouped
            on daily.platform = grouped.platform
            and daily.account_id = grouped.account_id
            and daily.conversion_action = grouped.conversion_action
        group by grouped.platform, grouped.account_id, grouped.overlap_group
    ),

    final as (
        select
            grouped.platform,
            grouped.account_id,
            grouped.conversion_action,
            grouped.conversion_category,
            grouped.category,
            grouped.overlap_group,
            grouped.canonical_rank,
            grouped.is_primary,
            {{
                is_first_choice(
                    ["grouped.platform", "grouped.account_id", "grouped.overlap_group"],
                    days="grouped.days",
                    all_days="group_days.days",
                    rank=[
                        "grouped.canonical_rank",
                        "grouped.days desc",
                        "grouped.conversion_action",
                    ],
                )
            }} and not (grouped.is_category_total and grouped.has_actions) as is_canonical,
            grouped.is_category_total,
            grouped.rule_number,
            grouped.first_day,
            grouped.last_day,
            grouped.days
        from grouped
        inner join
            group_days
            on grouped.platform = group_days.platform
            and grouped.account_id = group_days.account_id
            and grouped.overlap_group = group_days.overlap_group
    )

select *
from final
