"""The job, its daily schedule, and the sensor that watches the inbox.

What is here: when a run is asked for. What is not: what the inbox calls for (:mod:`inbox`), and what a run
does.

Both are on as soon as the UI's daemon runs: who opens it expects dropped files to land and reports to be of
today. Neither sends anything anywhere, a run with nothing to do ends at once, and a switch turned off in the
UI stays off. Without the daemon (plain ``mkt run``, cron) neither exists.
"""

from __future__ import annotations

import dagster as dg

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.orchestration.inbox import Cursor, decide
from mkt_pipeline.orchestration.instance import clear_dead_runs
from mkt_pipeline.orchestration.run import JOB_NAME
from mkt_pipeline.workspace import Workspace

NO_WORKSPACE = "no mkt.yml yet: make the workspace with `mkt init` (or try `mkt demo`)"


def build_job() -> dg.UnresolvedAssetJobDefinition:
    """The one job: everything that is due. In-process, since a step costs 0.1 s there and 6 s in its own
    process."""
    return dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="刷新 | Everything that is due: land exports, read plans, build and test the marts, "
        "propose actions, publish, write reports. `mkt run` starts the same job. Tag a run "
        "`mkt/force: true` to build anyway.",
    )


def build_schedule(workspace: Workspace, job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Every day at 08:30 in the workspace's time zone, so that reports speak of today."""

    @dg.schedule(
        name="daily",
        job=job,
        cron_schedule="30 8 * * *",
        execution_timezone=_timezone(workspace),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="每天 08:30 刷新 | Refresh every day at 08:30, workspace time.",
    )
    def daily() -> dg.RunRequest | dg.SkipReason:
        return dg.RunRequest() if workspace.exists() else dg.SkipReason(NO_WORKSPACE)

    return daily


def build_sensor(workspace: Workspace, job: dg.UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """A run as soon as the files dropped into the inbox are complete."""

    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="收件箱有新文件即刷新 | Refresh when new files in the inbox have stopped changing.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        clear_dead_runs(context.instance)
        if not workspace.exists():
            return dg.SkipReason(NO_WORKSPACE)
        decision = decide(workspace.inbox, Cursor.parse(context.cursor))
        cursor = decision.cursor.dump()
        if decision.run_key is None:
            return dg.SensorResult(skip_reason=dg.SkipReason(decision.summary()), cursor=cursor)
        request = dg.RunRequest(run_key=decision.run_key, tags={"mkt/files": str(len(decision.new))})
        return dg.SensorResult(run_requests=[request], cursor=cursor)

    return inbox


def _timezone(workspace: Workspace) -> str:
    """The workspace's time zone; UTC while its settings are missing or wrong, which the run reports."""
    try:
        return workspace.settings.timezone
    except ConfigError:
        return "UTC"
