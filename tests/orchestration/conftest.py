"""What the tests of this room share: a workspace, and one parse of the dbt project."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from mkt_pipeline.orchestration.definitions import build_definitions
from mkt_pipeline.warehouse import dbt
from mkt_pipeline.workspace import Workspace

SETTINGS = "name: Test\ntimezone: Asia/Shanghai\nas_of: 2026-06-22\nlanguages: [en]\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with settings and nothing else."""
    made = Workspace(tmp_path / "data")
    made.create_folders()
    made.settings_file.write_text(SETTINGS)
    return made


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dbt's manifest, parsed once for the session."""
    return dbt.ensure_manifest(Workspace(tmp_path_factory.mktemp("parsed")))


@pytest.fixture
def definitions(workspace: Workspace, manifest: Path) -> dg.Definitions:
    """The definitions of the workspace."""
    return build_definitions(workspace, manifest=manifest)
