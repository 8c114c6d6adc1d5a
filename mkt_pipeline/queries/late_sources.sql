-- Which sources are late, and since when?
-- 哪些数据源迟到了，迟了多久？
-- platform: 平台 | platform id
-- report: 报表 | report id
-- newest_day: 最新日期 | newest day that arrived
-- age_days: 距报告日天数 | days between it and the report date
-- allowed_days: 允许天数 | age that is still in time, days
-- days_late: 迟到天数 | days beyond that
-- files: 文件数 | files of the report, count
-- last_landed_at: 最近入库 | when its last file landed, UTC
select platform, report, newest_day, age_days, allowed_days, days_late, files, last_landed_at
from ops.freshness
order by days_late desc, age_days desc, platform, report
