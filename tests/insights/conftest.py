"""The mart tables insights read, empty, in a memory database; tests fill in what they need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

AS_OF = dt.date(2026, 6, 22)

DDL = (Path(__file__).parent / "marts.sql").read_text("utf-8")


def insert(connection: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Append rows in the order of the table's columns."""
    marks = ", ".join("?" for _ in rows[0])
    connection.executemany(f"insert into {table} values ({marks})", rows)


def add_terms(connection: Any, rows: dict[str, tuple[int, float | None, float]], **options: Any) -> None:
    """Search terms of four weeks, a row a week: clicks, conversions, spend of all weeks by term."""
    settings = {"status": None, "unallocated": False, "mature": True, **options}
    days = [dt.date(2026, 5, 25) + dt.timedelta(days=number) for number in (0, 7, 14, 27)]
    insert(connection, "mart.fct_ad_search_term_daily", [
        (day, "google_ads", "a", "1", "g", "tea", term, settings["status"],
         *(None if number is None else number / len(days) for number in numbers),
         settings["unallocated"], settings["mature"])
        for term, numbers in rows.items() for day in days
    ])  # fmt: skip


def add_spend(
    connection: Any, channel: str, amounts: Sequence[float | None], plan_per_day: float, budget: float
) -> None:
    """Daily spend of a channel from the campaign's first day, against an even plan."""
    first = dt.date(2026, 5, 25)
    insert(connection, "mart.mart_campaign_pacing_daily", [
        (first + dt.timedelta(days=number), "c", channel, amount, plan_per_day * (number + 1), budget)
        for number, amount in enumerate(amounts)
    ])  # fmt: skip


@pytest.fixture
def marts() -> Iterator[Any]:
    with duckdb.connect() as connection:
        connection.execute(DDL)
        yield connection
