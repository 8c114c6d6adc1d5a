"""What the build was made from, and whether it is still current.

What is here: the fingerprint of everything a build depends on, the marks a build and a publication leave.
What is not: building. Nothing here imports DuckDB before a build is really recorded, so that a run with
nothing to do knows it at once.

Files are told apart by name, size and time of change, not by content: thousands of them are read in
milliseconds, and whatever writes into the lake writes a new file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mkt_pipeline.warehouse.lock import build_lock
from mkt_pipeline.workspace import PACKAGE_DIR, Workspace, dbt_project_dir

_SKIPPED_FOLDERS = frozenset({"__pycache__", "target", "logs", "dbt_packages"})
_PACKAGES = ("mkt-pipeline", "duckdb", "dbt-core", "dbt-duckdb")


def fingerprint(workspace: Workspace) -> str:
    """One word for everything the build and the reports are made from.

    It covers the lake's Parquet files, the dbt project, this package's own files, and the versions of the
    package, DuckDB and dbt. Plans and settings count by what :func:`mkt_pipeline.plan.sync` made of them.
    """
    digest = hashlib.sha256(versions().encode())
    for folder in (workspace.lake, dbt_project_dir(), PACKAGE_DIR):
        only = ".parquet" if folder == workspace.lake else ""
        _add_files(digest, folder, only)
    return digest.hexdigest()


def project_fingerprint() -> str:
    """One word for the dbt project and the versions that read it."""
    digest = hashlib.sha256(versions().encode())
    _add_files(digest, dbt_project_dir(), "")
    return digest.hexdigest()


def versions() -> str:
    """The versions a build depends on, as one line."""
    return " ".join(f"{package}={_version(package)}" for package in _PACKAGES)


def code_version() -> str:
    """The version of this package."""
    return _version("mkt-pipeline")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _add_files(digest: hashlib._Hash, folder: Path, suffix: str) -> None:
    for name, size, changed in sorted(_files(folder, suffix)):
        digest.update(f"{name}\0{size}\0{changed}\n".encode("utf-8", "surrogateescape"))


def _files(folder: Path, suffix: str, prefix: str = "") -> Iterator[tuple[str, int, int]]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                if entry.name not in _SKIPPED_FOLDERS:
                    yield from _files(Path(entry.path), suffix, f"{prefix}{entry.name}/")
            elif entry.name.endswith(suffix):
                try:
                    status = entry.stat()
                except FileNotFoundError:
                    continue
                yield prefix + entry.name, status.st_size, status.st_mtime_ns


def begin_build(workspace: Workspace) -> None:
    """Make the build file ready for dbt: nothing in it may pass for a result of the build that starts now.

    The marks of the last build go. The whole file goes when the dbt project changed since it was begun (it
    may hold tables no model makes any more) or when it cannot be opened; the lake remakes it.

    Raises:
        EnvironmentProblem: ``E-DB-01`` or ``E-DB-03``: another process writes it.
    """
    from mkt_pipeline.errors import MktError
    from mkt_pipeline.warehouse.files import write_build

    stamp = workspace.build_dir / "marts.project"
    project = project_fingerprint()
    with build_lock(workspace):
        if not _reads(stamp, project):
            remove_build(workspace)
        elif workspace.build_file.exists():
            try:
                with write_build(workspace) as connection:
                    connection.execute("DROP TABLE IF EXISTS ops.build")
                    connection.execute("DROP TABLE IF EXISTS ops.check_result")
            except MktError as error:
                if error.code not in ("E-DB-04", "E-DB-05"):
                    raise
                remove_build(workspace)
        stamp.write_text(project, encoding="ascii")


def remove_build(workspace: Workspace) -> None:
    """Delete the build file; everything in it can be built again."""
    workspace.build_file.with_name(workspace.build_file.name + ".wal").unlink(missing_ok=True)
    workspace.build_file.unlink(missing_ok=True)


def record_build(workspace: Workspace, fingerprint: str) -> None:
    """Write ``ops.build``: the build is complete, and this is what it was made from.

    Args:
        workspace: whose build.
        fingerprint: as taken *before* the build read the lake, so that a file which lands meanwhile counts
            as new.
    """
    from mkt_pipeline.warehouse.files import write_build
    from mkt_pipeline.warehouse.ops import BUILD
    from mkt_pipeline.warehouse.writing import replace_rows

    built_at = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    row = (built_at, fingerprint, workspace.settings.report_date(), code_version(), versions())
    with write_build(workspace) as connection:
        replace_rows(connection, BUILD, [row])


def publication_file(workspace: Workspace) -> Path:
    """The note about the last publication."""
    return workspace.build_dir / "publication.json"


def note_publication(workspace: Workspace, fingerprint: str) -> None:
    """Remember that the published file was made from what ``fingerprint`` says."""
    note = {"fingerprint": fingerprint, "file": _identity(workspace.published_file)}
    temporary = publication_file(workspace).with_suffix(".part")
    temporary.write_text(json.dumps(note), encoding="utf-8")
    temporary.replace(publication_file(workspace))


def is_current(workspace: Workspace, *, reports: bool = True) -> bool:
    """Whether the published file says what the lake says now, and the reports were made from it.

    True when the published file is the one that was written last, its fingerprint still holds, and (with
    ``reports``) the index of reports is not older than the file. Opens no database.
    """
    published = workspace.published_file
    try:
        note = json.loads(publication_file(workspace).read_text(encoding="utf-8"))
        is_same_file = note["file"] == _identity(published)
        recorded = note["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if not is_same_file or recorded != fingerprint(workspace):
        return False
    return not reports or _is_not_older(workspace.reports_dir / "index.html", published)


def _identity(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _is_not_older(path: Path, than: Path) -> bool:
    return path.is_file() and path.stat().st_mtime_ns >= than.stat().st_mtime_ns


def _reads(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="ascii", errors="replace") == text
