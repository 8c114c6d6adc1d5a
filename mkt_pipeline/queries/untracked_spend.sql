-- Which spend leads to pages without tracking, and which tracked traffic has no known campaign?
-- 哪些花费的落地页没有标记，哪些带标记的访问找不到活动？
-- state: 状态 | spend without tracking, or tracking without campaign
-- platform: 平台 | platform of the campaign
-- campaign: 推广系列 | campaign as the platform calls it
-- utm_campaign: 活动标记 | mark in the traffic
-- spend_at_risk: 未标记花费 | media cost, reporting currency
-- revenue_at_risk: 无主收入 | value of traffic whose campaign is unknown, reporting currency
-- clicks: 点击量 | ad clicks, count
-- sessions: 访问次数 | sessions, count
-- suggested_match: 建议匹配 | the mark or campaign whose name is most alike
-- similarity: 相似度 | from 0.5 to 1
select
    match_state as state,
    platform,
    campaign_name as campaign,
    utm_campaign,
    spend_at_risk,
    revenue_at_risk,
    clicks,
    sessions,
    suggested_match,
    similarity
from mart.mart_utm_audit
where match_state in ('spend without tracking', 'tracking without campaign')
order by
    spend_at_risk desc nulls last, revenue_at_risk desc nulls last, platform, campaign, utm_campaign
