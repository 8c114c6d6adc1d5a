"""From the build file to the published file: audit, build aside, verify, swap.

What is here: the one way a file becomes ``marts.duckdb``. What is not: the audits themselves (``audits.py``).

The new file is made in ``build/publish/`` under the published file's own name, since views remember it, and
renamed into place when it is complete, checked and on disk. Killed at any instant, this leaves either the old
file or the new one. Whoever has the old one open keeps reading it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from mkt_pipeline import lake
from mkt_pipeline.errors import DataError, EnvironmentProblem, MktError
from mkt_pipeline.lake import quote, quote_identifier
from mkt_pipeline.warehouse.audits import PUBLISHED_SCHEMAS, Audit, audit_build, relations
from mkt_pipeline.warehouse.files import connect, open_build
from mkt_pipeline.warehouse.lock import build_lock
from mkt_pipeline.warehouse.state import note_publication
from mkt_pipeline.warehouse.writing import comment_on
from mkt_pipeline.workspace import Workspace

STORAGE_VERSION = "v1.5.0"
"""So that DuckDB 1.5 and the tools built on it open the file. Raise it when no such tool is left."""

CATALOG = "marts"
"""Name of the database inside both files: views made by dbt carry it."""


@dataclass(frozen=True)
class PublishedTable:
    """A table or view of the published file."""

    schema: str
    name: str
    is_view: bool
    rows: int


@dataclass(frozen=True)
class Publication:
    """What was published: the file, its tables with row counts, the audits it passed, seconds it took."""

    path: Path
    bytes: int
    seconds: float
    built_at: dt.datetime
    fingerprint: str
    tables: tuple[PublishedTable, ...]
    audits: tuple[Audit, ...]


class AuditFailed(DataError):
    """A build that is not published; ``audits`` are all answers, passed ones included."""

    def __init__(self, workspace: Workspace, audits: Iterable[Audit]) -> None:
        self.audits = tuple(audits)
        failed = [audit for audit in self.audits if not audit.passed]
        super().__init__(
            "E-DB-06", f"{len(failed)} audits failed: " + "; ".join(str(audit) for audit in failed),
            where=str(workspace.build_file), expected="every audit passed",
            fix="look at ops.check_result and ops.reconciliation, correct the exports or settings, mkt run; "
            f"{_kept(workspace)}",
        )  # fmt: skip


def publish(workspace: Workspace) -> Publication:
    """Audit the build and make it the published file.

    Raises:
        AuditFailed: ``E-DB-06``; the published file stays as it is.
        EnvironmentProblem: ``E-DB-01`` another process holds the build lock; ``E-DB-11`` the disk is full or
            the file cannot be replaced.
        DataError: ``E-DB-12`` the copy differs, ``E-DB-13`` a table or view cannot be read. Otherwise as
            :func:`~mkt_pipeline.warehouse.files.open_build`.
    """
    started = time.monotonic()
    with build_lock(workspace):
        aside = _clean_folder(workspace) / workspace.published_file.name
        try:
            audits, built_at, fingerprint, expected = _build_aside(workspace, aside)
            tables = _verify(workspace, aside, expected)
            size = aside.stat().st_size
            _swap(workspace, aside)
        except (OSError, duckdb.Error) as error:
            raise _problem(workspace, error) from error
        note_publication(workspace, fingerprint)
        shutil.rmtree(aside.parent, ignore_errors=True)
    return Publication(
        workspace.published_file, size, time.monotonic() - started, built_at, fingerprint, tables, audits
    )


def _clean_folder(workspace: Workspace) -> Path:
    """An empty folder for the new file; what a killed publication left there goes."""
    folder = workspace.build_dir / "publish"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _build_aside(
    workspace: Workspace, aside: Path
) -> tuple[tuple[Audit, ...], dt.datetime, str, dict[tuple[str, str], int]]:
    """Audit the build and copy it; the audits, ``ops.build`` and the rows copied per table."""
    with open_build(workspace):
        pass  # a missing, locked or damaged build file is told here, in words of its own
    with lake.engine(workspace.scratch) as connection:
        connection.execute(f"ATTACH {quote(str(workspace.build_file))} AS source (READ_ONLY)")
        audits = tuple(audit_build(connection))
        if not all(audit.passed for audit in audits):
            raise AuditFailed(workspace, audits)
        built_at, fingerprint = _build_row(connection)
        connection.execute(
            f"ATTACH {quote(str(aside))} AS {CATALOG} (STORAGE_VERSION {quote(STORAGE_VERSION)})"
        )
        connection.execute(f"USE {CATALOG}")
        rows = _copy(connection)
        connection.execute(f"CHECKPOINT {CATALOG}")
    return audits, built_at, fingerprint, rows


def _build_row(connection: duckdb.DuckDBPyConnection) -> tuple[dt.datetime, str]:
    row = connection.execute("SELECT built_at, fingerprint FROM source.ops.build").fetchone()
    assert row is not None, "record_build writes exactly one row"
    return row[0], row[1]


def _copy(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Copy tables, then make the views again, each with its words. Rows per table; views are not counted."""
    found = relations(connection)
    words, huge = _words(connection), _huge_columns(connection)
    rows: dict[tuple[str, str], int] = {}
    connection.begin()
    for schema in PUBLISHED_SCHEMAS:
        connection.execute(f"CREATE SCHEMA {quote_identifier(schema)}")
    for schema, name, is_view in found:
        if not is_view:
            rows[schema, name] = _copy_table(connection, schema, name, huge.get((schema, name), ()))
    connection.commit()
    _make_views(connection, [(schema, name) for schema, name, is_view in found if is_view])
    connection.begin()
    for schema, name, is_view in found:
        comment_on(connection, "VIEW" if is_view else "TABLE", _qualified(schema, name), *words[schema, name])
    connection.commit()
    return rows


def _copy_table(connection: duckdb.DuckDBPyConnection, schema: str, name: str, huge: Sequence[str]) -> int:
    """Copy one table, its ``huge`` columns as BIGINT; the rows copied.

    Sums of counts are HUGEINT, a type only DuckDB has: pandas and Parquet turn it into a float. As BIGINT
    they stay whole numbers everywhere; a value beyond it is an error, not a rounded one.
    """
    casts = ", ".join(f"CAST({column} AS BIGINT) AS {column}" for column in map(quote_identifier, huge))
    selected = f"* REPLACE ({casts})" if casts else "*"
    target = _qualified(schema, name)
    copied = connection.execute(f"CREATE TABLE {target} AS SELECT {selected} FROM source.{target}").fetchone()
    return int(copied[0]) if copied else 0


def _huge_columns(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[str]]:
    """The HUGEINT columns of ``source`` by table."""
    result: dict[tuple[str, str], list[str]] = {}
    for schema, name, column in connection.execute(
        """
        SELECT schema_name, table_name, column_name FROM duckdb_columns()
        WHERE database_name = 'source' AND data_type = 'HUGEINT'
        """
    ).fetchall():
        result.setdefault((schema, name), []).append(column)
    return result


def _qualified(schema: str, name: str) -> str:
    return f"{quote_identifier(schema)}.{quote_identifier(name)}"


def _make_views(connection: duckdb.DuckDBPyConnection, views: list[tuple[str, str]]) -> None:
    """Make the views of ``source`` again, whatever order they depend on each other in.

    Their statements name tables with or without the catalog; both resolve here, as the catalogs share a name.
    """
    statements = {
        (schema, name): sql
        for schema, name, sql in connection.execute(
            "SELECT schema_name, view_name, sql FROM duckdb_views() WHERE database_name = 'source'"
        ).fetchall()
    }
    waiting = list(views)
    while waiting:
        later = []
        for view in waiting:
            try:
                connection.execute(statements[view])
            except duckdb.CatalogException:
                later.append(view)
        if len(later) == len(waiting):
            connection.execute(statements[later[0]])  # says what is missing
        waiting = later


def _words(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], tuple[str | None, dict[str, str | None]]]:
    """Comment of each relation of ``source`` and of its columns."""
    result: dict[tuple[str, str], tuple[str | None, dict[str, str | None]]] = {
        (schema, name): (comment, {})
        for schema, name, comment in connection.execute(
            """
            SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE database_name = 'source'
            UNION ALL
            SELECT schema_name, view_name, comment FROM duckdb_views() WHERE database_name = 'source'
            """
        ).fetchall()
    }
    for schema, name, column, comment in connection.execute(
        """
        SELECT schema_name, table_name, column_name, comment FROM duckdb_columns()
        WHERE database_name = 'source' ORDER BY schema_name, table_name, column_index
        """
    ).fetchall():
        result[schema, name][1][column] = comment
    return result


def _verify(
    workspace: Workspace, aside: Path, expected: dict[tuple[str, str], int]
) -> tuple[PublishedTable, ...]:
    """Open the finished file as a reader would, and count every table and view."""
    connection = connect(workspace, aside, read_only=True, wait_seconds=0)
    try:
        found = connection.execute(
            """
            SELECT schema_name, table_name, false FROM duckdb_tables()
            UNION ALL SELECT schema_name, view_name, true FROM duckdb_views() WHERE NOT internal
            ORDER BY ALL
            """
        ).fetchall()
        tables = tuple(
            PublishedTable(schema, name, is_view, _count(connection, schema, name))
            for schema, name, is_view in found
        )
    finally:
        connection.close()
    counted = {(table.schema, table.name): table.rows for table in tables if not table.is_view}
    if counted != expected:
        wrong = sorted(".".join(key) for key, _ in counted.items() ^ expected.items())
        raise DataError(
            "E-DB-12", f"the copy differs from the build in {', '.join(wrong)}", where=str(aside),
            expected="the same rows", fix=f"check the disk and mkt run again; {_kept(workspace)}",
        )  # fmt: skip
    return tables


def _count(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {_qualified(schema, name)}").fetchone()
    return int(row[0]) if row else 0


def _swap(workspace: Workspace, aside: Path) -> None:
    """Rename the new file into place.

    A write-ahead log beside the old file means that someone wrote into it; it must not be applied to the new
    one. It goes first: without it the old file is still whole.
    """
    workspace.published_file.with_name(workspace.published_file.name + ".wal").unlink(missing_ok=True)
    lake.commit(aside, workspace.published_file)


def _kept(workspace: Workspace) -> str:
    if workspace.published_file.exists():
        return f"{workspace.published_file.name} is still the one published before"
    return "nothing was published"


def _problem(workspace: Workspace, error: Exception) -> MktError:
    words = str(error).strip().splitlines()[0]
    is_disk = any(sign in words for sign in ("No space left", "Could not write", "failed to offload"))
    if isinstance(error, duckdb.Error) and not is_disk:
        return DataError(
            "E-DB-13", f"the build could not be copied ({words})", where=str(workspace.build_file),
            expected="tables and views that can be read",
            fix=f"delete {workspace.build_file.name} there and mkt run again; {_kept(workspace)}",
        )  # fmt: skip
    return EnvironmentProblem(
        "E-DB-11", f"the file could not be written or replaced ({words})",
        where=str(workspace.published_file), expected="room on the disk and a file that may be replaced",
        fix=f"free space, close programs that lock the file, mkt run; {_kept(workspace)}",
    )  # fmt: skip
