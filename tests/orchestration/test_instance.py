"""The Dagster instance of a workspace: its settings, and runs whose process is gone."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster import DagsterInstance, DagsterRunStatus
from dagster._cli.utils import TMP_DAGSTER_HOME_PREFIX
from dagster._core.instance.ref import InstanceRef

from mkt_pipeline.orchestration.instance import (
    DAGSTER_YAML,
    PROCESS_TAG,
    WorkspaceInstance,
    clear_dead_runs,
    ensure_home,
    open_instance,
    process_tags,
)
from mkt_pipeline.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_an_edited_dagster_yaml_is_never_overwritten(workspace: Workspace) -> None:
    config = ensure_home(workspace) / "dagster.yaml"
    assert config.read_text() == DAGSTER_YAML
    config.write_text("nux:\n  enabled: true\n")
    ensure_home(workspace)
    assert yaml.safe_load(config.read_text()) == {"nux": {"enabled": True}}


def test_the_settings_reach_the_instance(workspace: Workspace) -> None:
    with open_instance(workspace) as instance:
        assert instance.telemetry_enabled is False
        assert instance.nux_enabled is False
        assert instance.get_settings("freshness") == {"enabled": True}
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
        assert instance.run_monitoring_settings["free_slots_after_run_end_seconds"] == 30
        assert Path(instance.storage_directory()).is_relative_to(workspace.root)


def test_the_checkouts_instance_has_the_same_settings_and_the_workspaces_history(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert yaml.safe_load((REPOSITORY / "dagster.yaml").read_text()) == yaml.safe_load(DAGSTER_YAML)

    monkeypatch.setenv("MKT_WORKSPACE", str(workspace.root))
    throwaway = tmp_path / f"{TMP_DAGSTER_HOME_PREFIX}x"
    throwaway.mkdir()
    reference = InstanceRef.from_dir(str(throwaway), config_dir=str(REPOSITORY))
    with DagsterInstance.from_ref(reference) as instance:
        assert isinstance(instance, WorkspaceInstance)
        run = instance.add_run(dg.DagsterRun(job_name="refresh"))
    with open_instance(workspace) as instance:
        assert instance.get_run_by_id(run.run_id) is not None


def _ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("pool_is_held", [True, False])
def test_a_dead_run_is_closed_and_gives_back_the_pool(workspace: Workspace, pool_is_held: bool) -> None:
    with open_instance(workspace) as instance:
        instance.event_log_storage.set_concurrency_slots("duckdb_build", 1)
        dead = instance.add_run(
            dg.DagsterRun(
                job_name="refresh",
                status=DagsterRunStatus.STARTED,
                tags={PROCESS_TAG: f"{socket.gethostname()}:{_ended_process()}"},
            )
        )
        if pool_is_held:
            claim = instance.event_log_storage.claim_concurrency_slot(
                "duckdb_build", dead.run_id, "build_marts"
            )
            assert claim.is_claimed

        assert clear_dead_runs(instance) == [dead.run_id]

        record = instance.get_run_by_id(dead.run_id)
        assert record is not None and record.status is DagsterRunStatus.FAILURE
        claim = instance.event_log_storage.claim_concurrency_slot("duckdb_build", "another", "build_marts")
        assert claim.is_claimed
        assert clear_dead_runs(instance) == []


@pytest.mark.parametrize(
    "tags",
    [
        {},
        process_tags(),
        {PROCESS_TAG: f"another-host:{_ended_process()}"},
        {PROCESS_TAG: f"{socket.gethostname()}:1"},
    ],
    ids=["of the UI", "of this process", "of another host", "of a living process"],
)
def test_a_run_that_may_live_is_left_alone(workspace: Workspace, tags: dict[str, str]) -> None:
    with open_instance(workspace) as instance:
        instance.add_run(dg.DagsterRun(job_name="refresh", status=DagsterRunStatus.STARTED, tags=tags))
        assert clear_dead_runs(instance) == []
