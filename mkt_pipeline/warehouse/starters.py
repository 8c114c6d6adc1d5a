"""Starter queries: the questions analysts ask first, each a SQL file with its words, ready to run or to copy.

What is here: finding and reading ``queries/<name>.sql``. What is not: running them
(:func:`~mkt_pipeline.warehouse.queries.run_sql` does, like any other SQL), or printing.

A file opens with its question in English and in Chinese, one ``-- column: 中文 | English`` line per column of
the result, in order, and remarks, if any. The SQL below reads published tables only. For tables that no
starter query reads, ``queries/tables.yml`` has a question and its SQL.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.workspace import PACKAGE_DIR

QUERIES_DIR: Final = PACKAGE_DIR / "queries"
_NAME = re.compile(r"[A-Za-z]\w*")
_TABLE = re.compile(r"\b(?:from|join)\s+(\w+\.\w+)")
_COLUMN = re.compile(r"(?P<name>[a-z][a-z0-9_]*): (?P<words>.+)")


@dataclass(frozen=True)
class StarterQuery:
    """A question with its SQL. ``question`` is by language; ``columns`` are name and words of the result."""

    name: str
    question: Mapping[str, str]
    columns: tuple[tuple[str, str], ...]
    notes: str
    sql: str

    @property
    def tables(self) -> frozenset[str]:
        """The tables it reads, with their schema."""
        body = "\n".join(line for line in self.sql.splitlines() if not line.startswith("--"))
        return frozenset(_TABLE.findall(body))

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**asdict(self), "columns": dict(self.columns)}


def is_name(text: str) -> bool:
    """Whether a text can only be meant as the name of a query: one word is no SQL."""
    return _NAME.fullmatch(text.strip()) is not None


@cache
def starter_queries() -> tuple[StarterQuery, ...]:
    """All starter queries by name."""
    return tuple(_read(path) for path in sorted(QUERIES_DIR.glob("*.sql")))


def starter_query(name: str) -> StarterQuery:
    """The starter query of that name.

    Raises:
        ConfigError: ``E-DB-23`` there is none.
    """
    known = {query.name: query for query in starter_queries()}
    wanted = name.strip().casefold()
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=1)
    raise ConfigError(
        "E-DB-23", f"no starter query is called {name!r}", expected="a name of mkt sql --list, or SQL",
        fix=f"did you mean {near[0]}?" if near else "mkt sql --list",
    )  # fmt: skip


@cache
def questions_about(table: str) -> tuple[StarterQuery, ...]:
    """What one may ask a table, named with its schema: the starter queries that read it, else its example."""
    about = tuple(query for query in starter_queries() if table in query.tables)
    return about or tuple(query for query in table_examples() if query.name == table)


@cache
def table_examples() -> tuple[StarterQuery, ...]:
    """Examples for tables that no starter query reads; each is called as its table."""
    import yaml

    entries = yaml.safe_load((QUERIES_DIR / "tables.yml").read_text(encoding="utf-8"))
    examples = []
    for table, (question, sql) in entries.items():
        chinese, _, english = question.partition(" | ")
        examples.append(StarterQuery(table, {"en": english, "zh": chinese}, (), "", sql))
    return tuple(examples)


def _read(path: Path) -> StarterQuery:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line.removeprefix("--").strip() for line in lines[: _length_of_head(lines)]]
    english, chinese, *rest = head
    columns = [match for line in rest if (match := _COLUMN.fullmatch(line))]
    notes = [line for line in rest if not _COLUMN.fullmatch(line)]
    return StarterQuery(
        path.stem,
        {"en": english, "zh": chinese},
        tuple((match["name"], match["words"]) for match in columns),
        " ".join(notes),
        "\n".join(lines) + "\n",
    )


def _length_of_head(lines: list[str]) -> int:
    return next((place for place, line in enumerate(lines) if not line.startswith("--")), len(lines))
