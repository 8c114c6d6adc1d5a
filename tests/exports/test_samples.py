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
}
CANONICAL = {"cost": "spend", "active_users": "users", "retweets": "reposts", "replies": "comments",
             "url_clicks": "link_clicks", "new_follows": "follows"}  # fmt: skip
COUNTED_DIFFERENTLY = {
    # The manifest counts the header lines of the 8 blocks as rows (394 = 386 + 8) and the header's line from 0.
    "ga4/Reports_snapshot.csv": (386, 9),
}


def manifest() -> list[dict[str, str]]:
    if not SAMPLES.is_dir():
        return []
    with (SAMPLES / "MANIFEST.tsv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    return [row for row in rows if row["file"].split("/")[0] in PLATFORM]


@pytest.mark.parametrize("row", manifest(), ids=lambda row: row["file"])
def test_manifest(row: dict[str, str], samples: Path) -> None:
    shown = inspect(samples / row["file"]).to_dict()
    as_json(shown)
    rows, header_line = COUNTED_DIFFERENTLY.get(row["file"], (int(row["rows"]), int(row["header_line"])))
    assert shown["platform"] == PLATFORM[row["file"].split("/")[0]]
    assert (shown["rows"], shown["header_line"], shown["rejected"]) == (rows, header_line, 0)
    assert shown["totals_rows"] == int(row["totals_rows_excluded"])
    assert shown["encoding"] in row["encoding"]
    assert shown["unmapped_columns"] == []
    for item in filter(None, row["totals"].split(";")):
        name, _, value = item.partition("=")
        if name not in ("blocks", "chart_columns"):
            assert shown["totals"][CANONICAL.get(name, name)] == pytest.approx(float(value), abs=1e-9), name


def test_manifest_is_found(samples: Path) -> None:
    assert len(manifest()) == 12


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
