-- Which spend and traffic belong to no planned campaign, and which rule would assign them?
-- 哪些花费和流量没有归到任何计划活动，加哪条规则可以归入？
-- platform: 平台 | platform id
-- kind: 类别 | what it is: campaign, utm, mailing, partner, post …
-- name: 名称 | as the platform calls it
-- spend: 消耗 | cost, reporting currency
-- share: 占比 | of all media spend of the platform
-- sessions: 访问次数 | sessions, count
-- first_day: 首日 | first day
-- last_day: 末日 | last day
-- suggested_campaign: 建议活动 | planned campaign whose name is most alike
-- suggested_rule: 建议规则 | line for the match rules of its plan
select
    lost.platform,
    lost.kind,
    lost.name,
    lost.spend,
    lost.spend / nullif(whole.spend, 0) as share,
    lost.sessions,
    lost.first_day,
    lost.last_day,
    lost.suggested_campaign_id as suggested_campaign,
    lost.suggested_rule
from mart.mart_unassigned as lost
left join
    (
        select platform, sum(spend) as spend from mart.fct_ad_campaign_daily group by platform
    ) as whole using (platform)
order by lost.spend desc nulls last, lost.sessions desc nulls last, lost.platform, lost.name
