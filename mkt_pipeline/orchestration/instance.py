"""The Dagster instance of a workspace: run history, settings and the clearing away of dead runs.

What is here: ``dagster.yaml`` as the product ships it, opening the instance below ``<workspace>/.dagster``,
the instance class of the checkout's own ``dagster.yaml``, and what to do with runs whose process was killed.
What is not: definitions or runs.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._cli.utils import TMP_DAGSTER_HOME_PREFIX
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

from mkt_pipeline.workspace import Workspace

DAGSTER_YAML = """\
# Written once by mkt-pipeline. Edit it freely: it is never overwritten.
# Keeps the run history below the workspace and writes it without a disk flush per event.
instance_class:
  module: mkt_pipeline.orchestration.instance
  class: WorkspaceInstance
telemetry:
  enabled: false
nux:
  enabled: false
# Per-platform freshness policies come from the catalog; without this switch nothing evaluates them.
freshness:
  enabled: true
concurrency:
  pools:
    # One writer: every step that writes the build file is in the pool duckdb_build.
    # The pool only queues; the file lock of the build file is what protects it.
    default_limit: 1
    granularity: op
run_monitoring:
  enabled: true
  # A run that was killed would keep its place in the pool for ever.
  free_slots_after_run_end_seconds: 30
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 2
      failure: 30
      success: 90
"""

LOCATION_NAME = "mkt_pipeline"
"""Name of the code location; with it the UI joins runs of ``mkt run`` to the job they belong to."""

PROCESS_TAG = "mkt/process"
"""Run tag ``host:pid`` of a run executed inside an ``mkt run`` process."""

_NO_CAPTURE = {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}

KEPT_SHARDS = 8
"""Event logs whose connections stay open; there is one file per run, and an index of all."""

UNFINISHED = (
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
)


def ensure_home(workspace: Workspace) -> Path:
    """Make ``<workspace>/.dagster`` with its ``dagster.yaml``, leaving an existing one as it is."""
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(DAGSTER_YAML, encoding="utf-8")
    return home


def open_instance(workspace: Workspace, capture_output: bool = True) -> DagsterInstance:
    """The workspace's persistent instance; use it as a context manager.

    Args:
        workspace: whose instance.
        capture_output: whether steps' stdout and stderr go to Dagster's log files. Inside a command they must
            not: the capture takes the process's own stdout, and with it the command's progress.
    """
    overrides = {} if capture_output else {"compute_logs": _NO_CAPTURE}
    return DagsterInstance.from_ref(InstanceRef.from_dir(str(ensure_home(workspace)), overrides=overrides))


class WorkspaceInstance(DagsterInstance):
    """A Dagster instance that knows its workspace, and writes its history without waiting for the disk.

    Both ``dagster.yaml`` name it: that of a workspace, and that of a checkout, which a plain
    ``dagster dev -w workspace.yaml`` reads when no DAGSTER_HOME is set. Dagster would keep the history of
    such a session in a throwaway folder; here it shares the history of the workspace it shows.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if isinstance(self.event_log_storage, SqliteEventLogStorage):
            _keep_connections(self.event_log_storage)

    @classmethod
    def config_schema(cls) -> dict[str, Any]:
        """No settings of its own."""
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Any:
        """Every store below ``base_dir``, or below the workspace in use where that is a throwaway folder."""
        is_throwaway = Path(base_dir).name.startswith(TMP_DAGSTER_HOME_PREFIX)
        return InstanceRef.config_defaults(str(ensure_home(Workspace.locate())) if is_throwaway else base_dir)


def _keep_connections(storage: SqliteEventLogStorage) -> None:
    """Let the event log reuse its last connections instead of making an engine and a connection per event.

    A run has several events for each table and test. One costs 70 ms on a busy machine, and 4 ms with this.
    Losing power may lose the last events; killing the process loses none.
    """
    make_ready = storage._connect
    engines: OrderedDict[str, Engine] = OrderedDict()

    def engine_of(shard: str) -> Engine:
        if shard not in engines:
            with make_ready(shard):
                pass
            engines[shard] = create_engine(storage.conn_string_for_shard(shard), connect_args={"timeout": 60})
            event.listen(engines[shard], "connect", _flush_less_often)
        engines.move_to_end(shard)
        while len(engines) > KEPT_SHARDS:
            engines.popitem(last=False)[1].dispose()
        return engines[shard]

    @contextmanager
    def connect(shard: str) -> Iterator[Connection]:
        with guard:
            engine = engine_of(shard)
            with engine.begin() as connection:
                yield connection

    guard = RLock()
    storage._connect = connect  # type: ignore[method-assign]


def _flush_less_often(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def process_tags() -> dict[str, str]:
    """The tag by which a later process can tell whether the process of a run still lives."""
    return {PROCESS_TAG: f"{socket.gethostname()}:{os.getpid()}"}


def clear_dead_runs(instance: DagsterInstance) -> list[str]:
    """Close the runs whose ``mkt run`` process is gone, and give back their places in the pool.

    A killed process can tell nobody. Its run would show as running for ever, and its place in the pool would
    block every run after it. Runs started by the UI are watched by Dagster itself.

    Returns:
        The ids of the runs closed.
    """
    dead = [
        record.dagster_run
        for record in instance.get_run_records(RunsFilter(statuses=list(UNFINISHED)))
        if _is_dead(record.dagster_run.tags.get(PROCESS_TAG))
    ]
    for run in dead:
        instance.report_run_failed(
            run, "The process of this run was killed. The next run completes its work."
        )
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def _is_dead(process: str | None) -> bool:
    """Whether a ``host:pid`` of this host names no living process; None and other hosts are not judged."""
    if process is None:
        return False
    host, _, pid = process.rpartition(":")
    if host != socket.gethostname() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
