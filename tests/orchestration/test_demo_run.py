"""The whole way once, nothing faked: the demo company through every step, and then nothing due."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mkt_pipeline.demo import write_demo
from mkt_pipeline.orchestration.run import RunEvent, run_refresh
from mkt_pipeline.workspace import Workspace


@pytest.mark.slow
def test_the_demo_runs_to_its_reports_and_is_then_up_to_date(tmp_path: Path) -> None:
    write_demo(tmp_path, scale=0.1)
    workspace = Workspace(tmp_path)
    events: list[RunEvent] = []
    outcome = run_refresh(workspace, events.append)

    assert outcome.errors == []
    assert outcome.success
    assert {step.step: step.status for step in outcome.steps} == dict.fromkeys(
        [step.step for step in outcome.steps], "success"
    )
    assert len(outcome.landed) > 10 and not outcome.quarantined
    assert workspace.published_file.is_file() and (workspace.reports_dir / "index.html").is_file()
    assert {report["campaign_id"] for report in outcome.reports} >= {"618-2026", "new-arrivals-2026"}
    assert [check for check in outcome.failed_checks if check["severity"] == "error"] == []
    assert any(event.kind == "note" and event.text.startswith("mart.") for event in events)

    started = time.monotonic()
    again = run_refresh(Workspace(tmp_path))
    assert again.nothing_due, again.due
    assert time.monotonic() - started < 5
