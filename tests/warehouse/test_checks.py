"""dbt's results as rows: severity, what stops publication, and the rows that break a rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline.errors import DataError
from mkt_pipeline.warehouse import CheckResult, open_build, read_results, record_checks
from mkt_pipeline.workspace import Workspace


def test_node(name: str, severity: str, **more: Any) -> dict[str, Any]:
    return {"resource_type": "test", "name": name, "config": {"severity": severity}, **more}


test_node.__test__ = False  # type: ignore[attr-defined]

NODES: dict[str, dict[str, Any]] = {
    "model.mkt.dim_channel": {"resource_type": "model", "name": "dim_channel", "config": {}},
    "model.mkt.broken": {"resource_type": "model", "name": "broken", "config": {}},
    "seed.mkt.channel": {"resource_type": "seed", "name": "channel", "config": {}},
    "test.mkt.key": test_node(
        "key", "ERROR", attached_node="model.mkt.dim_channel", column_name="channel_id",
        description="主键唯一 | one row per channel",
    ),
    "test.mkt.warns": test_node("warns", "WARN", depends_on={"nodes": ["model.mkt.dim_channel"]}),
    "test.mkt.both": test_node(
        "both", "ERROR", depends_on={"nodes": ["model.mkt.dim_channel", "model.mkt.broken"]}
    ),
    "test.mkt.bad_sql": test_node("bad_sql", "warn", depends_on={"nodes": []}),
}  # fmt: skip


def result(unique_id: str, status: str, failures: int | None = None, **more: Any) -> dict[str, Any]:
    return {"unique_id": unique_id, "status": status, "failures": failures, "message": None, **more}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"nodes": NODES}), encoding="utf-8")
    return folder


def write_results(target: Path, *results: dict[str, Any]) -> None:
    (target / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")


def by_name(checks: list[CheckResult]) -> dict[str, CheckResult]:
    return {check.check_name: check for check in checks}


def test_every_test_and_every_table_that_failed_is_a_result(built: Workspace, target: Path) -> None:
    write_results(
        target,
        result("model.mkt.dim_channel", "success"),
        result("seed.mkt.channel", "success"),
        result("model.mkt.broken", "error", message="Runtime Error\n  no such column"),
        result("test.mkt.key", "pass", 0),
        result("test.mkt.warns", "warn", 2, message="Got 2 results"),
        result("test.mkt.both", "skipped"),
    )
    checks = by_name(read_results(built, target))
    assert set(checks) == {"broken", "key", "warns", "both"}
    assert (checks["broken"].kind, checks["broken"].model) == ("model", "broken")
    assert (checks["key"].model, checks["key"].column_name) == ("dim_channel", "channel_id")
    assert checks["key"].description == "主键唯一 | one row per channel"
    assert (checks["warns"].severity, checks["warns"].model) == ("warn", "dim_channel")
    assert checks["both"].model is None
    assert {name for name, check in checks.items() if check.is_blocking} == {"broken", "both"}


def test_up_to_five_rows_that_break_a_rule_are_shown(built: Workspace, target: Path) -> None:
    sql = 'select generation, money, \'茶\' as "名" from "marts"."mart"."dim_channel" -- a remark'
    write_results(
        target,
        result("test.mkt.key", "fail", 10, compiled_code=sql),
        result("test.mkt.warns", "warn", 1, compiled_code="select * from mart.gone"),
        result("test.mkt.both", "pass", 0, compiled_code=sql),
    )
    checks = by_name(read_results(built, target))
    assert json.loads(checks["key"].sample_rows or "") == [
        {"generation": 1, "money": "1.250000", "名": "茶"}
    ] * 5  # fmt: skip
    assert checks["warns"].sample_rows is None
    assert checks["both"].sample_rows is None
    assert by_name(read_results(built, target, samples=False))["key"].sample_rows is None


def test_results_are_on_record_with_their_words(built: Workspace, target: Path) -> None:
    write_results(target, result("test.mkt.key", "fail", 3, message=" Got 3 results, it's bad "))
    assert record_checks(built, read_results(built, target)) == 1
    with open_build(built) as connection:
        rows = connection.execute(
            "SELECT check_name, model, severity, status, is_blocking, failures, message "
            "FROM ops.check_result WHERE check_name = 'key'"
        ).fetchall()
        silent = connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'check_result' AND comment IS NULL"
        ).fetchall()
    assert rows == [("key", "dim_channel", "error", "fail", True, 3, "Got 3 results, it's bad")]
    assert silent == []


@pytest.mark.parametrize("content", [None, "", "{}", '{"results": 1'])
def test_without_results_the_error_says_so(built: Workspace, target: Path, content: str | None) -> None:
    if content is not None:
        (target / "run_results.json").write_text(content)
    with pytest.raises(DataError, match="E-DB-08"):
        read_results(built, target)
