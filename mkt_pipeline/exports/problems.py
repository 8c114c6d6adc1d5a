"""The codes of everything that can be wrong with an export: code, meaning, fix.

What is here: one table, the only place where an ``E-SRC`` code is born, and the constructor that refuses a
code the table does not hold. What is not: the detection itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mkt_pipeline.errors import DataError


@dataclass(frozen=True)
class Problem:
    """What a code means and what to do about it, without the particulars of one file."""

    meaning: str
    expected: str
    fix: str


PROBLEMS: dict[str, Problem] = {
    "E-SRC-01": Problem(
        "the file is empty", "a header and rows", "export the report again and drop the new file"
    ),
    "E-SRC-02": Problem(
        "the file is not a table, whatever its name says",
        "csv, tsv, xlsx, xls, JSON, Parquet or a zip of them",
        "download the report as csv and drop that file",
    ),
    "E-SRC-03": Problem(
        "the archive or workbook is damaged or cut off", "a complete file", "download it again"
    ),
    "E-SRC-04": Problem(
        "the archive is refused: encrypted, or larger than an export can be",
        "an unencrypted zip of at most 200 members that unpacks to at most 20 GB and 200 times its size",
        "unpack it yourself and drop the files",
    ),
    "E-SRC-05": Problem(
        "the text can be decoded neither as UTF-8, UTF-16, GB18030 nor Big5",
        "one of these encodings from the first to the last byte",
        "save the file as UTF-8, or export it again",
    ),
    "E-SRC-06": Problem(
        "no report of the catalog has this header",
        "the header of a known report",
        "check that it is the right report; for a new format let mkt map FILE draft an entry",
    ),
    "E-SRC-07": Problem(
        "the header fits reports of several platforms",
        "exactly one platform",
        "put the file into inbox/<platform>/, or name it: mkt land FILE --platform ID",
    ),
    "E-SRC-08": Problem(
        "neither the rows nor the file say which days the numbers cover",
        "a date column, a date range above the header, or two dates in the file name",
        "mkt land FILE --from YYYY-MM-DD --to YYYY-MM-DD, or put both dates into the file name",
    ),
    "E-SRC-09": Problem(
        "more rows are unreadable than bad_row_threshold allows",
        "rows with as many cells as the header and values of the declared kinds",
        "export the report again without editing it, or raise bad_row_threshold in mkt.yml",
    ),
    "E-SRC-10": Problem(
        "the file's own totals row differs from the sum of its rows",
        "equal sums: counts exactly, money within the tolerance of the catalog",
        "export the report again: rows are missing or were edited",
    ),
    "E-SRC-11": Problem(
        "one archive holds the same report more than once",
        "each report once",
        "unpack it and drop the files one by one, so that the newest statement can win",
    ),
    "E-SRC-12": Problem(
        "the file changed while it was read",
        "a finished file",
        "wait until it is complete; it is tried again",
    ),
    "E-SRC-13": Problem(
        "the money columns name several currencies", "one currency per file", "export one account at a time"
    ),
    "E-SRC-14": Problem(
        "the lines cannot be read as a table",
        "rows separated by line ends, cells by one delimiter, quotes closed",
        "export the report again without editing it",
    ),
    "E-SRC-15": Problem(
        "the file has amounts, and nothing says in which currency",
        "a currency column, a currency in the header or the cells, or the account's currency in mkt.yml",
        "name the platform's currency_code under accounts: in mkt.yml and drop the file again, or mkt land "
        "FILE --currency EUR",
    ),
    "E-SRC-16": Problem(
        "one column writes numbers in two ways",
        "a decimal point or a decimal comma in all cells of a column",
        "export the report again without editing it",
    ),
    "E-SRC-17": Problem(
        "the parts of one export contradict each other",
        "equal sums where the platform counts the same twice",
        "the parts come from different downloads: export again and drop them as they arrive, in one zip "
        "or folder",
    ),
    "E-SRC-18": Problem(
        "a column holds addresses of people, and no catalog entry says what to do with them",
        "personal columns declared in the catalog, to be hashed or left out",
        "leave the column out of the export, or declare it under personal: in catalog/<platform>.yml",
    ),
    "E-SRC-19": Problem(
        "the table is wider or larger than an export can be",
        "at most 16,384 columns, and in a workbook at most 50,000,000 cells",
        "export fewer columns, or the report as csv",
    ),
    "E-SRC-30": Problem(
        "this kind of file can be read but not written anew",
        "a text, a workbook, an HTML or XML table, or a gzip, zip or folder of them",
        "save it as xlsx or csv and use that file",
    ),
    "E-SRC-31": Problem(
        "no line looks like the header of a table",
        "a line of column names with rows of values below it",
        "check that the file is a table with named columns",
    ),
}


ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
"""The address of a person, in the syntax that Python and the SQL engine share."""


def masked(text: str) -> str:
    """A text out of a file, without addresses: messages and receipts are kept and shown."""
    return re.sub(ADDRESS, "…@…", text)


def problem(code: str, found: str, *, where: str = "", expected: str = "", fix: str = "") -> DataError:
    """The error of a code, with the table's expectation and fix unless the case has better ones."""
    known = PROBLEMS[code]
    return DataError(code, found, where=where, expected=expected or known.expected, fix=fix or known.fix)


def problem_table() -> str:
    """The table as Markdown, for the documentation."""
    lines = ["| code | meaning | fix |", "|---|---|---|"]
    lines += [f"| {code} | {item.meaning} | {item.fix} |" for code, item in PROBLEMS.items()]
    return "\n".join(lines) + "\n"
