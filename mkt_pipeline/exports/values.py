"""Dates that stand in free text: preambles, file names, filter cells.

What is here: finding dates and periods in the many spellings platforms use. What is not: the cells of a
table, which are parsed by SQL (:mod:`mkt_pipeline.exports.sql`).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12, "janv": 1, "févr": 2, "mars": 3, "avr": 4, "mai": 5, "juin": 6, "juil": 7,
    "août": 8, "sept": 9, "déc": 12,
}  # fmt: skip
_MONTH = (
    r"(?P<{0}month>january|february|march|april|june|july|august|september|october|november|december"
    r"|janvier|février|avril|juillet|septembre|octobre|novembre|décembre"
    r"|janv|févr|mars|avr|juin|juil|août|sept|déc|jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|nov|dec)\.?"
)
_TIME = r"(?:[ T_]{1,2}(?P<hour>\d{1,2})[:时](?P<minute>\d{2})(?:[:分](?P<second>\d{2}))?)?"
_DATE = re.compile(
    r"(?<!\d)(?P<year>20\d{2})[-/._年](?P<month>\d{1,2})[-/._月](?P<day>\d{1,2})日?" + _TIME + r"(?!\d)"
    r"|(?<!\d)(?P<cyear>20\d{2})(?P<cmonth>0[1-9]|1[0-2])(?P<cday>[0-3]\d)(?!\d)"
    r"|(?<![^\W\d_])" + _MONTH.format("m") + r"[ \-_.]{0,2}(?P<mday>\d{1,2}),?[ \-_.]{1,2}(?P<myear>20\d{2})"
    r"|(?:(?<!\d)|(?<=[-_. ]20\d\d))(?P<dday>\d{1,2})[ \-_.]"
    + _MONTH.format("d")
    + r",?[ \-_.](?P<dyear>20\d{2})",
    re.IGNORECASE,
)


class Period(NamedTuple):
    """First and last day, both included."""

    start: dt.date
    end: dt.date


def find_moments(text: str) -> list[dt.datetime]:
    """Every date in the text, with its time of day where one follows, in order of appearance."""
    moments = []
    for match in _DATE.finditer(text):
        moment = _moment(match)
        if moment:
            moments.append(moment)
    return moments


def find_period(text: str, *, single_day: bool) -> Period | None:
    """The period a text names: two dates in order, or one where ``single_day`` allows it."""
    days = [moment.date() for moment in find_moments(text)]
    if len(days) == 2 and days[0] <= days[1]:
        return Period(days[0], days[1])
    if len(days) == 1 and single_day:
        return Period(days[0], days[0])
    return None


def _moment(match: re.Match[str]) -> dt.datetime | None:
    part = match.groupdict()
    year = part["year"] or part["cyear"] or part["myear"] or part["dyear"]
    month = part["month"] or part["cmonth"] or _month_number(part["mmonth"] or part["dmonth"])
    day = part["day"] or part["cday"] or part["mday"] or part["dday"]
    try:
        return dt.datetime(
            int(year), int(month), int(day),
            int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0),
        )  # fmt: skip
    except ValueError:
        return None


def _month_number(name: str) -> int:
    key = name.casefold()
    for length in (len(key), 4, 3):
        if key[:length] in _MONTHS:
            return _MONTHS[key[:length]]
    raise ValueError(name)
