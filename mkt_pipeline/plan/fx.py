"""Exchange rates of a workspace: reading ``fx_rates.csv``.

What is here: the reader, its checks and the inverse rates. What is not: which rate holds on which day; that
is the warehouse's rule.

One row says: on ``date``, one unit of ``from`` costs ``rate`` units of ``to``, says ``source``. Where a day's
opposite direction is not in the file, it is added as 1 ÷ rate, rounded half even to twelve decimals, and its
source says so. Rates are decimals from end to end.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path

from mkt_pipeline.errors import ConfigError

COLUMNS = ("date", "from", "to", "rate", "source")
DECIMALS = 12
_LARGEST = Decimal(10) ** 6
"""DECIMAL(18,12) holds six digits before the point."""


@dataclass(frozen=True)
class FxRate:
    """One unit of ``from_currency`` cost ``rate`` units of ``to_currency`` on ``rate_date``."""

    rate_date: dt.date
    from_currency: str
    to_currency: str
    rate: Decimal
    rate_source: str

    @property
    def key(self) -> tuple[dt.date, str, str]:
        """What may be said once: day and ordered pair."""
        return self.rate_date, self.from_currency, self.to_currency

    def inverse(self) -> FxRate:
        """The opposite direction of the same day."""
        with localcontext() as context:
            context.prec = 40
            rate = (1 / self.rate).quantize(Decimal(1).scaleb(-DECIMALS), rounding=ROUND_HALF_EVEN)
        source = f"{self.rate_source}, inverse"
        return FxRate(self.rate_date, self.to_currency, self.from_currency, rate, source)


def read_rates(path: Path) -> list[FxRate]:
    """All rates of the file and the missing inverses, by day and pair; empty if there is no file.

    Raises:
        ConfigError: ``E-PLAN-09`` with the line: encoding, header, a value, two rates for one day and pair.
    """
    if not path.is_file():
        return []
    given: dict[tuple[dt.date, str, str], FxRate] = {}
    for line, rate in _parse(path):
        earlier = given.setdefault(rate.key, rate)
        if earlier.rate != rate.rate:
            raise _problem(
                path, line, f"{rate.from_currency} to {rate.to_currency} on {rate.rate_date} is {rate.rate} "
                f"here and {earlier.rate} above", "one rate per day and pair", "delete one of the two lines",
            )  # fmt: skip
    rates = dict(given)
    for rate in given.values():
        inverse = rate.inverse()
        if inverse.rate > 0:
            rates.setdefault(inverse.key, inverse)
    return [rates[key] for key in sorted(rates)]


def _parse(path: Path) -> Iterator[tuple[int, FxRate]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _problem(path, line, "not UTF-8", "a csv file in UTF-8", "save it as 'CSV UTF-8'") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip().lower() for name in next(reader, [])]
    if not set(COLUMNS[:4]) <= set(header) or len(set(header)) != len(header):
        raise _problem(
            path, 1, f"the header is {','.join(header)!r}", ",".join(COLUMNS), "correct the first line"
        )
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, _rate(path, reader.line_num, header, cells)


def _rate(path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> FxRate:
    if len(cells) != len(header):
        raise _problem(
            path, line, f"{len(cells)} cells under {len(header)} headers", "one cell per header",
            "write decimals with a point, and quote texts that hold a comma",
        )  # fmt: skip
    row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    pair = _currency(path, line, row, "from"), _currency(path, line, row, "to")
    if pair[0] == pair[1]:
        raise _problem(path, line, f"{pair[0]} to itself", "two currencies", "delete the line")
    return FxRate(_day(path, line, row), *pair, _number(path, line, row), row.get("source") or path.name)


def _day(path: Path, line: int, row: Mapping[str, str]) -> dt.date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["date"]):
            return dt.date.fromisoformat(row["date"])
    except ValueError:
        pass
    raise _problem(path, line, f"date {row['date']!r}", "a day such as 2026-06-18", "correct the date")


def _currency(path: Path, line: int, row: Mapping[str, str], column: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", row[column]):
        raise _problem(
            path, line, f"{column} {row[column]!r}", "an ISO 4217 code such as CNY", f"correct {column}"
        )
    return row[column]


def _number(path: Path, line: int, row: Mapping[str, str]) -> Decimal:
    text = row["rate"]
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise _problem(
            path, line, f"rate {text!r}", "a number such as 0.1392", "write it with a point, no sign"
        )
    rate = Decimal(text)
    if not 0 < rate < _LARGEST or -int(rate.normalize().as_tuple().exponent) > DECIMALS:
        raise _problem(
            path, line, f"rate {text}", f"above 0, below {_LARGEST}, at most {DECIMALS} decimals",
            "correct the rate, or give the opposite direction",
        )  # fmt: skip
    return rate


def _problem(path: Path, line: int, found: str, expected: str, fix: str) -> ConfigError:
    return ConfigError("E-PLAN-09", found, where=f"{path.name}:{line}", expected=expected, fix=fix)
