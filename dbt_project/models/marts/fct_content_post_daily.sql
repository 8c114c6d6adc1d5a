-- One basis per post. Snapshots: what a snapshot counts beyond the last one that stated the same
-- counter; the first one's numbers are dated at publication, later ones at the snapshot's day, so
-- that all days together are the newest snapshot. Platforms take numbers back: a day may be
-- negative. Posts without snapshots: what day rows and periods say.
{%- set counters = post_counters() %}
{%- set changing = counters + ["revenue"] %}
with
    snapshot as (select * from {{ ref("stg_social_post") }}),

    gained as (select * from {{ ref("int_post_period_daily") }}),

    content as (select * from {{ ref("dim_content") }}),

    account_total as (
        select distinct platform, account_id from {{ ref("fct_social_account_daily") }}
    ),

    fx as (select * from {{ ref("int_fx_daily") }}),

    change as (
        select
            platform,
            account_id,
            post_id,
            snapshot_day,
            row_number() over (partition by platform, account_id, post_id order by snapshot_day)
            = 1 as is_first_snapshot,
            {%- for counter in changing %}
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
            delivered as cumulative_delivered,
            currency_code,
            file_id
        from snapshot
    ),

    day as (
        select
            cast(null as date) as date_day,
            platform,
            account_id,
            post_id,
            'snapshot' as basis,
            snapshot_day,
            is_first_snapshot,
            not is_first_snapshot
            and (
                {%- for counter in counters %}
                    coalesce({{ counter }}, 0) < 0 {% if not loop.last %} or {% endif %}
                {%- endfor %}
            ) as is_restated_down,
            false as is_allocated,
            {%- for counter in counters %} {{ counter }}, cumulative_{{ counter }}, {%- endfor %}
            cumulative_reach,
            cumulative_delivered,
            revenue as revenue_native,
            currency_code,
            file_id
        from change
        union all
        select
            date_day,
            platform,
            account_id,
            post_id,
            'period' as basis,
            cast(null as date) as snapshot_day,
            false as is_first_snapshot,
            false as is_restated_down,
            is_allocated,
            {%- for counter in counters %}
                {{ counter }},
                {% if counter == "watch_time_seconds" %} cast(null as decimal(18, 6))
                {% else %} cast(null as bigint)
                {% endif %} as cumulative_{{ counter }},
            {%- endfor %}
            cast(null as bigint) as cumulative_reach,
            cast(null as bigint) as cumulative_delivered,
            revenue_native,
            currency_code,
            file_id
        from gained
    ),

    dated as (
        select
            day.*,
            case
                when day.is_first_snapshot
                then content.published_day
                else coalesce(day.date_day, day.snapshot_day)
            end as counted_day,
            coalesce(content.marketing_campaign_id, '(unassigned)') as marketing_campaign_id,
            -- Periods of the most watched posts are less than an account's own day totals.
            day.basis = 'snapshot' or account_total.platform is null as is_in_totals
        from day
        left join
            content
            on day.platform = content.platform
            and day.account_id = content.account_id
            and day.post_id = content.post_id
        left join
            account_total
            on day.platform = account_total.platform
            and day.account_id = account_total.account_id
    ),

    final as (
        select
            dated.counted_day as date_day,
            dated.platform,
            dated.account_id,
            dated.post_id,
            dated.marketing_campaign_id,
            dated.basis,
            dated.is_in_totals,
            dated.snapshot_day,
            dated.is_first_snapshot,
            dated.is_restated_down,
            dated.is_allocated,
            {%- for counter in counters %}
                dated.{{ counter }}, dated.cumulative_{{ counter }},
            {%- endfor %}
            dated.cumulative_reach,
            dated.cumulative_delivered,
            dated.revenue_native,
            dated.currency_code,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("dated.revenue_native", "fx.fx_rate") }} as revenue,
            dated.file_id
        from dated
        left join fx on dated.counted_day = fx.date_day and dated.currency_code = fx.currency_code
    )

select *
from final
