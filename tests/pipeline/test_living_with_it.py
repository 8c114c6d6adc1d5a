"""Readers, failed audits and bad files beside good ones, on a workspace that has been published before."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from mkt_pipeline.demo.rows import AdRow, Period
from mkt_pipeline.demo.writers import baidu_ads, google_ads
from mkt_pipeline.orchestration.run import run_refresh
from mkt_pipeline.workspace import Workspace
from tests.pipeline.reading import Finished, rows

pytestmark = pytest.mark.slow

READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
for _ in sys.stdin:
    print(connection.execute("SELECT sum(spend) FROM mart.mart_campaign_kpi_daily").fetchone()[0], flush=True)
"""


@pytest.fixture
def workspace(finished: Finished, tmp_path: Path) -> Workspace:
    """A copy of the finished workspace that a test may change."""
    shutil.copytree(finished.workspace.root, tmp_path / "copy")
    return Workspace(tmp_path / "copy")


@pytest.fixture
def reader(workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the published file open."""
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(workspace.published_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        if process.stdin:
            process.stdin.close()


def ask(reader: subprocess.Popen[str]) -> Decimal:
    assert reader.stdin and reader.stdout
    reader.stdin.write("again\n")
    reader.stdin.flush()
    return Decimal(reader.stdout.readline().strip())


def bad_files(day: dt.date) -> dict[str, bytes]:
    """Files that must be refused, by the name under which they lie in the inbox."""
    good = google_ads.report("campaign", [AdRow(day, "C", 1_000, 10, Decimal("9.90"))], Period(day, day))
    lines = good.decode().split("\n")
    wrong_total = [line.replace("9.90", "19.90") if "Total: Campaigns" in line else line for line in lines]
    return {
        "empty.csv": b"",
        "Campaign report (91).csv": "\n".join(wrong_total).encode(),
        "qinglantea.com-Performance-on-Search-2026-07-01.zip": b"PK\x03\x04 truncated",
        "report.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        "somebody else.csv": b"when,what,how much\n2026-06-01,tea,3\n",
    }


def test_a_run_beside_a_reader_takes_the_good_file_and_refuses_the_bad(
    finished: Finished, workspace: Workspace, reader: subprocess.Popen[str]
) -> None:
    before = ask(reader)
    day = finished.truth.missing_day
    found = AdRow(day, "618大促-搜索", 4_000, 160, Decimal("464.00"), Decimal(6))
    content = baidu_ads.report(
        "campaign", [found], Period(day, day), generated_at=dt.datetime(2026, 6, 22, 18, 30)
    )
    (workspace.inbox / "计划报告 (2).csv").write_bytes(content)
    quiet = google_ads.report("campaign", [], Period(day, day))  # a header and no rows: nothing happened
    (workspace.inbox / "Campaign report (90).csv").write_bytes(quiet)
    bad = bad_files(day)
    for name, data in bad.items():
        (workspace.inbox / name).write_bytes(data)

    outcome = run_refresh(workspace)

    assert outcome.success, outcome.errors
    assert ask(reader) == before
    assert sorted((Path(file["path"]).name, file["rows"]) for file in outcome.landed) == [
        ("Campaign report (90).csv", 0),
        ("计划报告 (2).csv", 1),
    ]
    refused = rows(workspace, "SELECT file_name, code, found, fix FROM ops.quarantined_file")
    assert {name for name, *_ in refused} == bad.keys()
    assert all(code and what and fix for _, code, what, fix in refused)
    assert rows(workspace, "SELECT * FROM ops.data_gap") == []
    rate = rows(
        workspace,
        "SELECT spend, fx_rate FROM mart.fct_ad_campaign_daily WHERE platform = 'baidu_ads' AND date_day = ?",
        day,
    )
    assert len(rate) == 1
    after = rows(workspace, "SELECT sum(spend) FROM mart.mart_campaign_kpi_daily")[0][0]
    assert abs(Decimal(str(after)) - before - Decimal("464.00") * Decimal(str(rate[0][1]))) < Decimal("0.005")


def test_a_failed_audit_leaves_yesterdays_file_and_says_why(finished: Finished, workspace: Workspace) -> None:
    rates = workspace.fx_rates_file.read_text(encoding="utf-8")
    before = workspace.published_file.read_bytes()
    header, *lines = rates.splitlines()
    kept = [line for line in lines if line < "2026-05-20"]
    workspace.fx_rates_file.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")

    outcome = run_refresh(workspace)

    assert not outcome.success
    assert workspace.published_file.read_bytes() == before
    told = " ".join(str(error) for error in [*outcome.errors, *outcome.failed_checks])
    assert "CNY" in told and "2026-0" in told

    workspace.fx_rates_file.write_text(rates, encoding="utf-8")
    repaired = run_refresh(workspace)
    assert repaired.success, repaired.errors
    (spend,) = rows(workspace, "SELECT sum(spend) FROM mart.mart_campaign_kpi_daily")
    assert abs(Decimal(str(spend[0])) - finished.truth.spend()) < Decimal("0.005")
