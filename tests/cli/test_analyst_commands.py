"""``mkt sql NAME``, ``mkt explain`` and ``mkt export`` as a shell would call them."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import duckdb
import pytest

from mkt_pipeline.warehouse import starter_queries
from mkt_pipeline.workspace import Workspace

from .conftest import Mkt

DDL = """
CREATE SCHEMA mart; CREATE SCHEMA metrics; CREATE SCHEMA ops;
CREATE TABLE ops.build AS SELECT now()::TIMESTAMP AS built_at;
CREATE TABLE ops.freshness AS
    SELECT 'x' AS platform, 'post' AS report, DATE '2026-06-01' AS newest_day, 21 AS age_days,
        14 AS allowed_days, 7 AS days_late, 2 AS files, TIMESTAMP '2026-06-02 08:00' AS last_landed_at;
CREATE TABLE ops.landed_file AS
    SELECT 'f1' AS file_id, 'google_ads' AS platform, 'campaign' AS report, '消耗.csv' AS file_name,
        'archive/google_ads/f1__消耗.csv' AS archive_path;
CREATE TABLE mart.fct_ad_campaign_daily AS
    SELECT DATE '2026-06-01' AS date_day, 'tea' AS marketing_campaign_id, 30.5::DECIMAL(18,6) AS spend,
        10::BIGINT AS clicks, 'f1' AS file_id, 'google_ads' AS platform, 2::DECIMAL(18,6) AS conversions;
INSERT INTO mart.fct_ad_campaign_daily VALUES
    ('2026-06-01', 'mug', 1, 20, 'f1', 'google_ads', 4), ('2026-06-01', 'mug', 1, 7, 'f2', 'meta_ads', 0);
CREATE TABLE mart.mart_campaign_kpi_daily AS
    SELECT unnest(['tea', 'mug']) AS marketing_campaign_id, 'platform' AS conversion_basis;
CREATE TABLE mart.dim_marketing_campaign AS
    SELECT unnest(['tea', 'mug']) AS marketing_campaign_id, 'google_ads' AS claiming_platform;
CREATE TABLE metrics.kpi_daily AS
    SELECT DATE '2026-06-01' AS date_day, 'tea' AS marketing_campaign_id, '(all)' AS channel_id,
        'cpc' AS metric_id, 30.5 AS numerator;
CREATE TABLE metrics.kpi_period AS
    SELECT 'tea' AS marketing_campaign_id, channel_id, 'cpc' AS metric_id, 'to_date' AS period,
        DATE '2026-06-01' AS period_start, DATE '2026-06-07' AS period_end, 3.05 AS actual,
        30.5 AS numerator, 10.0 AS denominator, 0.0 AS immature_share
    FROM (VALUES ('(all)'), ('sem')) AS t(channel_id);
INSERT INTO metrics.kpi_period VALUES
    ('mug', '(all)', 'cvr', 'to_date', '2026-06-01', '2026-06-07', 0.20, 4, 20, 0);
"""


@pytest.fixture
def workspace(tmp_path: Path, mkt: Mkt) -> Workspace:
    """A published file made by hand with the few tables these commands ask here."""
    mkt("init")
    workspace = Workspace(tmp_path / "data")
    config = {"storage_compatibility_version": "v1.5.0"}
    with duckdb.connect(str(workspace.published_file), config=config) as file:
        file.execute(DDL)
    return workspace


def test_starter_queries_are_listed_with_their_questions(mkt: Mkt) -> None:
    """Also before anything is published, or any workspace made."""
    answer = mkt("sql", "--list")
    assert "late_sources         Which sources are late, and since when?" in answer.out
    assert "--show" in answer.err
    assert "哪些数据源迟到了" in mkt("sql", "--list", "--lang", "zh").out
    listed = mkt("sql", "--list", "--json").json()
    assert [query["name"] for query in listed] == [query.name for query in starter_queries()]
    assert listed[0]["columns"] and listed[0]["sql"]
    rows = list(csv.reader(io.StringIO(mkt("sql", "--list", "--format", "csv").out)))
    assert rows[0] == ["query", "question"] and len(rows) == len(listed) + 1


def test_a_starter_query_is_answered_by_name(mkt: Mkt, workspace: Workspace) -> None:
    answer = mkt("sql", "late_sources")
    assert answer.out.splitlines()[1].split()[:4] == ["x", "post", "2026-06-01", "21"]
    assert "Which sources are late" in answer.err
    (row,) = mkt("sql", "late_sources", "--json").json()
    assert row["days_late"] == 7
    assert mkt("sql", "late_sources", "--format", "csv").out.splitlines()[0].startswith("platform,report")
    quiet = mkt("sql", "-q", "late_sources")
    assert (quiet.out, quiet.err) == (answer.out, "")


def test_a_described_table_says_what_to_ask_it(mkt: Mkt, workspace: Workspace) -> None:
    assert "mkt sql late_sources" in mkt("sql", "--describe", "ops.freshness").err
    example = mkt("sql", "--describe", "metrics.kpi_daily", "--lang", "zh").err
    assert "某个指标每天是多少？" in example and 'mkt sql "select date_day, value' in example
    assert mkt("sql", "--describe", "ops.freshness", "--json").err == ""


def test_the_sql_of_a_starter_query_can_be_copied(
    mkt: Mkt, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = mkt("sql", "--show", "late_sources").out
    assert sql.startswith("-- Which sources are late")
    monkeypatch.setattr(sys, "stdin", io.StringIO(sql))
    assert mkt("sql", "-", "--json").json() == mkt("sql", "late_sources", "--json").json()
    assert mkt("sql", "--show", "late_sources", "--json").json()["name"] == "late_sources"


def test_an_unknown_name_is_told_with_the_nearest(mkt: Mkt, workspace: Workspace) -> None:
    for arguments in (("late_source",), ("--show", "late_source")):
        answer = mkt("sql", *arguments, "--json")
        assert (answer.code, answer.out) == (2, "")
        assert answer.error()["code"] == "E-DB-23"
        assert "late_sources" in answer.error()["fix"]


@pytest.mark.parametrize(
    "arguments", [("select 1", "--list"), ("--list", "--show", "goals"), ("goals", "--show", "goals")]
)
def test_one_thing_is_asked_at_a_time(mkt: Mkt, arguments: tuple[str, ...]) -> None:
    assert mkt("sql", *arguments, "--json").error()["code"] == "E-CLI-05"


def test_a_metric_is_explained_before_there_are_numbers(mkt: Mkt) -> None:
    answer = mkt("explain", "cpc")
    assert answer.code == 0
    for words in ("Cost per click · 点击成本 · cpc", "Σ spend ÷ Σ clicks", "less is better", "Never average"):
        assert words in answer.out
    chinese = mkt("explain", "点击成本", "--lang", "zh").out
    assert "不可平均" in chinese and "越低越好" in chinese
    found = mkt("explain", "Cost per click", "--json").json()
    assert (found["metric_id"], found["numerator"], found["denominator"]) == ("cpc", "spend", "clicks")
    assert found["campaign"] is None
    google = [each for each in found["reporters"] if each["platform"] == "google_ads"]
    assert {each["measure"] for each in google} == {"spend", "clicks"}
    assert all(each["is_seen"] is None for each in found["reporters"])


def test_a_value_is_traced_to_its_files(mkt: Mkt, workspace: Workspace) -> None:
    answer = mkt("explain", "cpc", "--campaign", "tea")
    assert answer.code == 0
    for words in ("3.05", "Σ spend = 30.50", "Σ clicks = 10", "1 days with numbers", "消耗.csv", "sem"):
        assert words in answer.out, words
    value = mkt("explain", "cpc", "--campaign", "tea", "--json").json()["campaign"]
    assert (value["value"], value["numerator"], value["denominator"]) == (3.05, 30.5, 10)
    assert [(file["measure"], file["value"], file["file_id"]) for file in value["files"]] == [
        ("spend", 30.5, "f1"), ("clicks", 10, "f1"),
    ]  # fmt: skip
    none = mkt("explain", "roas", "--campaign", "tea")
    assert none.code == 0 and "tea has no value" in none.err


def test_claims_are_traced_to_the_files_of_the_claiming_platform_alone(
    mkt: Mkt, workspace: Workspace
) -> None:
    """The other platform's clicks are no base of conversions it does not claim."""
    value = mkt("explain", "cvr", "--campaign", "mug", "--json").json()["campaign"]
    assert [(file["measure"], file["value"], file["file_id"]) for file in value["files"]] == [
        ("conversions", 4, "f1"), ("conversion_base", 20, "f1"),
    ]  # fmt: skip
    assert value["untraced"] == {}


def test_an_unknown_metric_or_campaign_is_told_with_the_nearest(mkt: Mkt, workspace: Workspace) -> None:
    metric = mkt("explain", "roass", "--json")
    assert (metric.code, metric.error()["code"]) == (2, "E-MET-03")
    assert "roas" in metric.error()["fix"]
    campaign = mkt("explain", "cpc", "--campaign", "tee", "--json")
    assert (campaign.code, campaign.error()["code"]) == (2, "E-MET-04")
    assert "tea" in campaign.error()["fix"]


def test_tables_are_written_as_files(mkt: Mkt, workspace: Workspace, tmp_path: Path) -> None:
    answer = mkt("export", "csv", "--table", "kpi_period", "--table", "ops.freshness", "--to", "out")
    assert answer.code == 0
    assert answer.out.split() == ["out/metrics.kpi_period.csv", "out/ops.freshness.csv"]
    assert "2 files in out" in answer.err
    again = mkt("export", "csv", "--table", "kpi_period", "--to", "out", "--json")
    assert (again.code, again.error()["code"]) == (2, "E-DB-24")
    (written,) = mkt("export", "csv", "--table", "kpi_period", "--to", "out", "--overwrite", "--json").json()
    assert written == {
        "table": "metrics.kpi_period", "path": "out/metrics.kpi_period.csv", "rows": 3, "notes": [],
    }  # fmt: skip
    whole = mkt("export", "parquet", "--json").json()
    assert {Path(each["path"]).parent for each in whole} == {workspace.root / "export"}
    assert mkt("export", "pdf").code == 2


def test_what_a_sheet_cannot_hold_is_told(mkt: Mkt, workspace: Workspace, tmp_path: Path) -> None:
    with duckdb.connect(str(workspace.published_file)) as file:
        file.execute("CREATE TABLE mart.long AS SELECT repeat('x', 40000) AS text")
    answer = mkt("export", "xlsx", "--table", "mart.long", "--to", "out")
    assert answer.code == 0
    assert "1 texts were cut" in answer.err
