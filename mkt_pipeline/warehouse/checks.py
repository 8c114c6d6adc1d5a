"""What dbt's tests found, as plain rows, and on record in ``ops.check_result``.

What is here: reading ``run_results.json`` with the manifest, showing rows that break a rule, recording.
What is not: the tests (the dbt project) and what follows from a failure (``publishing.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from mkt_pipeline.errors import DataError
from mkt_pipeline.warehouse.files import open_build, write_build
from mkt_pipeline.warehouse.ops import CHECK_RESULT
from mkt_pipeline.warehouse.writing import replace_rows
from mkt_pipeline.workspace import Workspace

SAMPLE_ROWS = 5

_BROKEN = frozenset({"fail", "error", "runtime error"})
_NO_CHECK_KINDS = frozenset({"model", "seed", "snapshot", "operation"})


@dataclass(frozen=True)
class CheckResult:
    """One check of a build, or one table that could not be built (``kind`` "model").

    ``severity`` is ``error`` or ``warn``; ``status`` is dbt's: pass, warn, fail, error, skipped.
    ``sample_rows`` is a JSON list of up to five rows that break the rule.
    """

    check_id: str
    check_name: str
    model: str | None
    column_name: str | None
    kind: str
    severity: str
    status: str
    failures: int | None
    message: str | None
    description: str | None
    sample_rows: str | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether this result stops publication: a broken rule, a broken check, or one that could not run."""
        return self.status in _BROKEN or (self.status == "skipped" and self.severity == "error")

    def row(self) -> tuple[Any, ...]:
        """The values of ``ops.check_result``, in the order of its columns."""
        return tuple(getattr(self, column.name) for column in CHECK_RESULT.columns)


def read_results(
    workspace: Workspace, target_path: Path, manifest_file: Path | None = None, *, samples: bool = True
) -> list[CheckResult]:
    """What the dbt invocation that wrote to ``target_path`` found.

    Args:
        workspace: whose build file the rows that break a rule are read from.
        target_path: the folder with ``run_results.json``.
        manifest_file: the manifest; without it, the one in ``target_path``.
        samples: whether to read rows that break a rule.

    Raises:
        DataError: ``E-DB-08`` dbt left no results: it was killed or could not start.
    """
    results = _part(target_path / "run_results.json", "results")
    nodes = _part(manifest_file or target_path / "manifest.json", "nodes")
    checks: list[CheckResult] = []
    statements: dict[str, str] = {}
    for result in results:
        node = nodes.get(result["unique_id"], {})
        if node.get("resource_type", "test") in _NO_CHECK_KINDS and result["status"] in ("success", "pass"):
            continue
        checks.append(_check(result, node, nodes))
        if result.get("compiled_code") and result["status"] in ("fail", "warn"):
            statements[result["unique_id"]] = result["compiled_code"]
    if samples and statements:
        rows = _sample_rows(workspace, statements)
        checks = [replace(check, sample_rows=rows.get(check.check_id)) for check in checks]
    return sorted(checks, key=lambda check: check.check_id)


def record_checks(workspace: Workspace, checks: Iterable[CheckResult]) -> int:
    """Put the results on record in ``ops.check_result``, each in place of an older one of the same check.

    Returns:
        How many of them stop publication.
    """
    new = list(checks)
    with write_build(workspace) as connection:
        rows = {check.check_id: check.row() for check in new}
        merged = {**_recorded(connection), **rows}
        replace_rows(connection, CHECK_RESULT, [merged[check_id] for check_id in sorted(merged)])
    return sum(check.is_blocking for check in new)


def _recorded(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Any, ...]]:
    exists = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?",
        [CHECK_RESULT.schema, CHECK_RESULT.name],
    ).fetchone()
    if not exists:
        return {}
    return {row[0]: row for row in connection.execute(f"FROM {CHECK_RESULT.qualified}").fetchall()}


def _check(result: Mapping[str, Any], node: Mapping[str, Any], nodes: Mapping[str, Any]) -> CheckResult:
    is_test = node.get("resource_type", "test") not in _NO_CHECK_KINDS
    severity = str(node.get("config", {}).get("severity", "error")).lower() if is_test else "error"
    return CheckResult(
        check_id=result["unique_id"],
        check_name=node.get("name") or result["unique_id"],
        model=_model(node, nodes) if is_test else node.get("name"),
        column_name=node.get("column_name"),
        kind="test" if is_test else "model",
        severity=severity,
        status=result["status"],
        failures=result.get("failures"),
        message=(result.get("message") or "").strip() or None,
        description=(node.get("description") or "").strip() or None,
    )


def _model(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> str | None:
    """The table a test is about: the one it is declared on, else the only one it reads."""
    attached = node.get("attached_node")
    candidates = [attached] if attached else node.get("depends_on", {}).get("nodes", [])
    if len(candidates) != 1:
        return None
    name = nodes.get(candidates[0], {}).get("name")
    return str(name) if name else None


def _sample_rows(workspace: Workspace, statements: Mapping[str, str]) -> dict[str, str]:
    """Up to five rows of each statement as a JSON list; a statement that fails has none."""
    rows: dict[str, str] = {}
    with open_build(workspace) as connection:
        for check_id, statement in statements.items():
            try:
                cursor = connection.execute(f"SELECT * FROM ({statement}\n) LIMIT {SAMPLE_ROWS}")
                names = [column[0] for column in cursor.description]
                found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            except duckdb.Error:
                continue  # the failure itself is on record; a sample is an extra
            rows[check_id] = json.dumps(found, ensure_ascii=False, default=str)
    return rows


def _part(path: Path, key: str) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))[key]
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(
            "E-DB-08", "dbt left no results here: it was ended early or could not start", where=str(path),
            expected="the results of a dbt build", fix="mkt run; dbt's log stands beside that folder",
        ) from None  # fmt: skip
