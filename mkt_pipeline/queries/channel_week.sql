-- What did each channel cost and bring back, week by week?
-- 各渠道每周花了多少、带来多少？
-- week_start: 周一 | Monday of the ISO week
-- channel: 渠道 | channel id
-- spend: 消耗 | media cost, reporting currency
-- conversions: 转化数 | conversions on each campaign's own basis; never added over platforms
-- conversion_value: 转化价值 | their value, reporting currency
-- roas: 投产比 | Σ conversion_value ÷ Σ spend; null without spend
-- immature_days: 未成熟天数 | days of the week, by campaign, whose conversions are still coming in
select
    cast(date_trunc('week', date_day) as date) as week_start,
    channel_id as channel,
    sum(spend) as spend,
    sum(conversions) as conversions,
    sum(conversion_value) as conversion_value,
    sum(conversion_value) / nullif(sum(spend), 0) as roas,
    count(*) filter (where not is_mature) as immature_days
from mart.mart_campaign_kpi_daily
group by week_start, channel
having sum(spend) is not null or sum(conversions) is not null
order by week_start desc, spend desc nulls last, channel
