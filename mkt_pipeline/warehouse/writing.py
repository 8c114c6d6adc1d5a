"""Writing tables into the build file from Python, with types and words.

What is here: one table from a frame or from rows, replaced as a whole. What is not: tables that dbt makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from mkt_pipeline.lake import quote, quote_identifier
from mkt_pipeline.warehouse.files import write_build
from mkt_pipeline.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TableColumn:
    """A column of a table written from Python: name, DuckDB type, words ``中文 | English, unit``."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A table written from Python: where it stands, what it says, its columns."""

    schema: str
    name: str
    comment: str
    columns: tuple[TableColumn, ...]

    @property
    def qualified(self) -> str:
        """Quoted ``schema.table``."""
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"


def write_table(
    workspace: Workspace,
    schema: str,
    name: str,
    frame: pd.DataFrame,
    comment: str,
    column_comments: Mapping[str, str],
    types: Mapping[str, str] | None = None,
) -> int:
    """Replace ``schema.name`` in the build file by ``frame``, with comments, in one transaction.

    Args:
        workspace: whose build file.
        schema: schema of the table; made if missing.
        name: name of the table.
        frame: the rows; its columns are the table's.
        comment: words for the table, ``中文 | English``.
        column_comments: words for every column.
        types: DuckDB types by column; columns without one keep the frame's type. Declare them wherever a
            frame may be empty or hold decimals, dates or text.

    Returns:
        The number of rows.

    Raises:
        ValueError: a column without words, or words or a type for a column that is not in the frame.
        EnvironmentProblem, DataError: as :func:`~mkt_pipeline.warehouse.files.write_build`.
    """
    types = types or {}
    names = [str(column) for column in frame.columns]
    if set(column_comments) != set(names) or not set(types) <= set(names):
        raise ValueError(
            f"{schema}.{name}: the frame has {names}, comments {list(column_comments)}, types {list(types)}"
        )
    selected = ", ".join(
        f"CAST({quote_identifier(column)} AS {types[column]}) AS {quote_identifier(column)}"
        if column in types
        else quote_identifier(column)
        for column in names
    )
    qualified = f"{quote_identifier(schema)}.{quote_identifier(name)}"
    with write_build(workspace) as connection:
        # Object columns arrive as text and are cast to the declared type: a guess from their first rows
        # fails where those are empty.
        connection.execute("SET pandas_analyze_sample = 0")
        connection.register("frame_to_write", frame)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(schema)}")
        connection.execute(f"CREATE OR REPLACE TABLE {qualified} AS SELECT {selected} FROM frame_to_write")
        connection.unregister("frame_to_write")
        comment_on(connection, "TABLE", qualified, comment, column_comments)
    return len(frame)


def replace_rows(connection: duckdb.DuckDBPyConnection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    """Replace a declared table by ``rows`` (values in the order of its columns)."""
    definition = ", ".join(f"{quote_identifier(column.name)} {column.type}" for column in table.columns)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(table.schema)}")
    connection.execute(f"CREATE OR REPLACE TABLE {table.qualified} ({definition})")
    values = [list(row) for row in rows]
    if values:
        marks = ", ".join("?" for _ in table.columns)
        connection.executemany(f"INSERT INTO {table.qualified} VALUES ({marks})", values)
    words = {column.name: column.comment for column in table.columns}
    comment_on(connection, "TABLE", table.qualified, table.comment, words)


def comment_on(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    qualified: str,
    comment: str | None,
    column_comments: Mapping[str, str | None],
) -> None:
    """Give a table or view (``kind``) its comment and those of its columns; None leaves one without."""
    statements = [f"COMMENT ON {kind} {qualified} IS {quote(comment)}"] if comment else []
    statements += [
        f"COMMENT ON COLUMN {qualified}.{quote_identifier(column)} IS {quote(words)}"
        for column, words in column_comments.items()
        if words
    ]
    if statements:
        connection.execute("; ".join(statements))
