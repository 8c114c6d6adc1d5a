"""One whole run on the small demo company, shared by all tests that only read what came out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mkt_pipeline.demo import DemoTruth, write_demo
from mkt_pipeline.orchestration.run import RunOutcome, run_refresh
from mkt_pipeline.workspace import Workspace
from tests.pipeline.reading import Finished

SCALE = 0.2


def demo_workspace(root: Path) -> tuple[Workspace, DemoTruth]:
    """A fresh workspace of the demo company, nothing landed yet."""
    return Workspace(root), write_demo(root, scale=SCALE)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The demo company after one undisturbed run. Read it, never change it."""
    workspace, truth = demo_workspace(tmp_path_factory.mktemp("finished"))
    outcome: RunOutcome = run_refresh(workspace)
    assert outcome.success, outcome.errors
    return Finished(workspace, truth, outcome)
