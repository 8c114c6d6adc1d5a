"""One dropped file, read whole: tables, account, currency, period, figures, and what is wrong with it.

What is here: putting together what the names, the preamble, sister tables and the rows say. What is not:
finding tables (:mod:`.read`), typing cells (:mod:`.stage`), judging the result (:mod:`.checks`), committing
(:mod:`.landing`).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from mkt_pipeline.errors import DataError
from mkt_pipeline.exports.catalog import Catalog, Platform, ReportRule, normalise
from mkt_pipeline.exports.checks import check, check_repeats
from mkt_pipeline.exports.columns import AMBIGUOUS_SIGNS, CURRENCY_SIGNS
from mkt_pipeline.exports.problems import problem
from mkt_pipeline.exports.read import Contents, Grid, also_read, open_contents
from mkt_pipeline.exports.recognise import MAX_SEARCHED
from mkt_pipeline.exports.stage import count_records, stage
from mkt_pipeline.exports.staged import Staged
from mkt_pipeline.exports.text import Scan
from mkt_pipeline.exports.values import Period, find_moments, find_period
from mkt_pipeline.lake import DATASETS


@dataclass(frozen=True)
class Said:
    """What the user and the workspace say about an export beyond what it says itself."""

    platform: str | None = None
    """Recognise only reports of this platform."""
    period: Period | None = None
    """The days that tables without dates cover."""
    currency: str | None = None
    """The currency of amounts that name none."""
    known_currencies: Mapping[str, str] = field(default_factory=dict)
    """Per platform, the currency the settings name for at least one of its accounts."""
    exported_at: dt.datetime | None = None
    """When the export was made, where nothing in it says so and its file is a copy."""
    bad_row_threshold: float = 0.01
    salt: str = ""
    """Hashed together with personal values."""


NOTHING_SAID = Said()


@dataclass
class Reading:
    """What one dropped file holds. ``problem`` is why it cannot be landed, if it cannot."""

    path: Path
    scan: Scan
    said: Said
    platform: Platform | None = None
    contents: Contents | None = None
    tables: list[Staged] = field(default_factory=list)
    """Tables that carry rows, highest level first."""
    context: list[Grid] = field(default_factory=list)
    """Tables that only describe the export."""
    context_rows: dict[str, int] = field(default_factory=dict)
    exported_at: dt.datetime = dt.datetime.min
    period_given: bool = False
    currency_given: bool = False
    warnings: list[str] = field(default_factory=list)
    header_changes: list[str] = field(default_factory=list)
    problem: DataError | None = None


def read_export(
    path: Path, scan: Scan, catalog: Catalog, connection: duckdb.DuckDBPyConnection, scratch: Path,
    said: Said = NOTHING_SAID,
) -> Reading:  # fmt: skip
    """Read a file or folder into scratch space; never raises for what is wrong with the data.

    Raises:
        OSError: the file or the scratch space cannot be reached.
        duckdb.IOException: the same, met by the engine.
    """
    reading = Reading(path, scan, said)
    try:
        contents = open_contents(path, catalog, scratch, scan, connection, platform=said.platform)
        reading.contents = contents
        reading.warnings += contents.warnings
        reading.platform = _one_platform(contents)
        _stage_all(reading, connection, scratch, said.salt)
        if not reading.tables:
            reports = sorted({grid.match.report.report for grid in reading.context})
            reading.warnings.append(
                f"it only describes ({', '.join(reports)}): it is kept in the archive, and no row of it lands"
            )
        _describe(reading, said)
        check(reading, said.bad_row_threshold)
    except DataError as error:
        reading.problem = error
    except csv.Error as error:
        reading.problem = problem("E-SRC-14", str(error), where=path.name)
    except (MemoryError, duckdb.OutOfMemoryException):
        found = "reading it takes more memory than an export may"
        reading.problem = problem("E-SRC-19", found, where=path.name)
    except (OSError, duckdb.IOException):
        raise
    except Exception as error:  # one file that nobody thought of must not keep the others from landing
        reading.problem = unforeseen(error, path)
    return reading


def unforeseen(error: Exception, path: Path) -> DataError:
    """What to say of a file that led to an error of the engine or the reader itself."""
    shown = (str(error).splitlines() or [""])[0][:200]
    return problem("E-SRC-14", f"{type(error).__name__}: {shown}", where=path.name)


def _one_platform(contents: Contents) -> Platform:
    platforms = {grid.match.platform.platform: grid.match.platform for grid in contents.grids}
    if len(platforms) > 1:
        raise problem("E-SRC-11", f"it holds exports of {' and '.join(sorted(platforms))}",
                      expected="exports of one platform")  # fmt: skip
    return next(iter(platforms.values()))


def _rank(grid: Grid) -> int:
    return next(place for place, rule in enumerate(grid.match.platform.reports) if rule is grid.match.report)


def _stage_all(reading: Reading, connection: duckdb.DuckDBPyConnection, scratch: Path, salt: str) -> None:
    assert reading.contents is not None
    grids = [each for grid in reading.contents.grids for each in (grid, *also_read(grid))]
    seen: dict[tuple[Any, ...], str] = {}
    for number, grid in enumerate(sorted(grids, key=_rank)):
        grid.attributes = {**_attributes(grid, reading.contents.names), **grid.attributes}
        if grid.match.report.dataset is None:
            reading.context.append(grid)
            reading.context_rows[grid.part] = count_records(grid)
        else:
            check_repeats(seen, grid)
            reading.tables.append(stage(connection, grid, scratch / f"{number}.parquet", salt))


def _attributes(grid: Grid, names: list[str]) -> dict[str, str]:
    """What the preamble and the names say; the preamble wins, then the innermost name."""
    platform = grid.match.platform
    found: dict[str, str] = {}
    whole = "\n".join(line.rstrip() for line in grid.preamble)
    for pattern in platform.preamble:
        for line in [whole] if "\\n" in pattern else grid.preamble:
            match = re.search(pattern, line[:MAX_SEARCHED])
            if match:
                _add(found, match.groupdict(), platform, single_day=True)
    for name in names:
        for pattern in platform.file_names:
            match = re.search(pattern, name[:MAX_SEARCHED])
            if match:
                _add(found, match.groupdict(), platform, single_day=False)
    if "date_from" in found and "date_to" in found:
        _add(found, {"period": f"{found['date_from']} {found['date_to']}"}, platform, single_day=False)
    return {name: _spelled(platform, name, value) for name, value in found.items()}


def _add(
    found: dict[str, str], groups: Mapping[str, str | None], platform: Platform, *, single_day: bool
) -> None:
    for name, value in groups.items():
        if not value or not value.strip() or name in found:
            continue
        for pattern, replacement in platform.rewrite.get(name, ()):
            value = re.sub(pattern, replacement, value)
        if name == "period":
            period = find_period(value, single_day=single_day)
            if period:
                found[name] = f"{period.start} {period.end}"
        elif name != "exported_at" or find_moments(value):
            found[name] = value.strip().strip('"')


def _spelled(platform: Platform, attribute: str, value: str) -> str:
    """The canonical value of an attribute whose spellings the catalog lists."""
    for canonical, spellings in platform.values.get(attribute, {}).items():
        if normalise(value) in map(normalise, spellings):
            return canonical
    return value


def _describe(reading: Reading, said: Said) -> None:
    """Give every table its constants: account, currency, time zone, period."""
    shared = _context_values(reading)
    main = next((table for table in reading.tables if table.dates), None)
    moments = [find_moments(grid.attributes["exported_at"]) for grid in _grids(reading)
               if "exported_at" in grid.attributes]  # fmt: skip
    reading.exported_at = moments[0][0] if moments else said.exported_at or _modified(reading.path)
    for table in reading.tables:
        attributes = {**table.grid.attributes, **shared}
        table.constants = _constants(table, attributes)
        _set_currency(reading, table, said)
        if table.has_dates or table.rows == 0:
            continue
        dates = said.period or _period(attributes) or (main.dates if main else None)
        if dates is None and table.grid.match.report.snapshot:
            day = reading.exported_at.date()
            dates = Period(day, day)
        if dates:
            table.dates = dates
            table.constants |= {"period_start": dates.start, "period_end": dates.end}
            reading.period_given = reading.period_given or dates is said.period


def _set_currency(reading: Reading, table: Staged, said: Said) -> None:
    """The currency of amounts without one: from the signs in the cells, else as the user says."""
    stated = table.constants.get("currency_code") or table.shown.get("currency_code")
    meant = {CURRENCY_SIGNS.get(sign, sign) for sign in table.signs if sign not in AMBIGUOUS_SIGNS}
    if stated and meant - {stated}:
        raise problem(
            "E-SRC-13", f"it says {stated}, and the cells have the sign {', '.join(sorted(table.signs))}"
        )
    if "currency_code" in table.columns and not table.amounts:
        return
    if len(table.signs) > 1:
        raise problem("E-SRC-13", f"the cells have the signs {', '.join(sorted(table.signs))}")
    if "currency_code" in table.constants:
        return
    if table.amounts and "currency_code" in table.shown:
        # Orders of several lines state it in their first row only.
        table.constants["currency_code"] = table.shown["currency_code"]
        return
    sign = next(iter(table.signs), None)
    platform = table.grid.match.platform.platform
    if sign is not None:
        code = CURRENCY_SIGNS.get(sign) or (sign if sign.isalpha() and len(sign) == 3 else None)
        if code is None and platform not in said.known_currencies and said.currency is None:
            code = AMBIGUOUS_SIGNS[sign]
            reading.warnings.append(
                f"{sign} is taken for {code}; if it is another currency, name it under accounts: in mkt.yml"
            )
        if code is not None:
            table.constants["currency_code"] = code
            return
    if said.currency is not None and table.amounts:
        table.constants["currency_code"] = said.currency
        reading.currency_given = True


def _grids(reading: Reading) -> list[Grid]:
    return [*reading.context, *(table.grid for table in reading.tables)]


def _context_values(reading: Reading) -> dict[str, str]:
    """Attributes that tables of names and values hold; names nobody knows are kept as ``filters``."""
    values: dict[str, str] = {}
    others: dict[str, str] = {}
    for grid in reading.context:
        names = {
            normalise(word): attribute
            for attribute, words in grid.match.report.key_values.items()
            for word in words
        }
        if not names:
            continue
        with grid.path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.reader(handle, delimiter=grid.separator))[grid.skip :]
        for row in rows:
            if len(row) < 2:
                continue
            attribute = names.get(normalise(row[0]))
            if attribute is None:
                others[row[0]] = row[1]
            elif attribute == "period":
                _add(values, {"period": row[1]}, grid.match.platform, single_day=True)
            elif attribute != "ignored":
                values[attribute] = _spelled(grid.match.platform, attribute, row[1])
    if others:
        values["filters"] = json.dumps(others, ensure_ascii=False, sort_keys=True)
    return values


def _constants(table: Staged, attributes: Mapping[str, str]) -> dict[str, Any]:
    """Columns that hold one value for all rows of the table."""
    grid = table.grid
    platform, report = grid.match.platform, grid.match.report
    known = {column.name for column in DATASETS[report.dataset or ""].columns}
    constants: dict[str, Any] = {}
    if platform.currency:
        constants["currency_code"] = platform.currency
    if platform.timezone:
        constants["account_timezone"] = platform.timezone
    constants |= {
        name: value for name, value in attributes.items() if name in known and name != "exported_at"
    }
    if grid.match.currencies:
        constants["currency_code"] = next(iter(grid.match.currencies))
    for bound in grid.match.bound:
        constants |= bound.rule.sets
    breakdowns = [bound.rule.breakdown for bound in grid.match.bound if bound.rule.breakdown]
    if breakdowns:
        constants["breakdown_type"] = "+".join(sorted(set(breakdowns)))
    constants |= report.sets
    for target, source in platform.copy_to.items():
        if source in constants and target in known:
            constants.setdefault(target, constants[source])
    return constants


def _period(attributes: Mapping[str, str]) -> Period | None:
    text = attributes.get("period")
    return find_period(text, single_day=True) if text else None


def _modified(path: Path) -> dt.datetime:
    stat = path.stat()
    return dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC).replace(tzinfo=None, microsecond=0)


def main_report(reading: Reading) -> ReportRule | None:
    """The report of the highest level, else of the first table that only describes."""
    if reading.tables:
        return reading.tables[0].grid.match.report
    return reading.context[0].match.report if reading.context else None
