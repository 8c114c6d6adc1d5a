"""Rooms that answer at once, so that the job can be tested as a job.

What is here: stand-ins for the slow half of the rooms (dbt, publishing, reports), patched where the steps
call them. Inbox, plans, lake, locks and Dagster are the real ones.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mkt_pipeline import insights, reports, warehouse
from mkt_pipeline.orchestration import marts
from mkt_pipeline.orchestration.marts import DbtBuild
from mkt_pipeline.reports import WrittenReport
from mkt_pipeline.warehouse import CheckResult
from mkt_pipeline.workspace import Workspace

BROKEN_TEST = CheckResult(
    check_id="test.mkt.broken",
    check_name="spend_ties",
    model="fct_ad_campaign_daily",
    column_name=None,
    kind="test",
    severity="error",
    status="fail",
    failures=3,
    message="Got 3 results",
    description="消耗一致 | spend ties to the files",
    sample_rows='[{"date_day": "2026-06-01", "difference": 5}]',
)


@dataclass
class Rooms:
    """What the stand-ins do, and what was asked of them."""

    calls: list[str] = field(default_factory=list)
    is_current: bool = False
    checks: list[CheckResult] = field(default_factory=list)
    dbt_succeeds: bool = True
    dbt_seconds: float = 0.0
    publish_error: Exception | None = None


def install(patch: pytest.MonkeyPatch, manifest: Path) -> Rooms:
    """Put the stand-ins in place of the slow rooms."""
    rooms = Rooms()
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    tables = {
        name: node for name, node in nodes.items() if node["resource_type"] not in {"test", "unit_test"}
    }
    parents = {
        name: set(node["depends_on"].get("nodes", [])) & tables.keys() for name, node in tables.items()
    }
    order = list(TopologicalSorter(parents).static_order())

    def run(build: DbtBuild, selection: tuple[Sequence[str], Mapping[str, str]]) -> Iterator[str]:
        rooms.calls.append("dbt")
        yield "mart.dim_date: success"
        time.sleep(rooms.dbt_seconds)
        build.results.extend(_success(nodes[name]) for name in order)
        build._succeeded = rooms.dbt_succeeds

    def publish(workspace: Workspace) -> Any:
        rooms.calls.append("publish")
        if rooms.publish_error:
            raise rooms.publish_error
        workspace.published_file.write_bytes(b"published")
        return warehouse.Publication(
            workspace.published_file, 9, 0.0, None, "f", (), ()  # type: ignore[arg-type]
        )  # fmt: skip

    def write_reports(
        workspace: Workspace, on_report: Callable[[WrittenReport], None]
    ) -> list[WrittenReport]:
        rooms.calls.append("reports")
        path = workspace.reports_dir / "index.html"
        path.write_text("report")
        written = WrittenReport("618-2026", "en", path, 6, 0.1, "on_track", "on track")
        on_report(written)
        return [written]

    patch.setattr(DbtBuild, "run", run)
    patch.setattr(DbtBuild, "checks", lambda *_: {check.check_id: check for check in rooms.checks})
    patch.setattr(marts, "table_facts", lambda _: {})
    for name in ("begin_build", "record_build", "write_table"):
        patch.setattr(warehouse, name, lambda *_: None)
    patch.setattr(warehouse, "is_current", lambda _: rooms.is_current)
    patch.setattr(warehouse, "open_build", lambda _: contextlib.nullcontext())
    patch.setattr(warehouse, "publish", publish)
    patch.setattr(reports, "write_reports", write_reports)
    actions = pd.DataFrame(columns=list(insights.ACTION_COLUMNS))
    patch.setattr(insights, "propose_actions", lambda *_: actions)
    return rooms


def _success(node: Mapping[str, Any]) -> dict[str, Any]:
    """dbt's event of a table that was built."""
    return {
        "info": {"name": "LogModelResult", "level": "info", "invocation_id": "fake"},
        "data": {
            "status": "SUCCESS",
            "node_info": {
                "unique_id": node["unique_id"],
                "node_status": "success",
                "materialized": node["config"]["materialized"],
                "node_relation": {"schema": node["schema"], "alias": node["alias"]},
            },
        },
    }
