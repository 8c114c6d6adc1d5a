"""Words and numbers in one language: the phrase catalog and Babel's formats.

What is here: looking up and filling phrases, and turning numbers, money, shares and dates into text. What is
not: deciding what to say (``verdict``), or markup (``templates/``).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Any

import yaml
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent

from mkt_pipeline.metrics import Metric

LANGUAGES = ("en", "zh")
LOCALES = {"en": "en_US", "zh": "zh_Hans_CN"}
HTML_LANGUAGES = {"en": "en", "zh": "zh-CN"}
DASH = "–"
UNKNOWN = "—"


@cache
def phrases(language: str) -> dict[str, str]:
    """The phrase catalog of a language: key to pattern with ``{placeholders}``."""
    text = resources.files(__package__).joinpath("phrases", f"{language}.yml").read_text(encoding="utf-8")
    catalog: dict[str, str] = yaml.safe_load(text)
    return catalog


class Words:
    """Everything that depends on the language and the reporting currency. Unknown values read ``—``."""

    def __init__(self, language: str, currency: str) -> None:
        self.language = language
        self.html_language = HTML_LANGUAGES[language]
        self.currency = currency
        self._locale = LOCALES[language]
        self._phrases = phrases(language)

    def say(self, key: str, **values: Any) -> str:
        """The phrase, filled. ``KeyError`` for a key or a placeholder the catalog or the caller lacks."""
        return self._phrases[key].format_map(values)

    def named(self, prefix: str, name: str | None) -> str:
        """The phrase ``<prefix>_<name>``, or the name itself where the catalog has none."""
        return UNKNOWN if name is None else self._phrases.get(f"{prefix}_{name}", name)

    def name(self, metric: Metric) -> str:
        """A metric's name."""
        return metric.name_zh if self.language == "zh" else metric.name_en

    def definition(self, metric: Metric) -> str:
        """A metric's definition."""
        return metric.definition_zh if self.language == "zh" else metric.definition_en

    def metric(self, metric: Metric, value: float | None, *, short: bool = False) -> str:
        """A value of that metric in the metric's own format."""
        if value is None:
            return UNKNOWN
        if metric.format == "percent":
            return self.percent(value, metric.decimals)
        if metric.format == "money":
            return self.money(value, short=short)
        return self.number(value, metric.decimals)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number with grouping and at most that many decimals."""
        if value is None:
            return UNKNOWN
        whole = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(_no_minus_zero(value, decimals), whole, self._locale)

    def count(self, value: float | None) -> str:
        """A count that may be fractional: decimals only where there are any."""
        if value is None:
            return UNKNOWN
        return self.number(value, 0 if abs(value - round(value)) < 0.005 else 1)

    def compact(self, value: float) -> str:
        """A short number for axes: 19K, 1.9万."""
        return format_compact_decimal(value, locale=self._locale, fraction_digits=1)

    def money(self, value: float | None, currency: str | None = None, *, short: bool = False) -> str:
        """Money in the reporting currency; ``short`` leaves out cents from 1,000 on."""
        if value is None:
            return UNKNOWN
        digits = 0 if short and abs(value) >= 1000 else 2
        value = _no_minus_zero(value, digits)
        pattern = "¤#,##0;-¤#,##0" if digits == 0 else "¤#,##0.00;-¤#,##0.00"
        return format_currency(value, currency or self.currency, pattern, self._locale, currency_digits=False)

    def money_range(self, low: float, high: float) -> str:
        """Two bounds of money."""
        return f"{self.money(low, short=True)} {DASH} {self.money(high, short=True)}"

    def percent(self, value: float | None, decimals: int = 1) -> str:
        """A share."""
        if value is None:
            return UNKNOWN
        pattern = "0" + ("." + "0" * decimals if decimals else "") + "%"
        return format_percent(_no_minus_zero(value, decimals + 2), pattern, self._locale)

    def probability(self, value: float) -> str:
        """A probability; certainty is never claimed."""
        return f"> {self.percent(0.999, 1)}" if value > 0.999 else self.percent(value, 1)

    def change(self, value: float | None, decimals: int = 1) -> str:
        """A relative change with its sign."""
        if value is None:
            return UNKNOWN
        return ("+" if round(value, decimals + 2) > 0 else "") + self.percent(value, decimals)

    def points(self, difference: float | None, decimals: int = 2) -> str:
        """The difference of two shares, in percentage points with its sign."""
        if difference is None:
            return UNKNOWN
        value = _no_minus_zero(difference * 100, decimals)
        return self.say("points", value=("+" if value > 0 else "") + self.number(value, decimals))

    def day(self, value: dt.date | None) -> str:
        """A full date."""
        return UNKNOWN if value is None else format_date(value, "yyyy-MM-dd", self._locale)

    def short_day(self, value: dt.date | None) -> str:
        """Month and day."""
        if value is None:
            return UNKNOWN
        return format_date(value, "M月d日" if self.language == "zh" else "MMM d", self._locale)

    def days(self, first: dt.date | None, last: dt.date | None) -> str:
        """A span of days; one day stands alone."""
        if first == last:
            return self.short_day(first)
        return f"{self.short_day(first)} {DASH} {self.short_day(last)}"

    def time(self, value: dt.datetime) -> str:
        """Date and time to the minute."""
        return format_datetime(value, "yyyy-MM-dd HH:mm", locale=self._locale)

    @property
    def separator(self) -> str:
        """What stands between two sentences."""
        return "" if self.language == "zh" else " "


def _no_minus_zero(value: float, decimals: int) -> float:
    return 0.0 if round(value, decimals) == 0 else value
