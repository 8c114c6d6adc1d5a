-- Which campaigns spend faster or slower than planned?
-- 哪些活动的花费快于或慢于计划？
-- campaign: 活动 | marketing campaign
-- channel: 渠道 | channel id; (all) for the whole campaign
-- day: 截至日 | last day counted
-- spend_to_date: 累计消耗 | reporting currency
-- planned_to_date: 累计计划 | planned for the same days, reporting currency
-- pace_index: 进度指数 | spend ÷ plan to date; 1 is on plan
-- budget: 预算 | whole budget, reporting currency
-- projected_spend: 预计消耗 | spend at the end if it goes on like this, reporting currency
-- days_left: 剩余天数 | days until the campaign ends
-- pace: 判断 | over above 1.1, under below 0.9, else on plan
select
    marketing_campaign_id as campaign,
    channel_id as channel,
    date_day as day,
    spend_to_date,
    planned_to_date,
    pace_index,
    budget,
    projected_spend,
    days_left,
    case
        when pace_index > 1.1 then 'over' when pace_index < 0.9 then 'under' else 'on plan'
    end as pace
from mart.mart_campaign_pacing_daily
where pace_index is not null
qualify date_day = max(date_day) over (partition by marketing_campaign_id, channel_id)
order by abs(pace_index - 1) desc, campaign, channel
