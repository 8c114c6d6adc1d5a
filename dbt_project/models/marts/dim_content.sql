-- One basis per post: snapshots count it since publication; posts without any are counted by
-- the days and periods of exports.
with
    snapshot as (select * from {{ ref("stg_social_post") }}),

    gained as (select * from {{ ref("stg_social_post_period") }} where period_end is not null),

    statement as (
        select
            platform,
            account_id,
            post_id,
            'snapshot' as basis,
            account_name,
            post_text,
            post_url,
            post_type,
            published_at,
            snapshot_day as first_day,
            snapshot_day as last_day,
            landed_at,
            file_id
        from snapshot
        union all
        select
            platform,
            account_id,
            post_id,
            'period' as basis,
            account_name,
            post_text,
            post_url,
            post_type,
            published_at,
            period_start as first_day,
            period_end as last_day,
            landed_at,
            file_id
        from gained
    ),

    span as (
        select
            platform,
            account_id,
            post_id,
            -- 'snapshot' comes after 'period'.
            max(basis) as basis,
            min(first_day) as first_day,
            min(case when basis = 'snapshot' then first_day end) as first_snapshot_day,
            max(case when basis = 'snapshot' then last_day end) as last_snapshot_day,
            min(published_at) as published_at
        from statement
        group by platform, account_id, post_id
    ),

    newest as (
        select *
        from statement
        qualify
            row_number() over (
                partition by platform, account_id, post_id
                order by
                    case when basis = 'snapshot' then 0 else 1 end,
                    last_day desc nulls last,
                    case when post_text is null then 1 else 0 end,
                    landed_at desc nulls last,
                    first_day nulls last,
                    file_id
            )
            = 1
    ),

    content as (
        select
            newest.platform,
            newest.account_id,
            newest.post_id,
            newest.account_name,
            newest.post_text,
            newest.post_url,
            newest.post_type,
            span.published_at,
            -- A post cannot be published after it was counted; time zones can make it look so.
            least(
                coalesce(
                    cast(span.published_at as date),
                    coalesce(span.first_snapshot_day, span.first_day)
                ),
                coalesce(span.first_snapshot_day, span.first_day)
            ) as published_day,
            span.basis,
            span.first_snapshot_day,
            span.last_snapshot_day
        from newest
        inner join
            span
            on newest.platform = span.platform
            and newest.account_id = span.account_id
            and newest.post_id = span.post_id
    ),

    matched as (
        {{
            matched_to_plan(
                "content",
                key=["platform", "account_id", "post_id"],
                match_fields={
                    "post_text": "post_text",
                    "post_id": "post_id",
                    "post_url": "post_url",
                },
                days=["object_.published_day", "object_.published_day"],
            )
        }}
    ),

    final as (
        select
            content.platform,
            content.account_id,
            content.post_id,
            content.account_name,
            content.post_text,
            content.post_url,
            content.post_type,
            content.published_at,
            content.published_day,
            content.basis,
            content.first_snapshot_day,
            content.last_snapshot_day,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id
        from content
        left join
            matched
            on content.platform = matched.platform
            and content.account_id = matched.account_id
            and content.post_id = matched.post_id
    )

select *
from final
