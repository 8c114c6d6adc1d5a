"""Plans and settings in the lake: right, typed, and written only when something changed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline import lake
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.plan import sync
from mkt_pipeline.workspace import Workspace

from .conftest import PLAN, WritePlan


def rows(workspace: Workspace, dataset: str, columns: str = "*") -> list[tuple[Any, ...]]:
    files = lake.quote(str(lake.folder(workspace, dataset) / "*.parquet"))
    with lake.engine(workspace.scratch) as connection:
        return connection.execute(f"SELECT {columns} FROM read_parquet({files}) ORDER BY ALL").fetchall()


def fresh(workspace: Workspace) -> Workspace:
    """The same folder, settings read again."""
    return Workspace(workspace.root)


def test_every_plan_dataset_is_written(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan()
    workspace.fx_rates_file.write_text("date,from,to,rate,source\n2026-06-01,CNY,USD,0.125,ECB\n")
    written = sync(workspace)
    assert {path.parent.name for path in written} == {dataset.name for dataset in lake.PLAN_DATASETS}
    assert rows(workspace, "workspace_setting") == [("Qinglan", "USD", "Asia/Shanghai", dt.date(2026, 6, 22))]
    assert rows(workspace, "account_setting") == [("acme_ads", "0042", None, "CNY", None, 7)]
    day = dt.date(2026, 6, 1)
    assert rows(workspace, "fx_rate") == [
        (day, "CNY", "USD", Decimal("0.125"), "ECB"),
        (day, "USD", "CNY", Decimal(8), "ECB, inverse"),
    ]
    assert rows(workspace, "plan_campaign") == [
        (
            "618-2026", 1, "618 sale", "618 大促", "李敏", "CNY", dt.date(2026, 5, 25), dt.date(2026, 6, 28),
            Decimal("160000.10"), Decimal("0.38"),
        )
    ]  # fmt: skip
    assert rows(workspace, "plan_goal", "* EXCLUDE marketing_campaign_id") == [
        ("(all)", "budget_used", 2, None, Decimal("0.90"), Decimal("1.05")),
        ("(all)", "conversions", 1, Decimal(12000), None, None),
        ("sem", "cpa", 1, Decimal(45), None, None),
    ]
    assert rows(workspace, "plan_channel") == [
        ("618-2026", "email", Decimal("60000.10")),
        ("618-2026", "sem", Decimal(100000)),
    ]
    whole = (Decimal(1), dt.date(2026, 5, 25), dt.date(2026, 6, 28))
    assert rows(workspace, "plan_match") == [
        ("618-2026", 1, "campaign_name", "acme_ads", r"%618\_sale%", *whole),
        ("618-2026", 2, "campaign_id", None, "000123", *whole),
        ("618-2026", 3, "utm_campaign", None, "618-2026", *whole),
    ]


def test_weight_and_days_of_a_rule_are_written(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan(
        PLAN + "  - {coupon: TEA10, weight: 0.4, from: 2026-06-01}\n  - {post_id: '1', to: 2026-06-02}\n"
    )
    sync(workspace)
    columns = "match_field, like_pattern, weight, valid_from, valid_to"
    assert rows(workspace, "plan_match", columns)[2:4] == [
        ("coupon_code", "TEA10", Decimal("0.4"), dt.date(2026, 6, 1), dt.date(2026, 6, 28)),
        ("post_id", "1", Decimal(1), dt.date(2026, 5, 25), dt.date(2026, 6, 2)),
    ]


def test_without_plans_the_lake_still_has_every_dataset(workspace: Workspace) -> None:
    sync(workspace)
    assert rows(workspace, "plan_campaign") == []
    assert all((lake.folder(workspace, name) / lake.CONTRACT_FILE).is_file() for name in lake.DATASETS)


def test_nothing_is_rewritten_when_nothing_changed(workspace: Workspace, write_plan: WritePlan) -> None:
    path = write_plan()
    first = sync(workspace)
    before = {file: file.stat().st_mtime_ns for file in first}
    path.write_text("# a remark\n" + PLAN, encoding="utf-8")
    assert sync(fresh(workspace)) == []
    assert {file: file.stat().st_mtime_ns for file in first} == before


def test_only_what_changed_is_rewritten(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan()
    sync(workspace)
    write_plan(PLAN.replace("cpa: 45", "cpa: 44"))
    assert [path.parent.name for path in sync(workspace)] == ["plan_goal"]
    assert Decimal(44) in [row[4] for row in rows(workspace, "plan_goal")]


def test_a_new_day_is_a_change(workspace: Workspace) -> None:
    sync(workspace)
    settings = workspace.settings_file
    settings.write_text(settings.read_text().replace("2026-06-22", "2026-06-23"))
    assert [path.parent.name for path in sync(fresh(workspace))] == ["workspace_setting"]
    assert rows(workspace, "workspace_setting", "as_of") == [(dt.date(2026, 6, 23),)]


def test_a_removed_plan_leaves_the_lake(workspace: Workspace, write_plan: WritePlan) -> None:
    path = write_plan()
    sync(workspace)
    path.unlink()
    sync(workspace)
    assert rows(workspace, "plan_match") == []


@pytest.mark.parametrize("lost", ["current.parquet", "current.sha256"])
def test_a_lost_file_is_written_again(workspace: Workspace, lost: str) -> None:
    sync(workspace)
    (lake.folder(workspace, "workspace_setting") / lost).unlink()
    assert [path.parent.name for path in sync(workspace)] == ["workspace_setting"]


def test_a_mistake_leaves_the_lake_as_it_was(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan()
    sync(workspace)
    write_plan(PLAN.replace("12000", "13000"))
    workspace.fx_rates_file.write_text("date,from,to,rate\n2026-06-01,CNY,USD,x\n")
    with pytest.raises(ConfigError, match="E-PLAN-09"):
        sync(workspace)
    assert Decimal(12000) in [row[4] for row in rows(workspace, "plan_goal")]


def test_settings_of_an_unknown_platform_are_refused(workspace: Workspace) -> None:
    settings = workspace.settings_file
    settings.write_text(settings.read_text().replace("acme_ads", "acme"))
    with pytest.raises(ConfigError, match=r"E-CFG-04 .*accounts\[0\]: unknown platform 'acme'"):
        sync(workspace)


def test_a_budget_in_another_currency_keeps_it(workspace: Workspace, write_plan: WritePlan) -> None:
    write_plan(PLAN.replace("  currency: CNY\n", ""))
    sync(workspace)
    assert rows(workspace, "plan_campaign", "currency_code") == [("USD",)]


def test_the_hash_files_stand_outside_every_reader_of_parquet(workspace: Workspace) -> None:
    sync(workspace)
    folder: Path = lake.folder(workspace, "workspace_setting")
    assert {path.name for path in folder.glob("*.parquet")} == {"contract.parquet", "current.parquet"}
