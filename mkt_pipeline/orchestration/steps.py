"""What all steps share: errors a user can act on, the skip rule, and values in Dagster's terms.

What is here: the few conventions between the steps and the reader of a run's outcome. What is not: the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dagster as dg

from mkt_pipeline.errors import MktError
from mkt_pipeline.orchestration.run import is_up_to_date
from mkt_pipeline.workspace import Workspace

POOL = "duckdb_build"
"""The pool of the steps that write the build file. It queues; the file lock of the build file protects."""

LOCK_WAIT_SECONDS = 300.0
"""A step waits this long for another run's step to finish writing before it gives up and names the holder."""

FORCE_TAG = "mkt/force"
"""Run tag: build and write even when nothing changed. It can be set in the launchpad too."""

ERROR_METADATA = "error"
"""Metadata key of a failed step: list of ``MktError.to_dict()``."""

RESULT_METADATA = "result"
"""Metadata key of what a step hands to the caller of a run, as JSON."""

FAILING_ROWS_METADATA = "failing rows"
"""Metadata key of a failed check: the first rows that failed, as JSON."""

NOTE_MARK = "▸ "
"""Begins the lines of a step's log that are meant for the user; Dagster writes its own beside them."""


def tell(context: dg.AssetExecutionContext, text: str) -> None:
    """Log a line that a running command shows too; the last one of a step is its summary."""
    context.log.info(NOTE_MARK + text)


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn a :class:`MktError` into a step failure that shows its place and fix instead of a bare trace."""
    try:
        yield
    except MktError as error:
        raise failure([error]) from error


def failure(errors: Sequence[MktError], **metadata: Any) -> dg.Failure:
    """The failure of a step: its description is the first error, its metadata are all of them."""
    first = errors[0]
    parts = {"found": first.found, "where": first.where, "expected": first.expected, "fix": first.fix}
    return dg.Failure(
        description=str(first),
        metadata={
            **{name: text for name, text in parts.items() if text},
            ERROR_METADATA: dg.MetadataValue.json([error.to_dict() for error in errors]),
            **metadata,
        },
        allow_retries=False,
    )


def nothing_to_build(context: dg.AssetExecutionContext, workspace: Workspace) -> bool:
    """Whether a whole run may leave out everything from dbt on.

    A run of single assets was asked for by name in the UI and is always done.
    """
    if context.is_subset or context.run.tags.get(FORCE_TAG) == "true":
        return False
    return is_up_to_date(workspace)


def table(rows: Iterable[Mapping[Any, Any]], limit: int = 20) -> dg.MarkdownMetadataValue:
    """A Markdown table of the first rows; the columns are the keys of the first one."""
    shown = [dict(row) for _, row in zip(range(limit), rows, strict=False)]
    if not shown:
        return dg.MetadataValue.md("—")
    columns = list(shown[0])
    lines: list[list[Any]] = [columns, ["---"] * len(columns)]
    lines += [[row.get(column) for column in columns] for row in shown]
    return dg.MetadataValue.md("\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines))


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
