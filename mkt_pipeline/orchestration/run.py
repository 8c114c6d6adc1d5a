"""The run that ``mkt run`` starts, as plain data: what is due, what happened, what it came to.

What is here: the question whether anything is due, the events a run tells its caller, and the outcome. What
is not: Dagster. It is imported only when there is something to do, so that a run with nothing to do answers
at once.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from mkt_pipeline import exports, plan, warehouse
from mkt_pipeline.exports.pull import due as sources_due
from mkt_pipeline.workspace import Workspace

JOB_NAME = "refresh"

STEPS: dict[str, str] = {
    "land_exports": "收取导出文件 | land exports",
    "sync_plans": "读取计划 | read plans and settings",
    "build_marts": "构建数据集市 | build marts",
    "propose_actions": "生成优化建议 | propose actions",
    "publish_marts": "审核并发布 | audit and publish",
    "write_reports": "撰写报告 | write reports",
}
"""Steps of the job in order, with the words a user sees."""

EventKind = Literal["run_started", "step_started", "note", "step_finished", "step_failed", "step_skipped"]
StepStatus = Literal["success", "failed", "skipped", "not_reached"]


@dataclass(frozen=True)
class RunEvent:
    """One thing that happened, told while the run goes on."""

    kind: EventKind
    step: str
    """Key of :data:`STEPS`; empty for the run itself."""
    text: str
    """One line: what happened, or the summary of a finished step."""
    seconds: float | None = None
    """How long the step took, for finished and failed steps."""

    @property
    def title(self) -> str:
        """The step's words ``中文 | English``."""
        return STEPS.get(self.step, self.step)


@dataclass
class StepOutcome:
    """How one step ended."""

    step: str
    status: StepStatus = "not_reached"
    seconds: float = 0.0
    summary: str = ""


@dataclass
class RunOutcome:
    """What a run came to. Every list is in the order things happened."""

    success: bool = True
    run_id: str | None = None
    """Id in Dagster's run history; None when nothing was due and no run was started."""
    nothing_due: bool = False
    """Whether the published numbers and the reports were already up to date."""
    due: list[str] = field(default_factory=list)
    """Why the run was started, one sentence each."""
    steps: list[StepOutcome] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    """Every file the run looked at: ``exports.LandResult`` as a dict (status landed, duplicate, quarantined
    or waiting, platform, rows, rejected, dates, totals, error)."""
    pulls: list[dict[str, Any]] = field(default_factory=list)
    """Every source the run asked: ``exports.pull.PullResult`` as a dict (status fetched, unchanged or failed,
    file name, bytes, rows, error). One that failed is a warning: the run went on without it."""
    failed_checks: list[dict[str, Any]] = field(default_factory=list)
    """Tests of the data that failed: name, table, severity, failures, message, rows (a sample)."""
    published: str | None = None
    """Path of the published file, when this run published."""
    reports: list[dict[str, Any]] = field(default_factory=list)
    """Reports written: campaign_id, language, path, bytes, seconds, status, verdict."""
    errors: list[dict[str, str]] = field(default_factory=list)
    """What stopped the run, each with code, where, found, expected and fix."""
    seconds: float = 0.0

    @property
    def landed(self) -> list[dict[str, Any]]:
        """Files whose rows are in the lake since this run."""
        return [file for file in self.files if file["status"] == "landed"]

    @property
    def quarantined(self) -> list[dict[str, Any]]:
        """Files this run refused."""
        return [file for file in self.files if file["status"] == "quarantined"]

    def to_dict(self) -> dict[str, Any]:
        """The outcome for ``--json``."""
        return dataclasses.asdict(self)


EventSink = Callable[[RunEvent], None]


def what_is_due(workspace: Workspace) -> list[str]:
    """Why a run has something to do, one sentence each; empty when all is up to date.

    Plans and settings are read into the lake on the way, since only their content tells whether they changed.

    Raises:
        ConfigError: the settings file or a plan is missing or wrong.
    """
    if not workspace.exists():
        workspace.settings  # noqa: B018 - raises E-CFG-01, which names the fix
    waiting = exports.pending(workspace)
    if waiting:
        return [f"收件箱有 {len(waiting)} 项 | {len(waiting)} entries in the inbox"]
    sources = sources_due(workspace)
    if sources:
        return [f"{len(sources)} 个来源待拉取 | {len(sources)} sources to fetch"]
    if exports.outdated(workspace):
        return ["导出目录已更新 | the catalog changed, archived exports are read again"]
    if plan.sync(workspace):
        return ["计划或设置有变化 | plans, settings or rates changed"]
    if not is_up_to_date(workspace):
        return ["已发布的数据或报告不是最新 | the published numbers or the reports are not those of the lake"]
    return []


def is_up_to_date(workspace: Workspace) -> bool:
    """Whether the published numbers are those of the lake, and the reports those of numbers and settings."""
    if not warehouse.is_current(workspace):
        return False
    index = workspace.reports_dir / "index.html"
    return index.stat().st_mtime_ns >= workspace.settings_file.stat().st_mtime_ns


def run_refresh(workspace: Workspace, on_event: EventSink | None = None, force: bool = False) -> RunOutcome:
    """Do everything that is due, through the same job the schedule, the sensor and the UI start.

    Args:
        workspace: where to work; it must exist.
        on_event: told of each step as it happens.
        force: build and write even when nothing changed.

    Returns:
        The outcome. A failed step is an outcome with ``success`` false and its ``errors``, not an exception.

    Raises:
        ConfigError: the settings or a plan are wrong and nothing was started.
    """
    started = time.monotonic()
    due = what_is_due(workspace)
    if not due and not force:
        return RunOutcome(nothing_due=True, seconds=time.monotonic() - started)
    from mkt_pipeline.orchestration.execution import execute

    outcome = execute(workspace, on_event or (lambda event: None), force=force)
    outcome.due = due
    outcome.seconds = time.monotonic() - started
    return outcome
