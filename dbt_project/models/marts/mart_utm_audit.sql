{#- A campaign of an ad platform, and a campaign mark in web traffic. -#}
{%- set campaign = ["platform", "account_id", "campaign_id"] -%}
{%- set link = ["web_platform", "property_id", "utm_campaign", "channel_id"] -%}
-- Whether spend can be followed into web analytics. Marks of paid traffic meet the campaigns whose
-- landing URLs carry them, that have their id or name, or else share a plan and channel. A
-- campaign's spend is shared by its links' sessions, a link's sessions by its campaigns' clicks, so
-- that neither is counted twice. Days without any web data say nothing: their spend is not at risk.
with
    web as (
        select traffic.*, traffic.platform as web_platform
        from {{ ref("fct_web_traffic_daily") }} as traffic
        inner join {{ ref("dim_channel") }} as channel on traffic.channel_id = channel.channel_id
        where
            traffic.utm_campaign not like '(%)'
            and (channel.media_type = 'paid' or channel.channel_id = 'other')
    ),

    web_day as (select distinct date_day from {{ ref("fct_web_traffic_daily") }}),

    spent as (
        select
            {{ of("fact", campaign) }},
            max(fact.channel_id) as ad_channel_id,
            {{ money("sum(fact.spend)") }} as spend,
            {{ count_type("sum(fact.clicks)") }} as clicks,
            {%- for name in ["spend", "clicks"] %}
                sum(
                    case when web_day.date_day is not null then fact.{{ name }} end
                ) as measured_{{ name }},
            {%- endfor %}
            min(fact.date_day) as first_day,
            max(fact.date_day) as last_day,
            bool_or(web_day.date_day is not null) as is_measured
        from {{ ref("fct_ad_campaign_daily") }} as fact
        left join web_day on fact.date_day = web_day.date_day
        group by {{ of("fact", campaign) }}
    ),

    ad as (
        select spent.*, coalesce(named.campaign_name, spent.campaign_id) as campaign_name
        from spent
        left join
            {{ ref("int_platform_campaign") }} as named on {{ same("named", "spent", campaign) }}
    ),

    mark as (
        select
            {{ link | join(", ") }},
            {{ count_type("sum(sessions)") }} as sessions,
            {{ money("sum(conversions)") }} as conversions,
            {{ money("sum(conversion_value)") }} as conversion_value,
            min(date_day) as first_day,
            max(date_day) as last_day
        from web
        group by {{ link | join(", ") }}
    ),

    called as (
        select {{ campaign | join(", ") }}, lower(utm_campaign) as mark, 1 as method_rank
        from {{ ref("fct_ad_landing_daily") }}
        where parse_status in ('tagged', 'incomplete') and utm_campaign <> '(not set)'
        union
        select {{ campaign | join(", ") }}, lower(campaign_id) as mark, 2 as method_rank
        from ad
        union
        select {{ campaign | join(", ") }}, lower(campaign_name) as mark, 3 as method_rank
        from ad
    ),

    direct as (
        select {{ of("ad", campaign) }}, {{ of("mark", link) }}, called.method_rank
        from mark
        inner join called on lower(mark.utm_campaign) = called.mark
        inner join ad on {{ same("called", "ad", campaign) }}
        -- A campaign of the channel that the traffic came from, if there is one.
        qualify
            rank() over (
                partition by {{ of("mark", link) }}
                order by
                    case when ad.ad_channel_id = mark.channel_id then 0 else 1 end,
                    called.method_rank
            )
            = 1
    ),

    planned_ad as (
        select distinct {{ of("fact", campaign) }}, fact.channel_id, fact.marketing_campaign_id
        from {{ ref("fct_ad_campaign_daily") }} as fact
        left join direct on {{ same("direct", "fact", campaign) }}
        where fact.marketing_campaign_id <> '(unassigned)' and direct.platform is null
    ),

    planned_mark as (
        select distinct {{ of("web", link) }}, web.marketing_campaign_id
        from web
        left join direct on {{ same("direct", "web", link) }}
        where web.marketing_campaign_id <> '(unassigned)' and direct.platform is null
    ),

    pair as (
        select {{ (campaign + link) | join(", ") }}, method_rank
        from direct
        union
        select {{ of("planned_ad", campaign) }}, {{ of("planned_mark", link) }}, 4 as method_rank
        from planned_ad
        inner join
            planned_mark
            on planned_ad.marketing_campaign_id = planned_mark.marketing_campaign_id
            and planned_ad.channel_id = planned_mark.channel_id
    ),

    {%- set sides = {
        "spend": {
            "key": campaign,
            "other": link,
            "by": "coalesce(mark.sessions, 0)",
        },
        "traffic": {"key": link, "other": campaign, "by": "coalesce(ad.clicks, 0)"},
    } %}
    weighed as (
        select
            {{ of("pair", campaign + link) }},
            pair.method_rank
            {%- for side, facts in sides.items() %}
                ,
                {{ facts.by }} as {{ side }}_by,
                sum({{ facts.by }}) over (
                    partition by {{ of("pair", facts.key) }}
                ) as {{ side }}_total,
                sum({{ facts.by }}) over (
                    partition by {{ of("pair", facts.key) }}
                    order by {{ of("pair", facts.other) }}
                    rows between unbounded preceding and current row
                ) as {{ side }}_running,
                count(*) over (partition by {{ of("pair", facts.key) }}) as {{ side }}_rows,
                row_number() over (
                    partition by {{ of("pair", facts.key) }} order by {{ of("pair", facts.other) }}
                ) as {{ side }}_row
            {%- endfor %}
        from pair
        inner join ad on {{ same("ad", "pair", campaign) }}
        inner join mark on {{ same("mark", "pair", link) }}
    ),

    shared as (
        select
            {{ (campaign + link) | join(", ") }},
            method_rank
            {%- for side in sides %}
                {%- for end_, less in {
                    "from": (side ~ "_by", "1"),
                    "to": ("0", "0"),
                }.items() %}
                    ,
                    cast(
                        coalesce(
                            {{ ratio(side ~ "_running - " ~ less[0], side ~ "_total") }},
                            {{ ratio(side ~ "_row - " ~ less[1], side ~ "_rows") }}
                        ) as decimal(9, 6)
                    ) as {{ side }}_{{ end_ }}
                {%- endfor %}
            {%- endfor %}
        from weighed
    ),

    every_row as (
        select
            {{ of("ad", campaign) }},
            {{ of("mark", link) }},
            shared.method_rank,
            ad.first_day,
            ad.last_day,
            {{ money(weighted_part("ad.spend", "shared.spend_from", "shared.spend_to", 6)) }}
            as spend,
            {{ count_type(weighted_part("ad.clicks", "shared.spend_from", "shared.spend_to", 0)) }}
            as clicks,
            cast(null as decimal(18, 6)) as measured_spend,
            {{
                count_type(
                    weighted_part("ad.measured_clicks", "shared.spend_from", "shared.spend_to", 0)
                )
            }} as measured_clicks,
            {{
                count_type(
                    weighted_part("mark.sessions", "shared.traffic_from", "shared.traffic_to", 0)
                )
            }} as sessions,
            {{
                money(
                    weighted_part(
                        "mark.conversions", "shared.traffic_from", "shared.traffic_to", 6
                    )
                )
            }} as conversions,
            {{
                money(
                    weighted_part(
                        "mark.conversion_value", "shared.traffic_from", "shared.traffic_to", 6
                    )
                )
            }} as conversion_value,
            'matched' as match_state
        from shared
        inner join ad on {{ same("ad", "shared", campaign) }}
        inner join mark on {{ same("mark", "shared", link) }}
        union all
        select
            {{ of("ad", campaign) }},
            '(none)' as web_platform,
            '(none)' as property_id,
            '(none)' as utm_campaign,
            ad.ad_channel_id as channel_id,
            cast(null as int) as method_rank,
            ad.first_day,
            ad.last_day,
            ad.spend,
            ad.clicks,
            {{ money("ad.measured_spend") }} as measured_spend,
            {{ count_type("ad.measured_clicks") }} as measured_clicks,
            cast(null as bigint) as sessions,
            cast(null as decimal(18, 6)) as conversions,
            cast(null as decimal(18, 6)) as conversion_value,
            case
                when ad.is_measured then 'spend without tracking' else 'not measured'
            end as match_state
        from ad
        left join pair on {{ same("pair", "ad", campaign) }}
        where pair.platform is null
        union all
        select
            '(none)' as platform,
            '(none)' as account_id,
            '(none)' as campaign_id,
            {{ of("mark", link) }},
            cast(null as int) as method_rank,
            mark.first_day,
            mark.last_day,
            cast(null as decimal(18, 6)) as spend,
            cast(null as bigint) as clicks,
            cast(null as decimal(18, 6)) as measured_spend,
            cast(null as bigint) as measured_clicks,
            mark.sessions,
            mark.conversions,
            mark.conversion_value,
            'tracking without campaign' as match_state
        from mark
        left join pair on {{ same("pair", "mark", link) }}
        where pair.web_platform is null
    ),

    -- Comparing texts is dear: those that cost or bring most are enough to begin with.
    lonely_ad as (
        select ad.*
        from ad
        left join pair on {{ same("pair", "ad", campaign) }}
        where pair.platform is null and ad.is_measured and ad.campaign_id not like '(%)'
        qualify
            row_number() over (order by ad.spend desc nulls last, {{ of("ad", campaign) }}) <= 500
    ),

    lonely_mark as (
        select mark.*
        from mark
        left join pair on {{ same("pair", "mark", link) }}
        where pair.web_platform is null
        qualify
            row_number() over (order by mark.sessions desc nulls last, {{ of("mark", link) }})
            <= 500
    ),

    alike as (
        select *
        from
            (
                select
                    {{ of("lonely_ad", campaign) }},
                    lonely_ad.campaign_name,
                    lonely_ad.ad_channel_id,
                    {{ of("lonely_mark", link) }},
                    {{ likeness("lonely_ad.campaign_name", "lonely_mark.utm_campaign") }}
                    as similarity
                from lonely_ad
                cross join lonely_mark
            ) as compared
        where similarity >= 0.5
    ),

    {%- set nearest = {
        "nearest_mark": {"key": campaign, "say": "utm_campaign"},
        "nearest_ad": {"key": link, "say": "campaign_name"},
    } %}
    {%- for name, facts in nearest.items() %}
        {{ name }} as (
            select {{ facts.key | join(", ") }}, {{ facts.say }} as suggested_match, similarity
            from alike
            qualify
                row_number() over (
                    partition by {{ facts.key | join(", ") }}
                    order by
                        similarity desc nulls last,
                        case when ad_channel_id = channel_id then 0 else 1 end,
                        {{ (campaign + link) | join(", ") }}
                )
                = 1
        ),
    {%- endfor %}

    final as (
        select
            {{ of("every_row", campaign) }},
            coalesce(named.campaign_name, every_row.campaign_id) as campaign_name,
            {{ of("every_row", link) }},
            every_row.match_state,
            case
                every_row.method_rank
                when 1
                then 'landing_url'
                when 2
                then 'id'
                when 3
                then 'name'
                when 4
                then 'plan'
            end as match_method,
            every_row.first_day,
            every_row.last_day,
            every_row.spend,
            every_row.clicks,
            every_row.sessions,
            every_row.conversions,
            every_row.conversion_value,
            {{ ratio("every_row.sessions", "every_row.measured_clicks") }} as sessions_per_click,
            case
                when every_row.match_state = 'spend without tracking'
                then every_row.measured_spend
                else cast(0 as decimal(18, 6))
            end as spend_at_risk,
            case
                when every_row.match_state = 'tracking without campaign'
                then every_row.conversion_value
                else cast(0 as decimal(18, 6))
            end as revenue_at_risk,
            coalesce(nearest_mark.suggested_match, nearest_ad.suggested_match) as suggested_match,
            round(coalesce(nearest_mark.similarity, nearest_ad.similarity), 4) as similarity
        from every_row
        left join
            {{ ref("int_platform_campaign") }} as named
            on {{ same("named", "every_row", campaign) }}
        left join nearest_mark on {{ same("nearest_mark", "every_row", campaign) }}
        left join nearest_ad on {{ same("nearest_ad", "every_row", link) }}
    )

select *
from final
