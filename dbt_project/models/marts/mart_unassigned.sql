{#- Measures of money and traffic that an item may have. -#}
{%- set measures = {
    "spend": "decimal(18, 6)",
    "sessions": "bigint",
    "conversions": "decimal(18, 6)",
    "orders": "bigint",
    "revenue": "decimal(18, 6)",
} -%}
-- What no plan claims, with its money and the campaign it looks most like: the list to write
-- matching rules from. Of a campaign that plans share, the part that they leave. Traffic without a
-- campaign mark, such as '(organic)', is not on it: there is nothing to match.
with
    ad as ({{ ad_parts(ref("fct_ad_campaign_daily")) }}),

    campaign as (
        select
            ad.platform,
            'campaign' as kind,
            coalesce(named.campaign_name, ad.campaign_id) as name,
            ad.campaign_id as item_id,
            ad.date_day,
            ad.spend
        from ad
        left join
            {{ ref("int_platform_campaign") }} as named
            on {{ same("named", "ad", ["platform", "account_id", "campaign_id"]) }}
        where ad.marketing_campaign_id = '(unassigned)'
    ),

    utm as (
        select
            platform,
            'utm' as kind,
            utm_campaign as name,
            utm_campaign as item_id,
            date_day,
            sessions,
            conversions,
            conversion_value as revenue
        from {{ ref("fct_web_traffic_daily") }}
        where marketing_campaign_id = '(unassigned)' and utm_campaign not like '(%)'
    ),

    mailing as (
        select
            platform,
            'mailing' as kind,
            coalesce(mailing_name, mailing_id) as name,
            mailing_id as item_id,
            date_day,
            orders,
            revenue
        from {{ ref("fct_message_send") }}
        where marketing_campaign_id = '(unassigned)' and send_type = 'campaign'
    ),

    post as (
        select
            platform,
            'post' as kind,
            coalesce(post_text, post_url, post_id) as name,
            post_id as item_id,
            published_day as date_day
        from {{ ref("dim_content") }}
        where marketing_campaign_id = '(unassigned)'
    ),

    coupon as (
        select
            platform,
            'coupon' as kind,
            {{ coupon_at("coupon_code", 1) }} as name,
            {{ coupon_at("coupon_code", 1) }} as item_id,
            date_day,
            1 as orders,
            revenue
        from {{ ref("fct_order") }}
        where
            marketing_campaign_id = '(unassigned)'
            and not is_cancelled
            and {{ coupon_at("coupon_code", 1) }} <> ''
    ),

    partner_row as (
        select
            platform,
            account_id,
            partner_id,
            date_day,
            {{ sum_of_known(["fee", "product_cost"]) }} as spend,
            cast(null as bigint) as orders,
            cast(null as decimal(18, 6)) as revenue
        from {{ ref("fct_partner_deliverable") }}
        where marketing_campaign_id = '(unassigned)' and not is_cancelled
        union all
        select
            platform,
            account_id,
            partner_id,
            date_day,
            {{ sum_of_known(["commission", "network_fee"]) }} as spend,
            orders,
            revenue
        from {{ ref("fct_partner_commission_daily") }}
        where marketing_campaign_id = '(unassigned)' and is_cost
    ),

    partner as (
        select
            partner_row.platform,
            'partner' as kind,
            coalesce(named.partner_name, partner_row.partner_id) as name,
            partner_row.partner_id as item_id,
            partner_row.date_day,
            partner_row.spend,
            partner_row.orders,
            partner_row.revenue
        from partner_row
        left join
            {{ ref("dim_partner") }} as named
            on {{ same("named", "partner_row", ["platform", "account_id", "partner_id"]) }}
    ),

    {%- set parts = {
        "campaign": ["spend"],
        "utm": ["sessions", "conversions", "revenue"],
        "mailing": ["orders", "revenue"],
        "post": [],
        "coupon": ["orders", "revenue"],
        "partner": ["spend", "orders", "revenue"],
    } %}
    item_day as (
        {%- for part, columns in parts.items() %}
            select
                platform,
                kind,
                name,
                item_id,
                date_day
                {%- for measure, type in measures.items() %}
                    ,
                    cast(
                        {% if measure in columns %}{{ measure }}
                        {% else %}null
                        {% endif %} as {{ type }}
                    ) as {{ measure }}
                {%- endfor %}
            from {{ part }}
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    item as (
        select
            platform,
            kind,
            name,
            case when min(item_id) = max(item_id) then min(item_id) end as item_id,
            min(date_day) as first_day,
            max(date_day) as last_day
            {%- for measure, type in measures.items() %}
                , cast(sum({{ measure }}) as {{ type }}) as {{ measure }}
            {%- endfor %}
        from item_day
        group by platform, kind, name
    ),

    ranked as (
        select
            *,
            row_number() over (
                order by
                    coalesce(spend, revenue) desc nulls last,
                    sessions desc nulls last,
                    platform,
                    kind,
                    name
            ) as money_rank
        from item
    ),

    plan as (select * from {{ ref("stg_plan_campaign") }}),

    -- What a plan is called, and its rules for things of the same kind.
    plan_word as (
        select marketing_campaign_id, marketing_campaign_id as words, '(any)' as kind
        from plan
        union
        select marketing_campaign_id, name_en as words, '(any)' as kind
        from plan
        union
        select marketing_campaign_id, name_zh as words, '(any)' as kind
        from plan
        union
        select
            marketing_campaign_id,
            trim(replace(replace(like_pattern, '%', ' '), chr(92), '')) as words,
            case
                when match_field in ('campaign_name', 'utm_campaign')
                then 'campaign'
                else split_part(match_field, '_', 1)
            end as kind
        from {{ ref("stg_plan_match") }}
        where match_field not in ('campaign_id', 'utm_source', 'utm_content')
    ),

    -- Comparing texts is dear: those that cost or earn most are enough to begin with.
    likeness as (
        select
            ranked.money_rank,
            plan.marketing_campaign_id,
            plan.plan_number,
            ranked.first_day <= plan.end_date
            and ranked.last_day >= plan.start_date as is_in_campaign_days,
            max({{ likeness("ranked.name", "plan_word.words") }}) as similarity
        from ranked
        inner join
            plan_word
            on plan_word.kind = '(any)'
            or plan_word.kind = case when ranked.kind = 'utm' then 'campaign' else ranked.kind end
        inner join plan on plan_word.marketing_campaign_id = plan.marketing_campaign_id
        where ranked.money_rank <= 1000 and ranked.name not like '(%)'
        group by
            ranked.money_rank,
            plan.marketing_campaign_id,
            plan.plan_number,
            ranked.first_day <= plan.end_date and ranked.last_day >= plan.start_date
    ),

    nearest as (
        select *
        from likeness
        where similarity >= 0.5
        qualify
            row_number() over (
                partition by money_rank
                order by
                    similarity desc nulls last,
                    case when is_in_campaign_days then 0 else 1 end,
                    plan_number nulls last,
                    marketing_campaign_id
            )
            = 1
    ),

    final as (
        select
            ranked.platform,
            ranked.kind,
            ranked.name,
            ranked.item_id,
            {%- for measure in measures %} ranked.{{ measure }}, {%- endfor %}
            ranked.first_day,
            ranked.last_day,
            ranked.money_rank,
            nearest.marketing_campaign_id as suggested_campaign_id,
            round(nearest.similarity, 4) as similarity,
            nearest.is_in_campaign_days,
            case
                when ranked.name like '(%)'
                then cast(null as {{ dbt.type_string() }})
                when ranked.kind = 'utm'
                then concat('- {utm_campaign: ', {{ yaml_text("ranked.name") }}, '}')
                when ranked.kind = 'post' and ranked.item_id is not null
                then
                    concat(
                        '- {platform: ',
                        ranked.platform,
                        ', post_id: ',
                        {{ yaml_text("ranked.item_id") }},
                        '}'
                    )
                else
                    concat(
                        '- {platform: ',
                        ranked.platform,
                        ', ',
                        ranked.kind,
                        ': ',
                        {{ yaml_text("ranked.name") }},
                        '}'
                    )
            end as suggested_rule
        from ranked
        left join nearest on ranked.money_rank = nearest.money_rank
    )

select *
from final
