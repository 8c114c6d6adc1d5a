-- How far did each mailing get: sent, delivered, opened, clicked, ordered?
-- 每封邮件走到哪一步：发送、送达、打开、点击、下单？
-- platform: 平台 | platform id
-- sent_day: 发送日 | day the mailing was sent
-- mailing: 邮件 | name of the mailing
-- sends: 发送数 | recipients, count
-- delivered: 送达数 | sends less bounces, count
-- opens: 独立打开数 | recipients who opened, count; inflated by mail privacy features
-- clicks: 独立点击数 | recipients who clicked, count
-- orders: 订单数 | orders the platform claims, count; null where it does not say
-- delivery_rate: 送达率 | delivered ÷ sends
-- open_rate: 打开率 | opens ÷ delivered
-- click_rate: 点击率 | clicks ÷ delivered
-- click_to_open: 打开点击率 | clicks ÷ opens
-- order_rate: 下单率 | orders ÷ clicks
-- unsubscribe_rate: 退订率 | unsubscribes ÷ delivered
-- revenue: 收入 | revenue the platform claims, reporting currency
select
    platform,
    date_day as sent_day,
    mailing_name as mailing,
    sends,
    delivered,
    opens_unique as opens,
    clicks_unique as clicks,
    orders,
    delivered / nullif(sends, 0) as delivery_rate,
    opens_unique / nullif(delivered, 0) as open_rate,
    clicks_unique / nullif(delivered, 0) as click_rate,
    clicks_unique / nullif(opens_unique, 0) as click_to_open,
    orders / nullif(clicks_unique, 0) as order_rate,
    unsubscribes / nullif(delivered, 0) as unsubscribe_rate,
    revenue
from mart.fct_email_send
order by sent_day desc nulls last, platform, mailing
