"""Opening the two DuckDB files, and what to tell when one cannot be opened.

What is here: the only ``duckdb.connect`` on a file. What is not: any statement about their content.

A handle sees the file as it was when it was opened, also after a publication; within one process even a new
handle does, as long as an old one is open. So a connection is opened late and closed at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from mkt_pipeline.errors import DataError, EnvironmentProblem, MktError
from mkt_pipeline.warehouse.lock import build_lock
from mkt_pipeline.workspace import Workspace

Config = Mapping[str, str | bool | int]

_POLL_SECONDS = 0.2
_BUILD_WAIT_SECONDS = 30.0
"""dbt may still be closing the build file, or outlive a run that was killed."""
_PUBLISHED_WAIT_SECONDS = 2.0
"""Only someone who opened the published file for writing can be in the way; that does not pass quickly."""


@contextmanager
def open_build(
    workspace: Workspace, wait_seconds: float = _BUILD_WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file, read-only, for as long as the block lasts.

    Raises:
        DataError: ``E-DB-02`` there is none, ``E-DB-04`` it is damaged.
        EnvironmentProblem: ``E-DB-03`` another process writes it, ``E-DB-05`` a newer DuckDB made it.
    """
    with _open(workspace, workspace.build_file, read_only=True, wait_seconds=wait_seconds) as connection:
        yield connection


@contextmanager
def open_published(
    workspace: Workspace,
    wait_seconds: float = _PUBLISHED_WAIT_SECONDS,
    config: Config | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only, for as long as the block lasts; raises as :func:`open_build`."""
    with _open(
        workspace, workspace.published_file, read_only=True, wait_seconds=wait_seconds, config=config
    ) as connection:
        yield connection


@contextmanager
def write_build(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file for writing, under the build lock, in one transaction; made if it is missing.

    Raises:
        EnvironmentProblem: ``E-DB-01`` as :func:`build_lock`; otherwise as :func:`open_build`.
    """
    with (
        build_lock(workspace),
        _open(
            workspace, workspace.build_file, read_only=False, wait_seconds=_BUILD_WAIT_SECONDS
        ) as connection,
    ):
        connection.begin()
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


@contextmanager
def _open(
    workspace: Workspace,
    path: Path,
    *,
    read_only: bool,
    wait_seconds: float,
    config: Config | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(workspace, path, read_only=read_only, wait_seconds=wait_seconds, config=config)
    try:
        yield connection
    finally:
        connection.close()


def connect(
    workspace: Workspace, path: Path, *, read_only: bool, wait_seconds: float, config: Config | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection to one file; waits for another process's lock at most ``wait_seconds``."""
    if read_only and not path.is_file():
        raise DataError(
            "E-DB-02", "there is no such database yet", where=str(path), expected="the file a run writes",
            fix=f"mkt --workspace {workspace.root} run",
        )  # fmt: skip
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(workspace.scratch),
        **(config or {}),
    }
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only, config=settings)
        except duckdb.Error as error:
            problem = explain(workspace, path, str(error))
            if problem.code != "E-DB-03" or time.monotonic() >= deadline:
                raise problem from error
        time.sleep(_POLL_SECONDS)


def explain(workspace: Workspace, path: Path, message: str) -> MktError:
    """What DuckDB's words about a file that does not open mean, and what to do."""
    first_line = message.strip().splitlines()[0]
    if "Could not set lock" in message or "different configuration" in message:
        holder = re.search(r"held in (.+?) \(PID (\d+)\)", message)
        who = f"process {holder[2]} ({holder[1]})" if holder else "this process"
        return EnvironmentProblem(
            "E-DB-03", f"the file is open for writing in {who}", where=str(path),
            expected="readers open it read-only", fix="close it there, or open it there read-only",
        )  # fmt: skip
    if "database file with version number" in message:
        return EnvironmentProblem(
            "E-DB-05", f"a newer DuckDB wrote this file than the {duckdb.__version__} that is installed",
            where=str(path), expected="the DuckDB that wrote it, or a newer one",
            fix="install the locked dependencies again, or delete the file and run mkt run",
        )  # fmt: skip
    if _is_damaged(message):
        return DataError(
            "E-DB-04", f"the file is damaged ({first_line})", where=str(path),
            expected="a DuckDB database",
            fix=f"delete {path.name} there and run mkt run; the lake remakes it",
        )  # fmt: skip
    return EnvironmentProblem(
        "E-DB-10", f"the file cannot be opened ({first_line})", where=str(path),
        expected="a file that may be read", fix="check the disk and the rights of the file",
    )  # fmt: skip


def _is_damaged(message: str) -> bool:
    signs = ("not a valid DuckDB database", "Corrupt database", "Could not read enough bytes", "checksum")
    return any(sign in message for sign in signs)
