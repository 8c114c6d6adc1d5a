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

_Key = tuple[str, str, str]


class History:
    """Per report and level: the header last seen, all fingerprints, and unknown columns already warned of."""

    def __init__(self) -> None:
        self._headers: dict[_Key, list[str]] = {}
        self._fingerprints: dict[_Key, set[str]] = {}
        self._unknown: dict[_Key, set[str]] = {}

    def add(self, receipt: Receipt) -> None:
        """Take a receipt into account; receipts come in the order of landing."""
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
        """What differs from the headers seen before; a header is told once."""
        return [change for grid in _grids(reading) for change in self._changes(grid)]

    def _changes(self, grid: Grid) -> Iterator[str]:
        key, header = _key(grid), grid.match.header
        if grid.match.report.open_columns or grid.match.melted or key not in self._fingerprints:
            return
        if header_fingerprint(header) in self._fingerprints[key]:
            return
        before, now = _named(self._headers[key]), _named(header)
        differences = [
            f"{word} {', '.join(map(repr, names))}"
            for word, names in (
                ("new", [name for key, name in now.items() if key not in before]),
                ("gone", [name for key, name in before.items() if key not in now]),
            )
            if names
        ]
        if differences:
            report = f"{grid.match.platform.platform}/{grid.match.report.report}"
            yield f"the header of {report} differs from the export before: {'; '.join(differences)}"

    def _add(self, key: _Key, header: Sequence[str], fingerprint: str, unknown: Sequence[str]) -> None:
        if header:
            self._headers[key] = list(header)
            self._fingerprints.setdefault(key, set()).add(fingerprint)
        self._unknown.setdefault(key, set()).update(unknown)


def header_fingerprint(header: Sequence[str]) -> str:
    """A hash of the normalised header: changes when the platform changes its columns."""
    return hashlib.sha256("\x1f".join(map(normalise, header)).encode()).hexdigest()[:16]


def _grids(reading: Reading) -> list[Grid]:
    return [table.grid for table in reading.tables]


def _key(grid: Grid) -> _Key:
    return grid.match.platform.platform, grid.match.report.report, grid.match.report.level


def _named(header: Sequence[str]) -> dict[str, str]:
    return {normalise(name): name for name in header if name.strip()}
