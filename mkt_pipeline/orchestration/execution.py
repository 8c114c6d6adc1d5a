"""Executing the job inside this process, and reading its outcome from the run's own events.

What is here: the bridge between the plain :mod:`run` and Dagster. What is not: definitions, and any knowledge
of what a step does. The outcome is read from the same events the UI shows, so the two cannot differ.

The run is created with the origin of the code location, which is what the UI joins runs to jobs by;
``JobDefinition.execute_in_process`` cannot say it, hence the two calls below Dagster's public surface.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from dagster import (
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    EventLogEntry,
    JobDefinition,
    MetadataValue,
)
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run_iterator
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.utils import make_new_run_id

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.orchestration.definitions import build_definitions
from mkt_pipeline.orchestration.instance import (
    LOCATION_NAME,
    clear_dead_runs,
    open_instance,
    process_tags,
)
from mkt_pipeline.orchestration.run import (
    JOB_NAME,
    STEPS,
    EventKind,
    EventSink,
    RunEvent,
    RunOutcome,
    StepOutcome,
    StepStatus,
)
from mkt_pipeline.orchestration.steps import (
    ERROR_METADATA,
    FAILING_ROWS_METADATA,
    FORCE_TAG,
    NOTE_MARK,
    RESULT_METADATA,
)
from mkt_pipeline.workspace import Workspace


def execute(workspace: Workspace, on_event: EventSink, force: bool = False) -> RunOutcome:
    """Run the job in this process, in the workspace's run history."""
    job = build_definitions(workspace).resolve_job_def(JOB_NAME)
    run_id = make_new_run_id()
    with open_instance(workspace, capture_output=False) as instance:
        clear_dead_runs(instance)
        reader = OutcomeReader(run_id, on_event)
        on_event(RunEvent("run_started", "", run_id))
        run = _create_run(instance, job, run_id, force)
        instance.add_event_listener(run_id, reader.read)
        try:
            for _ in execute_run_iterator(InMemoryJob(job), run, instance):
                pass
        finally:
            # Also after Ctrl-C: the pool must not keep a place for a run that is over.
            instance.event_log_storage.free_concurrency_slots_for_run(run_id)
        return reader.outcome()


class OutcomeReader:
    """Reads the log of one run: tells each event on, and gathers the outcome."""

    def __init__(self, run_id: str, on_event: EventSink) -> None:
        self._on_event = on_event
        self._steps = {step: StepOutcome(step) for step in STEPS}
        self._started: dict[str, float] = {}
        self._outcome = RunOutcome(run_id=run_id, success=False)

    def read(self, entry: EventLogEntry) -> None:
        """Take in one entry of the log."""
        event = entry.dagster_event
        if event is None:
            if entry.step_key and entry.user_message.startswith(NOTE_MARK):
                self._note(entry.step_key, entry.user_message.removeprefix(NOTE_MARK))
        elif event.event_type is DagsterEventType.STEP_START:
            self._started[_step(event)] = entry.timestamp
            self._tell("step_started", _step(event), "")
        elif event.event_type is DagsterEventType.STEP_SUCCESS:
            self._finish(_step(event), "success", entry.timestamp)
        elif event.event_type is DagsterEventType.STEP_SKIPPED:
            self._finish(_step(event), "skipped", entry.timestamp)
        elif event.event_type is DagsterEventType.STEP_FAILURE:
            self._outcome.errors.extend(self._errors(event))
            self._note(_step(event), self._outcome.errors[-1]["found"])
            self._finish(_step(event), "failed", entry.timestamp)
        elif event.event_type is DagsterEventType.ASSET_MATERIALIZATION:
            self._take_result(event)
        elif event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION:
            self._take_check(event)
        elif event.event_type is DagsterEventType.RUN_SUCCESS:
            self._outcome.success = True
        elif event.event_type is DagsterEventType.RUN_FAILURE and not self._outcome.errors:
            self._outcome.errors.append(self._unexpected("the run", event.message or "no reason given"))

    def outcome(self) -> RunOutcome:
        """What the run came to."""
        self._outcome.steps = list(self._steps.values())
        return self._outcome

    def _note(self, step: str, text: str) -> None:
        """A line of a step's log; its last one is the summary of the step."""
        if step in self._steps:
            self._steps[step].summary = text
            self._tell("note", step, text)

    def _finish(self, step: str, status: StepStatus, timestamp: float) -> None:
        outcome = self._steps.setdefault(step, StepOutcome(step))
        outcome.status = status
        outcome.seconds = timestamp - self._started.get(step, timestamp)
        kinds: dict[StepStatus, EventKind] = {"success": "step_finished", "failed": "step_failed"}
        self._tell(kinds.get(status, "step_skipped"), step, outcome.summary, outcome.seconds)

    def _tell(self, kind: EventKind, step: str, text: str, seconds: float | None = None) -> None:
        self._on_event(RunEvent(kind, step, text, seconds))

    def _errors(self, event: DagsterEvent) -> list[dict[str, str]]:
        data = event.step_failure_data
        told = data.user_failure_data
        if told is not None and ERROR_METADATA in told.metadata:
            return list(_value(told.metadata, ERROR_METADATA))
        root = data.error
        if root is not None and root.cls_name == "DagsterExecutionInterruptedError":
            return [self._interrupted()]
        while root is not None and root.cause is not None:
            root = root.cause
        lines = (root.message if root else "").strip().splitlines()
        return [
            self._unexpected(STEPS.get(_step(event), _step(event)), lines[0] if lines else "no reason given")
        ]

    def _interrupted(self) -> dict[str, str]:
        return EnvironmentProblem(
            "E-RUN-02", "the run was interrupted", where=f"run {self._outcome.run_id}",
            expected="a run that ends", fix="run again; it takes up what is not done yet",
        ).to_dict()  # fmt: skip

    def _unexpected(self, where: str, found: str) -> dict[str, str]:
        return EnvironmentProblem(
            "E-RUN-01", found, where=where, expected="a step that ends",
            fix="run again, and report it if it comes back; the full trace is in the log of run "
            f"{self._outcome.run_id} (mkt ui, Runs)",
        ).to_dict()  # fmt: skip

    def _take_result(self, event: DagsterEvent) -> None:
        metadata = event.step_materialization_data.materialization.metadata
        if RESULT_METADATA in metadata:
            for name, value in _value(metadata, RESULT_METADATA).items():
                setattr(self._outcome, name, value)

    def _take_check(self, event: DagsterEvent) -> None:
        check = event.asset_check_evaluation_data
        if check.passed:
            return
        self._outcome.failed_checks.append(
            {
                "name": check.check_name,
                "table": ".".join(check.asset_key.path),
                "severity": check.severity.value.lower(),
                "message": check.description or "",
                "failures": _value(check.metadata, "dagster_dbt/failed_row_count"),
                "rows": _value(check.metadata, FAILING_ROWS_METADATA) or [],
            }
        )


def _create_run(instance: DagsterInstance, job: JobDefinition, run_id: str, force: bool) -> DagsterRun:
    target = LoadableTargetOrigin(executable_path=sys.executable, module_name="mkt_pipeline.definitions")
    location = ManagedGrpcPythonEnvCodeLocationOrigin(target, location_name=LOCATION_NAME)
    return instance.create_run_for_job(
        job_def=job,
        run_id=run_id,
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), JOB_NAME),
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        tags={**job.run_tags, **process_tags(), **({FORCE_TAG: "true"} if force else {})},
    )


def _step(event: DagsterEvent) -> str:
    return event.step_key or ""


def _value(metadata: Mapping[str, MetadataValue], name: str) -> Any:
    return metadata[name].value if name in metadata else None
