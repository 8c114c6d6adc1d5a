"""A workspace with a build made by hand: every required table, a Chinese view, checks and their record."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from mkt_pipeline.warehouse import CheckResult, begin_build, fingerprint, record_build, record_checks, state
from mkt_pipeline.warehouse.audits import PUBLISHED_SCHEMAS, REQUIRED_TABLES
from mkt_pipeline.workspace import Workspace

PASSED = CheckResult(
    "test.mkt.key", "key_of_dim_channel", "dim_channel", "channel_id", "test", "error", "pass", 0, None, None
)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project and a package of this test's own: the real ones may change while tests run."""
    project, package = tmp_path / "dbt_project", tmp_path / "package"
    (project / "models").mkdir(parents=True)
    (project / "models" / "a.sql").write_text("select 1 as a")
    package.mkdir()
    (package / "code.py").write_text("x = 1\n")
    monkeypatch.setattr(state, "dbt_project_dir", lambda: project)
    monkeypatch.setattr(state, "PACKAGE_DIR", package)
    return project


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return new_workspace(tmp_path)


def new_workspace(tmp_path: Path) -> Workspace:
    """An empty workspace in a folder whose name needs care."""
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
    statements = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in ("staging", *PUBLISHED_SCHEMAS)]
    statements.append("CREATE OR REPLACE TABLE staging.secret AS SELECT 1 AS a")
    for table in REQUIRED_TABLES:
        if table not in ("ops.build", "ops.check_result"):
            statements += table_statements(table, generation, rows)
    # dbt writes three-part names, quoted.
    statements += view_statements(
        "渠道", 'SELECT generation AS "代", money AS "花费" FROM "marts"."mart"."dim_channel"'
    )
    statements += view_statements("一览", 'SELECT * FROM "marts"."zh"."渠道"')
    with duckdb.connect(str(workspace.build_file)) as connection:
        connection.execute("BEGIN; " + "; ".join(statements) + "; COMMIT")
    record_checks(workspace, [PASSED])
    record_build(workspace, fingerprint(workspace))


def table_statements(table: str, generation: int, rows: int) -> list[str]:
    columns = {"generation": str(generation), "money": "CAST(1.25 AS DECIMAL(18,6))"}
    if table == "ops.reconciliation":
        columns = {"file_id": "'f'", "measure": "'spend'", "difference": "0.001"}
    selected = ", ".join(f"{value} AS {name}" for name, value in columns.items())
    return [
        f"CREATE OR REPLACE TABLE {table} AS SELECT {selected} FROM range({rows})",
        f"COMMENT ON TABLE {table} IS '表 | table {table}'",
        *(f"COMMENT ON COLUMN {table}.{name} IS '列 | column {name}'" for name in columns),
    ]


def view_statements(view: str, sql: str) -> list[str]:
    return [
        f'CREATE OR REPLACE VIEW "marts"."zh"."{view}" AS ({sql})',
        f"COMMENT ON VIEW zh.\"{view}\" IS '渠道 | channels'",
        f'COMMENT ON COLUMN zh."{view}"."代" IS \'代 | generation\'',
        f"COMMENT ON COLUMN zh.\"{view}\".\"花费\" IS '花费 | spend, it''s money'",
    ]
