"""The part of a file that a draft is made from.

What is here: head and tail of the widest table in it. What is not: what its columns mean (:mod:`.guess`).
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from mkt_pipeline.exports import files, undeclared
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.rewrite import Part, opened, rows

_SAMPLE_ROWS = 400
_TAIL_ROWS = 8


@dataclass
class Sample:
    """One table without a report."""

    names: list[str]
    """Of the sheet, the member and the file."""
    above: list[list[str]]
    header: list[str]
    rows: list[list[str]]
    """The first ones."""
    tail: list[list[str]]
    """The last rows of the file, where totals and notes stand."""

    @property
    def total_label(self) -> str | None:
        """The label of its totals row."""
        rows = [*self.tail, *self.rows[:2]]
        return next((cell.strip() for row in rows for cell in row[:4] if undeclared.is_total(cell)), None)

    @property
    def has_dates_above(self) -> bool:
        """Whether a line above the header states a day."""
        return any(re.search(r"20\d\d\D?\d", " ".join(row)) for row in self.above)

    @property
    def has_dated_name(self) -> bool:
        """Whether a name states two days."""
        return any(len(re.findall(r"20\d\d[-_.]?[01]\d[-_.]?[0-3]\d", name)) >= 2 for name in self.names)


def take_sample(path: Path) -> Sample:
    """The widest table of a file.

    Raises:
        DataError: ``E-SRC-30`` the file holds no table, ``E-SRC-31`` no line looks like a header.
    """
    heads: dict[Part, list[list[str]]] = {}
    tails: dict[Part, deque[tuple[int, list[str]]]] = {}
    with opened(path) as package:
        for part, _, cells in rows(package):
            head = heads.setdefault(part, [])
            tail = tails.setdefault(part, deque(maxlen=_TAIL_ROWS))
            tail.append((tail[-1][0] + 1 if tail else 0, cells))
            if len(head) < _SAMPLE_ROWS:
                head.append(cells)
    found = []
    for part, head in heads.items():
        place = undeclared.guess_header(head)
        if place is not None:
            names = [name for name in (part.sheet, part.member, files.original_name(path)) if name]
            below = [cells for number, cells in tails[part] if number > place]
            found.append(Sample(names, head[:place], head[place], head[place + 1 :], below))
    if not found:
        raise problem("E-SRC-31", "no line among the first ones has names above values", where=path.name)
    return max(found, key=lambda sample: (len(sample.header) * min(len(sample.rows), 5), len(sample.rows)))
