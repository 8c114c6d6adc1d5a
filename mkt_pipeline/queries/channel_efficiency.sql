-- What does each channel cost per own order and new customer, beside what it claims?
-- 各渠道按自有订单算的 MER 与 CAC 如何，与平台上报相比怎样？
-- month: 月份 | first day of the month
-- channel: 渠道 | channel id; (all) for everything together
-- total_cost: 营销总费用 | media, partners, tools, agencies, production, reporting currency
-- orders: 订单数 | own orders, count
-- revenue: 销售额 | of own orders, reporting currency
-- new_customers: 新客数 | count
-- mer: 营销效率比 | revenue ÷ total_cost
-- cac: 新客获取成本 | total_cost ÷ new_customers
-- claimed_conversions: 平台上报转化数 | what the only claiming platform claims; null where several do
-- claimed_value: 平台上报转化价值 | reporting currency
-- claimed_roas: 上报投产比 | claimed_value ÷ spend on ad platforms
-- Own orders decide; claims stand beside them and are never added to them.
select
    cast(date_trunc('month', date_day) as date) as month,
    channel_id as channel,
    sum(total_cost) as total_cost,
    sum(orders) as orders,
    sum(revenue) as revenue,
    sum(new_customers) as new_customers,
    sum(revenue) / nullif(sum(total_cost), 0) as mer,
    sum(total_cost) / nullif(sum(new_customers), 0) as cac,
    sum(claimed_conversions) as claimed_conversions,
    sum(claimed_value) as claimed_value,
    sum(claimed_value) / nullif(sum(spend), 0) as claimed_roas
from mart.mart_channel_efficiency_daily
group by month, channel
order by month desc, channel <> '(all)', total_cost desc nulls last, channel
