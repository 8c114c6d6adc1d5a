-- Which files does a number come from, and does each tie from its own totals row to the mart?
-- 数字来自哪些文件？每个文件从自带合计行到集市是否分文不差？
-- platform: 平台 | platform id
-- report: 报表 | report id
-- file: 文件 | name as dropped
-- date_from: 起始日 | first day covered
-- date_to: 结束日 | last day covered
-- measure: 度量 | canonical measure
-- control_total: 对照合计 | what the file's own totals row says; null without one
-- landed_total: 落地合计 | sum of its rows
-- superseded_total: 被替代合计 | part that a newer file stated again
-- mart_total: 集市合计 | part that stands in the mart
-- difference: 差额 | largest gap between two stages that must agree; 0 is right
-- archive_path: 存档 | the original, below the workspace
select
    tie.platform,
    tie.report,
    tie.file_name as file,
    min(receipt.date_from) as date_from,
    max(receipt.date_to) as date_to,
    tie.measure,
    tie.control_total,
    tie.landed_total,
    tie.superseded_total,
    tie.mart_total,
    greatest(abs(coalesce(tie.control_difference, 0)), tie.difference) as difference,
    min(receipt.archive_path) as archive_path
from ops.reconciliation as tie
join ops.landed_file as receipt using (file_id, dataset)
where tie.landed_total <> 0 or tie.control_total <> 0 or tie.difference <> 0
group by all
order by tie.platform, tie.measure, date_from, tie.report, file
