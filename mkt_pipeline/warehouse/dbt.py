"""dbt's surroundings: where it finds the lake and the build file, and its manifest.

What is here: the environment every dbt process gets, and parsing the project when it changed. What is not:
running models (``orchestration/`` does, through Dagster) and reading their results
(:mod:`mkt_pipeline.warehouse.checks`).

dbt runs as a process of its own: importing it costs seconds, and a run that has nothing to do must not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.warehouse.state import project_fingerprint
from mkt_pipeline.workspace import Workspace, dbt_project_dir

PARSE_SECONDS = 300.0
"""A parse takes under ten seconds; a machine that needs minutes has another problem."""


def folder(workspace: Workspace) -> Path:
    """dbt's own corner of the workspace: its target and its logs."""
    return workspace.build_dir / "dbt"


def target_path(workspace: Workspace) -> Path:
    """Where dbt writes its manifest and, unless told otherwise, its results."""
    return folder(workspace) / "target"


def executable() -> Path:
    """The dbt of this very environment, whether or not it is activated.

    Raises:
        EnvironmentProblem: ``E-ENV-01`` dbt is not installed beside this Python.
    """
    suffix = ".exe" if os.name == "nt" else ""
    path = Path(sys.executable).with_name(f"dbt{suffix}")
    if not path.is_file():
        raise EnvironmentProblem(
            "E-ENV-01", "dbt is not installed beside this Python", where=str(path),
            expected="dbt-core and dbt-duckdb in the same environment", fix="make setup, or pip install .",
        )  # fmt: skip
    return path


def environment(workspace: Workspace) -> dict[str, str]:
    """The variables a dbt process needs beside those it inherits: paths of this workspace, and no talk."""
    project = str(dbt_project_dir())
    return {
        "MKT_LAKE": str(workspace.lake),
        "MKT_BUILD_FILE": str(workspace.build_file),
        "DBT_PROJECT_DIR": project,
        "DBT_PROFILES_DIR": project,
        "DBT_TARGET_PATH": str(target_path(workspace)),
        "DBT_LOG_PATH": str(folder(workspace) / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "DBT_USE_COLORS": "false",
        "DBT_USE_COLORS_FILE": "false",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }


def ensure_manifest(workspace: Workspace) -> Path:
    """The manifest of the dbt project for this workspace; parsed again only when the project changed.

    Raises:
        EnvironmentProblem: ``E-ENV-01`` no dbt; ``E-DB-07`` the project cannot be parsed, or another process
            has been parsing for minutes.
    """
    manifest = target_path(workspace) / "manifest.json"
    stamp = folder(workspace) / "manifest.stamp"
    wanted = f"{project_fingerprint()} {workspace.root}"
    if _is_stamped(manifest, stamp, wanted):
        return manifest
    folder(workspace).mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder(workspace) / "parse.lock", timeout=PARSE_SECONDS):
            if not _is_stamped(manifest, stamp, wanted):
                stamp.unlink(missing_ok=True)
                _parse(workspace)
                stamp.write_text(wanted, encoding="utf-8")
    except Timeout:
        raise _cannot_parse(
            workspace, f"another process has been at it for {PARSE_SECONDS:g} s", "end that process"
        ) from None
    return manifest


def _is_stamped(manifest: Path, stamp: Path, wanted: str) -> bool:
    return manifest.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def _parse(workspace: Workspace) -> None:
    """``dbt parse`` in a process of its own; it opens no database."""
    try:
        outcome = subprocess.run(  # noqa: S603 - our own dbt, no shell, no user text
            [str(executable()), "--quiet", "parse"], cwd=dbt_project_dir(), check=False, capture_output=True,
            env={**os.environ, **environment(workspace)}, text=True, encoding="utf-8", errors="replace",
            timeout=PARSE_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _cannot_parse(workspace, f"no answer in {PARSE_SECONDS:g} s", "try again") from None
    if outcome.returncode != 0:
        words = (outcome.stdout + outcome.stderr).strip()[-2000:] or f"exit code {outcome.returncode}"
        raise _cannot_parse(workspace, words, "restore the dbt project, or correct the model named")


def _cannot_parse(workspace: Workspace, words: str, fix: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        "E-DB-07", f"dbt could not parse the project: {words}", where=str(dbt_project_dir()),
        expected="a project that parses", fix=f"{fix}; the log is in {folder(workspace) / 'logs'}",
    )  # fmt: skip
