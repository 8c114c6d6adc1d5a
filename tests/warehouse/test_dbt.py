"""dbt's surroundings: its environment, and a manifest that is parsed only when the project changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.warehouse import dbt
from mkt_pipeline.workspace import Workspace

FAKE_DBT = """\
#!{python}
import os, sys
from pathlib import Path
target = Path(os.environ["DBT_TARGET_PATH"])
target.mkdir(parents=True, exist_ok=True)
(target / "calls").open("a").write(" ".join(sys.argv[1:]) + "\\n")
if (Path.cwd() / "broken").exists():
    print("Compilation Error in model dim_channel")
    sys.exit(2)
(target / "manifest.json").write_text("{{}}")
"""


@pytest.fixture
def fake_dbt(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt that only notes that it was called: whether it is called is what matters here."""
    path = tmp_path / "bin" / "dbt"
    path.parent.mkdir()
    path.write_text(FAKE_DBT.format(python=sys.executable))
    path.chmod(0o755)
    monkeypatch.setattr(dbt, "executable", lambda: path)
    monkeypatch.setattr(dbt, "dbt_project_dir", lambda: project)
    return path


def calls(workspace: Workspace) -> list[str]:
    path = dbt.target_path(workspace) / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_dbt_writes_only_below_the_workspace(workspace: Workspace) -> None:
    variables = dbt.environment(workspace)
    below = {name for name, value in variables.items() if value.startswith(str(workspace.root))}
    assert below == {"MKT_LAKE", "MKT_BUILD_FILE", "DBT_TARGET_PATH", "DBT_LOG_PATH"}
    assert variables["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert all(isinstance(value, str) for value in variables.values())


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a POSIX script")
class TestManifest:
    def test_it_is_parsed_once(self, workspace: Workspace, fake_dbt: Path) -> None:
        path = dbt.ensure_manifest(workspace)
        assert path == dbt.target_path(workspace) / "manifest.json"
        assert path.is_file()
        assert dbt.ensure_manifest(workspace) == path
        assert len(calls(workspace)) == 1

    def test_it_is_parsed_again_when_the_project_changed(
        self, workspace: Workspace, fake_dbt: Path, project: Path
    ) -> None:
        dbt.ensure_manifest(workspace)
        (project / "models" / "new.sql").write_text("select 1")
        dbt.ensure_manifest(workspace)
        assert len(calls(workspace)) == 2

    def test_it_is_parsed_again_when_it_is_gone(self, workspace: Workspace, fake_dbt: Path) -> None:
        dbt.ensure_manifest(workspace).unlink()
        assert dbt.ensure_manifest(workspace).is_file()

    def test_a_project_that_does_not_parse_is_told_in_dbts_words(
        self, workspace: Workspace, fake_dbt: Path, project: Path
    ) -> None:
        dbt.ensure_manifest(workspace)
        (project / "broken").touch()
        for _ in range(2):
            with pytest.raises(EnvironmentProblem, match=r"E-DB-07 .*Compilation Error in model dim_channel"):
                dbt.ensure_manifest(workspace)
        assert len(calls(workspace)) == 3

    def test_two_processes_parse_once(self, workspace: Workspace, fake_dbt: Path, project: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from mkt_pipeline.warehouse import dbt, state\n"
            "from mkt_pipeline.workspace import Workspace\n"
            "dbt.executable = lambda: Path(sys.argv[2]); project = Path(sys.argv[3])\n"
            "dbt.dbt_project_dir = state.dbt_project_dir = lambda: project\n"
            "state.PACKAGE_DIR = project\n"
            "dbt.ensure_manifest(Workspace(Path(sys.argv[1])))"
        )
        children = [
            subprocess.Popen([sys.executable, "-c", code, str(workspace.root), str(fake_dbt), str(project)])
            for _ in range(3)
        ]
        assert [child.wait() for child in children] == [0, 0, 0]
        assert len(calls(workspace)) == 1


def test_a_missing_dbt_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(EnvironmentProblem, match="E-ENV-01"):
        dbt.executable()
