-- Which goals of each campaign are reached, at risk or missed?
-- 每个活动的目标，哪些达成、哪些有风险、哪些偏离？
-- campaign: 活动 | marketing campaign
-- channel: 渠道 | channel id; (all) for the whole campaign
-- metric: 指标 | metric of the registry: mkt explain METRIC
-- actual: 实际值 | to date, unit of the metric
-- due: 应达值 | what is due to date
-- target: 目标值 | for the whole campaign
-- attainment: 达成率 | 1 is just met, more is better
-- status: 状态 | on_track, at_risk, off_track, or no_verdict while data are missing
-- immature_share: 未成熟占比 | share of days whose conversions are not complete
-- period_end: 截至日 | last day counted
select
    marketing_campaign_id as campaign,
    channel_id as channel,
    metric_id as metric,
    actual,
    due,
    target,
    attainment,
    status,
    immature_share,
    period_end
from metrics.kpi_period
where period = 'to_date' and status is not null
order by campaign, channel <> '(all)', attainment nulls last, channel, metric
