"""The fingerprint: it changes with everything a build depends on, and is quick."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.warehouse import begin_build, fingerprint, is_current, publish, record_build
from mkt_pipeline.warehouse import state as state_module
from mkt_pipeline.workspace import Workspace

from .conftest import make_build


def landed(workspace: Workspace, name: str = "a.parquet", content: bytes = b"1") -> Path:
    path = workspace.lake / "ad_performance" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def test_it_changes_with_every_file_of_the_lake(workspace: Workspace) -> None:
    path = landed(workspace)
    seen = [fingerprint(workspace)]
    landed(workspace, "b.parquet")
    seen.append(fingerprint(workspace))
    landed(workspace, "b.parquet", b"12")
    seen.append(fingerprint(workspace))
    os.utime(path, ns=(0, 0))
    seen.append(fingerprint(workspace))
    path.unlink()
    seen.append(fingerprint(workspace))
    assert len(set(seen)) == len(seen)
    assert fingerprint(workspace) == seen[-1]


def test_what_is_no_data_does_not_change_it(workspace: Workspace, project: Path) -> None:
    landed(workspace)
    before = fingerprint(workspace)
    landed(workspace, "a.part")
    landed(workspace, ".hidden.parquet")
    landed(workspace, "current.sha256")
    (project / "target").mkdir()
    (project / "target" / "manifest.json").write_text("{}")
    (project.parent / "package" / "__pycache__").mkdir()
    (project.parent / "package" / "__pycache__" / "code.pyc").write_bytes(b"x")
    assert fingerprint(workspace) == before


def test_it_changes_with_the_project_the_code_and_the_versions(
    workspace: Workspace, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [fingerprint(workspace)]
    (project / "models" / "b.sql").write_text("select 2")
    seen.append(fingerprint(workspace))
    (project.parent / "package" / "code.py").write_text("x = 23\n")
    seen.append(fingerprint(workspace))
    monkeypatch.setattr(state_module, "versions", lambda: "duckdb=99")
    seen.append(fingerprint(workspace))
    assert len(set(seen)) == 4


def test_an_empty_workspace_has_one(tmp_path: Path) -> None:
    assert len(fingerprint(Workspace(tmp_path / "nowhere"))) == 64


def test_it_is_quick_over_thousands_of_files(workspace: Workspace) -> None:
    for number in range(3000):
        landed(workspace, f"{number}.parquet")
    fingerprint(workspace)
    best = min(_seconds(workspace) for _ in range(5))
    assert best < 0.15  # about 0.025 s where measured; the rest is for a busy machine


def _seconds(workspace: Workspace) -> float:
    began = time.perf_counter()
    fingerprint(workspace)
    return time.perf_counter() - began


def test_it_needs_no_heavy_import(workspace: Workspace) -> None:
    code = (
        "import sys; from pathlib import Path; from mkt_pipeline.workspace import Workspace\n"
        "from mkt_pipeline import warehouse\n"
        "w = Workspace(Path(sys.argv[1])); warehouse.is_current(w); warehouse.fingerprint(w)\n"
        "print(sorted({'duckdb', 'pandas', 'dagster', 'dbt'} & set(sys.modules)))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", code, str(workspace.root)], capture_output=True, text=True, check=True
    )
    assert outcome.stdout.strip() == "[]"


def test_a_build_records_what_it_was_made_from(workspace: Workspace) -> None:
    begin_build(workspace)
    record_build(workspace, "abc")
    with duckdb.connect(str(workspace.build_file)) as connection:
        row = connection.execute(
            "SELECT fingerprint, CAST(as_of AS VARCHAR), versions FROM ops.build"
        ).fetchall()
    assert row[0][:2] == ("abc", "2026-06-22")
    assert f"duckdb={duckdb.__version__}" in row[0][2]


def test_a_file_that_lands_during_a_build_counts_as_new(built: Workspace) -> None:
    publish(built)
    assert is_current(built, reports=False)
    before = fingerprint(built)
    landed(built)
    record_build(built, before)
    publish(built)
    assert not is_current(built, reports=False)


def test_a_restored_or_lost_file_is_not_current(built: Workspace) -> None:
    publish(built)
    content = built.published_file.read_bytes()
    built.published_file.unlink()
    assert not is_current(built, reports=False)
    built.published_file.write_bytes(content)
    assert not is_current(built, reports=False)


@pytest.mark.parametrize("note", ["", "{}", "[]", "null", json.dumps({"file": [1, 2], "fingerprint": "x"})])
def test_a_broken_note_is_not_current(built: Workspace, note: str) -> None:
    publish(built)
    (built.build_dir / "publication.json").write_text(note)
    assert not is_current(built, reports=False)


def test_reports_older_than_the_numbers_are_not_current(built: Workspace) -> None:
    publish(built)
    index = built.reports_dir / "index.html"
    index.write_text("x")
    assert is_current(built)
    os.utime(index, ns=(0, 0))
    assert not is_current(built)


def test_a_build_begins_without_the_marks_of_the_last_one(built: Workspace) -> None:
    begin_build(built)
    with duckdb.connect(str(built.build_file)) as connection:
        names = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "dim_channel" in names
    assert not names & {"build", "check_result"}


def test_a_changed_project_begins_with_an_empty_file(built: Workspace, project: Path) -> None:
    (project / "models" / "a.sql").unlink()
    begin_build(built)
    assert not built.build_file.exists()
    make_build(built)
    begin_build(built)
    assert built.build_file.exists()


def test_a_damaged_build_file_is_made_again(built: Workspace) -> None:
    built.build_file.write_bytes(b"garbage" * 1000)
    begin_build(built)
    assert not built.build_file.exists()


def test_a_build_does_not_begin_while_another_writes(
    built: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mkt_pipeline.warehouse.files._BUILD_WAIT_SECONDS", 0.2)
    code = "import sys, time, duckdb; c = duckdb.connect(sys.argv[1]); print('x', flush=True); time.sleep(30)"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(built.build_file)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(EnvironmentProblem, match="E-DB-03"):
            begin_build(built)
        other.kill()
    assert built.build_file.exists()
