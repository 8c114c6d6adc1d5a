"""What can be read, how well that is known, and what has landed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from mkt_pipeline.exports import land, list_sources, load_catalog
from mkt_pipeline.workspace import Workspace

from .conftest import google_keywords

ENTRY = """
platform: zing
name: {en: Zing, zh: 星}
channel: sem
conversion_lag_days: 7
freshness_days: 2
columns:
  - {to: day, headers: [Day, 日期]}
  - {to: impressions, headers: [Shown, 展]}
  - {to: campaign_name, headers: [Zing campaign]}
reports:
  - {report: campaign, level: campaign, dataset: ad_performance, evidence: {en: reported}, all: [campaign_name, impressions]}
  - {report: campaign, level: account, dataset: ad_performance, evidence: {en: seen, zh: unverified}, all: [day, impressions]}
  - {report: other, level: account, dataset: ad_performance, evidence: {zh: documented}, all: [impressions]}
  - {report: filters, level: none, evidence: {en: seen}, all: [key]}
"""  # noqa: E501


def test_every_platform_is_listed_with_the_best_evidence_of_its_reports(workspace: Workspace) -> None:
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "zing.yml").write_text(ENTRY, encoding="utf-8")
    listed = list_sources(workspace)
    ids = [source.platform for source in listed]
    assert ids == sorted(load_catalog(workspace).platforms)
    zing = listed[ids.index("zing")]
    assert [(each.report, each.levels, each.languages) for each in zing.reports] == [
        ("campaign", ["campaign", "account"], {"en": "seen", "zh": "unverified"}),
        ("other", ["account"], {"zh": "documented"}),
    ]
    assert zing.languages == {"en": "seen", "zh": "documented"}
    assert zing.evidence == {"seen": 1, "documented": 1}
    assert zing.to_dict()["reports"][0]["dataset"] == "ad_performance"


def test_without_a_workspace_nothing_is_said_of_landing() -> None:
    listed = list_sources()
    assert len(listed) >= 7
    assert all(source.landed is None for source in listed)
    assert all(report.landed is None for source in listed for report in source.reports)


def test_what_has_landed_is_counted_per_platform_and_report(
    workspace: Workspace, drop: Callable[..., Path]
) -> None:
    drop("one.csv", google_keywords(6))
    drop("two.csv", google_keywords(3, day="2026-07-1{}"))
    assert [result.status for result in land(workspace)] == ["landed", "landed"]
    by_id = {source.platform: source for source in list_sources(workspace)}
    google = by_id["google_ads"].landed
    assert google is not None
    assert (google.files, google.rows) == (2, 9)
    assert (google.first_day, google.newest_day) == (dt.date(2026, 6, 1), dt.date(2026, 7, 13))
    keyword = next(each for each in by_id["google_ads"].reports if each.report == "keyword")
    assert keyword.landed == google
    assert by_id["mailchimp"].landed is not None
    assert by_id["mailchimp"].landed.files == 0
