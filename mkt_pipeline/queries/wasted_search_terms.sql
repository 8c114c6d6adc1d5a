-- Which search terms cost money and brought nothing?
-- 哪些搜索词只花钱、没有转化？
-- platform: 平台 | platform id
-- campaign: 推广系列 | campaign as the platform calls it
-- search_term: 搜索词 | what people searched
-- clicks: 点击量 | paid clicks, count
-- spend: 消耗 | media cost, reporting currency
-- first_day: 首日 | first day with clicks
-- last_day: 末日 | last day with clicks
-- Only days whose conversions are complete, and only where the platform reports conversions at all.
select
    term.platform,
    coalesce(campaign.campaign_name, term.campaign_id) as campaign,
    term.search_term,
    sum(term.clicks) as clicks,
    sum(term.spend) as spend,
    min(term.date_day) as first_day,
    max(term.date_day) as last_day
from mart.fct_ad_search_term_daily as term
left join mart.dim_campaign as campaign using (platform, account_id, campaign_id)
where term.is_mature and not term.is_unallocated and term.clicks > 0
group by all
having sum(term.conversions) = 0 and sum(term.spend) > 0
order by spend desc, search_term
limit 200
