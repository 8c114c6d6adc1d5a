"""The ``ops`` tables that are written from Python: what they hold, in both languages.

What is here: declarations. What is not: writing them, or the ``ops`` models of the dbt project.
"""

from __future__ import annotations

from mkt_pipeline.warehouse.writing import Table, TableColumn

BUILD = Table(
    "ops",
    "build",
    "构建记录 | one row: the build these tables come from",
    (
        TableColumn("built_at", "TIMESTAMP", "完成时间 | when the build was complete, UTC"),
        TableColumn("fingerprint", "VARCHAR", "输入指纹 | hash over everything the build was made from"),
        TableColumn("as_of", "DATE", "报告日 | the day the reports speak of"),
        TableColumn("code_version", "VARCHAR", "程序版本 | version of mkt-pipeline"),
        TableColumn("versions", "VARCHAR", "组件版本 | versions of DuckDB and dbt"),
    ),
)

CHECK_RESULT = Table(
    "ops",
    "check_result",
    "检查结果 | one row per check of this build",
    (
        TableColumn("check_id", "VARCHAR", "检查编号 | unique id of the check"),
        TableColumn("check_name", "VARCHAR", "检查名称 | name of the check"),
        TableColumn("model", "VARCHAR", "被检查的表 | table the check is about; null if about several"),
        TableColumn("column_name", "VARCHAR", "被检查的列 | column the check is about, if one"),
        TableColumn("kind", "VARCHAR", "种类 | test, or model for a table that could not be built"),
        TableColumn("severity", "VARCHAR", "严重程度 | error stops publication, warn does not"),
        TableColumn("status", "VARCHAR", "结果 | pass, warn, fail, error, skipped"),
        TableColumn("is_blocking", "BOOLEAN", "是否阻断 | whether this result stops publication"),
        TableColumn("failures", "BIGINT", "不合格行数 | rows that break the rule"),
        TableColumn("message", "VARCHAR", "说明 | what was found"),
        TableColumn("description", "VARCHAR", "规则 | what the check holds"),
        TableColumn("sample_rows", "VARCHAR", "样例 | JSON list of up to five rows that break the rule"),
    ),
)
