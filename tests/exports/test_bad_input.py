"""Everything that can be wrong with a dropped file has one documented answer: landed right, or refused with a fix."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from mkt_pipeline.exports import archives, inspect, land, receipts
from mkt_pipeline.exports.problems import PROBLEMS, problem_table
from mkt_pipeline.exports.text import HEAD_BYTES
from tests.exports.conftest import google_keywords, write_xlsx


def refused(workspace, code: str):
    (result,) = land(workspace)
    assert result.status == "quarantined", result
    assert result.error is not None and result.error.code == code
    assert result.error.found and result.error.expected and result.error.fix
    assert not list(workspace.inbox.iterdir()), "a refused file leaves the inbox"
    (kept,) = workspace.quarantine.iterdir()
    assert kept.name.endswith(f"__{result.path.name}")
    return result.error


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("empty.csv", b"", "E-SRC-01", "no bytes"),
        ("report.csv", b"%PDF-1.7\n%...", "E-SRC-02", "PDF"),
        ("report.csv", b"\x89PNG\r\n\x1a\n", "E-SRC-02", "image"),
        ("report.xls", b"<html><table><tr><td>Campaign</td></tr></table></html>", "E-SRC-02", "web page"),
        ("notes.csv", b"a,b,c\n1,2,3\n", "E-SRC-06", "'a,b,c'"),
        ("noise.csv", b"\xff\xff\x80\x80\x01\n\xfe\xff\x80\n", "E-SRC-05", "byte 0"),
        ("dump.csv", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\xff\xff", "E-SRC-02", "binary"),
        ("x.zip", b"PK\x05\x06" + b"\0" * 18, "E-SRC-01", "holds no files"),
    ],
)
def test_not_an_export(drop, workspace, query, name, content, code, says) -> None:
    drop(name, content)
    error = refused(workspace, code)
    assert says in error.found
    assert query("SELECT file_name, code, fix FROM {quarantined_file}") == [(name, code, error.fix)]


def test_header_only_lands_with_no_rows(drop, workspace) -> None:
    drop("Search keyword report.csv", google_keywords(0, totals=False))
    (result,) = land(workspace)
    assert (result.status, result.rows, result.totals) == (
        "landed",
        0,
        {"clicks": 0, "impressions": 0, "spend": 0, "conversions": 0},
    )
    assert receipts(workspace)[0].row_count == 0


@pytest.mark.parametrize("delimiter", [";", "|", "\t"])
def test_wrong_delimiter_lands(drop, workspace, delimiter) -> None:
    text = "R\n1 May 2026 - 8 May 2026\nCampaign,Currency code,Impr.,Clicks,Cost\nA,USD,1000,3,1.25\nB,USD,20,1,0.50\n"
    drop("r.csv", text.replace(",", delimiter))
    (result,) = land(workspace)
    assert (result.status, result.totals) == ("landed", {"impressions": 1020, "clicks": 4, "spend": 1.75})


def test_decimal_commas_are_read_where_the_file_shows_them(drop) -> None:
    text = "R\n1 May 2026 - 8 May 2026\nCampaign;Currency code;Impr.;Cost\nA;EUR;1.000;1.234,50\nB;EUR;20;1,234\n"
    assert inspect(drop("r.csv", text)).totals == {"impressions": 1020, "spend": 1235.734}


def test_gbk_without_declaration_lands(drop, workspace, query) -> None:
    text = google_keywords(4000, totals=False).replace(
        "2026-06-02,Enabled,[tea 3997]", "2026-06-02,Enabled,[乌龙茶]"
    )
    assert "乌" in text and text.index("乌") > HEAD_BYTES, "the first Chinese character lies beyond the head"
    drop("Search keyword report.csv", text, "gb18030")
    (result,) = land(workspace)
    assert (result.status, result.rows) == ("landed", 4000)
    assert receipts(workspace)[0].encoding == "GB18030"
    assert query("SELECT count(*) FROM {ad_performance} WHERE keyword = '乌龙茶'") == [(1,)]


def test_big5_is_recognised_by_its_header(drop) -> None:
    header = "分析報告開始,分析報告結束,行銷活動名稱,曝光次數,花費金額 (TWD)"
    shown = inspect(drop("r.csv", f"{header}\n2026-06-01,2026-06-07,新品茶葉,9,1.50\n", "big5"))
    assert (shown.platform, shown.encoding, shown.currency, shown.totals["spend"]) == (
        "meta_ads",
        "Big5",
        "TWD",
        1.5,
    )


def test_unknown_report_names_the_nearest_and_the_difference(drop, workspace) -> None:
    drop("r.csv", "Campaign,Currency code,Impressions share,Sentiment\nA,USD,1,2\n")
    found = refused(workspace, "E-SRC-06").found
    assert "google_ads/campaign" in found and "lacks impressions|clicks|interactions|spend" in found
    assert "'Sentiment'" in found


def test_the_nearest_report_is_the_one_whose_columns_are_there(drop, workspace) -> None:
    drop(
        "campaigns.csv", "Title,Subject,List,Sent on,Unique Opens,Total Opens\nJune,Tea,All,1 June 2026,4,5\n"
    )
    found = refused(workspace, "E-SRC-06").found
    assert "nearest is mailchimp/campaigns" in found and "'Sent on'" in found


def test_a_column_a_report_cannot_have_is_named_as_such(drop, workspace) -> None:
    # It may be a dimension, and its rows would be taken for the shop's.
    drop("sessions.csv", "Day,Membership,Online store visitors,Sessions\n2026-06-01,gold,9,10\n")
    found = refused(workspace, "E-SRC-06").found
    assert "shopify/sessions" in found
    assert "must have no unknown column and has unknown columns 'Membership'" in found


def test_totals_that_do_not_tie_name_both_sums(drop, workspace) -> None:
    drop("Search keyword report.csv", google_keywords().replace('"6,021"', '"6,020"'))
    found = refused(workspace, "E-SRC-10").found
    assert "impressions" in found and "6020" in found and "6021" in found


@pytest.mark.parametrize(
    ("cost", "lands"), [("22.55", True), ("22.44", True), ("22.57", False), ("22.43", False)]
)
def test_money_ties_within_the_tolerance(drop, cost, lands) -> None:
    text = google_keywords().replace(",22.50,", f",{cost},")
    assert (inspect(drop("r.csv", text)).problem is None) is lands


def test_a_removed_row_is_noticed(drop) -> None:
    lines = google_keywords().splitlines(keepends=True)
    problem = inspect(drop("r.csv", "".join(lines[:5] + lines[6:]))).problem
    assert problem is not None and problem["code"] == "E-SRC-10"


def test_few_bad_rows_are_rejected_with_line_and_reason(drop, workspace) -> None:
    lines = google_keywords(400, totals=False).splitlines(keepends=True)
    lines[9] = "2026-06-02,Enabled,only three\n"
    lines[20] = lines[20].replace("USD,18,", "USD,many,")
    lines[30] = '2026-06-02,Enabled,"a\nline break",Exact match,Brand,Group,USD,1,1001,0.1%,1.25, --\n'
    lines[40] = lines[40].replace("2026-06", "June 06", 1)
    drop("r.csv", "".join(lines))
    (result,) = land(workspace)
    assert (result.status, result.rows, result.rejected) == ("landed", 397, 3)
    rejects = [(item["line"], item["column"], item["reason"]) for item in receipts(workspace)[0].rejects]
    assert rejects == [
        (10, "", "cells expected: 12 found: 3"),
        (21, "Clicks", "cannot be read as a whole number"),
        (42, "Day", "cannot be read as a date"),
    ]


def test_many_bad_rows_quarantine_the_file(drop, workspace) -> None:
    lines = google_keywords(100, totals=False).splitlines(keepends=True)
    lines[10:14] = ["2026-06-01,Enabled\n"] * 4
    drop("r.csv", "".join(lines))
    error = refused(workspace, "E-SRC-09")
    assert "4 of 100 rows" in error.found and error.where == "line 11"


def test_the_threshold_is_a_setting(drop, workspace) -> None:
    workspace.settings_file.write_text("bad_row_threshold: 0.05\n")
    lines = google_keywords(100, totals=False).splitlines(keepends=True)
    lines[10:14] = ["2026-06-01,Enabled\n"] * 4
    drop("r.csv", "".join(lines))
    assert [result.status for result in land(workspace)] == ["landed"]


def test_an_open_quote_does_not_swallow_rows_silently(drop, workspace) -> None:
    lines = google_keywords(50, totals=False).splitlines(keepends=True)
    lines[20] = lines[20].replace("Enabled,", 'Enabled,"')
    drop("r.csv", "".join(lines))
    assert refused(workspace, "E-SRC-09")


@pytest.mark.parametrize("change", [lambda b: b[: len(b) // 2], lambda b: b[:-30]])
def test_truncated_zip(drop, workspace, change) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Search keyword report.csv", google_keywords(500))
    drop("r.zip", change(buffer.getvalue()))
    refused(workspace, "E-SRC-03")


def test_a_damaged_member_is_noticed(drop, workspace) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("r.csv", google_keywords(500))
    drop("r.zip", buffer.getvalue().replace(b"tea 100", b"tea 999"))
    refused(workspace, "E-SRC-03")


def test_a_damaged_workbook(drop, workspace, tmp_path) -> None:
    whole = write_xlsx(tmp_path / "r.xlsx", {"a": [["x"] * 50] * 50}).read_bytes()
    drop("r.xlsx", whole[: len(whole) // 2])
    refused(workspace, "E-SRC-03")


@pytest.mark.parametrize(
    "name", ["../../escape.csv", "/tmp/escape.csv", "C:\\escape.csv", "a/../../escape.csv"]
)
def test_no_path_of_an_archive_is_used(workspace, name) -> None:
    with zipfile.ZipFile(workspace.inbox / "r.zip", "w") as archive:
        archive.writestr(name, google_keywords())
    (result,) = land(workspace)
    assert (result.status, result.rows) == ("landed", 6)
    written = [path for path in workspace.root.parent.rglob("*escape*")]
    assert not written and not Path("/tmp/escape.csv").exists()


def test_a_zip_bomb_is_refused(workspace) -> None:
    with zipfile.ZipFile(workspace.inbox / "r.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("r.csv", b"0" * (archives.RATIO_FREE + 10_000_000))
    refused(workspace, "E-SRC-04")


def test_too_many_members_are_refused(workspace) -> None:
    with zipfile.ZipFile(workspace.inbox / "r.zip", "w") as archive:
        for number in range(archives.MAX_MEMBERS + 1):
            archive.writestr(f"{number}.csv", "x")
    refused(workspace, "E-SRC-04")


def test_the_same_report_twice_in_a_zip_is_refused(workspace) -> None:
    with zipfile.ZipFile(workspace.inbox / "r.zip", "w") as archive:
        archive.writestr("a.csv", google_keywords(3))
        archive.writestr("b.csv", google_keywords(6))
    assert "'a.csv' and 'b.csv'" in refused(workspace, "E-SRC-11").found


def test_two_platforms_in_a_zip_are_refused(workspace) -> None:
    with zipfile.ZipFile(workspace.inbox / "r.zip", "w") as archive:
        archive.writestr("a.csv", google_keywords(3))
        archive.writestr("Chart.csv", "Date,Clicks,Impressions,CTR,Position\n2026-06-01,1,2,50%,1\n")
    assert "google_ads and google_search_console" in refused(workspace, "E-SRC-11").found


def test_what_is_no_table_in_a_zip_is_said(workspace) -> None:
    with zipfile.ZipFile(workspace.inbox / "r.zip", "w") as archive:
        archive.writestr("a.csv", google_keywords(3))
        archive.writestr("read me.txt", "hello")
        archive.writestr("__MACOSX/._a.csv", "junk")
    (result,) = land(workspace)
    assert result.status == "landed" and ["read me.txt" in warning for warning in result.warnings] == [True]


@pytest.mark.parametrize("ends", ["\r\n", "\r", "mixed"])
def test_line_ends(drop, ends) -> None:
    text = google_keywords()
    if ends == "mixed":
        lines = text.split("\n")
        text = "".join(line + ("\r\n" if place % 2 else "\n") for place, line in enumerate(lines[:-1]))
    else:
        text = text.replace("\n", ends)
    shown = inspect(drop("r.csv", text))
    assert (shown.problem, shown.rows, shown.totals["impressions"]) == (None, 6, 6021)


def test_unknown_columns_are_kept(drop, workspace, query) -> None:
    text = "R\n1 May 2026 - 8 May 2026\nCampaign,Currency code,Impr.,Cost,Mood,Weather\nA,USD,10,1.00,good,\nB,USD,1,1.00,,\n"
    drop("r.csv", text)
    (result,) = land(workspace)
    assert result.warnings == ["unknown columns kept in extra: Mood, Weather"]
    assert receipts(workspace)[0].unmapped_columns == ["Mood", "Weather"]
    assert query("SELECT campaign_name, extra FROM {ad_performance} ORDER BY 1") == [
        ("A", '{"Mood":"good"}'),
        ("B", None),
    ]


def test_inspect_writes_nothing(drop, workspace) -> None:
    path = drop("r.csv", google_keywords())
    before = {item: item.stat().st_mtime_ns for item in workspace.root.rglob("*")}
    inspect(path, workspace)
    assert {item: item.stat().st_mtime_ns for item in workspace.root.rglob("*")} == before


def test_every_code_is_explained_and_used() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(archives.__file__).parent.rglob("*.py")
    )
    table = problem_table()
    for code, item in PROBLEMS.items():
        assert item.meaning and item.expected and item.fix
        assert f"| {code} | {item.meaning} | {item.fix} |" in table
        assert sources.count(f'"{code}"') >= 2, f"{code} is never raised"
