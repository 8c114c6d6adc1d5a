-- Days between the first and the last day of an account's numbers that no export covers. A
-- paused account has such days too: a gap is a question, not an error.
{%- set facts = {
    "fct_ad_campaign_daily": "account_id",
    "fct_seo_property_daily": "property",
    "fct_social_account_daily": "account_id",
    "fct_web_traffic_daily": "property_id",
} %}
with
    calendar as (select date_day from {{ ref("dim_date") }}),

    account_day as (
        {% for fact, account in facts.items() -%}
            select distinct '{{ fact }}' as fact, platform, {{ account }} as account_id, date_day
            from {{ ref(fact) }}
            {% if not loop.last -%}
                union all
            {% endif -%}
        {% endfor -%}
    ),

    range_ as (
        select
            fact,
            platform,
            account_id,
            min(date_day) as first_day,
            max(date_day) as last_day,
            count(*) as covered_days
        from account_day
        group by fact, platform, account_id
    ),

    final as (
        select range_.fact, range_.platform, range_.account_id, calendar.date_day
        from range_
        inner join
            calendar on calendar.date_day > range_.first_day and calendar.date_day < range_.last_day
        left join
            account_day
            on account_day.fact = range_.fact
            and account_day.platform = range_.platform
            and account_day.account_id = range_.account_id
            and account_day.date_day = calendar.date_day
        where
            account_day.date_day is null
            and range_.covered_days < {{ days_between("range_.first_day", "range_.last_day") }} + 1
    )

select *
from final
