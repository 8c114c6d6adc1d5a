"""Builds in parts: a run makes bit by bit what a full refresh would make, and touches nothing else.

One company lives through events one after the other: new days, restated days, ids that come late, periods
over days, files read anew or taken away, new rates and settings, a run that died. After each, the tables that
are built in parts are compared, row by row and column by column, with a build from nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from .conftest import DbtProject, Row, file_id_of

PARTS = (
    "staging.stg_ad_performance", "core.int_ad_statement", "core.int_ad_total", "core.int_ad_campaign_period",
    "core.int_ad_level_daily", "core.int_ad_campaign_daily", "mart.fct_ad_entity_daily",
    "mart.fct_ad_search_term_daily", "mart.fct_ad_breakdown_daily",
)  # fmt: skip
SELECT = (
    "+fct_ad_campaign_daily",
    "+fct_ad_entity_daily",
    "+fct_ad_search_term_daily",
    "+fct_ad_breakdown_daily",
)
POISON = Decimal("987654.321")
DAYS = 12


def rows(
    first: int, last: int, *, ids: bool, factor: int = 1, level: str = "keyword", **cells: Any
) -> list[Row]:
    """Two campaigns, two ad groups each, two keywords each, or their terms, devices or totals."""
    result: list[Row] = []
    for day in range(first, last + 1):
        for campaign in (1, 2):
            for group in (1, 2):
                for word in ("tea", "cup"):
                    amount = Decimal(day * 100 + campaign * 10 + group + len(word)) * factor / 7
                    row: dict[str, Any] = {
                        "day": f"2026-05-{day:02d}", "level": level, "campaign_name": f"Campaign {campaign}",
                        "ad_group_name": f"Group {group}", "keyword": word, "match_type": "Exact match",
                        "spend": round(amount, 2), "impressions": day * 1000 * factor, "clicks": day * group,
                        "conversions": Decimal(day) / 10, "conversion_value": round(amount * 3, 2), **cells,
                    }  # fmt: skip
                    if ids:
                        row |= {"campaign_id": f"c{campaign}", "ad_group_id": f"g{campaign}{group}"}
                    if level == "search_term":
                        row["search_term"] = f"{word} {group} buy"
                    if level == "campaign":
                        for name in ("ad_group_name", "ad_group_id", "keyword", "match_type"):
                            row.pop(name, None)
                    result.append(row)
    return result


def period(first: int, last: int, **cells: Any) -> list[Row]:
    """One row per campaign over several days."""
    return [
        {
            "period_start": f"2026-05-{first:02d}", "period_end": f"2026-05-{last:02d}", "level": "campaign",
            "campaign_name": f"Campaign {campaign}", "spend": Decimal(100000 + campaign),
            "impressions": 9_000_001, "clicks": 70_007, "conversions": Decimal("33.3"), **cells,
        }
        for campaign in (1, 2, 3)
    ]  # fmt: skip


class Company:
    """The lake, and the builds of it."""

    def __init__(self, project: DbtProject) -> None:
        self.project = project
        self.full = project.workspace.build_dir / "full.duckdb"
        self.common = {"platform": "shop_ads", "currency_code": "EUR"}
        project.settings(as_of="2026-05-20")
        project.put("platform", [{"platform": "shop_ads", "conversion_lag_days": 8, "channel_id": "sem"}])
        self.rates("1.1")

    def rates(self, rate: str, **other: str) -> None:
        """A rate for every day, ``other`` ones by day."""
        self.project.put("fx_rate", [
            {"rate_date": f"2026-05-{day:02d}", "from_currency": "EUR", "to_currency": "USD",
             "rate": Decimal(other.get(f"d{day}", rate)), "rate_source": "test"}
            for day in range(1, 31)
        ])  # fmt: skip

    def plan(self, pattern: str) -> None:
        """One plan that claims campaigns of that name."""
        self.project.put("plan_campaign", [{
            "marketing_campaign_id": "spring", "plan_number": 1, "name_en": "Spring", "name_zh": "春",
            "currency_code": "USD", "start_date": "2026-05-01", "end_date": "2026-05-31",
        }])  # fmt: skip
        self.project.put("plan_match", [{
            "marketing_campaign_id": "spring", "rule_number": 1, "match_field": "campaign_name",
            "like_pattern": pattern,
        }])  # fmt: skip

    def land(self, name: str, content: list[Row], exported_at: str, **common: Any) -> None:
        self.project.land(name, content, exported_at=exported_at, **{**self.common, **common})

    def drop(self, name: str) -> None:
        """Take a landed file away."""
        for dataset in ("ad_performance", "landed_file"):
            (self.project.workspace.lake / dataset / f"{file_id_of(name)}.parquet").unlink()

    def build(self, *select: str) -> None:
        self.project.build(*(select or SELECT), tested=False)
        assert self.project.failures == {}

    def differences(self) -> dict[str, int]:
        """Rows by table in which the build differs from one made from nothing."""
        mine = self.project.workspace.build_file
        kept = mine.with_name("kept.duckdb")
        shutil.move(mine, kept)
        self.build()
        shutil.move(mine, self.full)
        shutil.move(kept, mine)
        with duckdb.connect() as connection:
            connection.execute(
                f"ATTACH '{mine}' AS mine (READ_ONLY); ATTACH '{self.full}' AS fresh (READ_ONLY)"
            )
            counts = {}
            for table in PARTS:
                (count,) = connection.execute(
                    f"SELECT count(*) FROM ((FROM mine.{table} EXCEPT ALL FROM fresh.{table})"
                    f" UNION ALL (FROM fresh.{table} EXCEPT ALL FROM mine.{table}))"
                ).fetchone() or (0,)
                (size,) = connection.execute(f"SELECT count(*) FROM fresh.{table}").fetchone() or (0,)
                assert size > 0, table
                counts[table] = count
        self.full.unlink()
        return {table: count for table, count in counts.items() if count}

    def poison(self) -> None:
        """Falsify every row of the large facts; days that are built again are true again."""
        self.project.tamper(*(f"UPDATE {table} SET spend = {POISON}" for table in PARTS[-3:]))

    def rebuilt_days(self) -> set[int]:
        """Days whose rows were made since the poison was given."""
        found = self.project.query(
            " UNION ".join(
                f"SELECT date_day FROM {table} WHERE spend IS DISTINCT FROM {POISON}" for table in PARTS[-3:]
            )
        )
        return {row["date_day"].day for row in found}


@pytest.fixture(scope="module")
def company(dbt_project: DbtProject) -> Iterator[Company]:
    company = Company(dbt_project)
    company.land("keywords by name", rows(1, DAYS, ids=False), "2026-05-13 08:00", account_id="A")
    company.land("terms", rows(1, 6, ids=False, level="search_term"), "2026-05-13 08:00", account_id="A")
    company.land(
        "devices", rows(1, 6, ids=False, level="campaign", breakdown_type="device", breakdown_value="phone"),
        "2026-05-13 08:00", account_id="A",
    )  # fmt: skip
    company.plan("Campaign 1")
    company.build()
    yield company


def new_day(company: Company) -> None:
    company.land("day 13", rows(13, 13, ids=False), "2026-05-14 08:00", account_id="A")


def restated_day(company: Company) -> None:
    company.land("days 5 and 6 again", rows(5, 6, ids=False, factor=2), "2026-05-15 08:00", account_id="A")


def other_rate(company: Company) -> None:
    company.rates("1.1", d9="1.3")


def later_report_date(company: Company) -> None:
    """Day 12 is now older than the lag of eight days, and so is no day before it that was not."""
    company.project.settings(as_of="2026-05-21")


def other_plan(company: Company) -> None:
    company.plan("Campaign%")


def period_over_days(company: Company) -> None:
    company.land("week", period(10, 16), "2026-05-17 08:00", account_id="A")


def file_without_account(company: Company) -> None:
    company.land("no account", rows(17, 17, ids=False, level="campaign"), "2026-05-18 08:00")


def file_taken_away(company: Company) -> None:
    company.drop("days 5 and 6 again")


def file_read_anew(company: Company) -> None:
    company.project.land(
        "terms", rows(1, 2, ids=False, level="search_term", factor=3), exported_at="2026-05-13 08:00",
        landed_at="2026-06-25 08:00:00", **company.common, account_id="A",
    )  # fmt: skip


EVENTS: tuple[tuple[Callable[[Company], None], set[int] | None], ...] = (
    (new_day, {13}),
    (restated_day, {5, 6}),
    (other_rate, {9, 10, 11, 12, 13} - {10, 11, 12, 13}),
    (later_report_date, {12}),
    (other_plan, set()),
    (period_over_days, {10, 11, 12, 13, 14, 15, 16}),
    (file_without_account, {17}),
    (file_taken_away, {5, 6}),
    (file_read_anew, {1, 2, 3, 4, 5, 6}),
)


def test_each_event_rebuilds_its_days_alone_and_the_rest_is_as_a_full_build(company: Company) -> None:
    for event, days in EVENTS:
        company.poison()
        event(company)
        company.build()
        assert company.rebuilt_days() == days, event.__name__
        company.project.tamper(
            *(f"UPDATE {table} SET version_id = '' WHERE spend = {POISON}" for table in PARTS[-3:])
        )
        company.build()  # what was poisoned heals, and nothing else is left to do
        assert company.differences() == {}, event.__name__
    assert (
        company.project.value("select count(*) from core.int_ad_identity where campaign_id is not null") == 0
    )


def test_ids_that_come_late_change_every_day_that_used_the_name(company: Company) -> None:
    company.land("with ids", rows(18, 18, ids=True, level="campaign"), "2026-05-19 08:00", account_id="A")
    company.build()
    assert company.differences() == {}
    assert company.project.value(
        "select count(distinct campaign_id) from mart.fct_ad_entity_daily where campaign_id like 'Campaign%'"
    ) == 1, "only the campaign of the period is still known by its name"  # fmt: skip


def test_a_second_campaign_of_the_same_name(company: Company) -> None:
    content = [{**row, "campaign_id": "c9"} for row in rows(3, 4, ids=False, level="campaign")]
    company.land("twin", content, "2026-05-19 09:00", account_id="A")
    company.build()
    assert company.differences() == {}


def test_a_run_that_died_between_two_tables_is_mended(company: Company) -> None:
    company.land("day 19", rows(19, 19, ids=True), "2026-05-20 08:00", account_id="A")
    company.build("+int_ad_statement")
    company.land("day 19 again", rows(19, 19, ids=True, factor=2), "2026-05-21 08:00", account_id="A")
    company.build("+int_ad_total")
    company.project.tamper("DELETE FROM core.int_ad_level_daily WHERE date_day = DATE '2026-05-03'")
    company.build()
    assert company.differences() == {}


def test_nothing_new_writes_nothing(company: Company) -> None:
    company.build()
    company.poison()
    company.build()
    assert company.rebuilt_days() == set()
