"""What earlier landings saw of a report: its headers, and the columns nobody knew.

What is here: telling news from what was said before, so that a warning is read. What is not: receipts
themselves (:mod:`.receipts`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from mkt_pipeline.exports.catalog import normalise
from mkt_pipeline.exports.read import Grid
from mkt_pipeline.exports.reading import Reading
from mkt_pipeline.exports.receipts import Receipt
from mkt_pipeline.exports.recognise import Match, bind

_Key = tuple[str, str, str]


class History:
    """Per report and level: the headers seen, their fingerprints, and unknown columns already warned of."""

    def __init__(self) -> None:
        self._headers: dict[_Key, dict[str, list[str]]] = {}
        self._unknown: dict[_Key, set[str]] = {}

    def add(self, receipt: Receipt) -> None:
        """Take a receipt into account."""
        key = (receipt.platform, receipt.report, receipt.level)
        self._add(key, receipt.header or [], receipt.header_fingerprint, receipt.unmapped_columns or [])

    def remember(self, reading: Reading) -> None:
        """Take what has just landed into account."""
        for grid in _grids(reading):
            match = grid.match
            self._add(_key(grid), match.header, header_fingerprint(match.header), match.unmapped_columns)

    def unknown_columns(self, reading: Reading) -> list[str]:
        """A warning about columns nobody knows, unless an earlier export had them too."""
        unknown: dict[str, None] = {}
        for grid in _grids(reading):
            known = self._unknown.get(_key(grid), set())
            unknown |= dict.fromkeys(name for name in grid.match.unmapped_columns if name not in known)
        return [f"unknown columns kept in extra: {', '.join(unknown)}"] if unknown else []

    def header_changes(self, reading: Reading) -> list[str]:
        """What no earlier header had, and what all of them had; a header is told once.

        Columns are compared by what they mean, so that another language or another order is no change.
        """
        return [change for grid in _grids(reading) for change in self._changes(grid)]

    def _changes(self, grid: Grid) -> Iterator[str]:
        earlier = self._headers.get(_key(grid), {})
        match = grid.match
        if match.report.open_columns or match.melted or not earlier:
            return
        if header_fingerprint(match.header) in earlier:
            return
        before = [_meanings(bind(match.platform, match.report, header)[0]) for header in earlier.values()]
        now = _meanings(match)
        new = now.difference(*before)
        gone = set.intersection(*before) - now
        differences = [
            f"{word} {', '.join(map(repr, sorted(names)))}"
            for word, names in (("new", new), ("gone", gone))
            if names
        ]
        if differences:
            report = f"{match.platform.platform}/{match.report.report}"
            yield f"the header of {report} differs from the exports before: {'; '.join(differences)}"

    def _add(self, key: _Key, header: Sequence[str], fingerprint: str, unknown: Sequence[str]) -> None:
        if header:
            self._headers.setdefault(key, {})[fingerprint] = list(header)
        self._unknown.setdefault(key, set()).update(unknown)


def header_fingerprint(header: Sequence[str]) -> str:
    """A hash of the normalised header: changes when the platform changes its columns."""
    return hashlib.sha256("\x1f".join(map(normalise, header)).encode()).hexdigest()[:16]


def _grids(reading: Reading) -> list[Grid]:
    return [table.grid for table in reading.tables]


def _key(grid: Grid) -> _Key:
    return grid.match.platform.platform, grid.match.report.report, grid.match.report.level


def _meanings(match: Match) -> set[str]:
    """The canonical columns a header fills, and the columns nobody knows as they are written."""
    filled = {target for bound in match.bound for target in bound.targets if target != "extra"}
    return filled | {normalise(name) for name in match.unmapped_columns}
