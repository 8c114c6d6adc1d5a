-- Which search queries lose organic clicks, and did we slip or did people stop searching?
-- 哪些自然搜索词在掉点击：是排名下滑，还是搜的人少了？
-- property: 站点 | property in the search console
-- query: 搜索词 | what people searched
-- period: 本期 | newest period; days are taken as weeks
-- previous_period: 上期 | the last period that ended before it
-- clicks: 本期点击 | organic clicks, count
-- previous_clicks: 上期点击 | organic clicks, count
-- change: 变化 | clicks - previous_clicks
-- impressions: 本期展现 | times shown, count
-- previous_impressions: 上期展现 | times shown, count
-- position: 本期排名 | average position, weighted by impressions; 1 is the top
-- previous_position: 上期排名 | average position, weighted by impressions
-- A query that stands in one of the two periods alone is left out: there it is unknown, not 0.
with
    query_day as (
        select
            *,
            floor(
                (max(date_day) over (partition by platform, property, search_type) - date_day) / 7
            ) as weeks_ago,
            max(date_day) over (partition by platform, property, search_type)
            - cast(weeks_ago * 7 as integer) as week_end
        from mart.fct_seo_query_daily
        where not is_remainder and not is_filtered
    ),

    stated as (
        select
            platform,
            property,
            search_type,
            query,
            period_start as first_day,
            period_end as last_day,
            clicks,
            impressions,
            ranked_impressions,
            position_weight
        from mart.fct_seo_query_period
        where
            not is_remainder
            and not is_filtered
            -- Days and periods state the same searches.
            and (platform, property, search_type)
            not in (select (platform, property, search_type) from query_day)
        union all
        select
            platform,
            property,
            search_type,
            query,
            week_end - 6 as first_day,
            week_end as last_day,
            clicks,
            impressions,
            ranked_impressions,
            position_weight
        from query_day
    ),

    of_query as (
        select
            platform,
            property,
            search_type,
            query,
            first_day,
            last_day,
            sum(clicks) as clicks,
            sum(impressions) as impressions,
            sum(position_weight) / nullif(sum(ranked_impressions), 0) as position
        from stated
        group by all
    ),

    newest as (
        select platform, property, search_type, last_day, max(first_day) as first_day
        from of_query
        group by platform, property, search_type, last_day
        qualify last_day = max(last_day) over (partition by platform, property, search_type)
    ),

    previous as (
        select
            period.platform,
            period.property,
            period.search_type,
            max(period.last_day) as last_day,
            max_by(period.first_day, period.last_day) as first_day
        from of_query as period
        join newest using (platform, property, search_type)
        where
            period.last_day < newest.first_day
            -- A month is as long as a month, and never as a week.
            and abs((period.last_day - period.first_day) - (newest.last_day - newest.first_day))
            <= 3
        group by all
    )

select
    now.property,
    now.query,
    now.first_day || ' – ' || now.last_day as period,
    was.first_day || ' – ' || was.last_day as previous_period,
    now.clicks,
    was.clicks as previous_clicks,
    now.clicks - was.clicks as change,
    now.impressions,
    was.impressions as previous_impressions,
    now.position,
    was.position as previous_position
from newest
join of_query as now using (platform, property, search_type, first_day, last_day)
join previous using (platform, property, search_type)
join
    of_query as was
    on was.platform = previous.platform
    and was.property = previous.property
    and was.search_type = previous.search_type
    and was.first_day = previous.first_day
    and was.last_day = previous.last_day
    and was.query = now.query
where now.clicks < was.clicks
order by change, now.query
limit 100
