"""Cells to typed columns: the SQL of each value kind.

What is here: macros and expressions that turn the text cells ``c0, c1, …`` of a csv scan into canonical
columns. A fast path takes what platforms normally write; only columns that need it reach the pattern
matching. What is not: which column is which (:mod:`.recognise`), how a column writes its numbers
(:mod:`.columns`), running the scan (:mod:`.stage`).

The scan has turned null tokens into null. A cell that is not null and not readable becomes null here;
:mod:`.stage` compares with the raw cell and rejects the row, so that nothing becomes null silently.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mkt_pipeline.exports.catalog import PERIOD_KINDS, ColumnRule
from mkt_pipeline.exports.columns import SIGN_PATTERN, Style
from mkt_pipeline.exports.recognise import Bound
from mkt_pipeline.exports.values import MONTHS, Period
from mkt_pipeline.lake import MONEY, quote

_BLANK = "[\\s\\x{00a0}\\x{202f}\\x{3000}]"
_NUMERIC_DATE = "\\d{4}[-/.年]\\d{1,2}[-/.月]\\d{1,2}|\\d{8}"
_SHORT = f"[\\d.,]+{_BLANK}*[KkMm千万]?"
_BOUND = f"^{_BLANK}*([<>≤≥]{_BLANK}*{_SHORT}{_BLANK}*%?|{_SHORT}{_BLANK}*[–-]{_BLANK}*{_SHORT}){_BLANK}*$"
_WEEK = "(?i)^\\s*(week (of|from|beginning)|semaine du|woche (vom|ab)|semana del?|settimana del|semana de)\\b"
TRUE_WORDS = ("true", "1", "yes", "y", "t", "是")
FALSE_WORDS = ("false", "0", "no", "n", "f", "否")
HASHED = "hash:"
"""Marks a value that is a hash already: archived copies hold these instead of what was personal."""
HASHED_PATTERN = f"{HASHED}[0-9a-f]{{32}}"
BLANKS = " \t\r\n\u00a0"


def _pattern(fraction: str) -> str:
    """A number readable in one way only: plain, or in groups of three parted by commas or by blanks."""
    whole = f"(\\d+|\\d{{1,3}}(,\\d{{3}})+|\\d{{1,3}}('\\d{{3}})+|\\d{{1,3}}({_BLANK}\\d{{3}})+)?"
    sign = f"({SIGN_PATTERN})?"
    return f"^{_BLANK}*[-+]?{_BLANK}*{sign}{_BLANK}*[-+]?{whole}({fraction})?{_BLANK}*{sign}{_BLANK}*$"


_ANY_NUMBER = _pattern("\\.\\d*").replace("'", "''")
_WHOLE_NUMBER = _pattern("\\.0*").replace("'", "''")
_DECORATION = f"{SIGN_PATTERN}|[^-+.0-9]"
_MONTH_MAP = ", ".join(f"{quote(name)}: {number}" for name, number in MONTHS.items())

MACROS = (
    # Digits with a decimal point. The signs of currencies may hold points, so digits are taken, not signs
    # removed.
    f"number_text(c) AS regexp_replace(regexp_extract(c, '{_ANY_NUMBER}'), '{_DECORATION}', '', 'g')",
    f"count_text(c) AS regexp_replace(regexp_extract(c, '{_WHOLE_NUMBER}'), '{_DECORATION}', '', 'g')",
    "swap_marks(c) AS translate(c, ',.', '.,')",
    # What prints back as itself is a plain count: the fast path of nearly every cell.
    "plain_count(c) AS CASE WHEN CAST(try_cast(c AS BIGINT) AS VARCHAR) = c THEN try_cast(c AS BIGINT) END",
    "read_count(c) AS coalesce(plain_count(c), try_cast(try_cast(count_text(c) AS DECIMAL(38,6)) AS BIGINT))",
    f"read_money(c) AS try_cast(number_text(c) AS {MONEY})",
    "read_number(c) AS try_cast(number_text(c) AS DECIMAL(38,12))",
    "without_percent(c) AS rtrim(c, '%\uff05 ')",
    "read_share(c) AS CASE WHEN without_percent(c) <> rtrim(c) THEN read_number(without_percent(c)) / 100 "
    "ELSE read_number(c) END",
    f"numeric_dates(c) AS list_transform(regexp_extract_all(c, '{_NUMERIC_DATE}'), "
    "lambda d: coalesce(try_cast(regexp_replace(d, '[/.年月]', '-', 'g') AS DATE), "
    "CAST(try_strptime(d, '%Y%m%d') AS DATE)))",
    f"month_number(c) AS list_extract(list_filter(list_transform(regexp_extract_all(lower(c), "
    f"'[\\p{{L}}]+'), lambda word: map {{{_MONTH_MAP}}}[word]), lambda number: number IS NOT NULL), -1)",
    "worded_date(c) AS try_cast(format('{}-{}-{}', regexp_extract(c, '\\b(\\d{4})\\b', 1), month_number(c), "
    "regexp_extract(c, '\\b(\\d{1,2})(?:st|nd|rd|th|er)?\\b', 1)) AS DATE)",
    "worded_month(c) AS try_cast("
    "format('{}-{}-1', regexp_extract(c, '\\b(\\d{4})\\b', 1), month_number(c)) AS DATE)",
    "numeric_month(c) AS CAST(try_strptime(trim(c), ['%Y-%m', '%Y/%m', '%Y年%m月']) AS DATE)",
    "numeric_year(c) AS try_cast(regexp_extract(trim(c), '^(\\d{4})年?$', 1) AS INTEGER)",
    "clock_seconds(c) AS CASE WHEN regexp_full_match(trim(c), '(\\d{1,9}:)?\\d{1,3}:\\d{2}(\\.\\d+)?') "
    "THEN list_reduce(list_transform(string_split(trim(c), ':'), lambda p: try_cast(p AS DOUBLE)), "
    "lambda a, b: a * 60 + b) END",
    "unit_seconds(c) AS CASE WHEN regexp_full_match(lower(trim(c)), "
    "'(\\d{1,9}\\s*(h|hr|hours?|小时|时)\\s*)?(\\d{1,9}\\s*(m|min|mins|minutes?|分钟|分)\\s*)?"
    "(\\d{1,9}(\\.\\d+)?\\s*(s|sec|secs|seconds?|秒))?')"
    " AND trim(c) <> '' THEN "
    "coalesce(try_cast(regexp_extract(lower(c), '(\\d+)\\s*(?:h|小时|时)', 1) AS DOUBLE), 0) * 3600 "
    "+ coalesce(try_cast(regexp_extract(lower(c), '(\\d+)\\s*(?:m|分)', 1) AS DOUBLE), 0) * 60 "
    "+ coalesce(try_cast(regexp_extract(lower(c), '(\\d+(?:\\.\\d+)?)\\s*(?:s|秒)', 1) AS DOUBLE), 0) END",
)


@dataclass(frozen=True)
class CellContext:
    """What holds for all cells of one scan."""

    guards: Sequence[str] = ()
    """Characters in front of cells that a spreadsheet would run as a formula."""
    is_workbook: bool = False
    """Whether numbers of percent are fractions, as cells of a workbook are."""
    salt: str = ""
    """Hashed together with personal values."""
    counted_from: dt.date | None = None
    """The day counters count from."""
    within: Period | None = None
    """The period the file says it covers; weeks and months at its ends are cut to it."""
    grain: str | None = None
    """What a cell of the target ``day`` covers: ``week``, ``month``, ``quarter``, ``year``, ``period`` (that
    of the file); else a day."""


def create_macros() -> str:
    """The statements that make the macros on a connection."""
    return ";".join(f"CREATE OR REPLACE TEMP MACRO {macro}" for macro in MACROS)


def null_strings(tokens: Sequence[str], separator: str) -> str:
    """The list of cells that say nothing, for the scan: empty, blanks, a null token, blanks around it."""
    spelled = ["", *(" " * count for count in range(1, 5)), "\t", "\u00a0"]
    for token in tokens:
        spelled += [token, f" {token}", f"{token} ", f" {token} "]
    usable = dict.fromkeys(text for text in spelled if separator not in text)
    return f"[{', '.join(map(quote, usable))}]"


def is_bound(cell: str) -> str:
    """Whether a cell gives bounds instead of a number, such as ``< 10%`` or ``1K – 10K``."""
    return f"regexp_matches({cell}, {quote(_BOUND)})"


def text(cell: str, guards: Sequence[str]) -> str:
    """A text as the platform means it: without the guard it puts in front of formulas."""
    for guard in guards:
        formula = " OR ".join(f"starts_with({cell}, {quote(guard + mark)})" for mark in "=+-@")
        cell = f"CASE WHEN {formula} THEN substring({cell}, {len(guard) + 1}) ELSE {cell} END"
    return cell


def rewritten(value: str, rules: Sequence[tuple[str, str]]) -> str:
    """A text after the catalog's replacements."""
    for pattern, replacement in rules:
        value = f"regexp_replace({value}, {quote(pattern)}, {quote(replacement)}, 'g')"
    return value


def expressions(bound: Bound, style: Style, context: CellContext) -> dict[str, str]:
    """Target column to expression for one bound rule."""
    cells = [f"c{cell}" for cell in bound.cells]
    rule, first = bound.rule, cells[0]
    match bound.kind:
        case "count" | "money" | "decimal" | "ratio" | "percent" | "seconds":
            return {rule.to: _number(bound, first, style, context)}
        case "boolean":
            true, false = (", ".join(map(quote, words)) for words in (TRUE_WORDS, FALSE_WORDS))
            word = f"lower(trim({first}))"
            return {
                rule.to: f"CASE WHEN {word} IN ({true}) THEN true WHEN {word} IN ({false}) THEN false END"
            }
        case "date":
            return _day(rule, first, context)
        case "datetime":
            return {rule.to: _moment(first, rule, "TIMESTAMP")}
        case "week" | "month" | "quarter" | "year":
            return _grain(bound.kind, first, rule, context.within)
        case "date_range":
            return {
                "period_start": f"coalesce(list_extract(numeric_dates({first}), 1), numeric_month({first}), "
                f"make_date(numeric_year({first}), 1, 1))",
                "period_end": f"coalesce(list_extract(numeric_dates({first}), -1), "
                f"CAST(numeric_month({first}) + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE), "
                f"make_date(numeric_year({first}), 12, 31))",
            }
        case "nth_day" | "nth_week":
            return _counted(first, context.counted_from, 7 if bound.kind == "nth_week" else 1)
        case "hash":
            return {rule.to: hashed(first, context.salt)}
        case "id":
            return {rule.to: f"nullif(trim({text(first, context.guards)}, E' \\t'), '')"}
        case "text":
            return _texts(bound, cells, context.guards)


def hashed(cell: str, salt: str) -> str:
    """A personal value as a salted hash of 32 hexadecimal digits; case and blanks around it do not matter."""
    value = f"trim({cell}, {quote(BLANKS)})"
    fresh = f"substring(sha256({quote(salt)} || lower({value})), 1, 32)"
    is_hash = f"regexp_full_match({value}, {quote(HASHED_PATTERN)})"
    return (
        f"CASE WHEN {is_hash} THEN substring({value}, {len(HASHED) + 1}) WHEN {value} <> '' THEN {fresh} END"
    )


# -- numbers --------------------------------------------------------------------------------------


def _number(bound: Bound, cell: str, style: Style, context: CellContext) -> str:
    rule = bound.rule
    if context.guards:
        cell = f"ltrim({cell}, {quote(''.join(context.guards))})"
    if style.decimal_comma:
        cell = f"swap_marks({cell})"
    plain = style.is_plain and not context.guards
    match bound.kind:
        case "count":
            if rule.scale is not None:
                return f"try_cast({_scaled(f'read_number({cell})', rule)} AS BIGINT)"
            value = f"{'plain' if plain else 'read'}_count({cell})"
            return f"try_cast(abs(CAST({value} AS HUGEINT)) AS BIGINT)" if rule.absolute else value
        case "money":
            if rule.scale is not None or rule.absolute:
                return f"try_cast({_scaled(f'read_number({cell})', rule)} AS {MONEY})"
            return f"try_cast({cell} AS {MONEY})" if plain else f"read_money({cell})"
        case "ratio":
            return f"CAST(read_share({cell}) AS DOUBLE)"
        case "percent":
            if context.is_workbook:
                return f"CAST(read_share({cell}) AS DOUBLE)"
            return f"CAST(read_number(without_percent({cell})) / 100 AS DOUBLE)"
        case "seconds":
            seconds = (
                f"coalesce(CAST(read_number({cell}) AS DOUBLE), clock_seconds({cell}), unit_seconds({cell}))"
            )
            return _scaled(seconds, rule)
        case _:
            number = f"try_cast({cell} AS DECIMAL(38,12))" if plain else f"read_number({cell})"
            return f"CAST({_scaled(number, rule)} AS DOUBLE)"


def _scaled(number: str, rule: ColumnRule) -> str:
    """The number in the canonical unit and sign; exact, since both are decimals."""
    if rule.absolute:
        number = f"abs({number})"
    if rule.scale is None:
        return number
    digits, places = len(rule.scale.as_tuple().digits), -int(rule.scale.as_tuple().exponent)
    if rule.scale == Decimal(int(rule.scale)):
        digits, places = len(str(int(rule.scale))), 0
    width = max(digits, places + 1)
    return (
        f"(try_cast({number} AS DECIMAL(25,7)) * CAST({quote(str(rule.scale))} AS DECIMAL({width},{places})))"
    )


# -- days -----------------------------------------------------------------------------------------


def _day(rule: ColumnRule, cell: str, context: CellContext) -> dict[str, str]:
    day = _moment(cell, rule, "DATE")
    if rule.to != "day":
        return {rule.to: day}
    if context.grain == "period" and context.within:
        return {
            "period_start": f"DATE '{context.within.start}'", "period_end": f"DATE '{context.within.end}'",
        }  # fmt: skip
    if context.grain in PERIOD_KINDS:
        return _grain(str(context.grain), cell, rule, context.within)
    if "words" not in rule.formats:
        return {"period_start": day, "period_end": day}
    is_week = f"regexp_matches({cell}, {quote(_WEEK)})"
    return {"period_start": day, "period_end": f"CASE WHEN {is_week} THEN TRY({day} + 6) ELSE {day} END"}


def _moment(cell: str, rule: ColumnRule, type_: str) -> str:
    attempts = []
    patterns = []
    for form in rule.formats:
        if form == "iso":
            if type_ == "DATE":
                # What nearly every cell looks like, without a second look.
                is_plain = f"strlen({cell}) = 10 AND starts_with({cell}, '20')"
                attempts.append(f"CASE WHEN {is_plain} THEN try_cast({cell} AS DATE) END")
            # The engine would take 6/1/23 for a day of the year 6.
            written = f"CASE WHEN substring(trim({cell}), 5, 1) IN ('-', '/') THEN trim({cell}) END"
            attempts.append(f"try_cast(try_cast({written} AS TIMESTAMP) AS {type_})")
            # With points the day stands first everywhere: so some spreadsheets save an ISO day.
            attempts.append(f"CAST(try_strptime(trim({cell}), ['%d.%m.%Y', '%d.%m.%Y %H:%M']) AS {type_})")
        elif form == "epoch_us":
            attempts.append(f"CAST(TRY(make_timestamp(try_cast({cell} AS BIGINT))) AS {type_})")
        elif form == "words":
            attempts.append(f"CAST(worded_date({cell}) AS {type_})")
        else:
            patterns.append(form)
    if patterns:
        listed = ", ".join(quote(form) for form in patterns)
        attempts.append(f"CAST(try_strptime(trim({cell}), [{listed}]) AS {type_})")
    return f"coalesce({', '.join(attempts)})"


def _grain(grain: str, cell: str, rule: ColumnRule, within: Period | None) -> dict[str, str]:
    """A week from its first day, or a named month, quarter or year; two dates in the cell are the period."""
    two = f"CASE WHEN len(numeric_dates({cell})) > 1 THEN list_extract(numeric_dates({cell}), {{}}) END"
    day = f"coalesce({_moment(cell, rule, 'DATE')}, worded_date({cell}))"
    if grain == "week":
        first, last = day, f"TRY({day} + 6)"
    else:
        months = {"month": 1, "quarter": 3, "year": 12}[grain]
        named = {
            "month": f"coalesce(numeric_month({cell}), CAST(try_strptime(trim({cell}), '%Y%m') AS DATE), "
            f"worded_month({cell}))",
            "quarter": f"try_cast(format('{{}}-{{}}-1', regexp_extract({cell}, '\\d{{4}}'), "
            f"try_cast(regexp_extract(upper({cell}), 'Q([1-4])', 1) AS INTEGER) * 3 - 2) AS DATE)",
            "year": f"CAST(try_strptime(trim({cell}), ['%Y', '%Y年']) AS DATE)",
        }[grain]
        first = f"CAST(date_trunc('{grain}', coalesce({day}, {named})) AS DATE)"
        last = f"TRY(CAST({first} + INTERVAL {months} MONTH - INTERVAL 1 DAY AS DATE))"
    if within:
        first = f"greatest({first}, DATE '{within.start}')"
        last = f"least({last}, DATE '{within.end}')"
    return {
        "period_start": f"coalesce({two.format(1)}, {first})",
        "period_end": f"coalesce({two.format(-1)}, {last})",
    }


def _counted(cell: str, start: dt.date | None, step: int) -> dict[str, str]:
    """A counter from the start date, such as ``0012``; without a start date there is no day."""
    if start is None:
        return {"period_start": "NULL::DATE", "period_end": "NULL::DATE"}
    first = f"(DATE '{start}' + CAST({step} * CAST(try_cast({cell} AS SMALLINT) AS INTEGER) AS INTEGER))"
    return {"period_start": first, "period_end": f"({first} + {step - 1})"}


# -- texts ----------------------------------------------------------------------------------------


def _texts(bound: Bound, cells: Sequence[str], guards: Sequence[str]) -> dict[str, str]:
    rule, first = bound.rule, cells[0]
    if rule.coalesce:
        return {rule.to: f"coalesce({', '.join(text(cell, guards) for cell in cells)})"}
    if rule.join is not None:
        listed = ", ".join(text(cell, guards) for cell in cells)
        return {rule.to: f"nullif(concat_ws({quote(rule.join)}, {listed}), '')"}
    if rule.split:
        pieces = f"string_split({text(first, guards)}, {quote(rule.split.separator)})"
        return {
            name: f"nullif(list_extract({pieces}, {place}), '')"
            for place, name in enumerate(rule.split.into, start=1)
        }
    value = text(first, guards)
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
