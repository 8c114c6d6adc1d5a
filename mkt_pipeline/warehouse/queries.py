"""Questions to the published file: bounded, read-only, without a way to other files.

What is here: running one SQL text for the command and other faces, and the words of tables and columns. What
is not: printing, and questions of the product itself (reports use ``open_published``).
"""

from __future__ import annotations

import difflib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.warehouse.files import open_published
from mkt_pipeline.workspace import Workspace

MAX_ROWS = 10_000
TIMEOUT_SECONDS = 300.0
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
"""First characters by which a spreadsheet, Chinese and Japanese ones included, takes a text for a formula."""

_LOCKED_DOWN: Mapping[str, str | bool | int] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


@dataclass(frozen=True)
class QueryResult:
    """Column names, their DuckDB types, and the rows; ``is_truncated`` when there were more."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    is_truncated: bool


@dataclass(frozen=True)
class ColumnDescription:
    """A column and its words."""

    name: str
    type: str
    comment: str | None


@dataclass(frozen=True)
class TableDescription:
    """A table or view of the published file and its words."""

    schema: str
    name: str
    is_view: bool
    comment: str | None
    columns: tuple[ColumnDescription, ...]

    @property
    def qualified(self) -> str:
        """``schema.table`` as one would type it."""
        return f"{self.schema}.{self.name}"


def run_sql(
    workspace: Workspace,
    sql: str,
    params: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    max_rows: int | None = MAX_ROWS,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> QueryResult:
    """Run SQL on the published file. It can read tables there and nothing else: no files, no network.

    Args:
        workspace: whose published file.
        sql: one or several statements; the last one's rows are returned.
        params: values for ``?`` (a sequence) or ``$name`` (a mapping).
        max_rows: rows to return at most; None for all.
        timeout_seconds: when to give up.

    Raises:
        ConfigError: ``E-DB-20`` the SQL is wrong or not allowed, ``E-DB-21`` it took too long.
        DataError, EnvironmentProblem: as :func:`~mkt_pipeline.warehouse.files.open_published`.
    """
    with open_published(workspace, config=_LOCKED_DOWN) as connection:
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        timer = threading.Timer(timeout_seconds, connection.interrupt)
        timer.start()
        try:
            cursor = connection.execute(sql, params)
            description = cursor.description or []
            rows = cursor.fetchall() if max_rows is None else cursor.fetchmany(max_rows + 1)
        except duckdb.InterruptException:
            raise ConfigError(
                "E-DB-21", f"no answer in {timeout_seconds:g} s", expected="a question the file can answer",
                fix="ask for less: filter on date_day, or aggregate",
            ) from None  # fmt: skip
        except (duckdb.Error, ValueError) as error:
            raise _wrong(error) from None
        finally:
            timer.cancel()
    is_truncated = max_rows is not None and len(rows) > max_rows
    return QueryResult(
        columns=tuple(str(column[0]) for column in description),
        types=tuple(str(column[1]) for column in description),
        rows=rows[:max_rows],
        is_truncated=is_truncated,
    )


def tables(workspace: Workspace) -> list[TableDescription]:
    """Every table and view of the published file with its words, by schema and name."""
    with open_published(workspace) as connection:
        return read_tables(connection)


def read_tables(connection: duckdb.DuckDBPyConnection) -> list[TableDescription]:
    """As :func:`tables`, of a file that is open."""
    columns: dict[tuple[str, str], list[ColumnDescription]] = {}
    for schema, table, name, kind, comment in connection.execute(
        """
        SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns()
        WHERE NOT internal ORDER BY schema_name, table_name, column_index
        """
    ).fetchall():
        columns.setdefault((schema, table), []).append(ColumnDescription(name, kind, comment))
    found = connection.execute(
        """
        SELECT schema_name, table_name, false, comment FROM duckdb_tables() WHERE NOT internal
        UNION ALL SELECT schema_name, view_name, true, comment FROM duckdb_views() WHERE NOT internal
        ORDER BY 1, 2
        """
    ).fetchall()
    return [
        TableDescription(schema, name, is_view, comment, tuple(columns.get((schema, name), ())))
        for schema, name, is_view, comment in found
    ]


def describe(workspace: Workspace, table: str) -> TableDescription:
    """The words of one table or view, named with or without its schema.

    Raises:
        ConfigError: ``E-DB-22`` no such table, or several schemas have one of that name.
    """
    return table_named(tables(workspace), table, str(workspace.published_file))


def table_named(known: Sequence[TableDescription], table: str, where: str) -> TableDescription:
    """The one of ``known`` that is called ``table``; errors as :func:`describe`, at the place ``where``."""
    wanted = table.strip().replace('"', "").casefold()
    found = [entry for entry in known if wanted in (entry.qualified.casefold(), entry.name.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(
            "E-DB-22", f"{len(found)} tables are called {table!r}", expected="schema.table",
            fix=f"use one of {', '.join(entry.qualified for entry in found)}",
        )  # fmt: skip
    names = {name: entry.qualified for entry in known for name in (entry.qualified, entry.name)}
    near = difflib.get_close_matches(wanted, list(names), n=1)
    raise ConfigError(
        "E-DB-22", f"no table is called {table!r}", where=where,
        expected="a table or view of the published file",
        fix=f"did you mean {names[near[0]]}?" if near else "list them: FROM duckdb_tables()",
    )  # fmt: skip


def _wrong(error: Exception) -> ConfigError:
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    hint = next(
        (line.strip() for line in lines if line.strip().startswith(("Did you mean", "Candidate"))), ""
    )
    found = lines[0] if lines else type(error).__name__
    place = next((line.split(":")[0].lower() for line in lines if line.startswith("LINE ")), "")
    if isinstance(error, duckdb.PermissionException) or "read-only" in found:
        fix = "only reading the published file is allowed here; export with mkt sql --json"
    else:
        fix = hint or "correct the SQL; the tables are listed by FROM duckdb_tables()"
    return ConfigError("E-DB-20", found, where=place, expected="SQL that reads the published file", fix=fix)
