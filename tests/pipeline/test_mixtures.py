"""The same exports in another order, in pieces, or as another mixture: the same totals."""

from __future__ import annotations

import random
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from mkt_pipeline import exports
from mkt_pipeline.orchestration.run import run_refresh
from tests.pipeline.conftest import demo_workspace
from tests.pipeline.reading import Finished, differences, mart_tables, rows

pytestmark = pytest.mark.slow

CAMPAIGN_DAYS = """
    SELECT d.platform, f.date_day, d.campaign_name, sum(f.spend_native), sum(f.clicks), sum(f.impressions)
    FROM mart.fct_ad_campaign_daily f JOIN mart.dim_campaign d USING (platform, account_id, campaign_id)
    WHERE f.spend_native <> 0 GROUP BY ALL ORDER BY ALL
"""


def test_landing_one_by_one_in_any_order_gives_the_same_marts(finished: Finished, tmp_path: Path) -> None:
    workspace, truth = demo_workspace(tmp_path / "shuffled")
    names = [file.name for file in truth.files]
    random.Random(5).shuffle(names)
    for name in names[: len(names) // 2]:
        (result,) = exports.land(workspace, [workspace.inbox / name])
        assert result.status in ("landed", "duplicate"), (name, result)
    outcome = run_refresh(workspace)
    assert outcome.success, outcome.errors
    # Versions tell landings apart, and the moments of landing differ.
    expected = mart_tables(finished.workspace, without=("version_id",))
    assert sum(bool(table) for table in expected.values()) > 20
    assert differences(expected, mart_tables(workspace, without=("version_id",))) == []


def test_another_mixture_of_levels_gives_the_same_campaign_days(finished: Finished, tmp_path: Path) -> None:
    """Campaign, keyword and search-term reports only, and the Baidu campaigns only by their keywords."""
    whole, truth = demo_workspace(tmp_path / "source")
    workspace, _ = demo_workspace(tmp_path / "mixture")
    shutil.rmtree(workspace.inbox)
    workspace.inbox.mkdir()
    left_out = (
        "Ad group report",
        "Ad report",
        "计划报告",
        "campaigns",
        "account_",
        "qinglantea.com",
        "Search terms",
    )
    for file in truth.files:
        if not file.name.startswith(left_out):
            shutil.copy2(whole.inbox / file.name, workspace.inbox / file.name)
    outcome = run_refresh(workspace)
    assert outcome.success, outcome.errors
    assert rows(workspace, CAMPAIGN_DAYS) == finished.rows(CAMPAIGN_DAYS)
    spend = rows(workspace, "SELECT sum(spend) FROM mart.mart_campaign_kpi_daily")[0][0]
    assert abs(Decimal(str(spend)) - truth.spend()) < Decimal("0.005")
    levels = rows(
        workspace,
        "SELECT platform, level, sum(spend_native) FROM mart.fct_ad_entity_daily GROUP BY ALL ORDER BY ALL",
    )
    natives = {
        platform: sum(day.spend_native for day in truth.campaign_days if day.platform == platform)
        for platform, _, _ in levels
    }
    assert {("google_ads", "keyword"), ("baidu_ads", "keyword")} <= {
        (platform, level) for platform, level, _ in levels
    }
    for platform, level, found in levels:
        assert abs(Decimal(str(found)) - natives[platform]) < Decimal("0.005"), (platform, level)
