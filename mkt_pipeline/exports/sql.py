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

MACROS = (
    # A number without blanks around it and without one currency sign.
    f"bare_number(c) AS regexp_replace(regexp_replace(c, '^{_BLANK}+|{_BLANK}+$', '', 'g'), "
    f"'^([-+]?){_SIGN}{_BLANK}*|{_BLANK}*{_SIGN}$', '\\1')",
    # Digits with a decimal point; null unless the separators can be read in one way only.
    "number_text(c) AS CASE WHEN regexp_full_match(bare_number(c), '[-+]?(\\d+(\\.\\d*)?|\\.\\d+)') "
    "THEN bare_number(c) "
    "WHEN regexp_full_match(bare_number(c), '[-+]?\\d{1,3}(,\\d{3})+(\\.\\d*)?') "
    "THEN replace(bare_number(c), ',', '') "
    f"WHEN regexp_full_match(bare_number(c), '[-+]?\\d{{1,3}}({_BLANK}\\d{{3}})+(\\.\\d*)?') "
    f"THEN regexp_replace(bare_number(c), '{_BLANK}', '', 'g') END",
    "swap_marks(c) AS translate(c, ',.', '.,')",
    "whole_number(d) AS CASE WHEN d = trunc(d) THEN try_cast(d AS BIGINT) END",
    # What prints back as itself is a plain count: the fast path of nearly every cell.
    "read_count(c) AS CASE WHEN CAST(try_cast(c AS BIGINT) AS VARCHAR) = c THEN try_cast(c AS BIGINT) "
    "ELSE whole_number(try_cast(number_text(c) AS DECIMAL(38,6))) END",
    f"read_money(c) AS CASE WHEN try_cast(c AS {MONEY}) IS NOT NULL AND NOT (contains(c, '_') "
    f"OR contains(c, 'e') OR contains(c, 'E')) THEN try_cast(c AS {MONEY}) "
    f"ELSE try_cast(number_text(c) AS {MONEY}) END",
    "read_decimal(c) AS try_cast(number_text(c) AS DOUBLE)",
    f"numeric_dates(c) AS list_transform(regexp_extract_all(c, '{_NUMERIC_DATE}'), "
    "lambda d: coalesce(try_cast(regexp_replace(d, '[/.年月]', '-', 'g') AS DATE), "
    "CAST(try_strptime(d, '%Y%m%d') AS DATE)))",
)


def create_macros() -> str:
    """The statements that make the macros on a connection."""
    return ";".join(f"CREATE OR REPLACE TEMP MACRO {macro}" for macro in MACROS)


def is_null(cell: str, null_tokens: Sequence[str]) -> str:
    """Whether a cell says nothing: empty, or one of the platform's null tokens."""
    tokens = ", ".join(quote(token) for token in ("", *null_tokens))
    return f"({cell} IS NULL OR trim({cell}) IN ({tokens}))"


def text(cell: str, null_tokens: Sequence[str]) -> str:
    """A trimmed text, null where the cell says nothing."""
    return f"CASE WHEN NOT {is_null(cell, null_tokens)} THEN trim({cell}) END"


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
            return _period(rule.to, f"CAST({_moment(first, rule)} AS DATE)")
        case "datetime":
            return {rule.to: f"CAST({_moment(first, rule)} AS TIMESTAMP)"}
        case "date_range":
            return {
                "period_start": f"list_extract(numeric_dates({first}), 1)",
                "period_end": f"list_extract(numeric_dates({first}), -1)",
            }
        case "nth_day" | "nth_week":
            return _counted(first, start, 7 if bound.kind == "nth_week" else 1)
        case "text":
            return _texts(bound, cells, null_tokens)


def _period(target: str, day: str) -> dict[str, str]:
    return {"period_start": day, "period_end": day} if target == "day" else {target: day}


def _moment(cell: str, rule: ColumnRule) -> str:
    attempts = ["try_cast(trim({0}) AS TIMESTAMP)".format(cell)] if "iso" in rule.formats else []
    patterns = [form for form in rule.formats if form != "iso"]
    if patterns:
        attempts.append(f"try_strptime(trim({cell}), [{', '.join(quote(form) for form in patterns)}])")
    return f"coalesce({', '.join(attempts)})"


def _counted(cell: str, start: dt.date | None, step: int) -> dict[str, str]:
    if start is None:
        return {"period_start": "NULL::DATE", "period_end": "NULL::DATE"}
    first = f"(DATE '{start}' + {step} * CAST(read_count(ltrim({cell}, '0') || CASE WHEN ltrim({cell}, '0') = '' THEN '0' ELSE '' END) AS INTEGER))"
    return {"period_start": first, "period_end": f"({first} + {step - 1})"}


def _texts(bound: Bound, cells: Sequence[str], null_tokens: Sequence[str]) -> dict[str, str]:
    rule = bound.rule
    if rule.join is not None:
        return {
            rule.to: f"nullif(concat_ws({quote(rule.join)}, {', '.join(text(c, null_tokens) for c in cells)}), '')"
        }
    if rule.split:
        pieces = f"string_split(trim({cells[0]}), {quote(rule.split.separator)})"
        return {
            name: f"CASE WHEN NOT {is_null(cells[0], null_tokens)} THEN nullif(list_extract({pieces}, {place}), '') END"
            for place, name in enumerate(rule.split.into, start=1)
        }
    value = text(cells[0], null_tokens)
    for marks in rule.unwrap:
        value = (
            f"CASE WHEN starts_with(trim({cells[0]}), {quote(marks[0])}) AND ends_with(trim({cells[0]}), {quote(marks[1])}) "
            f"AND length(trim({cells[0]})) > 2 THEN substring(trim({cells[0]}), 2, length(trim({cells[0]})) - 2) ELSE {value} END"
        )
    if rule.values:
        spellings = " ".join(
            f"WHEN lower(trim({cells[0]})) IN ({', '.join(quote(word.lower()) for word in words)}) THEN {quote(name)}"
            for name, words in rule.values.items()
        )
        value = f"CASE {spellings} ELSE {value} END"
    return {rule.to: value}
