"""Workbooks written anew: the same sheets and rows, cells with their types.

What is here: one .xlsx from the sheets of a workbook, or from the tables of an old workbook or a page, which
can only be written as one. What is not: reading sheets safely (:mod:`mkt_pipeline.exports.sheets` does,
before this).
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mkt_pipeline.exports.rewrite.packages import Member, Part

_OPTIONS = {
    "constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False,
    "strings_to_urls": False, "nan_inf_to_errors": True,
}  # fmt: skip
_FORMATS = {
    dt.datetime: "yyyy-mm-dd hh:mm:ss", dt.date: "yyyy-mm-dd", dt.time: "hh:mm:ss", dt.timedelta: "[h]:mm:ss",
}  # fmt: skip


def write_workbook(
    member: Member, target: Path, change: Callable[[Part, int, list[str]], Sequence[str | None] | None],
    rename: Callable[[str], str],
) -> None:  # fmt: skip
    """Write a workbook anew; ``change`` gives the new cells of a row, None for a cell or a row that stays."""
    import xlsxwriter

    parts = member.parts()  # the tables are read under their bounds before a library opens the whole
    with xlsxwriter.Workbook(str(target), _OPTIONS) as book:
        formats = {type_: book.add_format({"num_format": spelled}) for type_, spelled in _FORMATS.items()}
        names = _sheet_names(rename(part.sheet) for part in parts)
        for part, name, (corner, typed) in zip(parts, names, _typed_sheets(member), strict=True):
            sheet = book.add_worksheet(name)
            filled = itertools.dropwhile(_is_blank, member.rows(part))
            for row, ((line, cells), values) in enumerate(zip(filled, typed, strict=False), start=corner[0]):
                new = change(part, line, cells) or [None] * len(cells)
                for column, (value, text) in enumerate(zip(values, new, strict=False), start=corner[1]):
                    _write_cell(sheet, row, column, value if text is None else _typed(text, value), formats)


def _is_blank(row: tuple[int, list[str]]) -> bool:
    return not any(row[1])


def _typed_sheets(member: Member) -> Iterator[tuple[tuple[int, int], Iterable[Sequence[object]]]]:
    """Of each sheet the first filled row and column (from 0), and the typed rows from there."""
    if member.kind == "page":
        for part in member.parts():
            blank = sum(1 for _ in itertools.takewhile(_is_blank, member.rows(part)))
            yield (blank, 0), (cells for _, cells in itertools.islice(member.rows(part), blank, None))
        return
    from python_calamine import CalamineWorkbook

    with member.path.open("rb") as handle, CalamineWorkbook.from_filelike(handle) as book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            # The library begins at the first column that is filled, but at the first row of all.
            filled = itertools.dropwhile(lambda row: all(value == "" for value in row), sheet.iter_rows())
            yield sheet.start or (0, 0), filled


def _sheet_names(names: Iterable[str]) -> list[str]:
    """Names as workbooks allow them: short, without certain signs, none twice or empty."""
    taken: list[str] = []
    for place, name in enumerate(names, start=1):
        legal = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name)[:31].strip("'") or f"table {place}"
        while legal.casefold() in map(str.casefold, taken):
            legal = f"{legal[:24]} {place}"
            place += 1
        taken.append(legal)
    return taken


def _typed(text: str, like: object) -> object:
    """A new text as a value of the old cell's type, where it can be one."""
    if isinstance(like, int | float) and not isinstance(like, bool):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _write_cell(sheet: Any, row: int, column: int, value: object, formats: Mapping[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        whole = isinstance(value, dt.datetime) and value.time() == dt.time()
        sheet.write_datetime(row, column, value, formats[dt.date if whole else type(value)])
    else:
        sheet.write_string(row, column, str(value))
