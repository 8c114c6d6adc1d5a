"""Reading a published file in tests: one query, or every mart table as comparable rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkt_pipeline.demo import DemoTruth
from mkt_pipeline.orchestration.run import RunOutcome
from mkt_pipeline.warehouse import open_published
from mkt_pipeline.workspace import Workspace


@dataclass(frozen=True)
class Finished:
    """A workspace after a run, with the known answer and what the run said."""

    workspace: Workspace
    truth: DemoTruth
    outcome: RunOutcome

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one query on the published file."""
        return rows(self.workspace, sql, *values)

    def value(self, sql: str, *values: object) -> Any:
        """The single value of one query on the published file."""
        ((value,),) = self.rows(sql, *values)
        return value


def rows(workspace: Workspace, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of one query on the published file."""
    with open_published(workspace) as connection:
        return connection.execute(sql, list(values)).fetchall()


def mart_tables(workspace: Workspace, without: Collection[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of ``mart`` and ``metrics``, rows in a fixed order, columns ``without`` left out."""
    with open_published(workspace) as connection:
        names = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema IN ('mart', 'metrics') ORDER BY ALL"
        ).fetchall()
        result = {}
        for schema, name in names:
            columns = connection.execute(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_schema = ? AND table_name = ?",
                [schema, name],
            ).fetchall()
            listed = ", ".join(f'"{column}"' for (column,) in columns if column not in without)
            found = connection.execute(f'SELECT {listed} FROM "{schema}"."{name}" ORDER BY ALL').fetchall()
            result[f"{schema}.{name}"] = [tuple(map(_comparable, row)) for row in found]
        return result


def _comparable(value: Any) -> Any:
    """A floating-point sum depends on the order of its parts in the last digits; everything else is exact."""
    return float(f"{value:.9g}") if isinstance(value, float) else value


def differences(
    expected: dict[str, list[tuple[Any, ...]]], found: dict[str, list[tuple[Any, ...]]]
) -> list[str]:
    """Which tables differ, with the first rows that only one side has; empty when all are equal."""
    result = [f"tables: {sorted(expected.keys() ^ found.keys())}"] if expected.keys() != found.keys() else []
    for name in sorted(expected.keys() & found.keys()):
        if expected[name] != found[name]:
            missing = [row for row in expected[name] if row not in found[name]][:2]
            extra = [row for row in found[name] if row not in expected[name]][:2]
            result.append(
                f"{name}: {len(expected[name])} rows, found {len(found[name])}; "
                f"missing {missing}; extra {extra}"
            )
    return result


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or none if it is not there."""
    return path.read_bytes() if path.is_file() else b""
