"""The files of the demo company, read with nothing but the standard library and a workbook reader.

The readers here are written from the format descriptions, on purpose not with the product's own.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from mkt_pipeline.demo import DemoTruth, write_demo
from mkt_pipeline.demo.rows import AdRow, Period, SearchRow
from mkt_pipeline.demo.truth import FileTruth
from mkt_pipeline.demo.writers import baidu_ads, google_ads, meta_ads, search_console, text


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoTruth]:
    root = tmp_path_factory.mktemp("demo")
    return root / "inbox", write_demo(root, scale=0.2)


def named(demo: tuple[Path, DemoTruth], name: str) -> tuple[bytes, FileTruth]:
    folder, truth = demo
    return (folder / name).read_bytes(), next(file for file in truth.files if file.name == name)


def number(cell: str) -> Decimal:
    return Decimal(cell.replace(",", ""))


def google_table(content: bytes) -> tuple[list[str], list[str], list[dict[str, str]], list[list[str]]]:
    """Preamble, header, rows and total rows of a Google Ads csv."""
    utf16 = content.startswith(b"\xff\xfe")
    table = list(
        csv.reader(
            io.StringIO(content.decode("utf-16" if utf16 else "utf-8")), delimiter="\t" if utf16 else ","
        )
    )
    totals = [row for row in table[3:] if any(cell.startswith("Total:") for cell in row[:4])]
    rows = [dict(zip(table[2], row, strict=True)) for row in table[3:] if row not in totals]
    return [table[0][0], table[1][0]], table[2], rows, totals


def test_the_inbox_holds_what_the_answer_lists(demo: tuple[Path, DemoTruth]) -> None:
    folder, truth = demo
    assert sorted(path.name for path in folder.iterdir()) == sorted(file.name for file in truth.files)
    for file in truth.files:
        modified = dt.datetime.fromtimestamp((folder / file.name).stat().st_mtime, ZoneInfo("Asia/Shanghai"))
        assert modified.replace(tzinfo=None) == file.exported_at


@pytest.mark.parametrize(
    ("name", "title", "dates"),
    [
        ("Campaign report.csv", "Campaign report", "April 27, 2026 - May 31, 2026"),
        ("Search terms report (1).csv", "Search terms report", "May 18, 2026 - June 21, 2026"),
        ("Ad group report.csv", "Ad group report", "April 27, 2026 - June 21, 2026"),
        ("Search keyword report.csv", "Search keyword report", "April 27, 2026 - May 24, 2026"),
        ("Ad report.csv", "Ad report", "April 27, 2026 - May 24, 2026"),
    ],
)
def test_google_first_total_row_is_the_sum_of_the_listed_rows(
    demo: tuple[Path, DemoTruth], name: str, title: str, dates: str
) -> None:
    content, answer = named(demo, name)
    preamble, header, rows, totals = google_table(content)
    (part,) = answer.parts
    assert preamble == [title, dates]
    assert len(rows) == part.rows
    first = dict(zip(header, totals[0], strict=True))
    for column, measure in (
        ("Impr.", "impressions"), ("Clicks", "clicks"), ("Cost", "spend"), ("Conversions", "conversions"),
    ):  # fmt: skip
        assert sum(number(row[column]) for row in rows) == number(first[column]) == part.totals[measure]
    assert len(totals) > 1
    account = next(dict(zip(header, row, strict=True)) for row in totals if "Total: Account" in row)
    assert number(account["Impr."]) >= number(first["Impr."])


def test_google_spelling(demo: tuple[Path, DemoTruth]) -> None:
    content, _ = named(demo, "Campaign report.csv")
    lines = content.decode("utf-8").split("\n")
    assert not content.startswith(b"\xef\xbb\xbf")
    assert lines[1] == '"April 27, 2026 - May 31, 2026"'
    assert lines[2].startswith("Day,Campaign status,Campaign,") and "Currency code" in lines[2]
    assert lines[-1] == "" and "\r" not in content.decode()
    assert ", --," in lines[3] and ',"2,' in "".join(lines[3:])
    assert lines[-2].startswith(" --,Total: ")
    british = named(demo, "Campaign report (2).csv")[0].decode().split("\n")
    assert british[1] == "25 May 2026 - 7 June 2026"


def test_google_excel_csv_is_utf16_with_tabs_and_quoted_thousands(demo: tuple[Path, DemoTruth]) -> None:
    content, _ = named(demo, "Search keyword report.csv")
    assert content[:2] == b"\xff\xfe"
    lines = content[2:].decode("utf-16-le").split("\n")
    assert lines[2].startswith("Day\tKeyword status\tKeyword\tMatch type")
    label = next(line for line in lines if "Total: All but removed keywords" in line)
    assert label.split("\t")[0] == " --" and '\t"' in label


def test_google_totals_per_day_sum_to_each_day(demo: tuple[Path, DemoTruth]) -> None:
    _, header, rows, totals = google_table(named(demo, "Campaign report (2).csv")[0])
    listed: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        listed[row["Day"]] += number(row["Cost"])
    written = {row[0]: number(row[header.index("Cost")]) for row in totals if row[1] == "Total: Campaigns"}
    assert written == dict(listed)
    assert len(written) == 14


def test_google_renamed_report_without_totals(demo: tuple[Path, DemoTruth]) -> None:
    preamble, _, rows, totals = google_table(named(demo, "Campaign report (4).csv")[0])
    assert preamble[0] == "Weekly campaigns"
    assert totals == [] and rows


def test_google_keywords_carry_their_match_signs() -> None:
    day = dt.date(2026, 6, 1)
    rows = [
        AdRow(day, "C", 10, 1, Decimal("0.50"), keyword="green tea", match_type=f"{kind} match")
        for kind in ("Broad", "Phrase", "Exact")
    ]
    _, _, read, _ = google_table(google_ads.report("keyword", rows, Period(day, day)))
    assert [row["Keyword"] for row in read] == ["green tea", '"green tea"', "[green tea]"]
    assert [row["Conv. rate"] for row in read] == [" --"] * 3


def test_google_workbook(demo: tuple[Path, DemoTruth]) -> None:
    content, answer = named(demo, "Ad report.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Sheet0"]
    table = book.get_sheet_by_index(0).to_python()
    assert table[0][0] == "Ad report" and table[1][0] == "May 25, 2026 - June 21, 2026"
    header = table[2]
    rows = [row for row in table[3:] if not str(row[1]).startswith("Total:")]
    totals = [row for row in table[3:] if str(row[1]).startswith("Total:")]
    (part,) = answer.parts
    assert len(rows) == part.rows
    cost = header.index("Cost")
    assert (
        sum(Decimal(str(row[cost])) for row in rows) == part.totals["spend"] == Decimal(str(totals[0][cost]))
    )
    rates = [row[header.index("CTR")] for row in rows]
    assert all(isinstance(rate, float) and rate <= 1 for rate in rates)
    assert "--" in {row[header.index("Cost / conv.")] for row in rows}


def test_the_same_report_lies_there_twice(demo: tuple[Path, DemoTruth]) -> None:
    (twin,) = [file for file in demo[1].files if file.duplicate_of]
    assert (twin.name, twin.duplicate_of) == ("Ad group report (1).csv", "Ad group report.csv")
    assert named(demo, twin.name)[0] == named(demo, twin.duplicate_of or "")[0]


def test_later_export_of_the_same_days_restates_conversions_only(demo: tuple[Path, DemoTruth]) -> None:
    def column(name: str, header: str) -> dict[tuple[str, str], Decimal]:
        rows = google_table(named(demo, name)[0])[2]
        return {(row["Day"], row["Campaign"]): number(row[header]) for row in rows}

    early, late = "Campaign report (3).csv", "Campaign report (5).csv"
    assert named(demo, early)[1].exported_at < named(demo, late)[1].exported_at
    before, after = column(early, "Conversions"), column(late, "Conversions")
    assert before.keys() < after.keys()
    assert all(after[key] > value for key, value in before.items() if value)
    costs = column(late, "Cost")
    assert all(costs[key] == value for key, value in column(early, "Cost").items())


@pytest.mark.parametrize("name", ["计划报告.csv", "关键词报告 (1).csv", "搜索词报告.csv"])
def test_baidu_is_gb18030_under_a_preamble(demo: tuple[Path, DemoTruth], name: str) -> None:
    content, answer = named(demo, name)
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    lines = content.decode("gb18030").split("\r\n")
    assert lines[0] == f"数据生成时间：{answer.exported_at:%Y-%m-%d %H:%M}"
    assert lines[2] == f"1. 时间范围：{answer.first_day:%Y%m%d}-{answer.last_day:%Y%m%d}"
    assert lines[3] == "2. 时间单位：分日" and lines[6] == ""
    rows = list(csv.DictReader(lines[7:-1]))
    (part,) = answer.parts
    conversions = "总转化量" if "总转化量" in rows[0] else "网页转化"
    for column, measure in (
        ("展现", "impressions"),
        ("点击", "clicks"),
        ("消费", "spend"),
        (conversions, "conversions"),
    ):
        assert sum(Decimal(row[column]) for row in rows) == part.totals[measure]
    assert len(rows) == part.rows


def test_baidu_sums_of_a_period_have_the_range_for_a_date() -> None:
    days = [dt.date(2026, 6, 1), dt.date(2026, 6, 2)]
    rows = [AdRow(day, "计划", 100, 3, Decimal("4.50"), Decimal(1)) for day in days]
    content = baidu_ads.report(
        "campaign", rows, Period(*days), generated_at=dt.datetime(2026, 6, 3, 9), daily=False
    )
    lines = content.decode("gb18030").split("\r\n")
    assert lines[3] == "2. 时间单位：合计"
    assert lines[8] == '"20260601-20260602",qinglan-tea,计划,200,6,9.00,3.00%,1.50,2'


def test_meta_first_row_without_dimensions_holds_the_totals(demo: tuple[Path, DemoTruth]) -> None:
    names = {
        "Qinglan-Tea-Ads-1-Jun-202615-Jun-2026.csv": "en",
        "Qinglan-Tea-广告-14-Jun-202621-Jun-2026.csv": "zh",
    }
    words = {
        "en": ("Campaign name", "Amount spent (USD)", "Link clicks", "Clicks (all)", "Purchases"),
        "zh": ("广告系列名称", "已花费金额 (USD)", "链接点击量", "点击量（全部）", "购物次数"),
    }
    for name, language in names.items():
        content, answer = named(demo, name)
        assert content.startswith(b"\xef\xbb\xbf")
        total, *rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        campaign, spend, clicks, clicks_all, purchases = words[language]
        (part,) = answer.parts
        assert total[campaign] == "" and all(row[campaign] for row in rows)
        assert len(rows) == part.rows
        for column, expected in ((spend, "spend"), (clicks, "clicks"), (purchases, "conversions")):
            assert (
                sum(Decimal(row[column] or 0) for row in rows)
                == Decimal(total[column])
                == part.totals[expected]
            )
        assert sum(int(row[clicks_all]) for row in rows) == int(total[clicks_all])
        assert "" in {row[purchases] for row in rows}
    header = named(demo, "Qinglan-Tea-Ads-1-Jun-202615-Jun-2026.csv")[0].decode("utf-8-sig").split("\n")[0]
    assert (
        header.startswith('"Reporting starts","Reporting ends",Day,"Campaign name"') and ",Reach," in header
    )


def test_meta_workbook_in_traditional_chinese(demo: tuple[Path, DemoTruth]) -> None:
    content, answer = named(demo, "未命名報告-May-25-2026-to-Jun-21-2026.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    header, total, *rows = book.get_sheet_by_name("Raw Data Report").to_python()
    spend = header.index("花費金額 (USD)")
    assert total[header.index("行銷活動名稱")] == ""
    assert (
        sum(Decimal(str(row[spend])) for row in rows)
        == Decimal(str(total[spend]))
        == answer.parts[0].totals["spend"]
    )


def test_meta_without_totals_has_rows_only() -> None:
    day = dt.date(2026, 6, 1)
    rows = [AdRow(day, "C", 10, 1, Decimal("0.50"), reach=9)]
    content = meta_ads.report("campaign", rows, Period(day, day), totals=False)
    assert len(content.decode("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize(
    ("day", "chart", "queries", "pages", "devices", "clicks", "impressions"),
    [
        ("2026-05-25", "Chart.csv", "Queries.csv", "Pages.csv", "Devices.csv", "Clicks", "Impressions"),
        ("2026-06-22", "图表.csv", "查询数.csv", "网页.csv", "设备.csv", "点击次数", "展示"),
    ],
)
def test_search_console_tables_relate_as_they_do_in_life(
    demo: tuple[Path, DemoTruth],
    day: str,
    chart: str,
    queries: str,
    pages: str,
    devices: str,
    clicks: str,
    impressions: str,
) -> None:
    content, answer = named(demo, f"qinglantea.com-Performance-on-Search-{day}.zip")
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert len(archive.namelist()) == 7
    assert {member.date_time for member in archive.infolist()} == {text.ZIP_TIME}

    def sums(member: str) -> tuple[int, int]:
        rows = list(csv.DictReader(io.StringIO(archive.read(member).decode("utf-8"))))
        return sum(int(row[clicks]) for row in rows), sum(int(row[impressions]) for row in rows)

    total = sums(chart)
    assert sums(devices) == total
    assert sums(queries)[0] < total[0] and sums(queries)[1] < total[1]
    assert sums(pages)[0] == total[0] and sums(pages)[1] > total[1]
    parts = {part.part: part for part in answer.parts}
    assert tuple(map(int, parts[queries].totals.values())) == sums(queries)[::-1]
    assert not archive.read(chart).endswith(b"\n")


def test_search_console_spells_empty_days_and_trims_zeros() -> None:
    rows = [SearchRow("2026-06-01", 0, 0, None), SearchRow("2026-06-02", 7, 500, 9.2)]
    tables: dict[search_console.Dimension, list[SearchRow]] = {
        "query": [],
        "page": [],
        "country": [],
        "device": [],
    }
    archive = zipfile.ZipFile(io.BytesIO(search_console.performance_zip(rows, tables)))
    assert archive.read("Chart.csv").decode().split("\n")[1:] == [
        "2026-06-01,0,0,,",
        "2026-06-02,7,500,1.4%,9.2",
    ]
    assert archive.read("Filters.csv").decode() == "Filter,Value\nSearch type,Web\nDate,Last 28 days"


def test_mailchimp_recipients_are_deliveries_and_bounces(demo: tuple[Path, DemoTruth]) -> None:
    content, answer = named(demo, "campaigns (1).csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
    (part,) = answer.parts
    assert sum(int(row["Total Recipients"]) for row in rows) == part.totals["sends"]
    assert sum(Decimal(row["Total Revenue"]) for row in rows) == part.totals["revenue"]
    for row in rows:
        assert int(row["Total Recipients"]) == int(row["Successful Deliveries"]) + int(row["Total Bounces"])
        rate = Decimal(int(row["Unique Opens"]) * 100) / int(row["Successful Deliveries"])
        assert abs(rate - Decimal(row["Open Rate"])) < Decimal("0.006")
        assert (
            dt.datetime.strptime(row["Send Date"], "%b %d, %Y %I:%M %p").strftime("%A") == row["Send Weekday"]
        )
    early = {
        row["Unique Id"]: row for row in csv.DictReader(io.StringIO(named(demo, "campaigns.csv")[0].decode()))
    }
    late = {row["Unique Id"]: row for row in rows}
    assert early.keys() < late.keys()
    assert any(int(late[key]["Unique Clicks"]) > int(early[key]["Unique Clicks"]) for key in early)
    assert all(int(late[key]["Unique Opens"]) >= int(early[key]["Unique Opens"]) for key in early)


def test_x_files(demo: tuple[Path, DemoTruth]) -> None:
    content, answer = named(demo, "account_overview_analytics.csv")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert rows[0]["Date"] == "Sun, Jun 21, 2026" and rows[-1]["Date"] == "Mon, Apr 27, 2026"
    assert sum(int(row["Impressions"]) for row in rows) == answer.parts[0].totals["impressions"]
    content, answer = named(demo, "account_analytics_content_2026-04-27_2026-06-21.csv")
    posts = list(csv.DictReader(io.StringIO(content.decode())))
    assert sum(int(post["Engagements"]) for post in posts) == answer.parts[0].totals["engagements"]
    assert all(len(post["Post id"]) == 19 for post in posts)


def test_ga4_file_has_three_blocks_of_one_week(demo: tuple[Path, DemoTruth]) -> None:
    content, answer = named(demo, "Traffic_acquisition_Session_source_medium (7).csv")
    blocks = content.decode("utf-8").split("\r\n\r\n")
    assert blocks.pop() == ""
    assert blocks[0].startswith("# ----------------------------------------\r\n# Traffic acquisition: ")
    assert "# Start date: 20260615\r\n# End date: 20260621" in blocks[2]
    tables = [[line for line in block.split("\r\n") if not line.startswith("#")] for block in blocks]
    assert [table[0].split(",")[0] for table in tables] == [
        "Nth day",
        "Session source / medium",
        "Session source / medium",
    ]
    days = [int(line.split(",")[1]) for line in tables[0][1:]]
    rows = list(csv.DictReader(tables[2]))
    (part,) = answer.parts
    assert len(rows) == part.rows
    assert sum(int(row["Sessions"]) for row in rows) == sum(days) == part.totals["sessions"]
    assert sum(Decimal(row["Total revenue"]) for row in rows) == part.totals["conversion_value"]
    assert sum(int(row["Key events"]) for row in rows) == part.totals["conversions"]
