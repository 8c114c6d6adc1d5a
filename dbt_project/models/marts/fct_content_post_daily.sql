-- What a snapshot counts beyond the last one that stated the same counter. The first snapshot's
-- numbers are dated at publication, later ones at the snapshot's day, so that all days together
-- are the newest snapshot. Platforms take numbers back: a day may be negative.
{%- set counters = post_counters() %}
with
    snapshot as (select * from {{ ref("stg_social_post") }}),

    content as (select * from {{ ref("dim_content") }}),

    change as (
        select
            platform,
            account_id,
            post_id,
            snapshot_day,
            row_number() over (partition by platform, account_id, post_id order by snapshot_day)
            = 1 as is_first_snapshot,
            {%- for counter in counters %}
                {{ counter }} as cumulative_{{ counter }},
                {{ counter }} - coalesce(
                    max_by(
                        {{ counter }},
                        case when {{ counter }} is not null then snapshot_day end
                    ) over (
                        partition by platform, account_id, post_id
                        order by snapshot_day
                        rows between unbounded preceding and 1 preceding
                    ),
                    0
                ) as {{ counter }},
            {%- endfor %}
            reach as cumulative_reach,
            file_id
        from snapshot
    ),

    final as (
        select
            case
                when change.is_first_snapshot then content.published_day else change.snapshot_day
            end as date_day,
            change.platform,
            change.account_id,
            change.post_id,
            content.marketing_campaign_id,
            change.snapshot_day,
            change.is_first_snapshot,
            {%- for counter in counters %}
                change.{{ counter }}, change.cumulative_{{ counter }},
            {%- endfor %}
            change.cumulative_reach,
            change.file_id
        from change
        inner join
            content
            on change.platform = content.platform
            and change.account_id = content.account_id
            and change.post_id = content.post_id
    )

select *
from final
