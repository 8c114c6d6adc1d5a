"""Real exports are read with the rows and control totals that were counted independently."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from mkt_pipeline.exports import inspect, land
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import SAMPLES, as_json

pytestmark = pytest.mark.samples

PLATFORM = {
    "google_ads": "google_ads",
    "ga4": "ga4",
    "google_search_console": "google_search_console",
    "x_twitter": "x",
    "amazon_ads": "amazon_ads",
    "screaming_frog": "screaming_frog",
    "xiaohongshu": "xiaohongshu",
    "youtube_studio": "youtube",
    "microsoft_ads": "microsoft_ads",
    "linkedin_ads": "linkedin_ads",
    "meta_ads": "meta_ads",
    "pinterest": "pinterest_ads",
    "snapchat": "snapchat_ads",
    "tiktok_ads": "tiktok_ads",
}
PLATFORM_OF_SEED = {"x_twitter": "x_ads"}
CANONICAL = {
    "cost": "spend", "active_users": "users", "retweets": "reposts", "replies": "comments", "url_clicks": "link_clicks",
    "new_follows": "follows", "orders": "conversions", "sales": "conversion_value", "watch_time_hours": "watch_time_seconds",
}  # fmt: skip
FACTOR = {"watch_time_hours": 3600, "spend_in_micro_dollar": 1e-6, "billed_charge_local_micro": 1e-6}
"""From the unit of the manifest to the canonical one, by measure or by the column it was counted in."""
FACTOR_OF_FILE = {"snapchat/snapchat_campaign_hourly_report_data.csv": {"spend": 1e-6}}
MEASURE_OF_FILE = {
    # LinkedIn's own clicks include likes and follows of the ad; X's include all clicks on the post.
    "linkedin_ads/linkedin_ad_analytics_by_campaign_data.csv": {"clicks": "clicks_all"},
    "x_twitter/twitter_campaign_report_data.csv": {"clicks": "clicks_all"},
}
COUNTED_DIFFERENTLY = {
    # The manifest counts the header lines of the 8 blocks as rows (394 = 386 + 8) and the header's line from 0.
    "ga4/Reports_snapshot.csv": (386, 9),
}
QUESTIONS = ("E-SRC-08", "E-SRC-15")
"""Some samples say neither which days they cover nor which currency they are in, and landing asks."""


def manifest() -> list[tuple[str, dict[str, str]]]:
    """Every file of every folder of samples, with the folder it is in."""
    rows = []
    for folder in ("real", "documented", "connector-seeds"):
        listed = SAMPLES.parent / folder / "MANIFEST.tsv"
        if listed.is_file():
            with listed.open(encoding="utf-8", newline="") as handle:
                rows += [(folder, row) for row in csv.DictReader(handle, delimiter="\t")]
    return rows


@pytest.mark.parametrize(
    ("folder", "row"), manifest(), ids=lambda value: value if isinstance(value, str) else value["file"]
)
def test_manifest(folder: str, row: dict[str, str], samples: Path) -> None:
    shown = inspect(samples.parent / folder / row["file"]).to_dict()
    as_json(shown)
    file, vendor = row["file"], row["file"].split("/")[0]
    rows, header_line = COUNTED_DIFFERENTLY.get(file, (int(row["rows"]), int(row["header_line"])))
    seeds = PLATFORM_OF_SEED if folder == "connector-seeds" else {}
    assert shown["platform"] == seeds.get(vendor, PLATFORM[vendor])
    assert (shown["rows"], shown["header_line"], shown["rejected"]) == (rows, header_line, 0)
    assert shown["totals_rows"] == int(row["totals_rows_excluded"])
    assert shown["encoding"] in row["encoding"]
    assert shown["unmapped_columns"] == []
    assert shown["problem"] is None or shown["problem"]["code"] in QUESTIONS
    for item in filter(None, row["totals"].split(";")):
        said, _, value = item.partition("=")
        name, _, column = said.rstrip("]").partition("[")
        if name in ("blocks", "chart_columns"):
            continue
        factor = FACTOR_OF_FILE.get(file, {}).get(column, FACTOR.get(column, FACTOR.get(name, 1)))
        measure = MEASURE_OF_FILE.get(file, {}).get(name, CANONICAL.get(name, name))
        assert shown["totals"].get(measure, 0) == pytest.approx(float(value) * factor, abs=1e-6), said


def test_manifest_is_found(samples: Path) -> None:
    assert len(manifest()) == 31


def test_ga4_blocks_are_all_read(samples: Path) -> None:
    shown = inspect(samples / "ga4/Reports_snapshot.csv").to_dict()
    assert len(shown["parts"]) == 8
    assert {part["level"]: part["rows"] for part in shown["parts"] if part["level"] != "source_medium"} == {
        "property": 1, "page_title": 92, "day": 90, "platform": 0, "city": 127, "audience": 1,
    }  # fmt: skip
    assert [part["rows"] for part in shown["parts"] if part["level"] == "source_medium"] == [37, 38]


def test_search_console_folder_lands_as_one_export(samples: Path, workspace: Workspace, query) -> None:
    folder = samples / "google_search_console/thetool.guru-Performance-on-Search-2026-03-03"
    before = sorted(path.name for path in folder.iterdir())
    (result,) = land(workspace, [folder])
    assert (result.status, result.rows, result.totals) == ("landed", 417, {"impressions": 2409, "clicks": 50})
    assert query(
        "SELECT level, count(*), sum(clicks), sum(impressions), any_value(property), any_value(search_type), "
        "any_value(account_id), min(period_start)::VARCHAR, max(period_end)::VARCHAR, any_value(exported_at)::VARCHAR "
        "FROM {search_performance} GROUP BY level ORDER BY level"
    ) == [
        (level, rows, clicks, impressions, "thetool.guru", "web", "thetool.guru", "2025-08-11", "2026-03-01",
         "2026-03-03 00:00:00")
        for level, rows, clicks, impressions in [
            ("country", 103, 50, 2409), ("device", 3, 50, 2409), ("page", 42, 50, 2585), ("property", 203, 50, 2409),
            ("query", 66, 26, 1514),
        ]
    ]  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == before, (
        "files outside the inbox are never removed"
    )


def test_search_terms_need_a_period_and_land_with_one(samples: Path, workspace: Workspace, query) -> None:
    file = samples / "google_ads/Search terms report.csv.zip"
    (refused,) = land(workspace, [file])
    assert refused.status == "quarantined"
    assert refused.error is not None and refused.error.code == "E-SRC-08" and "--from" in refused.error.fix
    (landed,) = land(workspace, [file], period=(dt.date(2026, 3, 1), dt.date(2026, 3, 31)))
    assert (landed.status, landed.rows, landed.totals["spend"]) == ("landed", 4415, 752.22)
    assert (
        query("SELECT count(*) FROM {quarantined_file}") == [(0,)]
        if list((workspace.lake / "quarantined_file").glob("*.parquet"))
        else True
    )
    assert not list(workspace.quarantine.iterdir())
