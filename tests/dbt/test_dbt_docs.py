"""dbt's own pages: one static file, made without a build, a network or anything in the workspace."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import dbt_docs
from mkt_pipeline.workspace import Workspace


def test_the_command_reads_the_build_where_there_is_one(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    line, variables = dbt_docs.command(workspace, tmp_path / "out")
    assert line[1:] == ["--quiet", "docs", "generate", "--static", "--empty-catalog"]
    assert Path(variables["MKT_BUILD_FILE"]).parent == tmp_path / "out"
    workspace.create_folders()
    workspace.build_file.touch()
    line, variables = dbt_docs.command(workspace, tmp_path / "out")
    assert line[1:] == ["--quiet", "docs", "generate", "--static"]
    assert variables["MKT_BUILD_FILE"] == str(workspace.build_file)
    assert variables["DBT_TARGET_PATH"] == str(tmp_path / "out")


@pytest.mark.slow
def test_the_pages_are_one_file_that_loads_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    page = dbt_docs.main(workspace, tmp_path / "out").read_text("utf-8")
    assert "fct_ad_campaign_daily" in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.https?://", page)
    assert not workspace.root.joinpath("build").exists() or not workspace.build_file.exists()
