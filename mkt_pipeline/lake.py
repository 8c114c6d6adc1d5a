"""The lake: where the Parquet files of the datasets lie, how they are written and read.

What is here: the paths, the in-memory SQL engine that reads and writes Parquet, and atomic writes. What is
not: the columns (:mod:`mkt_pipeline.datasets`, whose names are re-exported here), reading
exports (``exports/``), plans (``plan/``), or the DuckDB files (``warehouse/``).

One landed export is one receipt in ``lake/landed_file/`` and one Parquet file per dataset it feeds, all
named after the ``file_id``. The receipt is renamed into place last: rows whose receipt is missing were never
landed, and staging does not read them. Every dataset also holds an empty ``contract.parquet`` with all its
columns: a landed file leaves out the columns it says nothing about, so readers unite files by name, and
a lake without data can be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from mkt_pipeline.datasets import (
    COUNT,
    DATASETS,
    EXPORT_DATASETS,
    FILE_DATASETS,
    MONEY,
    PLAN_DATASETS,
    TEXT,
    Column,
    Dataset,
)
from mkt_pipeline.workspace import Workspace

__all__ = [
    "CONTRACT_FILE",
    "COUNT",
    "DATASETS",
    "EXPORT_DATASETS",
    "FILE_DATASETS",
    "MONEY",
    "PLAN_DATASETS",
    "TEXT",
    "Column",
    "Dataset",
    "commit",
    "engine",
    "ensure_contracts",
    "folder",
    "quote",
    "quote_identifier",
    "write_rows",
]

CONTRACT_FILE = "contract.parquet"
_ROWS_A_STATEMENT = 200


def folder(workspace: Workspace, dataset: str) -> Path:
    """The folder of a dataset. ``KeyError`` for a name that is not a dataset."""
    return workspace.lake / DATASETS[dataset].name


def engine(scratch: Path, memory_limit: str = "1GB") -> duckdb.DuckDBPyConnection:
    """An in-memory SQL engine for csv and Parquet, which spills to ``scratch`` beyond ``memory_limit``."""
    scratch.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(scratch),
            "preserve_insertion_order": "true",
        },
    )


def quote(text: str) -> str:
    """A SQL string literal, for the places where a value cannot be bound (COPY targets)."""
    return "'" + text.replace("'", "''") + "'"


def quote_identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def commit(temporary: Path, final: Path) -> None:
    """Rename a finished file into place so that a crash leaves the old or the new one, never a part."""
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(final)
    if os.name == "posix":
        directory = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def write_rows(
    workspace: Workspace, dataset: str, file_name: str, rows: Iterable[Mapping[str, Any]], *,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Path:  # fmt: skip
    """Write a small table of a dataset atomically and return its path.

    Columns a row does not name are null; a key that is no column of the dataset is a ``KeyError``. A caller
    that writes many tables passes its ``connection``; without one an engine is opened and closed.
    """
    declared = DATASETS[dataset].columns
    names = [column.name for column in declared]
    values: list[Sequence[Any]] = []
    for row in rows:
        unknown = row.keys() - set(names)
        if unknown:
            raise KeyError(f"{dataset} has no column {sorted(unknown)}")
        values.append([row.get(name) for name in names])
    target = folder(workspace, dataset) / file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    if connection is None:
        with engine(workspace.scratch) as own:
            _copy_rows(own, declared, values, temporary)
    else:
        _copy_rows(connection, declared, values, temporary)
    commit(temporary, target)
    return target


def _copy_rows(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    values: Sequence[Sequence[Any]],
    target: Path,
) -> None:
    """One statement for any number of rows; a table of few rows is cheaper written as values than
    inserted."""
    types = [f"CAST({{}} AS {column.type}) AS {quote_identifier(column.name)}" for column in columns]
    if not values:
        picks = ", ".join(type_.format("NULL") for type_ in types)
        connection.execute(f"COPY (SELECT {picks} LIMIT 0) TO {quote(str(target))} (FORMAT parquet)")
        return
    names = [f"v{place}" for place in range(len(columns))]
    picks = ", ".join(type_.format(name) for type_, name in zip(types, names, strict=True))
    row = f"({', '.join('?' for _ in names)})"
    for start in range(0, len(values), _ROWS_A_STATEMENT):
        some = values[start : start + _ROWS_A_STATEMENT]
        listed = f"(VALUES {', '.join([row] * len(some))}) AS given({', '.join(names)})"
        query = f"SELECT {picks} FROM {listed}"
        parameters = [value for each in some for value in each]
        if len(values) <= _ROWS_A_STATEMENT:
            connection.execute(f"COPY ({query}) TO {quote(str(target))} (FORMAT parquet)", parameters)
            return
        verb = "CREATE OR REPLACE TEMP TABLE rows_to_write AS" if start == 0 else "INSERT INTO rows_to_write"
        connection.execute(f"{verb} {query}", parameters)
    connection.execute(f"COPY rows_to_write TO {quote(str(target))} (FORMAT parquet)")
    connection.execute("DROP TABLE rows_to_write")


def ensure_contracts(workspace: Workspace) -> None:
    """Give every dataset its empty contract file, so that readers need no special case for an empty lake.

    The contract also carries the columns that files landed by an older release lack: it is written again when
    the declaration has changed.
    """
    with engine(workspace.scratch) as connection:
        for name, dataset in DATASETS.items():
            path = folder(workspace, name) / CONTRACT_FILE
            declared = [(column.name, column.type) for column in dataset.columns]
            if not path.exists() or _stored_columns(connection, path) != declared:
                write_rows(workspace, name, CONTRACT_FILE, [], connection=connection)


def _stored_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quote(str(path))})").fetchall()
    return [(name, type_) for name, type_, *_ in described]
