"""What the engine reads, whatever the platform: containers, encodings, numbers, days, personal columns.

An invented platform stands for all of them, so that each case shows one thing.
"""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline import lake
from mkt_pipeline.exports import Inspection, Period, inspect, land, reland
from mkt_pipeline.exports.privacy import workspace_salt
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import write_xlsx

ENTRY = """
platform: tea_ads
name: {en: Tea Ads, zh: 茶广告}
channel: sem
conversion_lag_days: 1
freshness_days: 2
null_tokens: ["--"]
guards: ["\\t", "'"]
preamble:
  - '^Range: (?P<period>.+)'
  - '^Rows: (?P<row_count>\\d+)'
  - '^Aggregation: (?P<grain>\\w+)'
values: {grain: {week: [Weekly], month: [Monthly], day: [Daily]}}
note_rows: ['© Tea.*']
personal: [Recipient name, "Billing *"]
columns:
  - {to: day, headers: [Tea day, 茶日], formats: [iso, words]}
  - {to: week, headers: [Tea week]}
  - {to: month, headers: [Tea month]}
  - {to: quarter, headers: [Tea quarter]}
  - {to: year, headers: [Tea year]}
  - {to: campaign_name, headers: [Tea campaign, 茶计划]}
  - {to: impressions, headers: [Sips, 茶展现]}
  - {to: clicks, headers: [Pours, Tea clicks]}
  - {to: spend, headers: [Leaves cost, 茶消费]}
  - {to: conversions, headers: [Cups, Tea conversions]}
  - {to: conversion_value, headers: [Tea revenue], absolute: true}
  - {to: search_impression_share, headers: [Tea share], kind: percent, censored: true}
ignored: [Tea rate]
reports:
  - report: campaign
    level: campaign
    dataset: ad_performance
    evidence: {en: seen, zh: seen}
    all: [campaign_name, spend|impressions|clicks]
    totals: {rule: label, labels: [Tea total]}
"""

POSTS = """
platform: tea_posts
name: {en: Tea Posts, zh: 茶帖}
channel: organic_social
conversion_lag_days: 0
freshness_days: 9
timezone: Asia/Shanghai
identities: [{rule: equal_parts, parts: [account, breakdown], measures: [likes]}]
columns:
  - {to: post_id, headers: [Tea post id]}
  - {to: published_at, headers: [Tea published], formats: ["%Y年%m月%d日%H时%M分%S秒", iso]}
  - {to: day, headers: [Tea date]}
  - {to: day, otherwise: [published_at]}
  - {to: likes, headers: [Tea likes]}
  - {to: watch_time_seconds, headers: [Tea hours], scale: 3600}
  - {to: watch_time_seconds, headers: [Tea watched], kind: seconds}
  - {to: average_view_seconds, headers: [Tea average], kind: seconds}
  - {to: completion_rate, headers: [Tea completion], kind: ratio}
reports:
  - {report: posts, level: post, dataset: social_post, evidence: {en: seen}, all: [post_id, likes]}
  - report: daily
    level: account
    dataset: social_account
    evidence: {en: seen}
    all: [day, likes]
    columns:
      - {to: likes, headers: [Tea primary]}
    title: ['^Tea hearts$']
  - {report: daily, level: account, dataset: social_account, evidence: {en: seen}, all: [day, likes], none: [breakdown_value]}
  - report: split
    level: breakdown
    dataset: social_account
    evidence: {en: seen}
    all: [breakdown_value, likes]
    columns:
      - {to: breakdown_value, headers: [Tea kind]}
  - report: ranks
    level: keyword
    dataset: search_rank
    evidence: {en: seen}
    all: [keyword, day, position]
    columns:
      - {to: keyword, headers: [Tea word]}
      - {to: day, headers: [Tea day name]}
      - {to: position, headers: [Tea rank]}
    unpivot: {headers: '\\d{4}-\\d\\d-\\d\\d', name: Tea day name, value: Tea rank}
  - report: crawl
    level: url
    dataset: site_crawl
    evidence: {en: seen}
    snapshot: true
    all: [url, word_count]
    columns:
      - {to: url, headers: [Tea url]}
      - {to: word_count, headers: [Tea words]}
"""

MAILS = """
platform: tea_mail
name: {en: Tea Mail, zh: 茶邮}
channel: email
conversion_lag_days: 0
freshness_days: 9
personal: [Recipient name, "Billing *"]
columns:
  - {to: recipient_hash, headers: [Drinker]}
  - {to: mailing_id, headers: [Tea mailing]}
  - {to: event_type, headers: [Tea event]}
  - {to: event_at, headers: [Tea moment]}
  - {to: day, otherwise: [event_at]}
reports:
  - {report: events, level: recipient_event, dataset: email_event, evidence: {en: seen}, all: [recipient_hash, event_type]}
"""

HEADER = "Tea day,Tea campaign,Sips,Pours,Leaves cost"
CSV = f"{HEADER}\n2026-06-01,Oolong,100,3,1.25\n2026-06-02,Green,20,1,0.50\n"
SUMS = {"impressions": 120, "clicks": 4, "spend": 1.75}


@pytest.fixture(autouse=True)
def tea(workspace: Workspace) -> None:
    """Three invented platforms, in the workspace's own catalog."""
    workspace.catalog_dir.mkdir()
    for name, text in (("tea_ads", ENTRY), ("tea_posts", POSTS), ("tea_mail", MAILS)):
        (workspace.catalog_dir / f"{name}.yml").write_text(text, encoding="utf-8")
    workspace.settings_file.write_text(
        "name: Test\naccounts:\n- {platform: tea_ads, currency_code: EUR}\n", encoding="utf-8"
    )


@pytest.fixture
def look(workspace: Workspace, drop: Callable[..., Path]) -> Callable[..., Inspection]:
    """Drop a file and inspect it."""

    def inspected(name: str, content: str | bytes, encoding: str = "utf-8") -> Inspection:
        return inspect(drop(name, content, encoding), workspace)

    return inspected


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def code(shown: Inspection) -> str | None:
    return shown.problem["code"] if shown.problem else None


class TestContainers:
    HTML = (
        "<html><head><meta charset='{}'><title>报表</title></head><body><table border=1><tr><td colspan=5>茶 &amp; 更多</td></tr>"
        "<tr><th>Tea day</th><th>Tea campaign</th><th>Sips</th><th>Pours</th><th>Leaves&nbsp;cost</th></tr>"
        "<tr><td>2026-06-01<td>乌龙 &lt;b&gt;<td>100<td>3<td>1.25</tr>"
        "<tr><td>2026-06-02</td><td>Green<br>tea</td><td>20</td><td>1</td><td>0.50</td></tr></table></body></html>"
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.csv.gz", gzip.compress(CSV.encode())),
            ("a.zip", zipped({"deep/er/a.csv": CSV.encode()})),
            ("a.zip", zipped({"in/inner.zip": zipped({"x/a.csv": CSV.encode()})})),
            ("a.json", json.dumps([dict(zip(HEADER.split(","), ("2026-06-01", "Oolong", 100, 3, 1.25), strict=True)),
                                   dict(zip(HEADER.split(","), ("2026-06-02", "Green", 20, 1, "0.50"), strict=True))]).encode()),
            ("a.jsonl", b"\n".join(json.dumps(dict(zip(HEADER.split(","), row, strict=True))).encode() for row in
                                   (("2026-06-01", "Oolong", "100", 3, 1.25), ("2026-06-02", "Green", "20", 1, None), ("2026-06-02", "Gold", None, None, 0.5)))),
            ("a.json", json.dumps({"data": [{"Tea day": "2026-06-01", "Tea campaign": "O", "Sips": 120, "Pours": 4, "Leaves cost": 1.75}], "page": 1}).encode()),
            ("a.xls", HTML.format("utf-8").encode()),
            ("a.xls", HTML.format("gbk").encode("gb18030")),
        ],
        ids=["gzip", "folder in zip", "zip in zip", "json", "json lines", "wrapped json", "html", "html in gb18030"],
    )  # fmt: skip
    def test_the_same_rows(self, look, name: str, content: bytes) -> None:
        shown = look(name, content)
        assert (shown.problem, shown.platform, shown.totals) == (None, "tea_ads", SUMS)
        assert (shown.date_from, shown.rejected, shown.unmapped_columns) == ("2026-06-01", 0, [])

    def test_html_cells_are_text(self, workspace, drop, query) -> None:
        drop("a.xls", self.HTML.format("gbk").encode("gb18030"))
        land(workspace)
        assert query("SELECT campaign_name FROM {ad_performance} ORDER BY 1") == [
            ("Green tea",),
            ("乌龙 <b>",),
        ]

    def test_a_workbook_in_xml(self, look) -> None:
        rows = "".join(
            "<Row>"
            + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in line.split(","))
            + "</Row>"
            for line in CSV.splitlines()
        )
        text = f'<?xml version="1.0"?><Workbook xmlns:ss="urn:x"><Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet></Workbook>'
        shown = look("a.xls", text)
        assert (shown.problem, shown.totals) == (None, SUMS)

    def test_an_old_workbook(self, tmp_path: Path, workspace) -> None:
        xlwt = pytest.importorskip("xlwt", reason="writes the old workbook")
        book = xlwt.Workbook()
        sheet = book.add_sheet("S")
        for place, line in enumerate(["说明", *CSV.splitlines()]):
            for column, cell in enumerate(line.split(",")):
                sheet.write(place, column, cell)
        book.save(str(tmp_path / "a.xls"))
        shown = inspect(tmp_path / "a.xls", workspace)
        assert (shown.problem, shown.encoding, shown.header_line, shown.totals) == (None, "xls", 2, SUMS)

    def test_parquet_with_structs_and_keyed_lists(self, tmp_path: Path, workspace) -> None:
        (workspace.catalog_dir / "tea_events.yml").write_text(
            "platform: tea_events\nname: {en: E, zh: 事件}\nchannel: other\nconversion_lag_days: 0\nfreshness_days: 1\n"
            "personal: [tea_device.id]\ncolumns:\n"
            "- {to: day, headers: [tea_date], formats: ['%Y%m%d']}\n- {to: event_name, headers: [tea_name]}\n"
            "- {to: visitor_hash, headers: [tea_person]}\n- {to: page_url, headers: [tea_params.page_location]}\n"
            "- {to: engagement_ms, headers: [tea_params.engagement_ms]}\n- {to: device, headers: [tea_device.category]}\n"
            "reports:\n- {report: events, level: event, dataset: web_event, evidence: {en: documented}, all: [event_name, visitor_hash]}\n",
            encoding="utf-8",
        )  # fmt: skip
        file = tmp_path / "events[1].parquet"
        with lake.engine(tmp_path / "engine") as connection:
            connection.execute(
                "COPY (SELECT '2026060' || i AS tea_date, 'view' AS tea_name, 'ann@example.com' AS tea_person, "
                "{'category': 'mobile', 'id': 'device-' || i} AS tea_device, "
                "[{'key': 'page_location', 'value': {'string_value': '/p' || i, 'int_value': NULL::BIGINT}}, "
                "{'key': 'engagement_ms', 'value': {'string_value': NULL, 'int_value': 100 * i}}] AS tea_params "
                f"FROM range(1, 4) AS t(i)) TO {lake.quote(str(tmp_path / 'events.parquet'))} (FORMAT parquet)"
            )
        (tmp_path / "events.parquet").rename(file)
        (landed,) = land(workspace, [file])
        assert (landed.status, landed.rows, landed.totals) == ("landed", 3, {"engagement_ms": 600})
        with lake.engine(workspace.scratch) as connection:
            path = lake.folder(workspace, "web_event") / f"{landed.file_id}.parquet"
            rows = connection.execute("SELECT * FROM read_parquet(?) ORDER BY period_start", [str(path)])
            names = [column[0] for column in rows.description or ()]
            first = dict(zip(names, rows.fetchone() or (), strict=True))
        assert (first["page_url"], first["device"], str(first["period_start"])) == (
            "/p1",
            "mobile",
            "2026-06-01",
        )
        assert len(first["visitor_hash"]) == 32
        kept = b"".join(item.read_bytes() for item in workspace.root.rglob("*") if item.is_file())
        assert b"ann@example.com" not in kept and b"device-1" not in kept

    @pytest.mark.parametrize("name", ["a*.csv", "a[1].csv", "a?.csv", "{a,b}.csv"])
    def test_names_are_never_patterns(self, workspace, drop, name: str) -> None:
        drop("ab.csv", "nothing,of,this\n")
        path = drop(name, CSV)
        shown = inspect(path, workspace)
        assert (shown.problem, shown.rows) == (None, 2)


class TestEncodings:
    CHINESE = "茶日,茶计划,茶展现,茶消费\n2026-06-01,乌龙计划,100,1.25\n2026-06-02,绿茶,20,0.50\n"
    TRADITIONAL = CHINESE.replace("茶日", "Tea day").replace("茶计划", "Tea campaign").replace("茶展现", "Sips").replace(
        "茶消费", "Leaves cost").replace("乌龙计划", "烏龍茶計畫與禮盒").replace("绿茶", "綠茶")  # fmt: skip

    @pytest.mark.parametrize(
        ("encoding", "label"),
        [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8+BOM"), ("utf-16", "UTF-16LE"), ("utf-16-le", "UTF-16LE"), ("gb18030", "GB18030")],
    )  # fmt: skip
    def test_a_known_header_proves_the_encoding(self, look, encoding: str, label: str) -> None:
        padding = "Tea Ads\n" * 3  # enough ASCII to tell UTF-16 without a mark
        shown = look("a.csv", (padding if encoding == "utf-16-le" else "") + self.CHINESE, encoding)
        assert (shown.problem, shown.encoding, shown.totals) == (
            None,
            label,
            {"impressions": 120, "spend": 1.75},
        )

    @pytest.mark.parametrize(("encoding", "label"), [("gb18030", "GB18030"), ("big5hkscs", "Big5")])
    def test_names_prove_it_where_the_header_is_ascii(
        self, look, workspace, query, encoding: str, label: str
    ) -> None:
        text = self.TRADITIONAL if encoding == "big5hkscs" else CSV.replace("Oolong", "乌龙茶礼盒计划")
        shown = look("a.csv", text, encoding)
        assert (shown.problem, shown.encoding) == (None, label)
        land(workspace)
        names = {row[0] for row in query("SELECT campaign_name FROM {ad_performance}")}
        assert names & {"烏龍茶計畫與禮盒", "乌龙茶礼盒计划"}

    @pytest.mark.parametrize("name", ["Thé à la crème brûlée", "Größe übergröße schön", "Peñón niño"])
    def test_western_bytes_are_refused_and_never_guessed(self, look, name: str) -> None:
        content = CSV.replace("Oolong", name).encode("cp1252")
        shown = look("a.csv", content)
        assert code(shown) == "E-SRC-05"
        place = next(place for place, byte in enumerate(content) if byte > 127)
        assert shown.problem is not None and f"byte {place} " in shown.problem["found"]

    def test_one_broken_byte_in_utf8_is_no_other_encoding(self, look) -> None:
        content = CSV.replace("Oolong", "乌龙茶礼盒计划怎么选").encode()
        shown = look(
            "a.csv", content[: content.index("礼".encode()) + 1] + content[content.index("礼".encode()) + 2 :]
        )
        assert code(shown) == "E-SRC-05"

    def test_sep_line(self, look) -> None:
        shown = look("a.csv", "sep=;\n" + CSV.replace(",", ";"))
        assert (shown.problem, shown.delimiter, shown.header_line, shown.totals) == (None, ";", 2, SUMS)


class TestNumbers:
    def test_decimals_are_decided_by_column(self, look) -> None:
        text = "Tea day;Tea campaign;Sips;Leaves cost\n2026-06-01;A;1.234;1.234\n2026-06-02;B;20;12,50\n"
        shown = look("a.csv", text)
        assert (shown.problem, shown.totals) == (None, {"impressions": 1254, "spend": 1246.5})

    def test_a_column_without_evidence_follows_the_others(self, look) -> None:
        text = "Tea day;Tea campaign;Leaves cost;Cups\n2026-06-01;A;12,50;1.234\n2026-06-02;B;0,25;2\n"
        assert look("a.csv", text).totals == {"spend": 12.75, "conversions": 1236.0}

    def test_in_english_the_same_cell_is_a_thousand(self, look) -> None:
        text = f'{HEADER}\n2026-06-01,A,"1,234",1,"1,234"\n2026-06-01,B,1,1,0.50\n'
        assert look("a.csv", text).totals == {"impressions": 1235, "clicks": 2, "spend": 1234.5}

    def test_evidence_beyond_the_first_rows_counts(self, look) -> None:
        rows = "".join(f"2026-06-01;A{number};1;1.000\n" for number in range(3000))
        shown = look("a.csv", "Tea day;Tea campaign;Sips;Leaves cost\n" + rows + "2026-06-01;B;1;2,50\n")
        assert (shown.problem, shown.rejected, shown.totals["spend"]) == (None, 0, 3_000_002.5)

    def test_both_ways_in_one_column_are_refused(self, look) -> None:
        shown = look("a.csv", "Tea day;Tea campaign;Leaves cost\n2026-06-01;A;12,50\n2026-06-01;B;12.50\n")
        assert code(shown) == "E-SRC-16"

    @pytest.mark.parametrize(
        ("cells", "currency", "spend"),
        [
            (("US$1.92", "US$1,000.08"), "USD", 1002.0),
            (("11\u00a0925,86\u00a0€", "0,14 €"), "EUR", 11926.0),
            (("Rs.201.68", "Rs.0.32"), "INR", 202.0),
            (("CHF 1'000.50", "CHF 0.50"), "CHF", 1001.0),
            (("-HK$5.00", "HK$7.00"), "HKD", 2.0),
        ],
    )
    def test_currency_in_the_cell(self, look, cells: tuple[str, str], currency: str, spend: float) -> None:
        shown = look(
            "a.csv",
            f'Tea day,Tea campaign,Leaves cost\n2026-06-01,A,"{cells[0]}"\n2026-06-01,B,"{cells[1]}"\n',
        )
        assert (shown.problem, shown.currency, shown.totals) == (None, currency, {"spend": spend})

    def test_two_currencies_in_the_cells_are_refused(self, look) -> None:
        shown = look("a.csv", "Tea day,Tea campaign,Leaves cost\n2026-06-01,A,€1.00\n2026-06-01,B,£1.00\n")
        assert code(shown) == "E-SRC-13" and "£, €" in (shown.problem or {})["found"]

    def test_a_sign_of_many_currencies_yields_to_the_settings(self, look, workspace) -> None:
        text = "Tea day,Tea campaign,Leaves cost\n2026-06-01,A,$1.00\n"
        shown = look("a.csv", text)
        assert (shown.problem, shown.currency, shown.warnings) == (None, None, [])
        workspace.settings_file.write_text("name: Test\n", encoding="utf-8")
        shown = inspect(workspace.inbox / "a.csv", Workspace(workspace.root))
        assert shown.currency == "USD" and "$ is taken for USD" in shown.warnings[0]

    def test_without_any_currency_landing_asks(self, workspace, drop, query) -> None:
        workspace.settings_file.write_text("name: Test\n", encoding="utf-8")
        plain = Workspace(workspace.root)
        drop("a.csv", CSV)
        (asked,) = land(plain)
        assert asked.error is not None and asked.error.code == "E-SRC-15" and "spend" in asked.error.found
        (landed,) = land(plain, list(plain.quarantine.iterdir()), currency="CHF")
        assert landed.status == "landed"
        assert query("SELECT DISTINCT currency_code FROM {ad_performance}") == [("CHF",)]
        drop("free.csv", f"{HEADER}\n2026-06-01,Oolong,100,3,0\n")
        assert land(plain)[0].status == "landed", "nothing was spent, so nothing is asked"

    def test_bounds_are_kept_as_text_and_never_as_numbers(self, workspace, drop, query) -> None:
        drop(
            "a.csv",
            "Tea day,Tea campaign,Sips,Tea share\n2026-06-01,A,1,< 10%\n2026-06-01,B,1,62.5%\n2026-06-01,C,1,--\n",
        )
        (landed,) = land(workspace)
        assert (landed.status, landed.rejected) == ("landed", 0)
        assert query("SELECT search_impression_share, extra FROM {ad_performance} ORDER BY campaign_name") == [
            (None, '{"Tea share":"< 10%"}'), (0.625, None), (None, None),
        ]  # fmt: skip

    def test_rates_are_written_in_four_ways(self, workspace, drop, query) -> None:
        header = "Tea post id,Tea published,Tea likes,Tea completion,Tea average,Tea watched\n"
        drop(
            "a.csv",
            header
            + "1,2026年07月11日03时09分05秒,1,11.14%,32.50秒,0:04:34\n2,2026-07-11 04:00:00,2,0.074074,8.209459,1h 2m 3s\n3,2026-07-11,3,,1分5秒,90\n",
        )
        assert land(workspace)[0].rejected == 0
        assert query("SELECT completion_rate, average_view_seconds, watch_time_seconds, published_at::VARCHAR FROM {social_post} ORDER BY post_id") == [
            (0.1114, 32.5, 274.0, "2026-07-11 03:09:05"), (0.074074, 8.209459, 3723.0, "2026-07-11 04:00:00"), (None, 65.0, 90.0, "2026-07-11 00:00:00"),
        ]  # fmt: skip

    def test_units_are_scaled_exactly(self, look) -> None:
        shown = look(
            "a.csv",
            "Tea post id,Tea published,Tea likes,Tea hours\n1,2026-07-11,1,0.1\n2,2026-07-11,1,1.0003\n",
        )
        assert shown.totals["watch_time_seconds"] == 3961.08

    def test_guards_against_formulas_are_taken_off(self, workspace, drop, query) -> None:
        drop("a.csv", f'{HEADER},Tea revenue\n2026-06-01,"\t=SUM(A1)",1,1,"\t-12.50",\'-3.00\n')
        (landed,) = land(workspace)
        assert (landed.status, landed.totals["spend"], landed.totals["conversion_value"]) == (
            "landed",
            -12.5,
            3.0,
        )
        assert query("SELECT campaign_name FROM {ad_performance}") == [("=SUM(A1)",)]


class TestDays:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2026-06-01", "2026-06-01"), ("2026/6/1", "2026-06-01"), ("2026-06-01T01:00:00", "2026-06-01"),
            ('"Thu, 5 Feb 2026"', "2026-02-05"), ('"Tue, Aug 26, 2025"', "2025-08-26"), ('"Dec 18, 2022"', "2022-12-18"),
            ("Semaine du 30 déc. 2024", "2024-12-30"), ("1er août 2025", "2025-08-01"), ("3. März 2026", "2026-03-03"),
            ("5 de mayo de 2026", "2026-05-05"),
        ],
    )  # fmt: skip
    def test_spellings(self, look, text: str, day: str) -> None:
        shown = look("a.csv", f"Tea day,Tea campaign,Sips\n{text},A,1\n")
        assert (shown.problem, shown.rejected, shown.date_from) == (None, 0, day)

    @pytest.mark.parametrize(
        ("column", "text", "first", "last"),
        [
            ("Tea week", "2026-06-01", "2026-06-01", "2026-06-07"), ("Tea week", "2026-06-01 - 2026-06-05", "2026-06-01", "2026-06-05"),
            ("Tea month", "2026-02-01", "2026-02-01", "2026-02-28"), ("Tea month", "2026-02", "2026-02-01", "2026-02-28"),
            ("Tea month", "Feb 2026", "2026-02-01", "2026-02-28"), ("Tea month", "2026年2月", "2026-02-01", "2026-02-28"),
            ("Tea month", "2025-10-01 - 2025-10-09", "2025-10-01", "2025-10-09"), ("Tea quarter", "2026-04-01", "2026-04-01", "2026-06-30"),
            ("Tea quarter", "Q2 2026", "2026-04-01", "2026-06-30"), ("Tea year", "2024", "2024-01-01", "2024-12-31"),
        ],
    )  # fmt: skip
    def test_periods(self, look, column: str, text: str, first: str, last: str) -> None:
        shown = look("a.csv", f"{column},Tea campaign,Sips\n{text},A,1\n")
        assert (shown.problem, shown.rejected, shown.date_from, shown.date_to) == (None, 0, first, last)

    def test_weeks_end_where_the_report_ends(self, look) -> None:
        shown = look(
            "a.csv",
            "Range: 2026-06-03 - 2026-06-09\nTea week,Tea campaign,Sips\n2026-06-01,A,1\n2026-06-08,A,1\n",
        )
        assert (shown.date_from, shown.date_to) == ("2026-06-03", "2026-06-09")

    def test_the_file_says_what_a_day_covers(self, workspace, drop, query) -> None:
        drop("a.csv", f"Aggregation: Weekly\n{HEADER}\n2026-06-07,A,1,1,1\n2026-06-14,A,1,1,1\n")
        land(workspace)
        assert query("SELECT period_start::VARCHAR, period_end::VARCHAR FROM {ad_performance} ORDER BY 1") == [
            ("2026-06-07", "2026-06-13"), ("2026-06-14", "2026-06-20"),
        ]  # fmt: skip

    def test_a_snapshot_is_dated_by_its_export(self, drop, workspace) -> None:
        path = drop("a.csv", "Tea url,Tea words\nhttps://tea.example/,10\n")
        os.utime(path, (1781000000, 1781000000))
        day = dt.datetime.fromtimestamp(1781000000, dt.UTC).date().isoformat()
        shown = inspect(path, workspace)
        assert (shown.problem, shown.date_from, shown.date_to) == (None, day, day)


class TestHeaders:
    def test_columns_that_are_days_become_rows(self, workspace, drop, query) -> None:
        drop("a.csv", "Tea word,2026-06-01,2026-06-02\noolong,3,\ngreen,7,6\n")
        (landed,) = land(workspace)
        assert (landed.status, landed.rejected, landed.date_to) == ("landed", 0, "2026-06-02")
        assert query("SELECT keyword, period_start::VARCHAR, position FROM {search_rank} ORDER BY 1, 2") == [
            ("green", "2026-06-01", 7.0), ("green", "2026-06-02", 6.0), ("oolong", "2026-06-01", 3.0), ("oolong", "2026-06-02", None),
        ]  # fmt: skip

    def test_repeated_and_empty_headers(self, workspace, drop, query) -> None:
        drop("a.csv", "Tea day,Tea campaign,Sips,Sips,,Mood,Mood\n2026-06-01,A,1,9,x,good,bad\n")
        (landed,) = land(workspace)
        assert (landed.status, landed.totals) == ("landed", {"impressions": 1})
        assert [json.loads(row[0]) for row in query("SELECT extra FROM {ad_performance}")] == [
            {"column 5": "x", "Mood": "good", "Mood (7)": "bad"}
        ]  # fmt: skip

    def test_a_title_tells_what_the_header_does_not(self, look) -> None:
        shown = look("a.csv", "sep=,\nTea hearts\nTea date,Tea primary\n2026-06-01,5\n", "utf-16")
        assert (shown.platform, shown.report, shown.totals) == ("tea_posts", "daily", {"likes": 5})
        shown = look("b.csv", "Tea date,Tea primary\n2026-06-01,5\n", "utf-16")
        assert (
            code(shown) == "E-SRC-06"
            and "title above the header such as 'Tea hearts'" in (shown.problem or {})["found"]
        )

    def test_unknown_columns_and_changed_headers_are_told_once(self, workspace, drop) -> None:
        def landed(header: str, day: str) -> list[str]:
            drop(f"{day}.csv", f"{header}\n{day},A,1,1,1{',x' * (header.count(',') - 4)}\n")
            (result,) = land(workspace)
            assert result.status == "landed"
            return result.warnings

        assert landed(HEADER, "2026-06-01") == []
        assert landed(f"{HEADER},Mood", "2026-06-02") == [
            "unknown columns kept in extra: Mood",
            "the header of tea_ads/campaign differs from the exports before: new 'mood'",
        ]
        assert landed(f"{HEADER},Mood", "2026-06-03") == []
        assert landed(f"{HEADER},Mood,Weather", "2026-06-04") == [
            "unknown columns kept in extra: Weather",
            "the header of tea_ads/campaign differs from the exports before: new 'weather'",
        ]

    def test_the_folder_decides_between_platforms(self, workspace, drop) -> None:
        twin = ENTRY.replace("platform: tea_ads", "platform: coffee_ads")
        (workspace.catalog_dir / "coffee_ads.yml").write_text(twin, encoding="utf-8")
        path = drop("a.csv", CSV)
        assert code(inspect(path, workspace)) == "E-SRC-07"
        assert inspect(path, workspace, platform="coffee_ads").platform == "coffee_ads"
        folder = workspace.inbox / "coffee_ads"
        folder.mkdir()
        path.rename(folder / "a.csv")
        (landed,) = land(workspace, currency="EUR")
        assert (landed.status, landed.platform) == ("landed", "coffee_ads")


class TestIdentities:
    def test_rows_are_counted(self, look) -> None:
        assert look("a.csv", f"Rows: 2\n{CSV}© Tea Corporation\n").problem is None
        shown = look("b.csv", f"Rows: 3\n{CSV}")
        assert (
            code(shown) == "E-SRC-10"
            and "says that it has 3 rows, and it has 2" in (shown.problem or {})["found"]
        )

    def test_parts_that_contradict_each_other_are_refused(self, look) -> None:
        def export(likes: int) -> bytes:
            return zipped({"days.csv": b"Tea date,Tea likes\n2026-06-01,3\n2026-06-02,4\n",
                           "kinds.csv": f"Tea kind,Tea likes\nnote,{likes}\n".encode()})  # fmt: skip

        assert look("a.zip", export(7)).problem is None
        shown = look("b.zip", export(8))
        assert (
            code(shown) == "E-SRC-17" and "likes: days.csv 7, kinds.csv 8" in (shown.problem or {})["found"]
        )


class TestPersonalData:
    TEXT = (
        "Drinker,Recipient name,Billing Phone,Tea mailing,Tea event,Tea moment\n"
        "Ann@Example.com,Ann Archer,+44 1234,m1,open,2026-06-01 10:00:00\n"
        '"bob@example.com","Bob ""B"" Baker",555 0100,m1,click,2026-06-01 11:00:00\n'
        "ann@example.com ,Ann Archer,,m1,click,2026-06-01 12:00:00\n"
    )

    @pytest.mark.parametrize("form", ["csv", "utf-16", "xlsx", "zip", "html"])
    def test_nothing_personal_is_stored_anywhere(self, workspace, drop, query, form: str) -> None:
        if form == "xlsx":
            rows = [line.replace('"', "").split(",") for line in self.TEXT.splitlines()]
            write_xlsx(workspace.inbox / "a.xlsx", {"Events": rows})
        elif form == "zip":
            drop("a.zip", zipped({"events.csv": self.TEXT.encode()}))
        elif form == "html":
            cells = (
                "".join(f"<td>{cell}</td>" for cell in line.replace('"', "").split(","))
                for line in self.TEXT.splitlines()
            )
            drop("a.xls", "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")
        else:
            drop("a.csv", self.TEXT, "utf-16" if form == "utf-16" else "utf-8")
        (landed,) = land(workspace)
        assert (landed.status, landed.rows) == ("landed", 3)
        assert [warning for warning in landed.warnings if "is written as an .xlsx" not in warning] == []
        (first,), (second,), (third,) = query("SELECT recipient_hash FROM {email_event} ORDER BY event_at")
        assert first == third != second, "case and blanks do not make another person"
        for path in workspace.root.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            for encoding in ("utf-8", "utf-16-le"):
                for word in ("nn@", "bob@", "Archer", "Baker", "1234", "0100"):
                    assert word.encode(encoding) not in content, (path, word)
        if form in ("xlsx", "zip", "html"):
            (archived,) = (
                path for path in (workspace.archive / "tea_mail").iterdir() if path.suffix != ".json"
            )
            with zipfile.ZipFile(archived) as archive:
                packed = b"".join(archive.read(name) for name in archive.namelist())
            assert b"Archer" not in packed and b"bob@" not in packed
        again = (
            drop("again.csv", self.TEXT, "utf-16" if form == "utf-16" else "utf-8")
            if form in ("csv", "utf-16")
            else None
        )
        if again:
            assert [result.status for result in land(workspace)] == ["duplicate"]

    def test_the_archived_copy_lands_again_as_the_same(self, workspace, drop, query) -> None:
        drop("a.csv", self.TEXT)
        land(workspace)
        before = query(
            "SELECT file_id, recipient_hash, event_type, event_at FROM {email_event} ORDER BY event_at"
        )
        (workspace.catalog_dir / "tea_mail.yml").write_text(
            MAILS.replace("Tea mailing", "Tea letter"), encoding="utf-8"
        )
        (landed,) = reland(workspace)
        assert landed.status == "landed"
        assert (
            query("SELECT file_id, recipient_hash, event_type, event_at FROM {email_event} ORDER BY event_at")
            == before
        )
        assert reland(workspace) == []

    def test_two_workspaces_hash_differently_and_keep_their_salt(self, workspace, tmp_path: Path) -> None:
        other = Workspace(tmp_path / "other")
        assert workspace_salt(workspace) == workspace_salt(workspace) != workspace_salt(other)
        assert workspace.salt_file.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        ("header", "value"), [("Mood", "ann@example.com"), ("Phone number", "1"), ("手机号", "13800000000")]
    )
    def test_undeclared_personal_columns_are_refused(self, look, header: str, value: str) -> None:
        shown = look("a.csv", f"{HEADER},{header}\n2026-06-01,Oolong,100,3,1.25,{value}\n")
        assert code(shown) == "E-SRC-18" and header in (shown.problem or {})["found"]
        assert value == "1" or value not in json.dumps(shown.to_dict(), ensure_ascii=False)


def test_a_period_given_by_hand_stays_with_the_file(workspace, drop, query) -> None:
    drop("a.csv", "Tea campaign,Sips\nA,1\n")
    (landed,) = land(workspace, period=Period(dt.date(2026, 6, 1), dt.date(2026, 6, 7)))
    assert landed.status == "landed"
    (workspace.catalog_dir / "tea_ads.yml").write_text(
        ENTRY.replace("Tea rate", "Tea ratio"), encoding="utf-8"
    )
    reland(workspace)
    rows: list[tuple[Any, ...]] = query(
        "SELECT period_start::VARCHAR, period_end::VARCHAR FROM {ad_performance}"
    )
    assert rows == [("2026-06-01", "2026-06-07")]


class TestCopiesOfPersonalFiles:
    """What the archive keeps of a file with people in it is complete, clean, and lands as the original does."""

    HEADER = "Drinker,Recipient name,Tea mailing,Tea event,Tea moment"
    ROW = "ann@example.com,Ann Archer,m1,open,2026-06-01 10:00:00"

    def stored(self, workspace: Workspace) -> bytes:
        content = b""
        for path in workspace.root.rglob("*"):
            if path.is_file() and "catalog" not in path.parts:
                content += path.read_bytes()
                if zipfile.is_zipfile(path):
                    with zipfile.ZipFile(path) as archive:
                        content += b"".join(archive.read(name) for name in archive.namelist())
        return content

    def test_a_kill_before_the_receipt_lands_it_once(self, workspace, drop, query, monkeypatch) -> None:
        path = drop("a.csv", f"{self.HEADER}\n{self.ROW}\n")
        original = path.read_bytes()
        real = lake.write_rows

        def killed(workspace: Workspace, dataset: str, *rest: Any, **named: Any) -> Path:
            if dataset == "landed_file":
                raise KeyboardInterrupt
            return real(workspace, dataset, *rest, **named)

        monkeypatch.setattr(lake, "write_rows", killed)
        with pytest.raises(KeyboardInterrupt):
            land(workspace)
        monkeypatch.undo()
        path.write_bytes(original)  # as if the original had not been removed either
        assert sorted(result.status for result in land(workspace)) == ["duplicate", "landed"]
        assert query("SELECT count(*), count(DISTINCT file_id) FROM {email_event}") == [(1, 1)]
        assert b"nn@example" not in self.stored(workspace)

    def test_a_cell_full_of_other_delimiters_hides_nothing(self, workspace, drop) -> None:
        drop(
            "a.csv",
            f"{self.HEADER},Mood\n{self.ROW},a|b|c|d|e|f|g|h\n{self.ROW.replace('ann', 'bob')},a;b;c;d;e;f;g;h\n",
        )
        (landed,) = land(workspace)
        assert landed.status == "landed"
        stored = self.stored(workspace)
        assert b"@example.com" not in stored and b"Archer" not in stored
        (kept,) = (path for path in (workspace.archive / "tea_mail").iterdir() if path.suffix == ".csv")
        assert b"2026-06-01 10:00:00,a|b|c|d|e|f|g|h" in kept.read_bytes()

    def test_what_nobody_reads_is_emptied(self, workspace, drop) -> None:
        rows = [line.split(",") for line in (self.HEADER, self.ROW)]
        write_xlsx(workspace.inbox / "a.xlsx", {"Events": rows, "Notes": [["call zed@secret.example", "x"]]})
        drop(
            "b.zip",
            zipped(
                {"a/list.csv": f"{self.HEADER}\n{self.ROW}\n".encode(), "x.csv": b"bob@secret.example,1\n"}
            ),
        )
        assert {result.status for result in land(workspace)} == {"landed"}
        stored = self.stored(workspace)
        assert b"secret.example" not in stored and b"Archer" not in stored

    def test_members_of_one_name_are_told_apart(self, workspace, drop, query) -> None:
        other = "Tea mailing,Drinker,Tea event,Tea moment,Recipient name\nm2,bob@example.com,click,2026-06-02 10:00:00,Bob Baker\n"
        drop(
            "b.zip",
            zipped(
                {
                    "a/list.csv": f"{self.HEADER}\n{self.ROW}\n".encode(),
                    "b/posts.csv": b"Tea post id,Tea published,Tea likes\n1,2026-06-01,1\n",
                }
            ),
        )
        drop(
            "c.zip",
            zipped({"a/list.csv": f"{self.HEADER}\n{self.ROW}\n".encode(), "b/list.csv": other.encode()}),
        )
        results = land(workspace)
        assert [result.error.code for result in results if result.error] == ["E-SRC-11", "E-SRC-11"]
        assert b"Baker" not in b"".join(
            path.read_bytes() for path in workspace.archive.rglob("*") if path.is_file()
        )

    def test_only_a_hash_is_taken_for_one(self, workspace, drop, query) -> None:
        drop(
            "a.csv",
            f"{self.HEADER}\n{self.ROW.replace('ann@', 'hash:ann@')}\n\tann@example.com{self.ROW[15:]}\n{self.ROW}\n",
        )
        land(workspace)
        hashes = [row[0] for row in query("SELECT recipient_hash FROM {email_event} ORDER BY row_number")]
        assert all(len(value) == 32 and "@" not in value for value in hashes)
        assert hashes[1] == hashes[2] != hashes[0]

    def test_unreadable_rows_are_told_without_their_content(self, workspace, drop) -> None:
        drop(
            "a.csv",
            f"{self.HEADER}\ncarol@example.com,Carol, Smith,m1,open,2026-06-01 10:00:00\n{self.ROW}\n",
        )
        (refused,) = land(workspace)
        assert refused.error is not None and refused.error.code == "E-SRC-09"
        assert "carol" not in json.dumps(refused.to_dict()) and "Smith" not in json.dumps(refused.to_dict())

    def test_an_entry_that_declares_more_cleans_the_archive(self, workspace, drop) -> None:
        drop(
            "a.csv",
            "Tea mailing,Drinker,Tea event,Tea moment,Nick\nm1,ann@example.com,open,2026-06-01 10:00:00,bobby\n",
        )
        land(workspace)
        assert b"bobby" in self.stored(workspace)
        (workspace.catalog_dir / "tea_mail.yml").write_text(
            MAILS.replace("[Recipient name,", "[Nick, Recipient name,"), encoding="utf-8"
        )
        assert [result.status for result in reland(workspace)] == ["landed"]
        assert b"bobby" not in b"".join(
            path.read_bytes() for path in workspace.archive.rglob("*") if path.is_file()
        )


def test_what_the_user_says_later_corrects_what_landed(workspace, drop, query) -> None:
    text = "Tea campaign,Sips\nA,1\n"
    may, june = (Period(dt.date(2026, month, 1), dt.date(2026, month, 7)) for month in (5, 6))
    drop("a.csv", text)
    land(workspace, period=may)
    drop("a.csv", text)
    assert [result.status for result in land(workspace, period=june)] == ["landed"]
    assert query("SELECT period_start::VARCHAR FROM {ad_performance}") == [("2026-06-01",)]
    drop("a.csv", text)
    assert [result.status for result in land(workspace)] == ["duplicate"]


def test_a_sign_that_contradicts_the_currency_is_refused(look) -> None:
    shown = look("a.csv", "Tea day,Tea campaign,Leaves cost (USD)\n2026-06-01,A,€1.50\n")
    assert code(shown) == "E-SRC-13" and "USD" in (shown.problem or {})["found"]


def test_phones_in_an_undeclared_column_are_refused(look) -> None:
    shown = look("a.csv", f"{HEADER},Customer Phone\n2026-06-01,Oolong,100,3,1.25,+1 555 123 4567\n")
    assert code(shown) == "E-SRC-18"
    assert look("b.csv", f"{HEADER},Phone calls\n2026-06-01,Oolong,100,3,1.25,12\n").problem is None


def test_rows_of_a_dataset_no_longer_fed_are_gone(workspace, drop) -> None:
    drop("a.csv", CSV)
    (landed,) = land(workspace)
    stale = lake.folder(workspace, "site_crawl") / f"{landed.file_id}.parquet"
    stale.parent.mkdir(parents=True, exist_ok=True)
    (lake.folder(workspace, "ad_performance") / f"{landed.file_id}.parquet").rename(stale)
    (workspace.catalog_dir / "tea_ads.yml").write_text(
        ENTRY.replace("Tea rate", "Tea ratio"), encoding="utf-8"
    )
    assert [result.status for result in reland(workspace)] == ["landed"]
    assert not stale.exists()


def test_values_of_json_are_the_text_they_are(workspace, drop, query) -> None:
    rows = [
        '{"Tea day": "2026-06-01T23:30:00-08:00", "Tea campaign": "2026-06-01", "Sips": 3, "Leaves cost": 0.00001}',
        '{"Tea day": "2026-06-02", "Tea campaign": "238512345678901234567", "Sips": null, "Leaves cost": 1234567.25}',
        '{"Tea day": "2026-06-03", "Tea campaign": 238512345678901234567, "Sips": "7", "Leaves cost": "2"}',
    ]
    drop("a.json", "[" + ",".join(rows) + "]")
    drop("b.jsonl", "\n".join(rows[:2]) + "\n")
    assert [(result.status, result.rejected) for result in land(workspace)] == [("landed", 0)] * 2
    landed = query(
        "SELECT period_start::VARCHAR, campaign_name, impressions, spend::DOUBLE FROM {ad_performance} WHERE file_id IN (SELECT file_id FROM {landed_file} WHERE file_name = 'a.json') ORDER BY 1"
    )
    assert landed == [
        ("2026-06-01", "2026-06-01", 3, 0.00001),
        ("2026-06-02", "238512345678901234567", None, 1234567.25),
        ("2026-06-03", "238512345678901234567", 7, 2.0),
    ]
