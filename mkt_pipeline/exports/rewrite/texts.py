"""Texts, row by row, as they are written: cells with their quotes, lines with their ends.

What is here: how a text is put together, its rows, and writing them again so that a cell that is not changed
keeps its bytes. What is not: deciding encodings by evidence (:mod:`mkt_pipeline.exports.text` does).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from mkt_pipeline.exports.recognise import DELIMITERS
from mkt_pipeline.exports.text import (
    head_lines,
    is_plausible,
    possible_encodings,
    read_head,
    scan_file,
)

_MOST_LINES_OF_A_CELL = 2_000
_SNIFFED_LINES = 60
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Layout:
    """How a text is put together."""

    codec: str
    """Python's name of the encoding, without a byte order mark."""
    bom: bool
    delimiter: str


class Decoding(NamedTuple):
    """One way to read the bytes of a text."""

    codec: str
    bom: bool
    lines: list[str]
    """The first ones."""


@dataclass
class Record:
    """One row of a text as written."""

    line: int
    """Where it begins, from 1."""
    raw: list[str]
    """Cells with their quotes."""
    end: str

    @property
    def cells(self) -> list[str]:
        """The cells without their quotes."""
        return [_unquoted(cell) for cell in self.raw]


def decodings(path: Path) -> list[Decoding]:
    """Ways to read a text, the likeliest first; the last one decodes anything and writes the same bytes."""
    head, scanned = read_head(path), scan_file(path)
    codecs = [each.codec for each in possible_encodings(head, scanned) if is_plausible(each, path, scanned)]
    bare = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le" if head[:1] == b"\xff" else "utf-16-be"}
    return [
        Decoding(bare.get(codec, codec), codec in bare and head.startswith(_MARKS), lines)
        for codec in [*codecs, "latin-1"] if (lines := head_lines(head, codec)) is not None
    ]  # fmt: skip


def sniff(path: Path) -> Layout:
    """How a text is put together: its likeliest encoding, and the delimiter most lines agree on."""
    codec, bom, lines = decodings(path)[0]
    return Layout(codec, bom, _delimiter(lines[:_SNIFFED_LINES]))


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that gives the most lines the same number of cells, the more cells the better."""
    best = (0, ",")
    for delimiter in DELIMITERS:
        widths = [len(_split(line, delimiter) or [line]) for line in lines if delimiter in line]
        for width in set(widths):
            best = max(best, (widths.count(width) * (width - 1), delimiter), key=lambda each: each[0])
    return best[1]


def write_text(
    path: Path, target: Path, layout: Layout, change: Callable[[int, list[str]], Sequence[str | None] | None]
) -> None:
    """Write a text anew; ``change`` gives the new cells of a row, None for a cell or a row that stays."""
    with target.open("w", encoding=layout.codec, newline="", errors="surrogateescape") as out:
        if layout.bom:
            out.write("\ufeff")
        for record in records(path, layout):
            new = change(record.line, record.cells)
            if new is not None:
                record.raw = [
                    raw if text is None else _quoted_like(raw, text, layout.delimiter)
                    for raw, text in zip(record.raw, new, strict=True)
                ]
            out.write(layout.delimiter.join(record.raw) + record.end)


def records(path: Path, layout: Layout) -> Iterator[Record]:
    """The rows of a text. A quote that is never closed is a sign like any other."""
    with _open(path, layout.codec) as handle:
        waiting: deque[str] = deque()
        number = 0
        while line := waiting.popleft() if waiting else handle.readline():
            line = line.removeprefix("\ufeff") if number == 0 else line
            taken = [line]
            body, end = _without_end(line)
            cells = _split(body, layout.delimiter)
            while cells is None and len(taken) < _MOST_LINES_OF_A_CELL:
                following = waiting.popleft() if waiting else handle.readline()
                if not following:
                    break
                taken.append(following)
                if '"' in following:
                    body, end = _without_end("".join(taken))
                    cells = _split(body, layout.delimiter)
            if cells is None:
                waiting.extendleft(reversed(taken[1:]))
                taken = [line]
                body, end = _without_end(line)
                cells = body.split(layout.delimiter)
            yield Record(number + 1, cells, end)
            number += len(taken)


def _open(path: Path, codec: str) -> IO[str]:
    """A text with its line ends as they are; a lone carriage return ends a line only where none else does."""
    only_returns = b"\n" not in read_head(path)
    return path.open(encoding=codec, errors="surrogateescape", newline="\r" if only_returns else "\n")


def _without_end(line: str) -> tuple[str, str]:
    body = line.removesuffix("\n").removesuffix("\r")
    return body, line[len(body) :]


def _split(text: str, delimiter: str) -> list[str] | None:
    """The cells of a row as written; None while a quote is open."""
    if '"' not in text:
        return text.split(delimiter)
    cells: list[str] = []
    position = 0
    while True:
        search = position
        if text.startswith('"', position):
            search = text.find('"', position + 1)
            while search >= 0 and text.startswith('""', search):
                search = text.find('"', search + 2)
            if search < 0:
                return None
        stop = text.find(delimiter, search)
        if stop < 0:
            return [*cells, text[position:]]
        cells.append(text[position:stop])
        position = stop + 1


def _unquoted(raw: str) -> str:
    if not raw.startswith('"') or len(raw) < 2:
        return raw
    inside, _, rest = raw[1:].rpartition('"')
    return inside.replace('""', '"') + rest


def _quoted_like(raw: str, text: str, delimiter: str) -> str:
    """A new text, quoted as the old cell was, or because it must be."""
    if raw.startswith('"') or any(sign in text for sign in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text
