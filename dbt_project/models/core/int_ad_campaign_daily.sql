{{
    config(
        materialized="incremental",
        incremental_strategy="versions",
        meta={"versions": "int_ad_version"},
    )
}}
{#- The spend authority by day: daily statements as they are, period statements on the days that no daily export of
    the account covers, and what an account-level export says beyond its campaigns as campaign "(unallocated)". -#}
{%- set campaign = ["platform", "account_id", "campaign_id"] -%}
{%- set account = ["platform", "account_id"] -%}
{%- set carried = ["version_id", "file_id", "currency_code", "authority_level"] -%}
{%- set part = campaign + ["version_id"] -%}
{%- set columns = campaign + ["date_day"] + carried + ad_measures() -%}
with
    authority as ({{ rows_of_new_versions("int_ad_campaign_period", "int_ad_version") }}),

    total as ({{ rows_of_new_versions("int_ad_total", "int_ad_version") }}),

    level_daily as ({{ rows_of_new_versions("int_ad_level_daily", "int_ad_version") }}),

    -- Search terms and landing pages never hold the whole spend of a day, so their daily
    -- exports cover none.
    covered as (
        select distinct platform, account_id, period_start as date_day
        from total
        where period_start = period_end and level not in ('search_term', 'landing_page')
    ),

    daily_campaign as (
        select *, period_start as date_day from authority where period_start = period_end
    ),

    period_campaign as (select * from authority where period_end > period_start),

    -- Campaigns that this part knows by period rows of one lower level alone: the days of that
    -- level are theirs, so that the level has nothing unallocated.
    one_level as (
        select
            {{ of("period_campaign", part) }},
            max(period_campaign.authority_level) as authority_level
        from period_campaign
        left join
            covered
            on {{ same("covered", "period_campaign", account) }}
            and covered.date_day >= period_campaign.period_start
            and covered.date_day <= period_campaign.period_end
        left join
            daily_campaign
            on {{ same("daily_campaign", "period_campaign", campaign) }}
            and daily_campaign.date_day >= period_campaign.period_start
            and daily_campaign.date_day <= period_campaign.period_end
        group by {{ of("period_campaign", part) }}
        having count(covered.date_day) = 0 and count(daily_campaign.date_day) = 0
    ),

    levels_stated as (
        select {{ part | join(", ") }}, max(level) as level
        from total
        where period_end > period_start and level <> 'account'
        group by {{ part | join(", ") }}
        having count(distinct level) = 1
    ),

    added_up_campaign as (
        select one_level.*
        from one_level
        inner join
            levels_stated
            on {{ same("levels_stated", "one_level", part) }}
            and levels_stated.level = one_level.authority_level
        where one_level.authority_level <> 'campaign' and one_level.campaign_id <> '(unknown)'
    ),

    added_up as (
        select
            {{ of("level_daily", part) }},
            level_daily.date_day,
            max(level_daily.file_id) as file_id,
            max(level_daily.currency_code) as currency_code,
            max(level_daily.level) as authority_level
            {%- for measure in ad_measures() %}
                ,
                {{ ad_measure_type(measure, "sum(level_daily." ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from level_daily
        inner join
            added_up_campaign
            on {{ same("added_up_campaign", "level_daily", part) }}
            and added_up_campaign.authority_level = level_daily.level
        where level_daily.is_allocated
        group by {{ of("level_daily", part) }}, level_daily.date_day
    ),

    period_to_spread as (
        select period_campaign.*
        from period_campaign
        left join added_up_campaign on {{ same("added_up_campaign", "period_campaign", part) }}
        where added_up_campaign.platform is null
    ),

    spread as (
        {{
            spread_periods(
                period_rows="period_to_spread",
                daily_rows="daily_campaign",
                covered="covered",
                series=campaign,
                owner=campaign,
                coverage=account,
                carried=carried,
            )
        }}
    ),

    stated_or_spread as (
        select {{ columns | join(", ") }}, false as is_allocated
        from daily_campaign
        union all
        select {{ columns | join(", ") }}, true as is_allocated
        from added_up
        union all
        select {{ columns | join(", ") }}, true as is_allocated
        from spread
    ),

    -- A day may have rows of search terms and a part of a period above them.
    campaign_day as (
        select
            {{ campaign | join(", ") }},
            date_day,
            max(version_id) as version_id,
            max_by(file_id, case when is_allocated then 1 else 0 end) as file_id,
            max(currency_code) as currency_code,
            max_by(authority_level, case when is_allocated then 1 else 0 end) as authority_level
            {%- for measure in ad_measures() %}
                , {{ ad_measure_type(measure, "sum(" ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %},
            bool_or(is_allocated) as is_allocated
        from stated_or_spread
        group by {{ campaign | join(", ") }}, date_day
    ),

    -- Account-level statements: only what they say beyond the campaigns.
    account_total as (select *, 'account' as authority_level from total where level = 'account'),

    campaigns_of_day as (
        select
            {{ account | join(", ") }},
            date_day,
            bool_or(is_allocated) as is_allocated
            {%- for measure in ad_measures() %}
                , {{ ad_measure_type(measure, "sum(" ~ measure ~ ")") }} as {{ measure }}
            {%- endfor %}
        from campaign_day
        group by {{ account | join(", ") }}, date_day
    ),

    beyond_campaigns as (
        select
            {{ of("account_total", account) }},
            '(unallocated)' as campaign_id,
            account_total.period_start as date_day,
            {{ of("account_total", carried) }}
            {%- for measure in ad_measures() %}
                ,
                account_total.{{ measure }}
                - coalesce(campaigns_of_day.{{ measure }}, 0) as {{ measure }}
            {%- endfor %},
            coalesce(campaigns_of_day.is_allocated, false) as is_allocated
        from account_total
        left join
            campaigns_of_day
            on {{ same("campaigns_of_day", "account_total", account) }}
            and campaigns_of_day.date_day = account_total.period_start
        where account_total.period_start = account_total.period_end
    ),

    account_period as (select * from account_total where period_end > period_start),

    account_day_stated as (
        select {{ (account + ["date_day"] + ad_measures()) | join(", ") }}
        from campaigns_of_day
        union all
        select {{ (account + ["date_day"] + ad_measures()) | join(", ") }}
        from beyond_campaigns
    ),

    account_spread as (
        {{
            spread_periods(
                period_rows="account_period",
                daily_rows="account_day_stated",
                covered="covered",
                series=account,
                owner=account,
                coverage=account,
                carried=carried,
            )
        }}
    ),

    unallocated as (
        select {{ columns | join(", ") }}, is_allocated
        from beyond_campaigns
        union all
        select
            {{ account | join(", ") }},
            '(unallocated)' as campaign_id,
            date_day,
            {{ (carried + ad_measures()) | join(", ") }},
            true as is_allocated
        from account_spread
    ),

    final as (
        select {{ columns | join(", ") }}, is_allocated
        from campaign_day
        union all
        select {{ columns | join(", ") }}, is_allocated
        from unallocated
        where
            {% for measure in ad_measures() -%}
                coalesce({{ measure }}, 0) <> 0 {% if not loop.last %} or {% endif -%}
            {% endfor -%}
    )

select *
from final
