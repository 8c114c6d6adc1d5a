"""Spelling of cells and lines shared by the writers: quoting, numbers, zip archives.

What is here: formatting that several platforms have in common. What is not: any platform's layout.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

ZIP_TIME = (2026, 6, 22, 9, 0, 0)
"""Members carry a fixed time, so that the same truth gives the same bytes."""


def line(cells: Iterable[str], delimiter: str = ",", blanks: bool = False) -> str:
    """One line of csv: cells are quoted where they must be, or where they hold ``blanks`` too."""
    return delimiter.join(
        cell if not _needs_quotes(cell, delimiter, blanks) else _quoted(cell) for cell in cells
    )


def _needs_quotes(cell: str, delimiter: str, blanks: bool) -> bool:
    # A tab file still quotes cells with a comma: platforms switch the delimiter, not the quoting.
    return "," in cell or '"' in cell or "\n" in cell or delimiter in cell or (blanks and " " in cell)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def lines(
    rows: Iterable[Sequence[str]], delimiter: str = ",", newline: str = "\n", blanks: bool = False
) -> str:
    """Lines of csv, each ended by ``newline``."""
    return "".join(line(row, delimiter, blanks) + newline for row in rows)


def percent(part: int, whole: int, digits: int = 2) -> str:
    """``4.62%``; ``0.00%`` when there is no whole."""
    return f"{100 * part / whole if whole else 0:.{digits}f}%"


def ratio(part: int, whole: int, digits: int = 2) -> str:
    """``1.59``; ``0`` when there is no whole."""
    return f"{part / whole:.{digits}f}" if whole else "0"


def trimmed(number: float, digits: int = 2) -> str:
    """At most ``digits`` decimals and no trailing zeros: ``9.2``, ``18.17``, ``0``."""
    return f"{number:.{digits}f}".rstrip("0").rstrip(".")


def zip_archive(members: Mapping[str, bytes]) -> bytes:
    """A zip with members in the given order and fixed times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()
