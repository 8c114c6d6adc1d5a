"""Cells to typed columns: the SQL of each value kind.

What is here: macros and expressions that turn the text cells ``c0, c1, …`` of a csv scan into canonical
columns. A fast path takes what platforms normally write; only cells that fail it reach the pattern matching.
What is not: which column is which (:mod:`.recognise`), running the scan (:mod:`.stage`).

A cell that is neither null nor readable becomes null here; :mod:`.stage` compares with the raw cell and
rejects the row, so that nothing becomes null silently.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from mkt_pipeline.exports.catalog import ColumnRule
from mkt_pipeline.exports.recognise import Bound
from mkt_pipeline.lake import MONEY, quote

_BLANK = "[\\s\\x{00a0}\\x{202f}\\x{3000}]"
_SIGN = "[$€£¥￥₹]"
_NUMERIC_DATE = "\\d{4}[-/.年]\\d{1,2}[-/.月]\\d{1,2}|\\d{8}"


def _pattern(fraction: str) -> str:
    """A number readable in one way only: plain, or in groups of three parted by commas or by blanks."""
    whole = f"(\\d+|\\d{{1,3}}(,\\d{{3}})+|\\d{{1,3}}({_BLANK}\\d{{3}})+)?"
    return f"^{_BLANK}*[-+]?{_SIGN}?{_BLANK}*{whole}({fraction})?{_BLANK}*{_SIGN}?{_BLANK}*$"


_ANY_NUMBER = _pattern("\\.\\d*")
_WHOLE_NUMBER = _pattern("\\.0*")

MACROS = (
    # Digits with a decimal point. Few patterns, used once: each is compiled for every column of every file.
    f"number_text(c) AS regexp_replace(regexp_extract(c, '{_ANY_NUMBER}'), '[^-+.0-9]', '', 'g')",
    f"count_text(c) AS regexp_replace(regexp_extract(c, '{_WHOLE_NUMBER}'), '[^-+.0-9]', '', 'g')",
    "swap_marks(c) AS translate(c, ',.', '.,')",
    # What prints back as itself is a plain count: the fast path of nearly every cell.
    "read_count(c) AS CASE WHEN CAST(try_cast(c AS BIGINT) AS VARCHAR) = c THEN try_cast(c AS BIGINT) "
    "ELSE try_cast(try_cast(count_text(c) AS DECIMAL(38,6)) AS BIGINT) END",
    f"read_money(c) AS coalesce(try_cast(c AS {MONEY}), try_cast(number_text(c) AS {MONEY}))",
    "read_decimal(c) AS try_cast(number_text(c) AS DOUBLE)",
    f"numeric_dates(c) AS list_transform(regexp_extract_all(c, '{_NUMERIC_DATE}'), "
    "lambda d: coalesce(try_cast(regexp_replace(d, '[/.年月]', '-', 'g') AS DATE), "
    "CAST(try_strptime(d, '%Y%m%d') AS DATE)))",
)


def create_macros() -> str:
    """The statements that make the macros on a connection."""
    return ";".join(f"CREATE OR REPLACE TEMP MACRO {macro}" for macro in MACROS)


def is_null(cell: str, null_tokens: Sequence[str]) -> str:
    """Whether a cell says nothing: empty, or a null token, with a blank on either side or not.

    Trimming is dear, so only cells as short as the tokens are trimmed.
    """
    tokens = ("", *null_tokens)
    longest = max(len(token.encode()) for token in tokens) + 2
    listed = ", ".join(map(quote, tokens))
    return f"({cell} IS NULL OR (strlen({cell}) <= {longest} AND trim({cell}) IN ({listed})))"


def text(cell: str, null_tokens: Sequence[str]) -> str:
    """A text as written, null where the cell says nothing."""
    return f"CASE WHEN {is_null(cell, null_tokens)} THEN NULL ELSE {cell} END"


def expressions(
    bound: Bound, null_tokens: Sequence[str], decimal_comma: bool, start: dt.date | None
) -> dict[str, str]:
    """Target column to expression for one bound rule; ``start`` is the day counters count from."""
    cells = [f"c{cell}" for cell in bound.cells]
    rule, first = bound.rule, cells[0]
    number = f"swap_marks({first})" if decimal_comma else first
    match bound.kind:
        case "count":
            return {rule.to: f"read_count({number})"}
        case "money":
            return {rule.to: f"read_money({number})"}
        case "decimal":
            return {rule.to: f"read_decimal({number})"}
        case "date":
            return _period(rule.to, _moment(first, rule, "DATE"))
        case "datetime":
            return {rule.to: _moment(first, rule, "TIMESTAMP")}
        case "date_range":
            return {
                "period_start": f"list_extract(numeric_dates({first}), 1)",
                "period_end": f"list_extract(numeric_dates({first}), -1)",
            }
        case "nth_day" | "nth_week":
            return _counted(first, start, 7 if bound.kind == "nth_week" else 1)
        case "id":
            return {rule.to: f"nullif(trim({text(first, null_tokens)}, E' \\t'), '')"}
        case "text":
            return _texts(bound, cells, null_tokens)


def _period(target: str, day: str) -> dict[str, str]:
    return {"period_start": day, "period_end": day} if target == "day" else {target: day}


def _moment(cell: str, rule: ColumnRule, type_: str) -> str:
    attempts = []
    if "iso" in rule.formats:
        attempts += [
            f"try_cast({cell} AS {type_})",
            f"try_cast(try_cast(trim({cell}) AS TIMESTAMP) AS {type_})",
        ]
    patterns = [form for form in rule.formats if form != "iso"]
    if patterns:
        listed = ", ".join(quote(form) for form in patterns)
        attempts.append(f"CAST(try_strptime(trim({cell}), [{listed}]) AS {type_})")
    return f"coalesce({', '.join(attempts)})"


def _counted(cell: str, start: dt.date | None, step: int) -> dict[str, str]:
    """A counter from the start date, such as ``0012``; without a start date there is no day."""
    if start is None:
        return {"period_start": "NULL::DATE", "period_end": "NULL::DATE"}
    first = f"(DATE '{start}' + CAST({step} * try_cast({cell} AS INTEGER) AS INTEGER))"
    return {"period_start": first, "period_end": f"({first} + {step - 1})"}


def _texts(bound: Bound, cells: Sequence[str], null_tokens: Sequence[str]) -> dict[str, str]:
    rule, first = bound.rule, cells[0]
    if rule.join is not None:
        listed = ", ".join(text(cell, null_tokens) for cell in cells)
        return {rule.to: f"nullif(concat_ws({quote(rule.join)}, {listed}), '')"}
    if rule.split:
        pieces = f"string_split({text(first, null_tokens)}, {quote(rule.split.separator)})"
        return {
            name: f"nullif(list_extract({pieces}, {place}), '')"
            for place, name in enumerate(rule.split.into, start=1)
        }
    value = text(first, null_tokens)
    for marks in rule.unwrap:
        opening, closing = marks[:1], marks[1:]
        value = (
            f"CASE WHEN starts_with({first}, {quote(opening)}) AND ends_with({first}, {quote(closing)}) "
            f"AND strlen({first}) > 2 THEN substring({first}, 2, length({first}) - 2) ELSE {value} END"
        )
    if rule.values:
        spellings = " ".join(
            f"WHEN lower(trim({first})) IN ({', '.join(quote(word.lower()) for word in words)}) "
            f"THEN {quote(name)}"
            for name, words in rule.values.items()
        )
        value = f"CASE {spellings} ELSE {value} END"
    return {rule.to: value}
