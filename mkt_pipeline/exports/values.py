"""Dates that stand in free text: preambles, file names, filter cells.

What is here: finding dates and periods in the many spellings platforms use. What is not: the cells of a
table, which are parsed by SQL (:mod:`mkt_pipeline.exports.sql`).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

_MONTH_WORDS = (
    "january jan janvier janv januar jänner enero ene gennaio gen janeiro",
    "february feb février févr fév februar febrero febbraio fevereiro fev",
    "march mar mars märz mär mrz marzo março",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio",
    "june jun juin juni junio giugno giu junho",
    "july jul juillet juil juli julio luglio lug julho",
    "august aug août agosto ago",
    "september sept sep septembre septiembre settembre set setembro",
    "october oct octobre oktober okt octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec décembre déc dezember dez diciembre dic dicembre dezembro",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_WORDS, start=1) for name in names.split()}
"""The names of months and their short forms in English, French, German, Spanish, Italian and Portuguese."""

_MONTH = rf"(?P<{{0}}month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_TIME = re.compile(
    r",?[ T_]{1,2}(?:at )?(?P<hour>\d{1,2})[:时](?P<minute>\d{2})(?:[:分](?P<second>\d{2}))?"
    r"(?: ?(?P<half>[AP])M)?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<!\d)(?P<year>20\d{2})[-/._年](?P<month>\d{1,2})[-/._月](?P<day>\d{1,2})日?(?!\d)"
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
    month = part["month"] or part["cmonth"] or MONTHS[(part["mmonth"] or part["dmonth"]).casefold()]
    day = part["day"] or part["cday"] or part["mday"] or part["dday"]
    try:
        return dt.datetime(int(year), int(month), int(day), *_time_after(match))
    except ValueError:
        return None


def _time_after(match: re.Match[str]) -> tuple[int, int, int]:
    """The time of day that follows a date: hour, minute, second."""
    time = _TIME.match(match.string, match.end())
    if time is None:
        return 0, 0, 0
    hour = int(time["hour"])
    if time["half"]:
        hour = hour % 12 + 12 * (time["half"].upper() == "P")
    return hour, int(time["minute"]), int(time["second"] or 0)
