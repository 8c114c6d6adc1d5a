-- All facts that count towards a campaign's day, in the measures of the KPI marts, still apart
-- by platform and domain. One authority per quantity: posts count for accounts whose posts are
-- exported, the account's own totals for others. Views of search data that were filtered at
-- export are parts of a property and are left out.
with
    ad as (select * from {{ ref("fct_ad_campaign_daily") }}),

    web as (select * from {{ ref("fct_web_traffic_daily") }}),

    seo as (select * from {{ ref("fct_seo_property_daily") }} where not is_part),

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
            part.date_day,
            part.marketing_campaign_id,
            part.channel_id,
            part.platform,
            'ads' as domain,
            bool_and(part.is_mature) as is_mature,
            bool_or(part.is_allocated) as is_allocated,
            sum(part.impressions) as impressions,
            sum(part.clicks) as clicks,
            sum(part.spend) as spend,
            sum(part.spend) as total_cost,
            sum(part.video_views) as video_views,
            sum(part.conversions) as claimed_conversions,
            sum(part.conversion_value) as claimed_value,
            sum(part.clicks) as claimed_base
        from ({{ ad_parts("ad") }}) as part
        group by part.date_day, part.marketing_campaign_id, part.channel_id, part.platform
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
            sum(ranked_impressions) as organic_position_impressions,
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

    -- A cancelled deliverable and a rejected commission cost nothing; goods given away do. Clicks
    -- of a creator's link stand in both tables and count by the deliverables alone.
    partner as (
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            platform,
            {{ sum_of_known(["fee", "product_cost"]) }} as partner_fees,
            cast(null as decimal(18, 6)) as partner_commission,
            views,
            {{ sum_of_known(["likes", "comments", "shares", "saves"]) }} as engagements,
            link_clicks as clicks
        from {{ ref("fct_partner_deliverable") }}
        where not is_cancelled
        union all
        select
            date_day,
            marketing_campaign_id,
            channel_id,
            platform,
            null as partner_fees,
            {{ sum_of_known(["commission", "network_fee"]) }} as partner_commission,
            null as views,
            null as engagements,
            case when channel_id = 'affiliate' then clicks end as clicks
        from {{ ref("fct_partner_commission_daily") }}
        where is_cost
    ),

    partner_row as (
        select
            partner.date_day,
            partner.marketing_campaign_id,
            partner.channel_id,
            partner.platform,
            'partners' as domain,
            sum(partner.partner_fees) as partner_fees,
            sum(partner.partner_commission) as partner_commission,
            sum(
                {{ sum_of_known(["partner.partner_fees", "partner.partner_commission"]) }}
            ) as partner_cost,
            sum(
                {{ sum_of_known(["partner.partner_fees", "partner.partner_commission"]) }}
            ) as total_cost,
            sum(partner.views) as partner_views,
            sum(partner.engagements) as partner_engagements,
            sum(partner.clicks) as partner_clicks
        from partner
        cross join workspace
        where partner.date_day < workspace.as_of
        group by
            partner.date_day, partner.marketing_campaign_id, partner.channel_id, partner.platform
    ),

    -- A cost spread over its days says nothing of the other numbers of those days: it is no
    -- reason to call them allocated.
    cost_row as (
        select
            cost.date_day,
            cost.marketing_campaign_id,
            cost.channel_id,
            cost.platform,
            'costs' as domain,
            sum(cost.spend) as other_cost,
            sum(cost.spend) as total_cost
        from {{ ref("fct_cost_daily") }} as cost
        cross join workspace
        where cost.date_day < workspace.as_of
        group by cost.date_day, cost.marketing_campaign_id, cost.channel_id, cost.platform
    ),

    order_row as (
        select
            date_day,
            marketing_campaign_id,
            case when channel_id = '(unknown)' then 'other' else channel_id end as channel_id,
            platform,
            'orders' as domain,
            sum(orders) as orders,
            sum(new_customers) as new_customers,
            sum(revenue) as revenue,
            sum(net_revenue) as net_revenue,
            sum(refunds) as refunds,
            case
                when
                    sum(case when orders is not null and gross_profit is null then 1 else 0 end) = 0
                then sum(gross_profit)
            end as gross_profit,
            sum(new_customer_revenue) as new_customer_revenue
        from {{ ref("int_own_order_daily") }}
        group by
            date_day,
            marketing_campaign_id,
            case when channel_id = '(unknown)' then 'other' else channel_id end,
            platform
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
            "total_cost",
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
            "organic_position_impressions",
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
        "partner_row": [
            "partner_fees",
            "partner_commission",
            "partner_cost",
            "total_cost",
            "partner_views",
            "partner_engagements",
            "partner_clicks",
        ],
        "cost_row": ["other_cost", "total_cost"],
        "order_row": [
            "orders",
            "new_customers",
            "revenue",
            "net_revenue",
            "refunds",
            "gross_profit",
            "new_customer_revenue",
        ],
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
