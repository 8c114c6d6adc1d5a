"""Where words go: data to stdout, talk to stderr, errors as code, place, finding, expectation and fix.

What is here: the one object commands print through. What is not: what a command has to say.
With ``--json`` stdout is one JSON document and stderr is empty or one error object. Colours follow
``NO_COLOR`` and are left out where the stream is not a terminal.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mkt_pipeline.cli.words import say
from mkt_pipeline.errors import MktError

WIDE = 10_000
"""Columns to assume where nobody looks: a pipe or a file must get whole lines."""


@dataclass(frozen=True)
class Output:
    """How this call of the command prints."""

    language: str = "en"
    as_json: bool = False
    quiet: bool = False
    debug: bool = False

    @cached_property
    def stdout(self) -> Console:
        """Data."""
        return _console(sys.stdout)

    @cached_property
    def stderr(self) -> Console:
        """Talk."""
        return _console(sys.stderr)

    @property
    def talks(self) -> bool:
        """Whether progress and hints are wanted at all."""
        return not (self.quiet or self.as_json)

    def word(self, key: str, **values: object) -> str:
        """A phrase in the language of this call."""
        return say(key, self.language, **values)

    def talk(self, text: str = "", style: str | None = None) -> None:
        """A line for the person watching."""
        if self.talks:
            self.stderr.print(escape(text), style=style)

    @contextmanager
    def working(self, text: str) -> Iterator[None]:
        """Show that something takes a while: a spinner on a terminal, one line elsewhere."""
        if self.talks and self.stderr.is_terminal:
            with self.stderr.status(escape(text)):
                yield
        else:
            self.talk(text)
            yield

    def data(self, text: str) -> None:
        """A line of the result."""
        self.stdout.print(text, markup=False)

    def document(self, value: Any) -> None:
        """The result as one JSON document."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=jsonable) + "\n")

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[object]], right: Iterable[int] = ()
    ) -> None:
        """The result as an aligned table; ``right`` are the positions of columns of numbers.

        A table wider than the terminal is printed as records, one line per filled cell.
        """
        cells = [[cell(value) for value in row] for row in rows]
        if self.stdout.is_terminal and _width(columns, cells) > self.stdout.width:
            self._records(columns, cells)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        rights = set(right)
        for position, name in enumerate(columns):
            table.add_column(escape(name), justify="right" if position in rights else "left", overflow="fold")
        for row in cells:
            table.add_row(*map(escape, row))
        self.stdout.print(table)

    def _records(self, columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        longest = max(map(cell_len, columns))
        for number, row in enumerate(cells, start=1):
            self.stdout.print(f"[dim]── {number} ──[/]")
            for name, text in zip(columns, row, strict=True):
                if text:
                    padding = " " * (longest - cell_len(name))
                    self.stdout.print(f"[bold]{escape(name)}[/]{padding}  {escape(text)}", soft_wrap=True)

    def error(self, error: MktError) -> None:
        """An error of the product."""
        if self.as_json:
            sys.stderr.write(json.dumps({"error": error.to_dict()}, ensure_ascii=False) + "\n")
        else:
            where, expected, fix = (
                in_language(text, self.language) for text in (error.where, error.expected, error.fix)
            )
            place = f"{where}: " if where else ""
            self.stderr.print(f"[bold red]{escape(error.code)}[/] {escape(place + error.found)}")
            for key, text in (("expected", expected), ("fix", fix)):
                if text:
                    self.stderr.print(f"  [bold]{self.word(key)}[/] {escape(text)}")
        if self.debug:
            self.trace(error)

    def trace(self, error: BaseException) -> None:
        """The traceback, for ``--debug`` only."""
        sys.stderr.write("".join(traceback.format_exception(error)))


def in_language(text: str, language: str) -> str:
    """The half of a ``中文 | English`` text that a reader of ``language`` wants; other texts as they are."""
    chinese, bar, english = text.partition(" | ")
    if not bar:
        return text
    return chinese if language == "zh" else english


def cell(value: object) -> str:
    """A value as a person reads it: nothing for null, thousands separated, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "·"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float | Decimal):
        return _decimal(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _decimal(value: float | Decimal) -> str:
    """Four decimals at most and two at least; none for whole floats, which are counts made by division."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:,.0f}"
    whole, _, decimals = f"{value:,.4f}".partition(".")
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}" if decimals else whole


def jsonable(value: object) -> object:
    """Values JSON has no word for. Whole decimals become integers; other decimals floats."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)


def _width(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    """Terminal columns that a table takes: Chinese signs take two."""
    columns_of_text = zip(columns, *cells, strict=True)
    return sum(max(map(cell_len, texts)) + 2 for texts in columns_of_text)


def _console(stream: TextIO) -> Console:
    return Console(
        file=stream,
        highlight=False,
        soft_wrap=not stream.isatty(),
        width=None if stream.isatty() else WIDE,
    )
