"""The job as ``mkt run`` starts it: what is due, what is told, what it comes to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from mkt_pipeline.errors import ConfigError, DataError
from mkt_pipeline.orchestration import execution
from mkt_pipeline.orchestration.definitions import build_definitions
from mkt_pipeline.orchestration.instance import LOCATION_NAME, open_instance
from mkt_pipeline.orchestration.run import STEPS, RunEvent, RunOutcome, run_refresh
from mkt_pipeline.workspace import Workspace
from tests.orchestration.fakes import BROKEN_TEST, Rooms, install


@pytest.fixture
def rooms(workspace: Workspace, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    monkeypatch.setattr(
        execution, "build_definitions", lambda workspace: build_definitions(workspace, manifest=manifest)
    )
    return install(monkeypatch, manifest)


def statuses(outcome: RunOutcome) -> dict[str, str]:
    return {step.step: step.status for step in outcome.steps}


def test_a_run_does_every_step_and_tells_of_it(workspace: Workspace, rooms: Rooms) -> None:
    events: list[RunEvent] = []
    outcome = run_refresh(workspace, events.append)

    assert outcome.success and not outcome.errors and not outcome.nothing_due
    assert statuses(outcome) == dict.fromkeys(STEPS, "success")
    assert rooms.calls == ["dbt", "publish", "reports"]
    assert outcome.published == str(workspace.published_file)
    assert [report["verdict"] for report in outcome.reports] == ["on track"]

    assert [(event.kind, event.text) for event in events if event.step == "build_marts"][1] == (
        "note",
        "mart.dim_date: success",
    )
    kinds = [(event.kind, event.step) for event in events]
    assert kinds[0] == ("run_started", "")
    for step in STEPS:
        assert kinds.index(("step_started", step)) < kinds.index(("step_finished", step))
    finished = {event.step: event for event in events if event.kind == "step_finished"}
    assert all(event.seconds is not None and event.text for event in finished.values())


def test_the_outcome_can_be_written_as_json(workspace: Workspace, rooms: Rooms) -> None:
    import json

    assert json.loads(json.dumps(run_refresh(workspace).to_dict()))["success"] is True


def test_a_run_shows_in_the_history_as_a_run_of_the_job(workspace: Workspace, rooms: Rooms) -> None:
    outcome = run_refresh(workspace)
    with open_instance(workspace) as instance:
        run = instance.get_run_by_id(outcome.run_id or "")
        assert run is not None
        assert (run.job_name, run.status) == ("refresh", DagsterRunStatus.SUCCESS)
        assert run.remote_job_origin is not None
        assert run.remote_job_origin.location_name == LOCATION_NAME
        published = instance.get_latest_materialization_event(dg.AssetKey(["published"]))
        assert published is not None and published.run_id == outcome.run_id


def test_with_nothing_due_no_run_is_started(workspace: Workspace, rooms: Rooms) -> None:
    run_refresh(workspace)
    rooms.is_current = True
    rooms.calls.clear()
    events: list[RunEvent] = []
    outcome = run_refresh(workspace, events.append)
    assert outcome.success and outcome.nothing_due and outcome.run_id is None
    assert rooms.calls == [] and events == []


def test_changed_settings_are_due(workspace: Workspace, rooms: Rooms) -> None:
    run_refresh(workspace)
    rooms.is_current = True
    workspace.settings_file.write_text(workspace.settings_file.read_text() + "reporting_currency: EUR\n")
    outcome = run_refresh(Workspace(workspace.root))
    assert not outcome.nothing_due and "plans, settings or rates changed" in outcome.due[0]


def test_force_builds_although_nothing_changed(workspace: Workspace, rooms: Rooms) -> None:
    run_refresh(workspace)
    rooms.is_current = True
    rooms.calls.clear()
    outcome = run_refresh(workspace, force=True)
    assert outcome.success and rooms.calls == ["dbt", "publish", "reports"]


def test_a_started_run_skips_everything_from_dbt_on_when_nothing_changed(
    workspace: Workspace, rooms: Rooms
) -> None:
    """As when the schedule starts the job: a success that says so, and no dbt."""
    run_refresh(workspace)
    rooms.is_current = True
    rooms.calls.clear()
    outcome = execution.execute(workspace, lambda event: None)
    assert outcome.success and rooms.calls == []
    found = statuses(outcome)
    assert found["build_marts"] == "success"
    assert {found[step] for step in ("propose_actions", "publish_marts", "write_reports")} == {"skipped"}
    assert "nothing changed" in next(step.summary for step in outcome.steps if step.step == "build_marts")


def test_a_failed_test_stops_the_run_and_says_what_it_means(workspace: Workspace, rooms: Rooms) -> None:
    rooms.checks = [BROKEN_TEST]
    outcome = run_refresh(workspace)
    assert not outcome.success and outcome.published is None
    assert rooms.calls == ["dbt"]
    (error,) = outcome.errors
    assert error["code"] == "E-RUN-10"
    assert "3 rows fail the test spend_ties: date_day = 2026-06-01, difference = 5" in error["found"]
    assert error["expected"] == "消耗一致 | spend ties to the files"
    assert statuses(outcome)["build_marts"] == "failed"
    assert statuses(outcome)["publish_marts"] == "not_reached"


def test_a_dbt_that_dies_is_an_error_with_a_fix(workspace: Workspace, rooms: Rooms) -> None:
    rooms.dbt_succeeds = False
    (error,) = run_refresh(workspace).errors
    assert error["code"] == "E-RUN-11" and error["fix"]


def test_a_rooms_error_keeps_its_code_place_and_fix(workspace: Workspace, rooms: Rooms) -> None:
    rooms.publish_error = DataError("E-DB-06", "1 audits failed", where="build", fix="mend it")
    (error,) = run_refresh(workspace).errors
    assert error == {
        "code": "E-DB-06", "where": "build", "found": "1 audits failed", "expected": "", "fix": "mend it",
    }  # fmt: skip


def test_an_unforeseen_error_is_told_in_one_line_and_kept_whole_in_the_log(
    workspace: Workspace, rooms: Rooms
) -> None:
    rooms.publish_error = ZeroDivisionError("two\nlines")
    outcome = run_refresh(workspace)
    (error,) = outcome.errors
    assert error["code"] == "E-RUN-01" and "two" in error["found"] and "\n" not in error["found"]
    assert outcome.run_id and outcome.run_id in error["fix"]
    with open_instance(workspace) as instance:
        log = instance.all_logs(outcome.run_id)
        assert any("ZeroDivisionError" in str(entry.dagster_event) for entry in log)


def test_a_run_after_a_failed_one_succeeds(workspace: Workspace, rooms: Rooms) -> None:
    rooms.checks = [BROKEN_TEST]
    assert not run_refresh(workspace).success
    rooms.checks = []
    assert run_refresh(workspace).success


def test_a_plan_that_is_wrong_is_told_before_anything_starts(workspace: Workspace, rooms: Rooms) -> None:
    (workspace.plans_dir / "bad.yml").write_text("campaign: 7\n")
    with pytest.raises(ConfigError):
        run_refresh(workspace)
    assert rooms.calls == []


def test_a_missing_workspace_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="init"):
        run_refresh(Workspace(tmp_path / "nowhere"))


def test_a_killed_run_does_not_stand_in_the_way_of_the_next(
    workspace: Workspace, manifest: Path, rooms: Rooms
) -> None:
    """kill -9 while the build step holds the pool and the file lock."""
    code = f"""
from pathlib import Path
import pytest
from mkt_pipeline.orchestration import execution
from mkt_pipeline.orchestration.definitions import build_definitions
from mkt_pipeline.workspace import Workspace
from tests.orchestration.fakes import install
workspace, manifest = Workspace(Path({str(workspace.root)!r})), Path({str(manifest)!r})
execution.build_definitions = lambda workspace: build_definitions(workspace, manifest=manifest)
install(pytest.MonkeyPatch(), manifest).dbt_seconds = 600
execution.execute(workspace, lambda event: print(event.kind, event.step, flush=True))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.split() == ["note", "build_marts"]:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    started = time.monotonic()
    outcome = run_refresh(workspace)
    assert outcome.success and time.monotonic() - started < 60
    with open_instance(workspace) as instance:
        runs = {run.run_id: run.status for run in instance.get_runs()}
    assert runs.pop(outcome.run_id or "") is DagsterRunStatus.SUCCESS
    assert list(runs.values()) == [DagsterRunStatus.FAILURE]
