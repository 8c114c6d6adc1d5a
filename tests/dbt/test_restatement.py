"""What platforms restate: its log, the conversion lag measured from it, what young days still expect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from .conftest import DbtProject, file_id_of

AS_OF = dt.date(2026, 6, 30)
FIRST = dt.date(2026, 3, 1)
GUARDS = (
    "late_conversions_are_of_young_days", "late_conversions_add_up", "late_conversions_take_nothing_back",
    "conversion_lag_curve_never_falls", "conversion_lag_curve_is_a_share", "conversion_lag_has_a_basis",
    "restatements_end_at_the_newest",
)  # fmt: skip


def moment(day: dt.date, hour: int = 9) -> str:
    return f"{day} {hour:02}:00:00"


def campaign(
    day: dt.date | str, spend: Any, conversions: Any, name: str = "c", **cells: Any
) -> dict[str, Any]:
    return {
        "level": "campaign", "day": day, "campaign_name": name, "spend": Decimal(spend),
        "conversions": None if conversions is None else Decimal(conversions), **cells,
    }  # fmt: skip


def known_of(age: int) -> Decimal:
    """Half of what is missing comes each day: 1/2, 3/4, 7/8 …"""
    return 1 - Decimal("0.5") ** (age + 1)


def rolling_exports(project: DbtProject, platform: str, days: int, final: int, youngest: int = 0) -> None:
    """An export each morning of all days at most seven days old, and one when all is known."""
    common = {"platform": platform, "account_id": "1", "currency_code": "USD"}
    all_days = [FIRST + dt.timedelta(number) for number in range(days)]
    for number in range(days + 7):
        today = FIRST + dt.timedelta(number)
        rows = [
            campaign(day, 10, known_of(age) * final, conversion_value=known_of(age) ** 2 * final * 10)
            for day in all_days if youngest <= (age := (today - day).days) <= 7
        ]  # fmt: skip
        if rows:
            project.land(f"{platform} {today}", rows, exported_at=moment(today), **common)
    last = all_days[-1] + dt.timedelta(30)
    for number in (0, 5):  # the second repeats the first
        project.land(
            f"{platform} final {number}",
            [campaign(day, 10, final, conversion_value=final * 10) for day in all_days],
            exported_at=moment(last + dt.timedelta(number)), **common,
        )  # fmt: skip


def one_day(project: DbtProject) -> None:
    """2 June of several platforms, stated by several files."""

    def land(platform: str, name: str, day: int, rows: Iterable[dict[str, Any]], hour: int = 9) -> None:
        project.land(
            f"{platform} {name}", list(rows), platform=platform, account_id="1", currency_code="USD",
            exported_at=moment(dt.date(2026, 6, day), hour),
        )  # fmt: skip

    second = "2026-06-02"
    land("down", "a", 3, [campaign(second, 100, 10, clicks=50), campaign(second, 7, 1, "quiet", clicks=3)])
    land("down", "b", 5, [campaign(second, "95.5", 8, clicks=50)])  # does not mention the other campaign
    land("down", "same", 6, [campaign(second, "95.5", 8, clicks=50)])
    land("down", "c", 9, [campaign(second, "95.5", 9, clicks=50), campaign(second, 2, 4, "new", clicks=1)])
    land("columns", "all", 3, [campaign(second, 5, 9)])
    land("columns", "no conversions", 4, [campaign(second, 5, None)])
    land("twice", "morning", 3, [campaign(second, 5, 1)], 9)
    land("twice", "evening", 3, [campaign(second, 5, 3)], 18)
    land("offset", "a", 3, [campaign(second, 5, 1), campaign(second, 6, 2, "d")])
    land("offset", "b", 4, [campaign(second, 6, 1), campaign(second, 5, 2, "d")])

    def term(words: str, clicks: int) -> dict[str, Any]:
        return campaign(second, 1, 0, ad_group_name="g", search_term=words, clicks=clicks) | {
            "level": "search_term"
        }

    for platform in ("levels", "terms"):
        land(platform, "terms a", 3, [term("tea", 1), term("mug", 2)])
        land(platform, "terms b", 4, [term("tea", 4), term("mug", 2)])
    land("levels", "a", 3, [campaign(second, 9, 0, clicks=20)])
    land("levels", "b", 4, [campaign(second, 9, 0, clicks=21)])
    land("terms", "a", 3, [campaign(second, 9, 0, clicks=20)])  # campaigns are stated once

    week = {
        "period_start": "2026-06-01",
        "period_end": "2026-06-07",
        "level": "campaign",
        "campaign_name": "c",
    }
    land("weekly", "a", 8, [week | {"spend": 70}])
    land("weekly", "b", 15, [week | {"spend": 77}])


def young_days(project: DbtProject) -> None:
    """Days whose conversions are still coming, of the measured platform, stated once each."""

    def land(name: str, exported: dt.date, rows: list[dict[str, Any]], account: str = "1") -> None:
        project.land(
            f"geo young {name}", rows, platform="geo", account_id=account, currency_code="USD",
            exported_at=moment(exported),
        )  # fmt: skip

    def day(number: int) -> dt.date:
        return dt.date(2026, 6, number)

    land("a", AS_OF, [
        campaign(day(25), 10, 10), campaign(day(26), 10, 31), campaign(day(28), 10, 7, conversion_value=49),
        campaign(day(28), 10, None, "silent"),
    ])  # fmt: skip
    land("stale", day(29), [campaign(day(29), 10, 3)])
    project.land("gap young", [campaign(day(30), 10, 5)], platform="gap", account_id="1", currency_code="USD",
                 exported_at=moment(AS_OF))  # fmt: skip
    project.land("long young", [
        campaign(AS_OF - dt.timedelta(age), 10, 5) for age in (80, 91)
    ], platform="long", account_id="1", currency_code="USD", exported_at=moment(AS_OF))  # fmt: skip
    project.land("actions", [
        {"day": day(number), "campaign_id": "c", "campaign_name": "c", "conversion_action": "buy",
         "conversions": 1}
        for number in (25, 26)
    ], dataset="ad_conversion", platform="geo", account_id="1", level="campaign", currency_code="USD",
        exported_at=moment(AS_OF))  # fmt: skip
    land("own", AS_OF, [campaign(day(27), 10, 5), campaign(day(28), 10, 99)], "own")


@pytest.fixture(scope="module")
def built(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of=str(AS_OF))
    names = (
        "geo", "few", "thin", "gap", "set", "down", "twice", "offset", "levels", "terms", "weekly", "columns",
    )  # fmt: skip
    dbt_project.put("platform", [
        {"platform": name, "name_en": name, "name_zh": name, "channel_id": "sem", "conversion_lag_days": 7,
         "freshness_days": 2} for name in names
    ] + [{"platform": "long", "name_en": "long", "name_zh": "long", "channel_id": "sem",
          "conversion_lag_days": 120, "freshness_days": 2}])  # fmt: skip
    dbt_project.put("account_setting", [
        {"platform": "geo", "account_id": "own", "conversion_lag_days": 2},
        {"platform": "set", "conversion_lag_days": 20},
    ])  # fmt: skip
    rolling_exports(dbt_project, "geo", 12, 64)
    rolling_exports(dbt_project, "few", 9, 64)
    rolling_exports(dbt_project, "thin", 12, 4)
    rolling_exports(dbt_project, "set", 10, 5)
    rolling_exports(dbt_project, "gap", 12, 64, youngest=2)
    one_day(dbt_project)
    young_days(dbt_project)
    dbt_project.build(
        "+mart_conversion_late", "+mart_conversion_lag", "+restatement", "+fct_ad_conversion_daily"
    )
    return dbt_project


def test_everything_holds(built: DbtProject) -> None:
    """Two conversions by action beside campaigns that claim many more are told, and nothing else."""
    assert built.failed_tests() == {"conversions_near_campaign_claims"}
    assert len(built.failures) == 1


def restated(built: DbtProject, platform: str) -> list[tuple[Any, ...]]:
    rows = built.query(
        "select measure, file_id, first_value, previous_value, value, newest_value, delta, first_age_days,"
        " previous_age_days, age_days from ops.restatement where platform = ?"
        " order by measure, age_days, exported_at",
        platform,
    )
    return [tuple(row.values()) for row in rows]


def test_a_value_is_followed_from_the_first_to_the_newest_statement(built: DbtProject) -> None:
    """The quiet campaign counts 1 throughout, the later one 4 from the beginning: 10 + 1 + 4 = 15."""
    assert restated(built, "down") == [
        ("conversions", file_id_of("down b"), 15, 13 + 2, 13, 14, -2, 1, 1, 3),
        ("conversions", file_id_of("down c"), 15, 13, 14, 14, 1, 1, 4, 7),
        ("spend", file_id_of("down b"), 109, 109, *[Decimal("104.5")] * 2, Decimal("-4.5"), 1, 1, 3),
    ]  # fmt: skip


def test_the_newest_value_is_the_fact_s(built: DbtProject) -> None:
    facts = built.query(
        "select platform, sum(spend), sum(conversions) from mart.fct_ad_campaign_daily"
        " where date_day = date '2026-06-02' and platform in ('down', 'twice', 'offset') group by platform"
        " order by platform"
    )
    assert [tuple(row.values()) for row in facts] == [
        ("down", Decimal("104.5"), 14), ("offset", 11, 3), ("twice", 5, 3),
    ]  # fmt: skip


def test_two_exports_of_one_day_are_two_statements(built: DbtProject) -> None:
    assert restated(built, "twice") == [("conversions", file_id_of("twice evening"), 1, 1, 3, 3, 2, 1, 1, 1)]


def test_changes_that_offset_each_other_are_a_restatement(built: DbtProject) -> None:
    rows = built.query(
        "select measure, delta, campaigns_restated from ops.restatement where platform = 'offset'"
    )
    assert [tuple(row.values()) for row in rows] == [("spend", 0, 2)]


def test_the_highest_level_that_was_stated_twice_is_compared(built: DbtProject) -> None:
    rows = built.query(
        "select platform, level, measure, first_value, newest_value from ops.restatement"
        " where platform in ('levels', 'terms') order by platform"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("levels", "campaign", "clicks", 20, 21), ("terms", "search_term", "clicks", 3, 6),
    ]  # fmt: skip


def test_periods_are_restated_too(built: DbtProject) -> None:
    assert restated(built, "weekly") == [("spend", file_id_of("weekly b"), 70, 70, 77, 77, 7, 1, 1, 8)]


def test_a_file_that_repeats_the_numbers_restates_nothing(built: DbtProject) -> None:
    repeats = [file_id_of(name) for name in ("geo final 5", "down same", "columns no conversions")]
    assert built.query("select 1 from ops.restatement where list_contains(?, file_id)", repeats) == []
    (row,) = built.query(
        "select first_value, newest_value from ops.restatement where file_id = ? and measure = 'conversions'"
        " and period_start = ?",
        file_id_of("geo final 0"), FIRST,
    )  # fmt: skip
    assert tuple(row.values()) == (32, 64)


def test_a_planted_lag_is_recovered(built: DbtProject) -> None:
    rows = built.query(
        "select age_days, completeness, value_completeness, n_days, n_conversions, basis, lag_days"
        " from mart.mart_conversion_lag where platform = 'geo' and account_id = '(all)' order by age_days"
    )
    assert [row["age_days"] for row in rows] == list(range(31))
    for row in rows[:8]:
        assert row["completeness"] == pytest.approx(float(known_of(row["age_days"])), abs=1e-9)
        assert row["value_completeness"] == pytest.approx(float(known_of(row["age_days"]) ** 2), abs=1e-6)
        assert (row["n_days"], row["n_conversions"]) == (12, 12 * 64)
    assert {row["completeness"] for row in rows[8:30]} == {rows[7]["completeness"]}, "nothing was stated then"
    assert rows[30]["completeness"] == 1
    # 1 - 1/32 is the first share of at least 95 %.
    assert {(row["basis"], row["lag_days"]) for row in rows} == {("measured", 4)}


def test_too_little_evidence_leaves_the_default(built: DbtProject) -> None:
    """Nine days, and twelve days with 48 conversions: the platform's 7 days, and 99 % by then."""
    for platform in ("few", "thin"):
        rows = built.query(
            "select age_days, completeness, basis, lag_days, n_days, measured_completeness"
            " from mart.mart_conversion_lag where platform = ? order by age_days", platform,
        )  # fmt: skip
        assert {(row["basis"], row["lag_days"], row["measured_completeness"]) for row in rows} == {
            ("default", 7, None)
        }
        assert rows[0]["completeness"] == pytest.approx(1 - 0.01 ** (1 / 8))
        assert rows[7]["completeness"] == pytest.approx(0.99)
        assert {row["completeness"] for row in rows[8:]} == {1}
        assert rows[0]["n_days"] == (9 if platform == "few" else 12)


def test_a_person_s_word_is_above_what_was_measured(built: DbtProject) -> None:
    rows = built.query(
        "select platform, account_id, lag_days, basis from core.int_conversion_lag order by all"
    )
    assert {tuple(row.values()) for row in rows if row["platform"] in ("geo", "set")} == {
        ("geo", "(all)", 4, "measured"), ("geo", "own", 2, "settings"), ("set", "(all)", 20, "settings"),
    }  # fmt: skip
    shown = built.query(
        "select completeness, measured_completeness from mart.mart_conversion_lag"
        " where platform = 'set' and age_days = 1"
    )
    assert [tuple(row.values()) for row in shown] == [(pytest.approx(1 - 0.01 ** (2 / 21)), 0.75)]


def test_maturity_follows_the_lag(built: DbtProject) -> None:
    rows = built.query(
        "select account_id, date_day, is_mature from mart.fct_ad_campaign_daily"
        " where platform = 'geo' and date_day >= date '2026-06-01' and campaign_id <> 'silent'"
    )
    assert {(row["account_id"], row["date_day"].day): row["is_mature"] for row in rows} == {
        ("1", 25): True, ("1", 26): False, ("1", 28): False, ("1", 29): False,
        ("own", 27): True, ("own", 28): False,
    }  # fmt: skip


def test_conversions_by_action_follow_the_measured_lag(built: DbtProject) -> None:
    """Measured 4 days, not the platform's 7."""
    rows = built.query(
        "select date_day, is_mature from mart.fct_ad_conversion_daily where platform = 'geo' order by 1"
    )
    assert [(row["date_day"].day, row["is_mature"]) for row in rows] == [(25, True), (26, False)]


def test_a_lag_is_no_longer_than_its_curve(built: DbtProject) -> None:
    """120 days count as 90: the day of age 91 is mature, the one of age 80 has a share."""
    assert built.query(
        "select lag_days, basis from core.int_conversion_lag where platform = 'long'"
    ) == [{"lag_days": 90, "basis": "default"}]  # fmt: skip
    (row,) = built.query("from mart.mart_conversion_late where platform = 'long'")
    assert (row["age_days"], row["completeness"]) == (80, pytest.approx(1 - 0.01 ** (81 / 91)))


def test_a_measured_curve_begins_with_its_evidence(built: DbtProject) -> None:
    """Nothing was ever stated of a day younger than two days: such a day expects nothing."""
    rows = built.query(
        "select age_days, basis, completeness, late_conversions from mart.mart_conversion_late"
        " where platform = 'gap'"
    )
    assert [tuple(row.values()) for row in rows] == [(0, "measured", None, None)]
    assert built.query(
        "select age_days, completeness, lag_days from mart.mart_conversion_lag"
        " where platform = 'gap' and age_days < 4 order by 1"
    ) == [
        {"age_days": age, "completeness": share, "lag_days": 4}
        for age, share in ((0, None), (1, None), (2, 7 / 8), (3, 15 / 16))
    ]


def test_young_days_expect_what_is_missing_at_their_age(built: DbtProject) -> None:
    rows = built.query(
        "select account_id, date_day, campaign_id, age_days, conversions, expected_conversions,"
        " late_conversions, late_conversion_value, basis from mart.mart_conversion_late"
        " where platform = 'geo' order by account_id, date_day, campaign_id"
    )
    assert [(row["account_id"], row["date_day"].day, *list(row.values())[2:]) for row in rows] == [
        # 31/32 known at age 4; 7/8 at age 2, of value 49/64; half at age 0, since nobody exported it later.
        ("1", 26, "c", 4, 31, 32, 1, None, "measured"),
        ("1", 28, "c", 2, 7, 8, 1, 15, "measured"),
        ("1", 28, "silent", 2, None, None, None, None, "measured"),
        ("1", 29, "c", 0, 3, 6, 3, None, "measured"),
        ("own", 28, "c", 2, 99, 100, 1, None, "settings"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def falsified(built: DbtProject) -> DbtProject:
    built.tamper(
        "update mart.mart_conversion_late set date_day = date '2026-06-01' where campaign_id = 'silent'",
        "update mart.mart_conversion_late set completeness = null, basis = null where platform = 'long'",
        "update mart.mart_conversion_late set late_conversions = -1 where date_day = date '2026-06-29'",
        "update mart.mart_conversion_lag set completeness = 0.4 where platform = 'geo' and age_days = 3",
        "update mart.mart_conversion_lag set completeness = 1.2 where platform = 'few' and age_days = 30",
        "update core.int_conversion_lag set basis = 'guess' where platform = 'few'",
        "update ops.restatement set delta = delta + 1 where platform = 'twice'",
    )
    built.build(*GUARDS, command="test")
    return built


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(falsified: DbtProject, guard: str) -> None:
    assert guard in falsified.failed_tests()


def test_a_young_day_without_a_share_is_told(falsified: DbtProject) -> None:
    assert "the age of the day is not on the curve of its platform" in falsified.messages(
        "late_conversions_are_of_young_days"
    )
