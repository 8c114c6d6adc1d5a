"""The tables of an export, and which of them a row belongs to.

What is here: finding headers in the first lines of each part, and the headers of stacked tables on the way.
What is not: what a header means (:mod:`mkt_pipeline.exports.recognise`), and what becomes of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Literal

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports import files, text, undeclared
from mkt_pipeline.exports.anonymise.columns import columns_of, unknown_column
from mkt_pipeline.exports.anonymise.tables import Table
from mkt_pipeline.exports.catalog import Catalog, Platform
from mkt_pipeline.exports.recognise import (
    Header,
    Match,
    Surroundings,
    find_header,
    match_header,
)
from mkt_pipeline.exports.rewrite import Layout, Member, Package, Part, decodings

_HEAD_ROWS = 60


class Tables:
    """The tables of one export, by part and line of the header."""

    def __init__(self, path: Path, catalog: Catalog, preferred: str | None) -> None:
        self.catalog = catalog
        self._name, self._preferred = files.original_name(path), preferred
        self.found: dict[tuple[Part, int], Table] = {}
        self.platforms: dict[Part, Platform | None] = {}
        """The platform of each part; None where no report fits."""
        self._current: dict[Part, Table | None] = {}
        self._above: dict[Part, list[str]] = {}

    def find(self, package: Package) -> None:
        """Find the header of each part, and settle how its text is put together.

        Raises:
            DataError: as :func:`.rewrite.opened`, for a part that cannot be read.
        """
        for member in package.tables:
            for part in member.parts():
                around = self._around(part)
                if member.kind == "text":
                    header = self._settle(member, around)
                else:
                    header = self._header(text.first_lines(member.sheets[part.place[1]].path), around)
                self._add(part, header, list(islice(member.rows(part), _HEAD_ROWS)))

    def rewind(self) -> None:
        """Begin at the first row again."""
        self._current.clear()
        self._above.clear()

    def route(
        self, part: Part, line: int, cells: list[str]
    ) -> tuple[Table | None, Literal["header", "row", "free"]]:
        """Which table a row belongs to, the same in every pass."""
        if (part, line) in self.found:
            self._current[part] = self.found[part, line]
            return self._current[part], "header"
        current = self._current.get(part, self.found.get((part, 0)))
        platform = self.platforms.get(part)
        if platform is not None and platform.blocks:
            above = self._above.setdefault(part, [])
            if not "".join(cells).strip() or cells[0].startswith("#"):
                self._current[part] = None
                above.append(",".join(cells))
                return None, "free"
            if current is None and sum(bool(cell.strip()) for cell in cells) > 1:
                around = replace(self._around(part), only=platform.platform)
                matches = match_header(self.catalog, cells, above, around)
                table = _known(matches[0], cells) if matches else _unknown(cells)
                self._current[part] = self.found[part, line] = table
                above.clear()
                return table, "header"
            if current is None:
                above.append(",".join(cells))
        return (current, "row") if current is not None else (None, "free")

    def _around(self, part: Part) -> Surroundings:
        names = tuple(name for name in (part.sheet, part.member, self._name) if name)
        return Surroundings(names, self._preferred)

    def _settle(self, member: Member, around: Surroundings) -> Header | None:
        """Take the first encoding whose header is known; where none is, the likeliest one."""
        tried = decodings(member.path)
        headers = [self._header(each.lines, around) for each in tried]
        place = next((place for place, header in enumerate(headers) if header), 0)
        header = headers[place]
        if header:
            member.layout = Layout(tried[place].codec, tried[place].bom, header.delimiter)
        return header

    def _header(self, lines: Sequence[str], around: Surroundings) -> Header | None:
        try:
            return find_header(self.catalog, lines, around)
        except DataError:
            return None  # several platforms fit: the values decide

    def _add(self, part: Part, header: Header | None, head: Sequence[tuple[int, list[str]]]) -> None:
        self.platforms[part] = header.match.platform if header else None
        cells_of = dict(head)
        if header and header.line in cells_of:
            self.found[part, header.line] = _known(header.match, cells_of[header.line])
            return
        place = undeclared.guess_header([*cells_of.values()])
        if place is None:
            self.found[part, 0] = _unknown([])
        else:
            line, cells = head[place]
            self.found[part, line] = _unknown(cells)


def _known(match: Match, header: list[str]) -> Table:
    return Table(header, columns_of(match.platform, match.report, header), match.platform, match.report)


def _unknown(header: list[str]) -> Table:
    return Table(header, [unknown_column(cell) for cell in header])
