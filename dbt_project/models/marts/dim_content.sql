with
    snapshot as (select * from {{ ref("stg_social_post") }}),

    span as (
        select
            platform,
            account_id,
            post_id,
            min(snapshot_day) as first_snapshot_day,
            max(snapshot_day) as last_snapshot_day,
            min(published_at) as published_at
        from snapshot
        group by platform, account_id, post_id
    ),

    newest as (
        select
            snapshot.platform,
            snapshot.account_id,
            snapshot.post_id,
            snapshot.account_name,
            snapshot.post_text,
            snapshot.post_url,
            snapshot.post_type,
            span.published_at,
            -- A post cannot be published after it was counted; time zones can make it look so.
            least(
                coalesce(cast(span.published_at as date), span.first_snapshot_day),
                span.first_snapshot_day
            ) as published_day,
            span.first_snapshot_day,
            span.last_snapshot_day
        from snapshot
        inner join
            span
            on snapshot.platform = span.platform
            and snapshot.account_id = span.account_id
            and snapshot.post_id = span.post_id
            and snapshot.snapshot_day = span.last_snapshot_day
    ),

    matched as (
        {{
            matched_to_plan(
                "newest",
                key=["platform", "account_id", "post_id"],
                match_fields={"post_text": "post_text"},
                days=["object_.published_day", "object_.published_day"],
            )
        }}
    ),

    final as (
        select
            newest.platform,
            newest.account_id,
            newest.post_id,
            newest.account_name,
            newest.post_text,
            newest.post_url,
            newest.post_type,
            newest.published_at,
            newest.published_day,
            newest.first_snapshot_day,
            newest.last_snapshot_day,
            coalesce(matched.marketing_campaign_id, '(unassigned)') as marketing_campaign_id
        from newest
        left join
            matched
            on newest.platform = matched.platform
            and newest.account_id = matched.account_id
            and newest.post_id = matched.post_id
    )

select *
from final
