-- Which days did platforms change after the fact, and by how much?
-- 平台事后改了哪些日子的数，改了多少？
-- platform: 平台 | platform id
-- account_id: 账户编号 | account id
-- day: 日期 | first day of the period stated again
-- measure: 度量 | what changed
-- currency: 币种 | of amounts
-- first_value: 首次数值 | as first stated
-- newest_value: 最新数值 | as it counts today
-- change: 变动 | newest_value - first_value
-- change_share: 变动比例 | change ÷ first_value
-- files: 文件数 | files that changed it, count
-- last_changed_at: 最近变动 | when the last of them was exported
select
    platform,
    account_id,
    period_start as day,
    measure,
    max(currency_code) as currency,
    max(first_value) as first_value,
    max(newest_value) as newest_value,
    max(newest_value) - max(first_value) as change,
    (max(newest_value) - max(first_value)) / nullif(max(first_value), 0) as change_share,
    count(distinct file_id) as files,
    max(exported_at) as last_changed_at
from ops.restatement
group by platform, account_id, period_start, period_end, level, measure
order by abs(max(newest_value) - max(first_value)) desc, day desc, platform, measure
limit 200
