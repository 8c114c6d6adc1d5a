"""Posts and social accounts by day: what is restated, stated in parts, spread or counted twice elsewhere."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from .conftest import DbtProject

MODELS = ("+fct_content_post_daily", "+fct_social_account_daily", "+dim_content")
GUARDS = (
    "post_days_sum_to_snapshot", "post_periods_tie", "posts_have_one_basis", "social_people_are_never_spread",
    "first_snapshots_take_nothing_back", "social_followers_follow_from_changes",
)  # fmt: skip


def day(number: int) -> dt.date:
    """A day of June 2026."""
    return dt.date(2026, 6, number)


def span(first: int, last: int) -> dict[str, Any]:
    return {"period_start": day(first), "period_end": day(last)}


@pytest.fixture(scope="module")
def marts(dbt_project: DbtProject) -> DbtProject:
    dbt_project.settings(as_of="2026-06-22")
    dbt_project.put("fx_rate", [
        {"rate_date": day(number), "from_currency": "CNY", "to_currency": "USD", "rate": Decimal("0.14"),
         "rate_source": "bank"}
        for number in (1, 8)
    ])  # fmt: skip
    accounts(dbt_project)
    posts(dbt_project)
    videos(dbt_project)
    dbt_project.build(*MODELS)
    return dbt_project


def accounts(project: DbtProject) -> None:
    def land(name: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-10", **common: Any) -> None:
        project.land(name, rows, dataset="social_account", exported_at=exported_at,
                     **{"platform": "x", "account_id": "shop", "level": "account", **common})  # fmt: skip

    # Two reports state the impressions of a day; the newer one takes some back and says nothing of likes.
    land("overview.csv", [{"day": day(1), "impressions": 100, "likes": 5, "followers": 1000}])
    land("content.csv", [{"day": day(1), "impressions": 90}], exported_at="2026-06-12")
    # The first report again, without likes.
    land("overview 2.csv", [{"day": day(1), "impressions": 95, "report": "overview"}],
         exported_at="2026-06-11")  # fmt: skip
    land("followers.csv", [
        {"day": day(2), "followers": 1010, "follows": 30, "unfollows": 20},
        {"day": day(3), "followers": 2000, "follows": 1, "unfollows": 1},
    ])  # fmt: skip
    # Readers by where they came from: reads may be added, people may not.
    land("traffic.csv", [
        {"day": day(1), "content_source": "friends", "views": 10, "reach": 8},
        {"day": day(1), "content_source": "search", "views": 20, "reach": 15},
        {"day": day(2), "content_source": "search", "views": 7, "reach": 6},
        {"day": day(2), "breakdown_type": "geo", "breakdown_value": "GZ", "views": 500, "level": "account"},
    ], platform="wechat_official", account_id="gzh")  # fmt: skip
    land("week.csv", [{**span(8, 14), "views": 70, "watch_time_seconds": 7.5, "leads": 7, "clicks_all": 14,
                       "viewers": 60, "reach": 50, "followers": 900, "revenue": 100, "currency_code": "CNY"}],
         platform="youtube", account_id="channel")  # fmt: skip


def posts(project: DbtProject) -> None:
    def snapshot(until: int, post_id: str, **measures: Any) -> None:
        project.land(f"{post_id} {until}.csv", [{
            "post_id": post_id, "post_text": "Tea", "published_at": "2026-06-02 10:00", **measures,
        }], dataset="social_post", platform="instagram", account_id="shop", level="post",
            currency_code="CNY", **span(1, until))  # fmt: skip

    # The platform counted impressions, then views: two counters, of which neither continues the other.
    snapshot(5, "p1", impressions=100, likes=10, reach=80, danmaku=3, clicks_all=9, revenue=50)
    snapshot(9, "p1", views=150, likes=12, reach=95, danmaku=4, clicks_all=9, revenue=70)
    snapshot(12, "p1", views=140, likes=13)


def videos(project: DbtProject) -> None:
    def land(name: str, level: str, rows: list[dict[str, Any]], exported_at: str = "2026-06-11") -> None:
        project.land(name, rows, dataset="social_post", platform="youtube", account_id="channel", level=level,
                     exported_at=exported_at)  # fmt: skip

    old = {"post_text": "Old #spring", "published_at": "2026-01-01 10:00"}
    # A table of ten days, with a chart that says the views of two of them.
    land("table.csv", "post_period", [
        {**span(1, 10), "post_id": "v1", **old, "views": 100, "likes": 10, "watch_time_seconds": 36.5},
        # Published on the 6th: nothing was watched before.
        {**span(1, 10), "post_id": "v2", "post_text": "New", "published_at": "2026-06-06 09:00", "views": 50},
        {**span(1, 10), "post_id": "v3", **old, "views": 1000},
    ])  # fmt: skip
    land("chart.csv", "post_day", [
        {"day": day(1), "post_id": "v1", **old, "views": 30},
        {"day": day(2), "post_id": "v1", **old, "views": 20},
    ])  # fmt: skip
    # A later export of the same days restates one video.
    land("table 2.csv", "post_period", [
        {**span(1, 10), "post_id": "v2", "post_text": "New", "published_at": "2026-06-06 09:00", "views": 55},
    ], exported_at="2026-06-13")  # fmt: skip
    # A video that snapshots count is not counted by its period once more.
    project.land("snapshot.csv", [{"post_id": "v3", **old, "views": 4000, **span(1, 10)}],
                 dataset="social_post", platform="youtube", account_id="channel", level="post")  # fmt: skip
    # A channel that states no days of its own.
    project.land("other channel.csv", [{**span(1, 2), "post_id": "w1", "post_text": "W", "views": 9}],
                 dataset="social_post", platform="youtube", account_id="small",
                 level="post_period")  # fmt: skip


# --- accounts -----------------------------------------------------------------------------------------------


def test_nothing_but_the_planted_jump_of_followers_is_noticed(marts: DbtProject) -> None:
    assert set(marts.failures.values()) == {"warn: Got 1 result, configured to warn if != 0"}
    assert marts.messages("social_followers_follow_from_changes") == {
        "followers of x account shop on 2026-06-03 are 2000, changes lead to 1010"
    }


def test_each_measure_is_what_the_newest_file_that_speaks_of_it_says(marts: DbtProject) -> None:
    """90 stands in the newest report, although older ones say 100 and 95; only the oldest knows the likes."""
    (row,) = marts.query(
        "select impressions, likes, followers, views from mart.fct_social_account_daily "
        "where platform = 'x' and date_day = ?", day(1),
    )  # fmt: skip
    assert tuple(row.values()) == (90, 5, 1000, None)


def test_people_of_parts_are_not_added_and_breakdowns_are_no_totals(marts: DbtProject) -> None:
    rows = marts.query(
        "select views, reach from mart.fct_social_account_daily "
        "where platform = 'wechat_official' order by date_day"
    )
    assert [tuple(row.values()) for row in rows] == [(30, None), (7, 6)]


def test_a_week_is_spread_exactly_and_its_people_are_not(marts: DbtProject) -> None:
    rows = marts.query(
        "select * from mart.fct_social_account_daily where platform = 'youtube' order by date_day"
    )
    assert [row["date_day"] for row in rows] == [day(number) for number in range(8, 15)]
    assert {name: sum(row[name] for row in rows) for name in ("views", "leads", "clicks_all")} == {
        "views": 70, "leads": 7, "clicks_all": 14,
    }  # fmt: skip
    assert sum(row["watch_time_seconds"] for row in rows) == Decimal("7.5")
    assert {row[name] for row in rows for name in ("viewers", "reach", "followers")} == {None}
    assert sum(row["revenue_native"] for row in rows) == 100
    assert float(sum(row["revenue"] for row in rows)) == pytest.approx(14, abs=1e-5)
    assert {(row["currency_code"], row["is_allocated"]) for row in rows} == {("CNY", True)}


# --- posts --------------------------------------------------------------------------------------------------


def test_impressions_and_views_are_two_counters(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, impressions, views, likes, danmaku, clicks_all, cumulative_reach, "
        "is_restated_down, revenue from mart.fct_content_post_daily where platform = 'instagram' "
        "order by snapshot_day"
    )
    assert [tuple(row.values()) for row in rows] == [
        (day(2), 100, None, 10, 3, 9, 80, False, 7),
        (day(9), None, 150, 2, 1, 0, 95, False, Decimal("2.8")),
        (day(12), None, -10, 1, None, None, None, True, None),  # ten views were taken back
    ]


def test_days_and_periods_of_a_video_are_joined_counter_by_counter(marts: DbtProject) -> None:
    """30 and 20 of the 100 views have their day, the other 50 have eight; the ten likes have ten days."""
    rows = marts.query(
        "select date_day, views, likes, is_allocated, basis from mart.fct_content_post_daily "
        "where post_id = 'v1' order by date_day"
    )
    assert [row["views"] for row in rows] == [30, 20, 6, 7, 6, 6, 6, 7, 6, 6]
    assert [row["likes"] for row in rows] == [1] * 10
    assert {row["basis"] for row in rows} == {"period"}
    watched = marts.value(
        "select sum(watch_time_seconds) from mart.fct_content_post_daily where post_id = 'v1'"
    )
    assert watched == Decimal("36.5")


def test_nothing_was_watched_before_publication_and_the_newest_period_counts(marts: DbtProject) -> None:
    rows = marts.query(
        "select date_day, views from mart.fct_content_post_daily where post_id = 'v2' order by date_day"
    )
    assert [tuple(row.values()) for row in rows] == [(day(number), 11) for number in range(6, 11)]


def test_a_post_has_one_basis(marts: DbtProject) -> None:
    rows = marts.query("select date_day, basis, views from mart.fct_content_post_daily where post_id = 'v3'")
    assert [tuple(row.values()) for row in rows] == [(dt.date(2026, 1, 1), "snapshot", 4000)]
    assert marts.value("select basis from mart.dim_content where post_id = 'v3'") == "snapshot"


def test_periods_of_posts_do_not_stand_in_for_days_of_the_account(marts: DbtProject) -> None:
    rows = marts.query(
        "select distinct post_id, is_in_totals from mart.fct_content_post_daily "
        "where platform = 'youtube' order by post_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("v1", False), ("v2", False), ("v3", True), ("w1", True),
    ]  # fmt: skip


# --- guards -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(marts: DbtProject) -> DbtProject:
    """The same build, falsified. It comes last in the module."""
    marts.tamper(
        "update mart.fct_content_post_daily set likes = likes + 1 where platform = 'instagram' and likes = 2",
        "update mart.fct_content_post_daily set is_restated_down = true where is_first_snapshot",
        "update core.int_post_period_daily set views = views + 1 where post_id = 'v2'",
        "update mart.fct_content_post_daily set basis = 'snapshot' where post_id = 'w1'",
        "update mart.fct_social_account_daily set reach = 5 where is_allocated",
    )
    marts.build(*GUARDS, command="test")
    return marts


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_notices(guarded: DbtProject, guard: str) -> None:
    assert guard in guarded.failed_tests()
