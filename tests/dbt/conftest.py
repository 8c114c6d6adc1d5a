"""A dbt project over a lake of the test's own making.

What is here: the workspace whose lake tests fill, the receipts a landed file needs, one parse per session and
builds in this process. What is not: known answers; each test module builds its own lake once and asks many
questions of the result, because every dbt start costs seconds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

from mkt_pipeline import lake
from mkt_pipeline.workspace import Workspace, dbt_project_dir

Row = Mapping[str, Any]


def file_id_of(name: str) -> str:
    """A file id as landing would give it: 64 hexadecimal digits."""
    return hashlib.sha256(name.encode()).hexdigest()


@dataclass
class DbtProject:
    """The shipped dbt project bound to one workspace."""

    workspace: Workspace
    manifest: Any
    failures: dict[str, str] = field(default_factory=dict)
    """Of the last build: unique id of each model or test that did not pass → message."""
    passed: set[str] = field(default_factory=set)
    """Of the last build: unique ids that passed."""
    compiled: dict[str, str] = field(default_factory=dict)
    """Of the last build: name of what did not pass → its SQL."""

    def reset(self) -> None:
        """An empty lake (contracts only) and no build file."""
        shutil.rmtree(self.workspace.lake, ignore_errors=True)
        self.workspace.build_file.unlink(missing_ok=True)
        lake.ensure_contracts(self.workspace)

    def settings(self, *, as_of: str, reporting_currency: str = "USD", timezone: str = "UTC") -> None:
        """The row of ``workspace_setting``."""
        self.put("workspace_setting", [{
            "workspace_name": "test", "reporting_currency": reporting_currency, "timezone": timezone,
            "as_of": dt.date.fromisoformat(as_of),
        }])  # fmt: skip

    def put(self, dataset: str, rows: Sequence[Row], file_name: str = "current.parquet") -> None:
        """Rows of a dataset that needs no receipt."""
        lake.write_rows(self.workspace, dataset, file_name, rows)

    def land(
        self,
        name: str,
        rows: Sequence[Row],
        *,
        dataset: str = "ad_performance",
        exported_at: str | None = None,
        landed_at: str = "2026-06-22 08:00:00",
        receipt: bool = True,
        **common: Any,
    ) -> str:
        """One landed export: its rows and its receipt with their totals. Returns the file id.

        ``common`` are columns all rows share. A row that gives ``day`` is a daily row of that day. Without a
        ``receipt``, the file is one whose landing never finished.
        """
        file_id = file_id_of(name)
        full: list[dict[str, Any]] = []
        for number, row in enumerate(rows, start=1):
            cells = {**common, **row}
            if "day" in cells:
                cells["period_start"] = cells["period_end"] = cells.pop("day")
            full.append({
                "file_id": file_id, "part": "", "row_number": number, "exported_at": exported_at,
                "report": name.split(".")[0], **cells,
            })  # fmt: skip
        lake.write_rows(self.workspace, dataset, f"{file_id}.parquet", full)
        if receipt:
            self._receipt(name, file_id, dataset, full, exported_at, landed_at)
        return file_id

    def _receipt(
        self,
        name: str,
        file_id: str,
        dataset: str,
        rows: Sequence[Row],
        exported_at: str | None,
        landed_at: str,
    ) -> None:
        totals: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            for measure in lake.DATASETS[dataset].measures:
                if row.get(measure) is not None:
                    totals[measure] += Decimal(str(row[measure]))
        first = rows[0] if rows else {}
        lake.write_rows(self.workspace, "landed_file", f"{file_id}.parquet", [{
            "file_id": file_id, "dataset": dataset, "part": "", "platform": first.get("platform"),
            "report": first.get("report"), "level": first.get("level"), "file_name": name,
            "totals": json.dumps({measure: float(total) for measure, total in totals.items()}),
            "row_count": len(rows), "rejected_count": 0,
            "date_from": min((str(row["period_start"]) for row in rows), default=None),
            "date_to": max((str(row["period_end"]) for row in rows), default=None),
            "is_daily": all(row["period_start"] == row["period_end"] for row in rows),
            "exported_at": exported_at, "landed_at": landed_at,
        }])  # fmt: skip

    def build(self, *select: str, command: str = "build", tested: bool = True) -> None:
        """``dbt build`` (or ``test``) of a selection, else of everything; fills ``passed`` and ``failures``.

        Tests that also read a model outside the selection are left out; without ``tested``, all are.
        """
        arguments = [command, "--quiet", "--indirect-selection", "cautious"]
        arguments += [] if tested else ["--exclude-resource-type", "test"]
        arguments += ["--select", *select] if select else []
        result: dbtRunnerResult = dbtRunner(manifest=self.manifest).invoke(arguments)
        # dbt keeps the build file open for the life of the process; readers need it closed.
        DuckDBConnectionManager.close_all_connections()
        if result.exception is not None:
            raise result.exception
        self.passed, self.failures, self.compiled = set(), {}, {}
        for node in result.result:
            unique_id = node.node.unique_id
            if node.status in {"success", "pass"}:
                self.passed.add(unique_id)
            else:
                self.failures[unique_id] = f"{node.status}: {node.message}"
                self.compiled[unique_id.split(".")[2]] = node.node.compiled_code

    def failed_tests(self) -> set[str]:
        """Names of the tests of the last build that found something."""
        return {
            unique_id.split(".")[2]
            for unique_id, message in self.failures.items()
            if unique_id.startswith("test.") and not message.startswith("error")
        }

    def messages(self, test: str) -> set[str]:
        """What a test that did not pass says about the rows it found."""
        return {str(row["message"]) for row in self.query(self.compiled[test])}

    def tamper(self, *statements: str) -> None:
        """Falsify the build file, to see whether a test notices."""
        with duckdb.connect(str(self.workspace.build_file)) as connection:
            for statement in statements:
                connection.execute(statement)

    def query(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """Rows of a question to the build file."""
        with duckdb.connect(str(self.workspace.build_file), read_only=True) as connection:
            cursor = connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def value(self, sql: str, *parameters: Any) -> Any:
        """The one value of a one-row, one-column question."""
        (row,) = self.query(sql, *parameters)
        (value,) = row.values()
        return value


@pytest.fixture(scope="session")
def dbt_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DbtProject]:
    """The project, parsed once. Its lake is whatever the module before left: use ``dbt_project``."""
    workspace = Workspace(tmp_path_factory.mktemp("dbt") / "workspace")
    workspace.create_folders()
    environment = {
        "MKT_LAKE": str(workspace.lake), "MKT_BUILD_FILE": str(workspace.build_file),
        "DBT_PROJECT_DIR": str(dbt_project_dir()), "DBT_PROFILES_DIR": str(dbt_project_dir()),
        "DBT_TARGET_PATH": str(workspace.build_dir / "dbt"), "DBT_LOG_PATH": str(workspace.build_dir / "dbt"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }  # fmt: skip
    patch = pytest.MonkeyPatch()
    for name, value in environment.items():
        patch.setenv(name, value)
    result = dbtRunner().invoke(["parse", "--quiet"])
    assert result.success, result.exception
    yield DbtProject(workspace, result.result)
    patch.undo()


@pytest.fixture(scope="module")
def dbt_project(dbt_session: DbtProject) -> DbtProject:
    """The project over an empty lake, for one test module to fill and build."""
    dbt_session.reset()
    return dbt_session
