"""JSON and Parquet: records as a flat csv.

What is here: rows of connectors, warehouses and APIs, whose columns have names and types, written as the csv
that every other export is read from. Structs become dotted names (``device.category``); lists of keys and
values (``event_params``) become one column for each key the catalog names; what remains nested is kept as
JSON text. What is not: what the columns mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from mkt_pipeline.exports.archives import Budget
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.lake import quote, quote_identifier

MAX_COLUMNS = 16_384
_DEPTH = 6
"""Structs nested deeper are kept as JSON text."""
_EXPONENT = "-?[0-9](\\.[0-9]+)?e[-+]?[0-9]+"
_OBJECT_BYTES = 16 * 1024 * 1024


def is_parquet(head: bytes) -> bool:
    """Whether the content begins as Parquet does."""
    return head[:4] == b"PAR1"


def is_json(head: bytes) -> bool:
    """Whether the content begins as JSON objects or a list of them do."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] == b"{" or (start[:1] == b"[" and start[1:].lstrip()[:1] in (b"{", b"]"))


def flatten(
    connection: duckdb.DuckDBPyConnection, path: Path, head: bytes, known: Iterable[str], target: Path
) -> tuple[list[str], int]:
    """Write the records as a csv without a header; the header and the number of records.

    Args:
        known: normalised headers of the catalog; of lists of keys and values only these keys are taken.

    Raises:
        DataError: ``E-SRC-03``, the content is damaged or no list of records; ``E-SRC-04``, a few bytes that
            become far more rows than an export has; ``E-SRC-19``, too many columns.
    """
    source = f"read_parquet({quote(str(path))})" if is_parquet(head) else _json_source(connection, path)
    try:
        relation = connection.sql(f"SELECT * FROM {source}")
        cells = list(_cells(zip(relation.columns, relation.types, strict=True), sorted(known)))
        if not cells:
            raise problem("E-SRC-01", "the file holds no columns", where=path.name)
        if len(cells) > MAX_COLUMNS:
            raise problem("E-SRC-19", f"{len(cells):,} columns", where=path.name)
        if is_parquet(head):
            _refuse_bomb(connection, source, path, relation)
        picked = ", ".join(f"{sql} AS c{number}" for number, (_, sql) in enumerate(cells))
        written = connection.execute(
            f"COPY (SELECT {picked} FROM {source}) TO {quote(str(target))} (FORMAT csv, HEADER false)"
        ).fetchone()
        counted = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    except (duckdb.Error, RuntimeError, UnicodeDecodeError) as error:  # also for names that are no text
        raise problem("E-SRC-03", str(error).splitlines()[0][:200], where=path.name) from None
    assert written is not None and counted is not None
    if written != counted:
        found = f"it states {counted[0]:,} rows and holds {written[0]:,}"
        raise problem("E-SRC-03", found, where=path.name)
    return [name for name, _ in cells], int(counted[0])


def _refuse_bomb(
    connection: duckdb.DuckDBPyConnection, source: str, path: Path, relation: duckdb.DuckDBPyRelation
) -> None:
    """Repeated values take no room in Parquet; written out they may fill the disk."""
    budget = Budget(path)
    counted = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    budget.spend((counted[0] if counted else 0) * len(relation.columns))
    texts = [
        f"sum(strlen({quote_identifier(name)}))"
        for name, type_ in zip(relation.columns, relation.types, strict=True) if str(type_) == "VARCHAR"
    ]  # fmt: skip
    if texts:
        lengths = connection.execute(f"SELECT {', '.join(texts)} FROM {source}").fetchone()
        budget.spend(sum(int(length or 0) for length in lengths or ()))


def _json_source(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """The records of a JSON file: a list, one object a line, or the one list inside an API's answer.

    The engine is asked only how the records are built. Values stay the text they are: what is a day, an id or
    an amount is the catalog's to say.
    """
    file = f"read_json({quote(str(path))}, maximum_object_size = {_OBJECT_BYTES}, compression = 'none'"
    try:
        built = connection.sql(f"SELECT * FROM {file}, sample_size = 20480) LIMIT 2")
        types: list[tuple[str, Any]] = list(zip(built.columns, built.types, strict=True))
        columns = ", ".join(f"{quote(name)}: {quote(_as_text(type_))}" for name, type_ in types)
        source = f"{file}, columns = {{{columns}}})"
        lists = [name for name, type_ in types if type_.id == "list" and type_.children[0][1].id == "struct"]
        if len(lists) == 1 and len(types) <= 4 and len(built.fetchall()) == 1:
            name = quote_identifier(lists[0])
            return f"(SELECT unnest({name}, max_depth := 2) FROM {source})"
    except (duckdb.Error, RuntimeError, UnicodeDecodeError) as error:
        raise problem("E-SRC-03", str(error).splitlines()[0][:200], where=path.name) from None
    return source


def _as_text(type_: Any) -> str:
    """The same type with texts in place of all values."""
    if type_.id == "struct":
        fields = (f"{quote_identifier(field)} {_as_text(inner)}" for field, inner in type_.children)
        return f"STRUCT({', '.join(fields)})"
    if type_.id == "list":
        return f"{_as_text(type_.children[0][1])}[]"
    if type_.id == "map":
        return f"MAP(VARCHAR, {_as_text(dict(type_.children)['value'])})"
    return "VARCHAR"


def _cells(columns: Iterable[tuple[str, Any]], known: list[str]) -> Iterator[tuple[str, str]]:
    for name, type_ in columns:
        yield from _cell(name, quote_identifier(name), type_, known, _DEPTH)


def _cell(name: str, sql: str, type_: Any, known: list[str], depth: int) -> Iterator[tuple[str, str]]:
    if type_.id == "struct" and depth:
        for field, inner in type_.children:
            yield from _cell(f"{name}.{field}", f"{sql}.{quote_identifier(field)}", inner, known, depth - 1)
        return
    if type_.id == "list":
        inner = type_.children[0][1]
        fields = dict(inner.children) if inner.id == "struct" else {}
        if {"key", "value"} <= fields.keys():
            yield from _keyed(name, sql, fields["value"], known)
            return
    if type_.id in ("list", "struct", "map", "array", "union"):
        yield name, f"CAST(to_json({sql}) AS VARCHAR)"
    else:
        # Very small and very large fractions come as 1e-05, which no export writes.
        text = f"CAST({sql} AS VARCHAR)"
        plain = f"CAST(try_cast({text} AS DECIMAL(38,12)) AS VARCHAR)"
        yield name, f"CASE WHEN regexp_full_match({text}, {quote(_EXPONENT)}) THEN {plain} ELSE {text} END"


def _keyed(name: str, sql: str, value: Any, known: list[str]) -> Iterator[tuple[str, str]]:
    """One column per known key; a value of several types is whichever is set."""
    beginning = f"{name.casefold()}."
    for header in known:
        if not header.startswith(beginning):
            continue
        key = header.removeprefix(beginning)
        found = f"list_extract(list_filter({sql}, lambda item: lower(item.key) = {quote(key)}), 1).value"
        if value.id == "struct":
            parts = ", ".join(
                f"CAST({found}.{quote_identifier(field)} AS VARCHAR)" for field, _ in value.children
            )
            found = f"coalesce({parts})"
        yield f"{name}.{key}", f"CAST({found} AS VARCHAR)"
