"""A workspace to plan in: settings, no plans, and one platform of its own beside the shipped ones."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from mkt_pipeline.workspace import Workspace

WritePlan = Callable[..., Path]

PLAN = """\
campaign:
  id: 618-2026
  name: {zh: 618 大促, en: 618 sale}
  start: 2026-05-25
  end: 2026-06-28
  owner: 李敏
  budget: 160000.10
  currency: CNY
  gross_margin: 0.38
goals:
  - {metric: conversions, target: 12000}
  - {metric: budget_used, band: [0.90, 1.05]}
channels:
  - {id: sem, budget: 100000, goals: {cpa: 45}}
  - {id: email, budget: 60000.10}
match:
  - {platform: acme_ads, campaign: "*618_sale*"}
  - {campaign_id: 000123}
  - {utm_campaign: "618-2026"}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "team")
    workspace.create_folders()
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "acme_ads.yml").write_text("platform: acme_ads\n", encoding="utf-8")
    workspace.settings_file.write_text(
        textwrap.dedent(
            """\
            name: Qinglan
            reporting_currency: USD
            timezone: Asia/Shanghai
            as_of: 2026-06-22
            accounts:
              - {platform: acme_ads, account_id: "0042", currency_code: CNY, conversion_lag_days: 7}
            """
        ),
        encoding="utf-8",
    )
    return workspace


@pytest.fixture
def write_plan(workspace: Workspace) -> WritePlan:
    def write(text: str = PLAN, name: str = "618.yml", **replacements: str) -> Path:
        path = workspace.plans_dir / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
