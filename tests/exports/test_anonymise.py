"""Copies that can be shown: the same shape, other names, other sizes, and sums that still tie."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import datetime as dt
import gzip
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from mkt_pipeline.datasets import DATASETS
from mkt_pipeline.errors import DataError
from mkt_pipeline.exports import anonymise_export, inspect
from mkt_pipeline.exports.anonymise import words
from mkt_pipeline.exports.catalog import normalise
from mkt_pipeline.exports.rewrite import opened, rows

from .conftest import write_xlsx

GOOGLE = (
    "Search keyword report\r\n"
    '"June 1, 2026 - June 3, 2026"\r\n'
    "Day,Keyword status,Keyword,Match type,Campaign,Ad group,Currency code,Clicks,Impr.,CTR,Cost,Conversions\r\n"
    '2026-06-01,Enabled,[oolong zephyr],Exact match,Quokka Brand,"Teapots, glazed",USD,3,"1,001",0.30%,"1,234.56",1.50\r\n'
    '2026-06-01,Enabled,"""wobbly kettle""",Phrase match,Quokka Brand,"Teapots, glazed",USD,0,999,0.00%,0.00,0.00\r\n'
    '2026-06-02,Paused,wobbly kettle,Broad match,Zanzibar Generic,Kettles,USD,7,"2,500",0.28%,9.99, --\r\n'
    '2026-06-03,Enabled,[oolong zephyr],Exact match,Quokka Brand,"Teapots, glazed",USD,11,"40,007",0.03%,77.77,2.25\r\n'
    ' --, --,Total: Filtered keywords, --, --, --,USD,21,"44,507",0.05%,"1,322.32",3.75\r\n'
    ' --, --,Total: Account, --, --, --,USD,40,"90,000",0.04%,"2,000.00",5.00\r\n'
)
SECRETS = (
    "oolong",
    "zephyr",
    "wobbly",
    "kettle",
    "quokka",
    "brand",
    "teapots",
    "glazed",
    "zanzibar",
    "generic",
)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def cells(path: Path) -> list[list[str]]:
    with opened(path) as package:
        return [row for _, _, row in rows(package)]


@pytest.mark.parametrize("seed", range(3))
def test_a_copy_reads_as_the_original_with_other_sizes_that_still_tie(tmp_path: Path, seed: int) -> None:
    source = write(tmp_path / "keywords.csv", GOOGLE)
    made = anonymise_export(source, seed=seed)
    assert made.target == tmp_path / "keywords.anonymised.csv"
    assert (made.platform, made.report, made.rows, made.notes) == ("google_ads", "keyword", 4, ())
    before, after = inspect(source), inspect(made.target)
    assert after.problem is None
    for name in (
        "platform",
        "report",
        "rows",
        "totals_rows",
        "date_from",
        "date_to",
        "encoding",
        "header_line",
        "currency",
    ):
        assert getattr(after, name) == getattr(before, name)
    assert after.totals == after.control_totals
    factor = after.totals["impressions"] / before.totals["impressions"]
    assert 0.29 < factor < 3.01
    assert not 0.81 < factor < 1.24
    for measure in ("clicks", "spend", "conversions"):
        assert after.totals[measure] == pytest.approx(before.totals[measure] * factor, abs=0.51)


def test_no_name_is_left_and_the_shape_is_the_same(tmp_path: Path) -> None:
    made = anonymise_export(write(tmp_path / "keywords.csv", GOOGLE), seed=1)
    text = made.target.read_bytes().decode()
    assert [word for word in SECRETS if word in text.casefold()] == []
    old, new = GOOGLE.split("\r\n"), text.split("\r\n")
    assert new[:3] == old[:3]
    assert [line.count('"') for line in new] == [line.count('"') for line in old]
    table = cells(made.target)
    assert [row[2] for row in table[3:7]] == ["[keyword 1]", '"keyword 2"', "keyword 2", "[keyword 1]"]
    assert [row[4] for row in table[3:7]] == ["campaign 1", "campaign 1", "campaign 2", "campaign 1"]
    assert [row[5] for row in table[3:7]] == ["ad group 1", "ad group 1", "ad group 2", "ad group 1"]
    # Dates, statuses, match types, rates, null tokens, labels and zeros say what they said.
    for place in (0, 1, 3, 6, 9):
        assert [row[place] for row in table[3:]] == [
            row[place] for row in cells(tmp_path / "keywords.csv")[3:]
        ]
    assert (table[4][7], table[4][10], table[5][11], table[7][2]) == (
        "0",
        "0.00",
        " --",
        "Total: Filtered keywords",
    )
    assert all(re.fullmatch(r"\d{1,3}(,\d{3})*", row[8]) for row in table[3:])
    assert all(re.fullmatch(r"\d{1,3}(,\d{3})*\.\d\d", row[10]) for row in table[3:])


def test_a_totals_row_of_more_than_the_rows_keeps_its_distance(tmp_path: Path) -> None:
    source = write(tmp_path / "keywords.csv", GOOGLE)
    table = cells(anonymise_export(source, seed=2).target)
    amount = [Decimal(row[10].replace(",", "")) for row in table[3:]]
    assert sum(amount[:4]) == amount[4]
    factor = amount[4] / Decimal("1322.32")
    assert abs(amount[5] - factor * 2000) < Decimal("0.02")


def test_totals_that_did_not_tie_do_not_tie_in_the_copy(tmp_path: Path) -> None:
    source = write(tmp_path / "keywords.csv", GOOGLE.replace("USD,21,", "USD,921,"))
    made = anonymise_export(source, seed=2)
    problem = inspect(made.target).problem
    assert problem is not None
    assert problem["code"] == "E-SRC-10"


def test_two_copies_of_different_days_have_different_factors(tmp_path: Path) -> None:
    source = write(tmp_path / "keywords.csv", GOOGLE)
    sizes = {
        inspect(anonymise_export(source, tmp_path / f"{number}.csv").target).totals["impressions"]
        for number in range(4)
    }
    assert len(sizes) > 1


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    source = write(tmp_path / "keywords.csv", GOOGLE)
    anonymise_export(source, seed=1)
    with pytest.raises(FileExistsError):
        anonymise_export(source, seed=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keywords.anonymised.csv", "keywords.csv"]


def test_utf16_tabs_and_byte_order_mark_stay(tmp_path: Path) -> None:
    text = "Day\tCampaign\tCurrency code\tImpr.\tClicks\tCost\r\n2026-06-01\tQuokka\tEUR\t1000\t10\t5.50\r\n2026-06-02\tQuokka\tEUR\t2000\t20\t6.50\r\n"
    source = tmp_path / "campaigns.csv"
    source.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    made = anonymise_export(source, seed=3)
    raw = made.target.read_bytes()
    assert raw.startswith(b"\xff\xfeD\0")
    assert "Quokka" not in raw[2:].decode("utf-16-le")
    assert inspect(made.target).encoding == "UTF-16LE"
    assert (made.rows, made.notes) == (2, ())


def test_gb18030_with_preamble_and_account(tmp_path: Path) -> None:
    text = (
        "数据生成时间：2026-06-04 09:00:00\r\n时间范围：2026-06-01 至 2026-06-02\r\n账户：袋鼠茶业\r\n"
        "日期,推广计划,展现,点击,消费,点击率\r\n2026-06-01,袋鼠品牌词,1000,50,120.50,5.00%\r\n2026-06-02,行业通用词,3000,75,99.50,2.50%\r\n"
    )
    source = write(tmp_path / "baidu.csv", text, "gb18030")
    made = anonymise_export(source, seed=4)
    new = made.target.read_bytes().decode("gb18030")
    assert made.notes == ()
    assert [word for word in ("袋鼠", "茶业", "品牌词", "通用") if word in new] == []
    assert new.split("\r\n")[:2] == text.split("\r\n")[:2]
    assert new.split("\r\n")[2] == "账户：account 1"
    after = inspect(made.target)
    assert (after.platform, after.encoding, after.account) == ("baidu_ads", "GB18030", "account 1")


def test_a_zip_keeps_its_members_and_hides_the_site(tmp_path: Path) -> None:
    source = tmp_path / "quokka-tea.example-Performance-on-Search-2026-06-05.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr(
            "Queries.csv",
            "Top queries,Clicks,Impressions,CTR,Position\nquokka oolong,3,40,7.5%,2.1\nzephyr,2,60,3.3%,4\n",
        )
        archive.writestr(
            "Pages.csv",
            "Top pages,Clicks,Impressions,CTR,Position\nhttps://quokka-tea.example/oolong,5,100,5%,3\n",
        )
        archive.writestr(
            "Chart.csv",
            "Date,Clicks,Impressions,CTR,Position\n2026-06-01,1,33,3%,3\n2026-06-02,4,67,6%,3.2\n",
        )
        archive.writestr("notes.pdf", b"%PDF-1.7 quokka")
    made = anonymise_export(source, seed=5)
    assert made.target.name == "site-1.example-Performance-on-Search-2026-06-05.anonymised.zip"
    with zipfile.ZipFile(made.target) as archive:
        assert archive.namelist() == ["Queries.csv", "Pages.csv", "Chart.csv"]
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        pages = archive.read("Pages.csv").decode()
    assert [word for word in ("quokka", "oolong", "zephyr") if word in everything] == []
    assert "https://example.com/page-1," in pages
    assert [note for note in made.notes if "notes.pdf" in note] == ["notes.pdf is no table and is left out"]
    after = inspect(made.target)
    assert (after.platform, after.date_from, after.date_to) == (
        "google_search_console",
        "2026-06-01",
        "2026-06-02",
    )
    assert after.problem is None


def test_a_workbook_keeps_sheets_rows_and_types(tmp_path: Path) -> None:
    header = [
        "Campaign name",
        "Day",
        "Impressions",
        "Link clicks",
        "Amount spent (USD)",
        "CTR (link click-through rate)",
    ]
    day = dt.date(2026, 6, 1)
    source = write_xlsx(
        tmp_path / "meta.xlsx",
        {"Raw Data Report": [header, ["Quokka sale", day, 1000, 10, 12.5, 1.0], ["Zephyr", day, 3000, 0, 7.25, 0.0]],
         "Notes": [["Written for Quokka Ltd"]]},
    )  # fmt: skip
    made = anonymise_export(source, seed=6)
    before, after = inspect(source), inspect(made.target)
    assert (after.platform, after.report, after.rows) == (before.platform, before.report, 2)
    assert (after.date_from, after.date_to, after.currency) == ("2026-06-01", "2026-06-01", "USD")
    assert after.totals["impressions"] != 4000
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(made.target)) as book:
        assert book.sheet_names == ["Raw Data Report", "Notes"]
        table = book.get_sheet_by_name("Raw Data Report").to_python()
        notes = book.get_sheet_by_name("Notes").to_python()
    assert table[0] == header
    assert [row[0] for row in table[1:]] == ["campaign 1", "campaign 2"]
    assert [type(value) for value in table[1]] == [str, dt.date, float, float, float, float]
    assert (table[2][3], table[1][5]) == (0, 1)
    assert "Quokka" not in str(notes)


def test_german_numbers_keep_their_marks(tmp_path: Path) -> None:
    text = "Tag;Kampagne;Impressionen;Klicks;Kosten;Quote\n01.06.2026;Sommerquokka;1.234;56;1.234,56 €;4,5 %\n02.06.2026;Herbst;12.345;78;987,10 €;3,3 %\nGesamt;;13.579;134;2.221,66 €;\n"
    made = anonymise_export(write(tmp_path / "nova.csv", text), seed=7)
    assert made.platform is None
    assert made.notes[0].startswith("no report of the catalog fits")
    table = cells(made.target)
    assert [row[0] for row in table] == ["Tag", "01.06.2026", "02.06.2026", "Gesamt"]
    assert [row[5] for row in table[1:]] == ["4,5 %", "3,3 %", ""]
    assert all(re.fullmatch(r"\d{1,3}(\.\d{3})*,\d\d €", row[4]) for row in table[1:])
    amounts = [Decimal(row[4].removesuffix(" €").replace(".", "").replace(",", ".")) for row in table[1:]]
    shown = [int(row[2].replace(".", "")) for row in table[1:]]
    assert amounts[0] + amounts[1] == amounts[2] != Decimal("2221.66")
    assert shown[0] + shown[1] == shown[2] != 13579
    assert "uokka" not in made.target.read_text()


def test_people_ids_and_addresses_are_replaced_where_nothing_is_known(tmp_path: Path) -> None:
    text = "When,Customer ID,Contact,Site,Phone\n2026-06-01,9876543210,ann@quokka.test,https://quokka.test/a,+1 415 555 0100\n2026-06-02,9876543211,ann@quokka.test,https://quokka.test/b,+1 415 555 0101\n"
    table = cells(anonymise_export(write(tmp_path / "odd.csv", text), seed=8).target)
    assert table[1] == [
        "2026-06-01",
        "1000000001",
        "person-1@example.com",
        "https://example.com/page-1",
        "+1 000 000 0001",
    ]
    assert table[2][1:4] == ["1000000002", "person-1@example.com", "https://example.com/page-2"]


PAGE = """<html><head><meta charset="utf-8"></head><body><table>
<tr><th>Campaign name</th><th>Day</th><th>Impressions</th><th>Link clicks</th><th>Amount spent (USD)</th></tr>
<tr><td>Quokka sale</td><td>2026-06-01</td><td>1,000</td><td>10</td><td>1,012.50</td></tr>
<tr><td>Zephyr</td><td>2026-06-02</td><td>3,000</td><td>0</td><td>7.25</td></tr></table></body></html>"""
HEADER = ["Campaign name", "Day", "Impressions", "Link clicks", "Amount spent (USD)"]


def old_workbook(path: Path) -> Path:
    """The rows of ``PAGE`` as a workbook of the old format, numbers and days with their types."""
    xlwt = pytest.importorskip("xlwt", reason="writes the old workbook")
    book = xlwt.Workbook()
    sheet = book.add_sheet("Raw Data Report")
    days = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    table = [
        HEADER,
        ["Quokka sale", dt.date(2026, 6, 1), 1000, 10, 1012.5],
        ["Zephyr", dt.date(2026, 6, 2), 3000, 0, 7.25],
    ]
    for row, values in enumerate(table):
        for column, value in enumerate(values):
            sheet.write(row, column, value, *([days] if isinstance(value, dt.date) else []))
    book.save(str(path))
    return path


def test_a_page_named_xls_becomes_a_workbook_of_texts(tmp_path: Path) -> None:
    made = anonymise_export(write(tmp_path / "meta.xls", PAGE), seed=11)
    assert made.target == tmp_path / "meta.anonymised.xlsx"
    assert made.notes == (
        "meta.xls is an HTML or XML table and is written as an .xlsx workbook with the same rows",
    )
    before, after = inspect(tmp_path / "meta.xls"), inspect(made.target)
    assert (before.delimiter, after.delimiter, after.problem) == ("html", "xlsx", None)
    assert (made.platform, made.report, made.rows, after.currency) == ("meta_ads", before.report, 2, "USD")
    table = cells(made.target)
    assert table[0] == HEADER
    assert [row[:2] for row in table[1:]] == [["campaign 1", "2026-06-01"], ["campaign 2", "2026-06-02"]]
    assert re.fullmatch(r"\d(,\d{3})?|\d{3}", table[1][2]) and table[2][3] == "0"
    factor = after.totals["impressions"] / 4000
    assert not 0.81 < factor < 1.24
    assert after.totals["spend"] == pytest.approx(1019.75 * factor, abs=0.5)


def test_an_old_workbook_becomes_a_new_one_with_its_types(tmp_path: Path) -> None:
    source = old_workbook(tmp_path / "meta.xls")
    made = anonymise_export(source, seed=12)
    assert made.target == tmp_path / "meta.anonymised.xlsx"
    assert made.notes == (
        "meta.xls is an .xls workbook and is written as an .xlsx workbook with the same rows",
    )
    before, after = inspect(source), inspect(made.target)
    assert (before.encoding, after.encoding, after.problem, after.rows) == ("xls", "xlsx", None, 2)
    assert (after.date_from, after.date_to) == ("2026-06-01", "2026-06-02")
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(made.target)) as book:
        assert book.sheet_names == ["Raw Data Report"]
        table = book.get_sheet_by_index(0).to_python()
    assert [type(value) for value in table[1]] == [str, dt.date, float, float, float]
    assert [row[0] for row in table] == ["Campaign name", "campaign 1", "campaign 2"]


def test_a_gzip_stays_one(tmp_path: Path) -> None:
    source = tmp_path / "keywords.csv.gz"
    source.write_bytes(gzip.compress(GOOGLE.encode()))
    made = anonymise_export(source, seed=1)
    assert (made.target.name, made.notes, made.rows) == ("keywords.anonymised.csv.gz", (), 4)
    plain = anonymise_export(write(tmp_path / "keywords.csv", GOOGLE), seed=1)
    assert gzip.decompress(made.target.read_bytes()) == plain.target.read_bytes()


def test_members_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    source = tmp_path / "months.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("june/data.csv", "Day,Clicks,Customer\n2026-06-01,10,Quokka\n2026-06-02,20,Zephyr\n")
        archive.writestr("july/data.csv", "Customer;Clicks;Day\nZephyr;30;2026-07-01\nNumbat;40;2026-07-02\n")
    made = anonymise_export(source, seed=13)
    with zipfile.ZipFile(made.target) as archive:
        assert archive.namelist() == ["data.csv", "data (2).csv"]
        june, july = (archive.read(name).decode().splitlines() for name in archive.namelist())
    assert [line.split(",")[2] for line in june] == ["Customer", "text 1", "text 2"]
    assert [line.split(";")[0] for line in july] == ["Customer", "text 2", "text 3"]
    assert [line.split(";")[2] for line in july] == ["Day", "2026-07-01", "2026-07-02"]


def test_records_are_refused_with_the_reason(tmp_path: Path) -> None:
    source = write(tmp_path / "rows.json", '[{"date": "2026-06-01", "clicks": 3}]')
    with pytest.raises(DataError) as caught:
        anonymise_export(source, seed=1)
    assert (caught.value.code, caught.value.found) == ("E-SRC-30", "it is JSON or Parquet")
    assert sorted(tmp_path.iterdir()) == [source]


def test_a_damaged_old_workbook_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "old.xls"
    source.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(DataError, match="E-SRC-03"):
        anonymise_export(source, seed=1)
    assert sorted(tmp_path.iterdir()) == [source]


def test_a_number_that_cannot_be_read_is_pointed_out(tmp_path: Path) -> None:
    made = anonymise_export(write(tmp_path / "keywords.csv", GOOGLE.replace(",7,", ",7 of 9,")), seed=1)
    assert "cells of number columns that cannot be read are kept as they are: 1" in made.notes


def test_what_is_left_alone_is_known_to_the_lake() -> None:
    columns = {column.name for dataset in DATASETS.values() for column in dataset.columns}
    assert words.KEPT_COLUMNS - columns == set()
    assert {normalise(value) for value in words.KEPT_VALUES} == words.KEPT_VALUES


def test_the_real_search_terms_tie_and_say_nothing(samples: Path, tmp_path: Path) -> None:
    source = samples / "google_ads" / "Search terms report.csv.zip"
    made = anonymise_export(source, tmp_path / "copy.zip", seed=9)
    before, after = inspect(source), inspect(made.target)
    assert (after.rows, after.totals_rows) == (4415, before.totals_rows)
    assert {name: after.totals[name] for name in after.control_totals} == pytest.approx(after.control_totals)
    with opened(source) as old, opened(made.target) as new:
        searched = {row[0].strip() for _, line, row in rows(old) if line > 3 and len(row) > 5}
        kept = {row[0].strip() for _, line, row in rows(new) if line > 3 and len(row) > 5}
    assert {text for text in searched & kept if text and not text.startswith("Total")} == set()


def test_a_number_that_must_be_the_sum_of_others_stays_it(tmp_path: Path) -> None:
    text = (
        "Title,Subject,List,Send Date,Total Recipients,Successful Deliveries,Soft Bounces,Hard Bounces,Total Bounces,Times Forwarded,Forwarded Opens,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Abuse Complaints,Times Liked on Facebook,Folder Id,Unique Id,Total Orders,Total Gross Sales,Total Revenue\n"
        '"Quokka news","Hello","Readers","Jun 01, 2026 09:00 am",1003,1000,1,2,3,0,0,300,30%,450,50,5%,70,2,0,0,,abc123,0,0,0\n'
        '"Zephyr news","Again","Readers","Jun 08, 2026 09:00 am",777,770,3,4,7,0,0,200,26%,250,31,4%,41,1,0,0,,abc124,0,0,0\n'
    )
    made = anonymise_export(write(tmp_path / "campaigns.csv", text), seed=10)
    assert (made.platform, made.notes) == ("mailchimp", ())
    table = cells(made.target)[1:]
    assert all(int(row[4]) == int(row[5]) + int(row[8]) for row in table)
    assert sum(int(row[4]) for row in table) != 1780
    assert [row[3] for row in table] == ["Jun 01, 2026 09:00 am", "Jun 08, 2026 09:00 am"]
    assert [row[:3] for row in table] == [
        ["mailing 1", "subject 1", "audience 1"],
        ["mailing 2", "subject 2", "audience 1"],
    ]


def test_the_name_of_the_file_is_pointed_out(tmp_path: Path) -> None:
    made = anonymise_export(write(tmp_path / "Quokka keywords.csv", GOOGLE), seed=1)
    assert made.notes == ("the file's name may say whose it is: Quokka keywords.anonymised.csv",)
