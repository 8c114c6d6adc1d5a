-- Nothing is lost or counted twice on the way to the KPI marts: sums over all campaigns and
-- channels are the facts' own, and so is the whole of each campaign in metrics.kpi_daily.
{{ config(meta={"dagster": {"ref": {"name": "mart_campaign_kpi_daily"}}}) }}
with
    kpi as (select * from {{ ref("mart_campaign_kpi_daily") }}),

    -- Days of which a shop does not know the net revenue of all orders: parts have no sum there.
    day_of_parts as (
        select distinct date_day
        from {{ ref("fct_shop_daily") }}
        where orders is not null and net_revenue is null
    ),

    whole as (
        select metric.metric_id, sum(metric.numerator) as total
        from {{ ref("kpi_daily") }} as metric
        left join day_of_parts on metric.date_day = day_of_parts.date_day
        where
            metric.channel_id = '(all)'
            and (metric.metric_id <> 'net_revenue' or day_of_parts.date_day is null)
        group by metric.metric_id
    ),

    post as (select * from {{ ref("fct_content_post_daily") }} where is_in_totals),

    account_without_posts as (
        select fact.*
        from {{ ref("fct_social_account_daily") }} as fact
        left join
            (select distinct platform, account_id from post) as with_posts
            on fact.platform = with_posts.platform
            and fact.account_id = with_posts.account_id
        where with_posts.platform is null
    ),

    {%- set told %}date_day < (select as_of from {{ ref("stg_workspace_setting") }}) {% endset %}
    {%- set whole_day = "date_day not in (select date_day from day_of_parts)" %}
    {%- set facts = {
        "spend": ("fct_ad_campaign_daily", "spend", "true"),
        "impressions": ("fct_ad_campaign_daily", "impressions", "true"),
        "clicks": ("fct_ad_campaign_daily", "clicks", "true"),
        "sessions": ("fct_web_traffic_daily", "sessions", "true"),
        "pageviews": ("fct_web_traffic_daily", "pageviews", "true"),
        "web_conversions": ("fct_web_traffic_daily", "conversions", "true"),
        "web_conversion_value": ("fct_web_traffic_daily", "conversion_value", "true"),
        "organic_impressions": (
            "fct_seo_property_daily",
            "impressions",
            "not is_part",
        ),
        "organic_clicks": ("fct_seo_property_daily", "clicks", "not is_part"),
        "sends": ("fct_email_send", "sends", "date_day is not null"),
        "delivered": ("fct_email_send", "delivered", "date_day is not null"),
        "opens_unique": ("fct_email_send", "opens_unique", "date_day is not null"),
        "unsubscribes": ("fct_email_send", "unsubscribes", "date_day is not null"),
        "partner_fees": (
            "fct_partner_deliverable",
            sum_of_known(["fee", "product_cost"]),
            "not is_cancelled and " ~ told,
        ),
        "partner_commission": (
            "fct_partner_commission_daily",
            sum_of_known(["commission", "network_fee"]),
            "is_cost and " ~ told,
        ),
        "other_cost": ("fct_cost_daily", "spend", told),
        "orders": ("fct_shop_daily", "orders", "true"),
        "revenue": ("fct_shop_daily", "revenue", "true"),
        "refunds": ("fct_shop_daily", "refunds", "true"),
        "net_revenue": ("fct_shop_daily", "net_revenue", whole_day),
        "new_customers": (
            "fct_order",
            "case when is_new_customer then 1 else 0 end",
            "not is_cancelled",
        ),
    } %}
    total as (
        {%- for measure, fact in facts.items() %}
            select
                '{{ measure }}' as measure,
                (
                    select sum({{ measure }})
                    from kpi
                    where {{ whole_day if measure == "net_revenue" else "true" }}
                ) as in_mart,
                (select sum({{ fact[1] }}) from {{ ref(fact[0]) }} where {{ fact[2] }}) as in_facts
            union all
        {%- endfor %}
        select
            'total_cost' as measure,
            sum(total_cost) as in_mart,
            coalesce(sum(spend), 0)
            + coalesce(sum(partner_cost), 0)
            + coalesce(sum(other_cost), 0) as in_facts
        from kpi
        union all
        {%- for measure, column in {
            "engagements": "engagements",
            "social_impressions": "impressions",
        }.items() %}
            select
                '{{ measure }}' as measure,
                (select sum({{ measure }}) from kpi) as in_mart,
                (
                    select sum({{ column }})
                    from
                        (
                            select {{ column }}
                            from post
                            union all
                            select {{ column }}
                            from account_without_posts
                        ) as posted
                ) as in_facts
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    )

select
    total.measure,
    total.in_facts,
    total.in_mart,
    whole.total as in_metrics,
    'the KPI marts do not hold what the facts hold' as message
from total
left join whole on total.measure = whole.metric_id
where
    abs(coalesce(total.in_mart, 0) - coalesce(total.in_facts, 0)) > 0.005
    -- Parts of the cost of partners are measures and no metrics of their own.
    or total.measure not in ('partner_fees', 'partner_commission')
    and abs(coalesce(whole.total, 0) - coalesce(total.in_facts, 0)) > 0.005
