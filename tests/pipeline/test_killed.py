"""A run killed at any moment and started again ends as an undisturbed one.

The process is killed as ``kill -9`` does, together with everything it started, when the workspace shows that
a certain stage has been reached.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mkt_pipeline.orchestration.run import run_refresh
from mkt_pipeline.workspace import Workspace
from tests.pipeline.conftest import demo_workspace
from tests.pipeline.reading import Finished, differences, mart_tables, read_bytes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kills a process group, which only POSIX has"),
]

MKT = "from mkt_pipeline.cli import main; main()"
PATIENCE_SECONDS = 240


def files(folder: Path, pattern: str) -> int:
    return sum(1 for path in folder.rglob(pattern) if path.is_file())


def some_files_landed(workspace: Workspace) -> bool:
    return files(workspace.lake / "landed_file", "*.parquet") > 5


def all_landed_and_building(workspace: Workspace) -> bool:
    waiting = any(path.is_file() for path in workspace.inbox.rglob("*"))
    return not waiting and workspace.build_file.exists()


def publishing_or_reporting(workspace: Workspace) -> bool:
    return (workspace.build_dir / "publish").exists() or workspace.published_file.exists()


def kill_run_when(workspace: Workspace, reached: Callable[[Workspace], bool]) -> bool:
    """Start ``mkt run`` and kill it and its children once ``reached``; whether it was still running then."""
    process = subprocess.Popen(
        [sys.executable, "-c", MKT, "--workspace", str(workspace.root), "--quiet", "run"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while process.poll() is None and not reached(workspace):
            assert time.monotonic() < deadline, "the run did not get there"
            time.sleep(0.02)
        return process.poll() is None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_killed_three_times_then_run_to_the_end(finished: Finished, tmp_path: Path) -> None:
    workspace, truth = demo_workspace(tmp_path / "killed")
    assert kill_run_when(workspace, some_files_landed)
    assert not workspace.published_file.exists()
    assert files(workspace.inbox, "*") > 0
    assert kill_run_when(workspace, all_landed_and_building)
    assert not workspace.published_file.exists()
    assert kill_run_when(workspace, publishing_or_reporting)
    outcome = run_refresh(workspace)
    assert outcome.success, outcome.errors
    # Versions tell landings apart, and the moments of landing differ.
    expected = mart_tables(finished.workspace, without=("version_id",))
    assert differences(expected, mart_tables(workspace, without=("version_id",))) == []
    archived = {path.name for path in workspace.archive.rglob("*") if path.is_file()}
    assert archived == {path.name for path in finished.workspace.archive.rglob("*") if path.is_file()}
    assert len(archived) == len(truth.files) - 1
    assert not [path for path in workspace.lake.rglob("*.part")]
    assert not files(workspace.quarantine, "*")
    index = workspace.reports_dir / "index.html"
    assert len(read_bytes(index)) > 1000
