-- All facts that count towards a campaign's day, in the measures of the KPI marts, still apart
-- by platform and domain. One authority per quantity: posts count for accounts whose posts are
-- exported, the account's own totals for others. Views of search data that were filtered at
-- export are parts of a property and are left out.
with
    ad as (select * from {{ ref("fct_ad_campaign_daily") }}),

    web as (select * from {{ ref("fct_web_traffic_daily") }}),

    seo as (select * from {{ ref("fct_seo_property_daily") }} where not is_filtered),

    email as (select * from {{ ref("fct_email_send") }} where date_day is not null),

    post as (select * from {{ ref("fct_content_post_daily") }} where is_in_totals),

    social_account as (select * from {{ ref("fct_social_account_daily") }}),

    workspace as (select as_of from {{ ref("stg_workspace_setting") }}),

    plan_day as (
        select plan.*
        from {{ ref("fct_plan_daily") }} as plan
        cross join workspace
        where plan.metric_id = 'spend' and plan.date_day < workspace.as_of
    ),

    account_without_posts as (
        select social_account.*
        from social_account
        left join
            (select distinct platform, account_id from post) as with_posts
            on social_account.platform = with_posts.platform
            and social_account.account_id = with_posts.account_id
        where with_posts.platform is null
    ),

    ad_row as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            platform,
            'ads' as domain,
            bool_and(is_mature) as is_mature,
            bool_or(is_allocated) as is_allocated,
            sum(impressions) as impressions,
            sum(clicks) as clicks,
            sum(spend) as spend,
            sum(video_views) as video_views,
            sum(conversions) as claimed_conversions,
            sum(conversion_value) as claimed_value,
            sum(clicks) as claimed_base
        from ad
        group by date_day, marketing_campaign_id, channel_id, platform
    ),

    web_row as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            platform,
            'web' as domain,
            bool_and(is_mature) as is_mature,
            bool_or(is_allocated) as is_allocated,
            sum(sessions) as sessions,
            sum(engaged_sessions) as engaged_sessions,
            sum(sessions - engaged_sessions) as bounced_sessions,
            sum(pageviews) as pageviews,
            sum(conversions) as web_conversions,
            sum(conversion_value) as web_conversion_value
        from web
        group by date_day, marketing_campaign_id, channel_id, platform
    ),

    seo_row as (
        select
            date_day,
            '(unassigned)' as marketing_campaign_id,
            'seo' as channel_id,
            platform,
            'seo' as domain,
            bool_or(is_allocated) as is_allocated,
            sum(impressions) as organic_impressions,
            sum(clicks) as organic_clicks,
            sum(position_weight) as organic_position_weight
        from seo
        group by date_day, platform
    ),

    email_row as (
        select
            date_day,
            marketing_campaign_id,
            'email' as channel_id,
            platform,
            'email' as domain,
            sum(sends) as sends,
            sum(delivered) as delivered,
            sum(opens_unique) as opens_unique,
            sum(clicks_unique) as clicks_unique,
            sum(unsubscribes) as unsubscribes,
            sum(orders) as claimed_conversions,
            sum(revenue) as claimed_value,
            sum(clicks_unique) as claimed_base
        from email
        group by date_day, marketing_campaign_id, platform
    ),

    social_row as (
        select
            date_day,
            marketing_campaign_id,
            'organic_social' as channel_id,
            platform,
            'social' as domain,
            false as is_allocated,
            impressions,
            engagements,
            video_views
        from post
        union all
        select
            date_day,
            '(unassigned)' as marketing_campaign_id,
            'organic_social' as channel_id,
            platform,
            'social' as domain,
            is_allocated,
            impressions,
            engagements,
            video_views
        from account_without_posts
    ),

    social_day as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            platform,
            domain,
            bool_or(is_allocated) as is_allocated,
            sum(impressions) as social_impressions,
            sum(engagements) as engagements,
            sum(video_views) as video_views
        from social_row
        group by date_day, marketing_campaign_id, channel_id, platform, domain
    ),

    plan_row as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            '(plan)' as platform,
            'plan' as domain,
            target as planned_spend
        from plan_day
    ),

    {%- set stated = kpi_stated_measures() + [
        "claimed_conversions",
        "claimed_value",
        "claimed_base",
    ] %}
    {%- set parts = {
        "ad_row": [
            "is_mature",
            "is_allocated",
            "impressions",
            "clicks",
            "spend",
            "video_views",
            "claimed_conversions",
            "claimed_value",
            "claimed_base",
        ],
        "web_row": [
            "is_mature",
            "is_allocated",
            "sessions",
            "engaged_sessions",
            "bounced_sessions",
            "pageviews",
            "web_conversions",
            "web_conversion_value",
        ],
        "seo_row": [
            "is_allocated",
            "organic_impressions",
            "organic_clicks",
            "organic_position_weight",
        ],
        "email_row": [
            "sends",
            "delivered",
            "opens_unique",
            "clicks_unique",
            "unsubscribes",
            "claimed_conversions",
            "claimed_value",
            "claimed_base",
        ],
        "social_day": [
            "is_allocated",
            "social_impressions",
            "engagements",
            "video_views",
        ],
        "plan_row": ["planned_spend"],
    } %}
    final as (
        {%- for part, columns in parts.items() %}
            select
                date_day,
                marketing_campaign_id,
                channel_id,
                platform,
                domain,
                {% if "is_mature" in columns %} is_mature
                {% else %} true
                {% endif %} as is_mature,
                {% if "is_allocated" in columns %} is_allocated
                {% else %} false
                {% endif %} as is_allocated
                {%- for measure in stated %}
                    ,
                    cast(
                        {% if measure in columns %}{{ measure }}
                        {% else %}null
                        {% endif %}
                        as {{
                            (
                                "double"
                                if measure == "organic_position_weight"
                                else "decimal(18, 6)"
                            )
                        }}
                    ) as {{ measure }}
                {%- endfor %}
            from {{ part }}
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select *
from final
