"""Both languages say the same things; numbers, money and dates are written as each language writes them."""

from __future__ import annotations

import datetime as dt
import re
import string
from pathlib import Path

import pytest

from mkt_pipeline.metrics import registry
from mkt_pipeline.reports.words import LANGUAGES, UNKNOWN, Words, phrases

ROOM = Path(__file__).parents[2] / "mkt_pipeline" / "reports"


def placeholders(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def test_both_catalogs_hold_the_same_keys_and_placeholders() -> None:
    english, chinese = (phrases(language) for language in LANGUAGES)
    assert english.keys() == chinese.keys()
    different = [key for key in english if placeholders(english[key]) != placeholders(chinese[key])]
    assert different == []
    assert all(isinstance(text, str) and text.strip() for text in (*english.values(), *chinese.values()))


def test_every_phrase_a_page_asks_for_exists() -> None:
    sources = [*ROOM.glob("*.py"), *ROOM.glob("templates/*.j2")]
    asked = {
        key for path in sources for key in re.findall(r'\bsay\(\s*"([a-z0-9_]+)"', path.read_text("utf-8"))
    }
    assert len(asked) > 80
    assert asked <= phrases("en").keys()


def test_no_phrase_claims_a_cause() -> None:
    causal = re.compile(r"\b(because|due to|thanks to|caused|led to|drove)\b|由于|导致|因为|得益于")
    assert [
        key for language in LANGUAGES for key, text in phrases(language).items() if causal.search(text)
    ] == []


@pytest.mark.parametrize(
    ("language", "value", "short", "text"),
    [
        ("en", 19171.456, False, "$19,171.46"),
        ("en", 19171.456, True, "$19,171"),
        ("en", 999.5, True, "$999.50"),
        ("zh", 19171.456, False, "US$19,171.46"),
        ("en", -3.0, False, "-$3.00"),
        ("en", -0.001, False, "$0.00"),
    ],
)
def test_money(language: str, value: float, short: bool, text: str) -> None:
    assert Words(language, "USD").money(value, short=short) == text


def test_money_of_another_currency() -> None:
    assert Words("en", "CNY").money(45.1) == "CN¥45.10"
    assert Words("zh", "CNY").money(45.1) == "¥45.10"


def test_unknown_is_a_dash_and_never_zero() -> None:
    words = Words("en", "USD")
    assert {words.money(None), words.number(None), words.percent(None), words.day(None)} == {UNKNOWN}
    assert words.metric(registry()["cpa"], None) == UNKNOWN


def test_metrics_keep_their_format() -> None:
    words, metrics = Words("en", "USD"), registry()
    assert words.metric(metrics["ctr"], 0.03219) == "3.22%"
    assert words.metric(metrics["roas"], 3.456) == "3.46"
    assert words.metric(metrics["conversions"], 12345.0) == "12,345"


def test_changes_carry_a_sign_and_rates_change_in_points() -> None:
    words = Words("en", "USD")
    assert (words.change(0.051), words.change(-0.051), words.change(0.0)) == ("+5.1%", "-5.1%", "0.0%")
    assert words.points(0.0123) == "+1.23 pts"
    assert Words("zh", "USD").points(-0.01) == "-1.00 个百分点"


def test_certainty_is_never_claimed() -> None:
    assert Words("en", "USD").probability(1.0) == "> 99.9%"
    assert Words("en", "USD").probability(0.973) == "97.3%"


def test_days() -> None:
    day = dt.date(2026, 6, 3)
    assert Words("en", "USD").short_day(day) == "Jun 3"
    assert Words("zh", "USD").short_day(day) == "6月3日"
    assert Words("en", "USD").days(day, day) == "Jun 3"
