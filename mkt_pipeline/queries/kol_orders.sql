-- What did an order through each KOL or other partner cost?
-- 每位达人（及其他合作方）带来的订单，单均花多少钱？
-- partner: 合作方 | name, else id
-- deliverables: 交付数 | posts, videos and streams that were not cancelled, count
-- cost: 费用 | fees and products sent, reporting currency
-- views: 播放量 | count
-- link_clicks: 链接点击 | count
-- orders: 订单数 | orders that the partner's link or code brought, count; null where nobody counted
-- revenue: 销售额 | of those orders, reporting currency
-- cost_per_order: 单均费用 | cost of deliverables with counted orders ÷ orders
-- cost_per_click: 单次点击费用 | cost of deliverables with counted clicks ÷ link_clicks
-- roas: 投产比 | revenue ÷ cost of deliverables with known revenue
with
    deliverable as (
        select *, coalesce(fee, 0) + coalesce(product_cost, 0) as cost
        from mart.fct_partner_deliverable
        where not is_cancelled
    )

select
    coalesce(partner.partner_name, deliverable.partner_id) as partner,
    count(*) as deliverables,
    sum(deliverable.cost) as cost,
    sum(deliverable.views) as views,
    sum(deliverable.link_clicks) as link_clicks,
    sum(deliverable.orders) as orders,
    sum(deliverable.revenue) as revenue,
    sum(deliverable.cost) filter (where deliverable.orders is not null)
    / nullif(sum(deliverable.orders), 0) as cost_per_order,
    sum(deliverable.cost) filter (where deliverable.link_clicks is not null)
    / nullif(sum(deliverable.link_clicks), 0) as cost_per_click,
    sum(deliverable.revenue)
    / nullif(sum(deliverable.cost) filter (where deliverable.revenue is not null), 0) as roas
from deliverable
left join mart.dim_partner as partner using (platform, account_id, partner_id)
group by deliverable.platform, deliverable.account_id, deliverable.partner_id, partner.partner_name
order by cost desc, partner
