-- The content plan against what was published. A piece is linked to the post of the same
-- address; its cost of production is part of the plan and in no total of costs: what was paid
-- stands in fct_cost_daily.
{%- set key = ["platform", "account_id", "content_id"] %}
with
    item as (
        select
            *,
            coalesce(published_day, planned_day) as date_day,
            {{ canonical_url("content_url") }} as page
        from {{ ref("stg_content_item") }}
    ),

    post as (
        select
            platform,
            account_id,
            post_id,
            marketing_campaign_id,
            {{ canonical_url("post_url") }} as page
        from {{ ref("dim_content") }}
        where post_url is not null
        qualify
            row_number() over (
                partition by {{ canonical_url("post_url") }} order by platform, account_id, post_id
            )
            = 1
    ),

    channel as (select * from {{ ref("channel") }}),

    workspace as (select as_of from {{ ref("stg_workspace_setting") }}),

    fx as (select * from {{ ref("int_fx_daily") }}),

    dated as (
        select
            item.*,
            least(item.date_day, workspace.as_of) as rate_day,
            workspace.as_of,
            coalesce(word.status = 'rejected', false) as is_cancelled
        from item
        cross join workspace
        left join {{ ref("partner_status") }} as word on item.status = word.stated
    ),

    matched as (
        {{
            named_campaign(
                "dated",
                key=key,
                match_fields={"campaign_name": "campaign_name", "post_url": "content_url"},
                day="object_.date_day",
            )
        }}
    ),

    final as (
        select
            {%- for name in key %} dated.{{ name }}, {%- endfor %}
            dated.date_day,
            dated.title,
            dated.content_type,
            dated.owner,
            dated.status,
            dated.network,
            coalesce(
                channel.channel_id,
                case when post.post_id is not null then 'organic_social' else 'other' end
            ) as channel_id,
            channel.channel_id is not null or dated.stated_channel is null as is_channel_known,
            dated.campaign_name,
            coalesce(
                matched.marketing_campaign_id, post.marketing_campaign_id, '(unassigned)'
            ) as marketing_campaign_id,
            matched.match_method,
            matched.match_rule,
            dated.planned_at,
            dated.planned_day,
            dated.published_at,
            dated.published_day,
            dated.published_day is not null as is_published,
            dated.is_cancelled,
            case
                when dated.published_day is not null
                then {{ days_between("dated.planned_day", "dated.published_day") }}
            end as days_late,
            case
                when
                    dated.published_day is null
                    and not dated.is_cancelled
                    and dated.planned_day < dated.as_of
                then {{ days_between("dated.planned_day", "dated.as_of") }}
            end as days_overdue,
            dated.content_url,
            post.platform as post_platform,
            post.account_id as post_account,
            post.post_id,
            dated.cost as cost_native,
            dated.currency_code,
            dated.rate_day,
            fx.fx_rate,
            fx.fx_date,
            fx.fx_source,
            {{ reporting_money("dated.cost", "fx.fx_rate") }} as cost,
            dated.file_id
        from dated
        left join post on dated.page = post.page
        left join
            channel
            on dated.stated_channel
            in (channel.channel_id, lower(channel.name_en), lower(channel.name_zh))
        left join matched on {{ same("dated", "matched", key) }}
        left join fx on dated.rate_day = fx.date_day and dated.currency_code = fx.currency_code
    )

select *
from final
