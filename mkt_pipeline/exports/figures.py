"""What one cell holds, told from its text alone: a number with its spelling, a date, an address, a word.

What is here: reading numbers and writing others in the same spelling (grouping, decimal mark, currency), and
telling dates, addresses and links from plain text. What is not: the typed reading of exports, which SQL does
(:mod:`.sql`); this serves single cells that are drafted from or written anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from mkt_pipeline.exports.columns import SIGN_PATTERN
from mkt_pipeline.exports.values import MONTHS

_BLANKS = " \u00a0\u202f\u2009"
_NUMBER = re.compile(
    rf"(?P<before>[=\"'\s(]*(?:{SIGN_PATTERN})?\s*)(?P<sign>[-+−]?)(?P<middle>\s*(?:{SIGN_PATTERN})?\s*)"
    rf"(?P<digits>\d[\d.,'’{_BLANKS}]*\d|\d|[.,]\d+)(?P<after>\s*(?:[%‰]|{SIGN_PATTERN})?[\s)\"]*)"
)
_WEEKDAY_WORDS = (
    "monday mon tuesday tue wednesday wed thursday thu friday fri saturday sat sunday sun "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lunes martes miércoles jueves viernes sábado domingo"
)
WEEKDAYS = tuple(_WEEKDAY_WORDS.split())
"""Names of weekdays as they stand before dates."""
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})\.?,?\s+"
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_TIME = r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:\s*[ap]m)?"
_DATE = re.compile(
    rf"(?:19|20)\d\d[-/.年]\d{{1,2}}(?:[-/.月]\d{{1,2}}日?)?(?:[T ]+{_TIME})?(?:\s*(?:Z|[-+]\d\d:?\d\d|UTC))?"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:19|20)?\d\d(?:,?\s+{_TIME})?"
    rf"|(?:{_WEEKDAY})?\d{{1,2}}\.?[\s-]+(?:de\s+)?{_MONTH}(?:,?[\s-]+(?:de\s+)?(?:19|20)?\d\d(?:,?\s+{_TIME})?)?"
    rf"|(?:{_WEEKDAY})?{_MONTH}\s+\d{{1,2}},?(?:\s+(?:19|20)\d\d)?(?:,?\s+{_TIME})?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:~|至|到|–|—| - | to )\s*")
_CLOCK = re.compile(r"(\d+):([0-5]?\d):([0-5]?\d)(\.\d+)?")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?/?")
_PHONE = re.compile(r"\+?\d[\d\s().-]{8,}\d")
_GROUPED = re.compile(r"\d{1,3}([.,]\d{3})+")


@dataclass(frozen=True)
class Number:
    """A number and how it is spelled."""

    value: Decimal
    """The number written, its sign included; ``12%`` is 12."""
    before: str
    after: str
    decimals: int
    grouping: str
    """The mark between groups of three, empty where none is written."""
    comma: bool
    """Whether the decimal mark is a comma."""

    @property
    def is_percent(self) -> bool:
        """Whether a percent sign follows."""
        return "%" in self.after or "‰" in self.after

    def spell(self, value: Decimal, decimals: int, grouping: str = "") -> str:
        """Another number in this spelling; at least as many decimals as here, at most ``decimals``."""
        own = min(self.decimals, max(decimals, 6))
        text = f"{abs(value):.{max(decimals, own)}f}"
        whole, _, fraction = text.partition(".")
        fraction = fraction[:own] + fraction[own:].rstrip("0")
        mark = self.grouping or grouping
        if mark and len(whole) > 3:
            whole = f"{int(whole):,}".replace(",", mark)
        sign = "-" if value < 0 else ""
        ending = (("," if self.comma else ".") + fraction) if fraction else ""
        return f"{self.before}{sign}{whole}{ending}{self.after}"


@lru_cache(maxsize=1 << 16)
def read_number(text: str, comma: bool) -> Number | None:
    """The number a cell spells, or None; ``comma`` says what a single mark before three digits means."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = match["digits"]
    said = uses_comma(digits)
    comma = comma if said is None else said
    mark, other = (",", ".") if comma else (".", ",")
    whole, _, fraction = digits.partition(mark)
    if mark in fraction or (fraction and not fraction.isdigit()):
        return None
    groups = {sign for sign in whole if not sign.isdigit()}
    if len(groups) > 1 or mark in groups:
        return None
    grouping = groups.pop() if groups else ""
    if grouping and (grouping != other and grouping not in "'’" + _BLANKS):
        return None
    if grouping and any(len(group) not in (2, 3) for group in whole.split(grouping)[1:]):
        return None
    value = Decimal((whole.replace(grouping, "") if grouping else whole or "0") + "." + (fraction or "0"))
    sign = match["sign"]
    value = -value if sign in ("-", "−") else value
    return Number(value, match["before"] + match["middle"], match["after"], len(fraction), grouping, comma)


def any_number(text: str) -> Number | None:
    """The number a cell spells, whichever mark is the decimal one."""
    return read_number(text, comma=False) or read_number(text, comma=True)


def uses_comma(text: str) -> bool | None:
    """Whether the decimal mark of a number is a comma; None where the text can be read in both ways."""
    points, commas = text.count("."), text.count(",")
    if points and commas:
        return text.rfind(",") > text.rfind(".")
    if not points and not commas:
        return None
    if points + commas > 1:
        return commas == 0
    digits = re.sub(r"[^\d.,]", "", text)
    return None if _GROUPED.fullmatch(digits) and not digits.startswith("0") else bool(commas)


def is_date(text: str) -> bool:
    """Whether a cell is a date, a moment, or a range of two."""
    parts = _RANGE.split(text.strip())
    return 1 <= len(parts) <= 2 and all(_DATE.fullmatch(part) for part in parts)


def is_range(text: str) -> bool:
    """Whether a cell is a range of two dates."""
    return len(_RANGE.split(text.strip())) == 2 and is_date(text)


def seconds_of(text: str) -> Decimal | None:
    """The seconds of a duration such as ``0:04:34``."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    return Decimal(3600 * int(match[1]) + 60 * int(match[2]) + int(match[3])) + Decimal(match[4] or 0)


def clock(seconds: Decimal, like: str) -> str:
    """Seconds as ``h:mm:ss``, the hours as wide as in ``like``."""
    whole = int(seconds.to_integral_value())
    hours, rest = divmod(whole, 3600)
    return f"{hours:0{len(like.strip().partition(':')[0])}d}:{rest // 60:02d}:{rest % 60:02d}"


def is_email(text: str) -> bool:
    """Whether a cell is an e-mail address."""
    return bool(_EMAIL.fullmatch(text.strip()))


def is_url(text: str) -> bool:
    """Whether a cell is a link with its scheme."""
    return text.strip().lower().startswith(("http://", "https://"))


def is_path(text: str) -> bool:
    """Whether a cell is the path of a page."""
    return text.startswith("/") and " " not in text.strip()


def is_domain(text: str) -> bool:
    """Whether a cell is a host name, with a path or without."""
    return bool(_DOMAIN.fullmatch(text.partition("/")[0].strip())) and " " not in text.strip()


def is_phone(text: str) -> bool:
    """Whether a cell could be a telephone number: ten digits or more with blanks or dashes, or a plus."""
    text = text.strip()
    if is_date(text):
        return False
    return bool(_PHONE.fullmatch(text)) and (text.startswith("+") or not text.replace(" ", "").isdigit())
