"""Touches, attribution and paths: one lake, one build, known answers.

What is here: a synthetic case whose credits are known from closed forms, rows worked out by hand, and the
rules that must notice when touches are lost or credit is not conserved. What is not: conversions that ad
platforms claim (``test_conversions.py``).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .conftest import DbtProject

REFERENCE = Path(__file__).parents[1] / "reference" / "attribution"
MODELS = ("first_touch", "last_touch", "last_non_direct", "linear", "position_based", "time_decay")
SELECTION = ("+fct_attribution", "+mart_path_summary")
GUARDS = (
    "touchpoints_stand_once", "attribution_adds_up", "paths_sum_to_touchpoints",
    "touchpoint_channels_are_known", "touchpoints_are_of_the_past", "touches_lie_in_the_look_back",
    "attribution_credit_is_a_share",
    "touchpoint_currency_and_rate_are_known", "path_currency_and_rate_are_known",
)  # fmt: skip
START = dt.datetime(2026, 1, 1)
# The known answers look back over everything, or over 7 days; the marts over 30 days. Time shrunk to a
# twentieth leaves nothing out of 30 days; time stretched by 30/7 turns 7 days into 30.
SCALES = {"ref_all": (1, 20), "ref_seven": (30, 7), "ref_plain": (1, 1)}


@dataclass(frozen=True)
class Journey:
    """The touches (second, channel) up to a conversion, its second and its value."""

    touches: tuple[tuple[int, str], ...]
    end: int
    value: float


def reference_events() -> list[dict[str, str]]:
    with (REFERENCE / "events.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return sorted(rows, key=lambda row: int(row["event_id"]))


def reference_journeys() -> list[Journey]:
    """Journeys that end in a conversion: the touches since the conversion before."""
    by_user: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in reference_events():
        by_user[row["user_id"]].append(row)
    journeys = []
    for rows in by_user.values():
        touches: list[tuple[int, str]] = []
        rows.sort(key=lambda row: (int(row["ts_seconds"]), row["event_type"] != "touch"))
        for row in rows:
            if row["event_type"] == "touch":
                touches.append((int(row["ts_seconds"]), row["channel"]))
            else:
                journeys.append(Journey(tuple(touches), int(row["ts_seconds"]), float(row["value"])))
                touches = []
    return journeys


def time_decay(journeys: Iterable[Journey], look_back_days: float | None) -> dict[str, tuple[float, float]]:
    """Conversions and value per channel when a touch weighs half after 7 days."""
    credit: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for journey in journeys:
        touches = [
            touch
            for touch in journey.touches
            if look_back_days is None or journey.end - touch[0] <= look_back_days * 86400
        ] or [(journey.end, "(unattributed)")]
        weights = [2 ** (-(journey.end - second) / (7 * 86400)) for second, _ in touches]
        for weight, (_, channel) in zip(weights, touches, strict=True):
            credit[channel][0] += weight / sum(weights)
            credit[channel][1] += weight / sum(weights) * journey.value
    return {channel: (conversions, value) for channel, (conversions, value) in credit.items()}


def expected(column: str) -> dict[str, tuple[float, float]]:
    """Conversions and value per channel of a model, channels with none left out."""
    with (REFERENCE / "expected_channel.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {row["channel"]: (float(row[f"{column}_conv"]), float(row[f"{column}_value"])) for row in rows}
    return {channel: numbers for channel, numbers in found.items() if numbers != (0, 0)}


def land_reference(project: DbtProject) -> None:
    events = reference_events()
    for platform, (stretch, shrink) in SCALES.items():
        rows = []
        for event in events:
            moment = START + dt.timedelta(
                microseconds=int(event["ts_seconds"]) * 1_000_000 * stretch // shrink
            )
            is_touch = event["event_type"] == "touch"
            rows.append({
                "day": moment.date(), "touched_at": moment, "visitor_hash": f"{platform} {event['user_id']}",
                "touch_type": "visit" if is_touch else "conversion",
                "source": event["channel"] or None, "medium": "any" if is_touch else None,
                "conversions": None if is_touch else 1,
                "conversion_value": None if is_touch else Decimal(event["value"]), "currency_code": "USD",
            })  # fmt: skip
        project.land(
            f"{platform}.csv", rows, dataset="touchpoint", platform=platform, account_id="a", level="touch",
            landed_at="2029-01-01 00:00:00",
        )  # fmt: skip


def at(day: int, hour: int = 9, second: int = 0) -> dt.datetime:
    """A moment of June 2026."""
    return dt.datetime(2026, 6, day, hour, 0, second)


def touch(
    moment: dt.datetime, visitor: str, source: str | None = None, medium: str | None = None, **cells: Any
) -> dict[str, Any]:
    return {
        "day": moment.date(), "touched_at": moment, "visitor_hash": visitor, "touch_type": "click",
        "source": source, "medium": medium, **cells,
    }  # fmt: skip


def sale(moment: dt.datetime, visitor: str, value: str | None = None, **cells: Any) -> dict[str, Any]:
    return touch(moment, visitor, touch_type="conversion", conversion_value=value and Decimal(value), **cells)


def land_by_hand(project: DbtProject) -> None:
    hand = {
        "dataset": "touchpoint",
        "platform": "own",
        "account_id": "shop",
        "level": "touch",
        "currency_code": "USD",
    }
    google, mail, direct = ("google", "cpc"), ("newsletter", "email"), ("(direct)", "(none)")

    # Exports of overlapping days: the newer one restates the sale and no longer holds the first day; one pair
    # of touches is alike to the last letter.
    overlap = [
        touch(at(1), "ann", *google, touch_cost=Decimal("0.8")),
        touch(at(2), "ann", *mail), touch(at(2), "ann", *mail),
        sale(at(3), "ann", "90", order_id="o1"),
    ]  # fmt: skip
    project.land("days 1 to 3", overlap, exported_at="2026-06-04 08:00:00", **hand)
    restated = [*overlap[1:3], sale(at(3), "ann", "100", order_id="o1"), touch(at(4), "ann", *direct)]
    project.land("days 2 to 4", restated, exported_at="2026-06-05 08:00:00", **hand)

    project.land("hand", [
        # One touch, two sales in the same second, a third after another touch.
        touch(at(1), "bea", *google), sale(at(1), "bea", "10", order_id="b1"),
        sale(at(1), "bea", "10", order_id="b2"),
        touch(at(2), "bea", *mail), sale(at(3), "bea", "30", order_id="b3"),
        # Direct takes the last touch, but not the last that is not direct; alone it takes both.
        touch(at(1), "cai", "Google", "CPC "), touch(at(2), "cai", *direct), sale(at(3), "cai", "5"),
        touch(at(1), "dan", *direct), sale(at(3), "dan", "5"),
        # Thirty days to the second still count, a second more does not.
        touch(at(1, 9), "eve", *google), touch(at(1, 9, 1), "eve", *mail),
        sale(at(1, 9, 1) + dt.timedelta(days=30), "eve", "7"),
        # Nobody knows who it was, and nobody touched.
        touch(at(1), None, *google), sale(at(2), None, "11", order_id="u1"), sale(at(2), "fay", "13"),
        # Impressions take no part where something was clicked, and all where nothing was.
        touch(at(1), "gus", *mail), touch(at(2), "gus", "google", "display", touch_type="Impression"),
        sale(at(3), "gus", "1"),
        touch(at(2), "hal", "google", "cpc", touch_type="曝光"), sale(at(3), "hal", "1"),
        # A third of a hundred, in another currency, worth two conversions; the rate is that of the day.
        *(touch(at(number), "ida", *google) for number in (1, 2, 3)),
        sale(at(4), "ida", "100", currency_code="EUR", conversions=2),
        # A sale taken back is neither a sale nor a touch.
        touch(at(1), "jim", *google), sale(at(2), "jim", "50", conversions=0, order_id="j1"),
        # Channels: the export's own word first, then the rules; an unknown word gives way to them.
        touch(at(5), "kim", *google, channel_id="paid_social"), touch(at(6), "kim", *google, channel_id="tv"),
        touch(at(7), "kim"), touch(at(8), "kim", *mail, utm_campaign="Spring-1"),
        touch(at(9), "kim", campaign_name="Summer sale"), touch(at(30), "kim", utm_campaign="spring-1"),
        # Five touches, of which two stand in a row.
        *(touch(at(day), "lea", *pair) for day, pair in enumerate((google, google, mail, google, direct), 1)),
        sale(at(6), "lea", "1"),
    ], **hand)  # fmt: skip
    project.land("clicks with orders", [
        # The click that carries the order led to it; a later sale without a touch shares the journey.
        touch(at(2), "nia", *google, order_id="n1", conversion_value=Decimal(10)),
        touch(at(1), "oli", *mail),
        touch(at(2), "oli", *google, order_id="o1", conversion_value=Decimal(10), touch_type="visit"),
        sale(at(3), "oli", "5", order_id="o2"),
        # Two of one second are two journeys.
        touch(at(1), "pam", *google, order_id="p1"), touch(at(1), "pam", *mail, order_id="p2"),
        # What was seen takes no part where something was clicked.
        touch(at(1), "quy", *mail),
        touch(at(2), "quy", *google, order_id="q1", touch_type="impression"),
    ], **(hand | {"platform": "clicks"}))  # fmt: skip
    project.land("late", [
        touch(at(20), "mia", *google, touch_cost=Decimal(1)),
    ], landed_at="2026-06-10 08:00:00", **hand)  # fmt: skip
    project.land("paths", [
        {"period_start": "2026-06-01", "period_end": "2026-06-30", "path": "Paid Search > Direct > Direct",
         "path_length": 3, "conversions": 4, "non_conversions": 1, "conversion_value": Decimal(200)},
        {"period_start": "2026-06-01", "period_end": "2026-06-30", "path": "Email", "path_length": 1,
         "conversions": 2, "conversion_value": Decimal(50)},
    ], dataset="conversion_path", platform="ga4", account_id="p", level="path",
       currency_code="EUR")  # fmt: skip


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    project = dbt_project
    project.settings(as_of="2026-07-05")
    project.put("fx_rate", [
        {"rate_date": dt.date(2026, 6, number), "from_currency": "EUR", "to_currency": "USD",
         "rate": Decimal("1.1" if number < 4 else "1.2" if number < 25 else "1.5"), "rate_source": "bank"}
        for number in range(1, 31)
    ])  # fmt: skip
    project.put("plan_campaign", [
        {"marketing_campaign_id": "spring", "plan_number": 1, "name_en": "Spring", "name_zh": "春季",
         "currency_code": "USD", "start_date": dt.date(2026, 6, 1), "end_date": dt.date(2026, 6, 20)},
    ])  # fmt: skip
    project.put("plan_match", [
        {"marketing_campaign_id": "spring", "rule_number": 1, "match_field": "utm_campaign",
         "like_pattern": "spring%"},
        {"marketing_campaign_id": "spring", "rule_number": 2, "match_field": "campaign_name",
         "like_pattern": "summer%"},
    ])  # fmt: skip
    land_reference(project)
    land_by_hand(project)
    project.build(*SELECTION)
    assert project.failed_tests() == {"touchpoint_channels_are_known", "touchpoints_are_of_the_past"}
    return project


def credits_of(project: DbtProject, visitor: str, model: str, value: str = "credit") -> list[Any]:
    """What a model gives the touches of a visitor, in order of conversion and touch."""
    return [
        row["value"]
        for row in project.query(
            f"select {value} as value from mart.fct_attribution where visitor_hash = ? and model = ?"
            " order by converted_at, order_id, touch_position", visitor, model,
        )
    ]  # fmt: skip


class TestReference:
    """Known answers: 877 conversions worth 102,801.36 on 10 channels."""

    def channels(self, project: DbtProject, platform: str, model: str) -> dict[str, tuple[float, float]]:
        rows = project.query(
            "select coalesce(touch.source, part.touch_id) as channel, sum(part.conversions) as conversions,"
            " sum(part.conversion_value) as value from mart.fct_attribution as part"
            " left join mart.fct_touchpoint as touch on part.touch_id = touch.touch_id"
            " where part.platform = ? and part.model = ? group by 1", platform, model,
        )  # fmt: skip
        return {row["channel"]: (float(row["conversions"]), float(row["value"])) for row in rows}

    def compare(self, found: dict[str, tuple[float, float]], known: dict[str, tuple[float, float]]) -> None:
        assert set(found) == set(known)
        for channel, (conversions, value) in known.items():
            assert found[channel][0] == pytest.approx(conversions, abs=5e-4), channel
            assert found[channel][1] == pytest.approx(value, abs=5e-3), channel

    @pytest.mark.parametrize("platform", ["ref_all", "ref_seven"])
    @pytest.mark.parametrize(
        ("model", "column"),
        [
            ("first_touch", "first"),
            ("last_touch", "last"),
            ("linear", "linear"),
            ("position_based", "position"),
        ],
    )
    def test_credits_are_the_known_ones(
        self, marts: DbtProject, platform: str, model: str, column: str
    ) -> None:
        look_back = "lookback7_" if platform == "ref_seven" else ""
        self.compare(self.channels(marts, platform, model), expected(look_back + column))

    def test_time_decay_halves_a_touch_in_seven_days(self, marts: DbtProject) -> None:
        journeys = reference_journeys()
        for known, look_back in (("time_decay", None), ("lookback7_time_decay", 7)):
            self.compare(time_decay(journeys, look_back), expected(known))
        self.compare(self.channels(marts, "ref_plain", "time_decay"), time_decay(journeys, 30))

    def test_models_speak_of_the_same_conversions(self, marts: DbtProject) -> None:
        assert marts.query(
            "select platform, model, count(distinct conversion_id) as conversions, sum(credit) as credit,"
            " sum(conversion_value) as value from mart.fct_attribution where platform like 'ref%'"
            " group by platform, model order by platform, model"
        ) == [
            {"platform": platform, "model": model, "conversions": 877, "credit": 877,
             "value": Decimal("102801.36")}
            for platform in sorted(SCALES) for model in sorted(MODELS)
        ]  # fmt: skip

    def test_paths_hold_every_conversion(self, marts: DbtProject) -> None:
        (row,) = marts.query(
            "select sum(conversions) as conversions, sum(non_conversions) as others,"
            " sum(conversion_value) as value, sum(touches) as touches from mart.mart_path_summary"
            " where platform = 'ref_all'"
        )
        assert row == {
            "conversions": 877,
            "others": 4301 - 877,
            "value": Decimal("102801.36"),
            "touches": 12963,
        }


def test_overlapping_exports_hold_each_touch_once_and_the_newest_value(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, channel_id, is_conversion, conversion_value from mart.fct_touchpoint"
        " where visitor_hash = 'ann' order by touched_at, touch_id"
    )
    assert [(row["date_day"].day, row["channel_id"], row["conversion_value"]) for row in rows] == [
        (1, "sem", None), (2, "email", None), (2, "email", None), (3, None, 100), (4, "direct", None),
    ]  # fmt: skip
    third = Decimal("0.333333333333")
    assert credits_of(marts, "ann", "linear") == [third, third + Decimal("1e-12"), third]


def test_conversions_in_a_row_share_their_touches_and_later_ones_do_not(marts: DbtProject) -> None:
    assert [
        (row["order_id"], row["channel_id"], row["credit"])
        for row in marts.query(
            "select * from mart.fct_attribution where visitor_hash = 'bea' and model = 'linear'"
            " order by order_id"
        )
    ] == [("b1", "sem", 1), ("b2", "sem", 1), ("b3", "email", 1)]


def test_direct_counts_except_where_the_model_says(marts: DbtProject) -> None:
    def winner(visitor: str, model: str) -> list[str]:
        return credits_of(marts, visitor, model, "channel_id")

    assert (winner("cai", "last_touch"), winner("cai", "last_non_direct")) == (["direct"], ["sem"])
    assert (winner("dan", "last_touch"), winner("dan", "last_non_direct")) == (["direct"], ["direct"])


def test_the_look_back_ends_after_thirty_days(marts: DbtProject) -> None:
    assert credits_of(marts, "eve", "first_touch", "channel_id") == ["email"]
    assert credits_of(marts, "eve", "first_touch", "window_days") == [30]
    assert credits_of(marts, "eve", "time_decay", "half_life_days") == [7]


def test_what_nobody_touched_is_a_row_of_its_own(marts: DbtProject) -> None:
    for visitor, value in (("(unknown)", 11), ("fay", 13)):
        assert marts.query(
            "select distinct touch_id, channel_id, credit, conversion_value as value, touch_count"
            " from mart.fct_attribution where visitor_hash = ?", visitor,
        ) == [{
            "touch_id": "(unattributed)", "channel_id": "(unattributed)", "credit": 1, "value": value,
            "touch_count": 0,
        }]  # fmt: skip


def test_a_conversion_is_of_clicks_or_of_views(marts: DbtProject) -> None:
    assert credits_of(marts, "gus", "linear", "(channel_id, is_view_through)") == [("email", False)]
    assert credits_of(marts, "hal", "linear", "(channel_id, is_view_through)") == [("sem", True)]


def test_money_is_split_to_the_last_digit(marts: DbtProject) -> None:
    for value, whole in (("conversion_value_native", 100), ("conversion_value", 120), ("conversions", 2)):
        parts = credits_of(marts, "ida", "linear", value)
        assert (len(parts), sum(parts)) == (3, whole)
        assert max(parts) - min(parts) <= Decimal("0.000001")
    assert credits_of(marts, "ida", "linear", "fx_rate")[0] == Decimal("1.2")


def test_a_click_that_carries_an_order_is_a_touch_of_it(marts: DbtProject) -> None:
    for model in MODELS:
        assert credits_of(marts, "nia", model, "(channel_id, credit, touch_position)") == [("sem", 1, 1)]
    found = marts.query(
        "select part.order_id, touch.channel_id, touch.order_id as own, part.conversion_value as value"
        " from mart.fct_attribution as part inner join mart.fct_touchpoint as touch"
        " on part.touch_id = touch.touch_id where part.visitor_hash = 'oli' and model = 'linear'"
        " order by part.order_id, touch_position"
    )
    assert [tuple(row.values()) for row in found] == [
        ("o1", "email", None, 5), ("o1", "sem", "o1", 5),
        ("o2", "email", None, Decimal("2.5")), ("o2", "sem", "o1", Decimal("2.5")),
    ]  # fmt: skip
    assert credits_of(marts, "oli", "last_touch", "channel_id") == ["sem", "sem"]
    assert credits_of(marts, "pam", "linear", "(order_id, channel_id, credit)") == [
        ("p1", "sem", 1), ("p2", "email", 1),
    ]  # fmt: skip
    assert credits_of(marts, "quy", "linear", "(channel_id, is_view_through)") == [("email", False)]
    paths = marts.query("select path, conversions, non_conversions from mart.mart_path_summary"
                        " where platform = 'clicks' order by path")  # fmt: skip
    assert [tuple(row.values()) for row in paths] == [
        ("email", 2, 0), ("email > sem", 2, 0), ("sem", 2, 0),
    ]  # fmt: skip


def test_a_sale_taken_back_is_nothing(marts: DbtProject) -> None:
    assert credits_of(marts, "jim", "linear") == []
    assert (
        marts.value(
            "select non_conversions from mart.mart_path_summary where path = 'sem' and platform = 'own'"
        )
        == 2
    )


def test_channels_and_campaigns_of_touches(marts: DbtProject) -> None:
    rows = marts.query(
        "select channel_id, marketing_campaign_id from mart.fct_touchpoint where visitor_hash = 'kim'"
        " order by touched_at"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("paid_social", "(unassigned)"), ("sem", "(unassigned)"), ("other", "(unassigned)"),
        ("email", "spring"), ("other", "spring"), ("other", "(unassigned)"),
    ]  # fmt: skip


def test_position_based_gives_forty_twenty_forty(marts: DbtProject) -> None:
    assert credits_of(marts, "lea", "position_based") == [
        Decimal("0.4"), Decimal("0.066666666667"), Decimal("0.066666666666"), Decimal("0.066666666667"),
        Decimal("0.4"),
    ]  # fmt: skip
    assert credits_of(marts, "cai", "position_based") == [Decimal("0.5"), Decimal("0.5")]
    assert credits_of(marts, "dan", "position_based") == [1]


def test_paths_of_touches_and_of_exports_stand_apart(marts: DbtProject) -> None:
    paths = {
        (row["source"], row["path"]): row
        for row in marts.query("select * from mart.mart_path_summary where platform in ('own', 'ga4')")
    }
    lea = paths["touchpoint", "sem > email > sem > direct"]
    assert (lea["conversions"], lea["touches"], lea["path_length"], lea["days_to_convert"]) == (1, 5, 4, 5)
    assert (lea["period_start"], lea["period_end"]) == (dt.date(2026, 6, 1), dt.date(2026, 6, 30))
    bea_and_more = paths["touchpoint", "sem"]
    assert (bea_and_more["conversions"], bea_and_more["conversion_value"]) == (2 + 2 + 1, 20 + 120 + 1)
    assert paths["touchpoint", "(unattributed)"]["conversions"] == 2
    export = paths["export", "Paid Search > Direct > Direct"]
    assert (export["conversions"], export["non_conversions"], export["conversion_value"]) == (4, 1, 300)
    assert (export["path_type"], export["touches"], export["days_to_convert"]) == ("full", 15, None)


@pytest.fixture(scope="module")
def guarded(marts: DbtProject) -> DbtProject:
    """The last fixture of the module: it falsifies what the others ask."""
    marts.tamper(
        "delete from mart.fct_touchpoint where visitor_hash = 'kim' and channel_id = 'paid_social'",
        "update mart.fct_touchpoint set fx_rate = null, currency_code = 'CHF' where visitor_hash = 'mia'",
        "update mart.mart_conversion_path set currency_code = null where path = 'Email'",
        "update mart.fct_attribution set credit = 2 where visitor_hash = 'fay' and model = 'linear'",
        "delete from mart.fct_attribution where visitor_hash = 'eve' and model = 'last_touch'",
        "update mart.fct_attribution set conversion_value = null"
        " where visitor_hash = 'dan' and model = 'linear'",
        "update mart.mart_path_summary set period_start = '2026-05-01' where platform = 'clicks'"
        " and path = 'sem'",
        "update mart.mart_path_summary set conversions = conversions + 1 where path = '(unattributed)'",
        "update core.int_journey_touch set age_seconds = -1 where position = 1",
    )
    marts.build(*GUARDS, command="test")
    return marts


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    assert guard in guarded.failed_tests()


def test_what_the_guards_say(guarded: DbtProject) -> None:
    assert guarded.messages("attribution_adds_up") == {
        "credit does not add up to 1", "a model leaves out a conversion",
        "parts do not add up to the conversion",
    }  # fmt: skip
    paths = guarded.query(guarded.compiled["paths_sum_to_touchpoints"])
    assert {row["month_start"].month for row in paths if row["platform"] == "clicks"} == {5, 6}
    assert guarded.messages("touchpoint_channels_are_known") == {
        "own: tv is no channel; source and medium decide instead"
    }
    assert guarded.messages("touchpoint_currency_and_rate_are_known") == {
        "no rate CHF to USD for 2026-06-20 or the 7 days before: add it to fx_rates.csv"
    }
