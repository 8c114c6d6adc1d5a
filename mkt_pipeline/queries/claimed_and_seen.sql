-- How do the conversions each ad platform claims compare with what the web analytics saw?
-- 各广告平台自报的转化，与网站分析看到的相差多少？
-- campaign: 活动 | marketing campaign
-- channel: 渠道 | channel id
-- basis: 转化来源 | what the campaign's conversions count: web or platform
-- claimed: 平台上报转化数 | conversions the channel's only claiming platform claims; null where several do
-- seen: 网站转化数 | conversions in web analytics
-- claim_ratio: 上报倍数 | claimed ÷ seen
-- claimed_value: 平台上报转化价值 | reporting currency
-- seen_value: 网站转化价值 | reporting currency
-- Only days whose conversions are complete. The two are two views of one thing: never add them.
select
    marketing_campaign_id as campaign,
    channel_id as channel,
    max(conversion_basis) as basis,
    sum(platform_conversions) as claimed,
    sum(web_conversions) as seen,
    sum(platform_conversions) / nullif(sum(web_conversions), 0) as claim_ratio,
    sum(platform_conversion_value) as claimed_value,
    sum(web_conversion_value) as seen_value
from mart.mart_campaign_kpi_daily
where is_mature
group by campaign, channel
having sum(platform_conversions) is not null or sum(web_conversions) is not null
order by campaign, claim_ratio desc nulls last, channel
