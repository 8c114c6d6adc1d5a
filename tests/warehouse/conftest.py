"""A workspace with a build made by hand: every required table, a Chinese view, checks and their record."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from mkt_pipeline.warehouse import CheckResult, begin_build, fingerprint, record_build, record_checks
from mkt_pipeline.warehouse.audits import REQUIRED_TABLES
from mkt_pipeline.workspace import Workspace

PASSED = CheckResult(
    "test.mkt.key", "key_of_dim_channel", "dim_channel", "channel_id", "test", "error", "pass", 0, None, None
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "team's 数据")
    workspace.create_folders()
    workspace.settings_file.write_text("as_of: 2026-06-22\n", encoding="utf-8")
    return workspace


@pytest.fixture
def built(workspace: Workspace) -> Workspace:
    """The workspace with a complete build, ready to be published."""
    make_build(workspace)
    return workspace


def make_build(workspace: Workspace, generation: int = 1, rows: int = 10) -> None:
    """A whole build. Every mart holds ``rows`` rows of ``generation``."""
    begin_build(workspace)
    with duckdb.connect(str(workspace.build_file)) as connection:
        for schema in ("staging", "mart", "metrics", "zh", "ops"):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.execute("CREATE OR REPLACE TABLE staging.secret AS SELECT 1 AS a")
        for table in REQUIRED_TABLES:
            if table in ("ops.build", "ops.check_result"):
                continue
            make_table(connection, table, generation, rows)
        # dbt writes three-part names, quoted.
        connection.execute(
            'CREATE OR REPLACE VIEW "marts"."zh"."渠道" AS '
            '(SELECT generation AS "代", money AS "花费" FROM "marts"."mart"."dim_channel")'
        )
        connection.execute('CREATE OR REPLACE VIEW zh."一览" AS SELECT * FROM "marts"."zh"."渠道"')
        for view in ("渠道", "一览"):
            connection.execute(f"COMMENT ON VIEW zh.\"{view}\" IS '渠道 | channels'")
            connection.execute(f'COMMENT ON COLUMN zh."{view}"."代" IS \'代 | generation\'')
            connection.execute(f"COMMENT ON COLUMN zh.\"{view}\".\"花费\" IS '花费 | spend, it''s money'")
    record_checks(workspace, [PASSED])
    record_build(workspace, fingerprint(workspace))


def make_table(connection: duckdb.DuckDBPyConnection, table: str, generation: int, rows: int) -> None:
    if table == "ops.reconciliation":
        columns = "'f' AS file_id, 'spend' AS measure, 0.001 AS difference"
    else:
        columns = f"{generation} AS generation, CAST(1.25 AS DECIMAL(18,6)) AS money"
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {columns} FROM range({rows})")
    connection.execute(f"COMMENT ON TABLE {table} IS '表 | table {table}'")
    names = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    for name in names:
        connection.execute(f"COMMENT ON COLUMN {table}.{name} IS '列 | column {name}'")
