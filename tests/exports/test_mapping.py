"""Drafts of catalog entries: what is guessed, what is left to a person, and that a draft reads its file."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from mkt_pipeline.errors import ConfigError, DataError
from mkt_pipeline.exports import Draft, draft_entry, inspect, land, load_catalog
from mkt_pipeline.exports.catalog import Platform
from mkt_pipeline.exports.mapping import date_formats
from mkt_pipeline.workspace import Workspace

from .conftest import write_xlsx

ZING = (
    "Zing Ads export\n"
    "Date range: 2026-06-01 - 2026-06-13\n"
    "Day,Campaign name,Campaign ID,Impr.,Clicks,Amount spent (USD),Avg. CPC,Contact email,Zing factor\n"
    '06/01/2026,Brand,123456789,"1,200",30,45.10,1.50,ann@firm.test,7\n'
    '06/13/2026,Brand,123456789,"2,200",40,55.10,1.50,bob@firm.test,8\n'
    "06/13/2026,Generic,123456790,300,4,5.10,1.27,bob@firm.test,9\n"
    'Total,,,"3,700",74,105.30,,,24\n'
)
MARS = (
    "报表名称：计划报表\n账户：示例公司\n时间范围：2026-06-01 至 2026-06-03\n"
    "日期,推广计划名称,展现次数,点击量,消费（元）,点击率,负责人手机,神秘列\n"
    "2026-06-01,品牌词,1000,50,120.50,5.00%,13800001111,甲\n"
    "2026-06-02,品牌词,1100,60,130.25,5.45%,13800001111,乙\n"
    "总计,--,2100,110,250.75,5.24%,--,--\n"
)
NOVA = (
    "Tag;Kampagne;Impressionen;Klicks;Kosten;Conversion-Rate\n"
    "01.06.2026;Sommer;1.234;56;1.234,56 €;4,5 %\n"
    "02.06.2026;Herbst;2.345;78;987,10 €;3,3 %\n"
    "Gesamt;;3.579;134;2.221,66 €;\n"
)


def entry(draft: Draft) -> Platform:
    return Platform.model_validate(yaml.safe_load(draft.text))


def targets(draft: Draft) -> dict[str, str | None]:
    return {column.header: column.target for column in draft.columns}


def test_an_english_csv_with_titles_totals_and_people(tmp_path: Path) -> None:
    path = tmp_path / "zing_ads_export.csv"
    path.write_text(ZING)
    draft = draft_entry(path)
    assert (draft.platform, draft.report, draft.dataset, draft.missing) == (
        "zing_ads",
        "campaign",
        "ad_performance",
        [],
    )
    assert targets(draft) == {
        "Day": "day", "Campaign name": "campaign_name", "Campaign ID": "campaign_id", "Impr.": "impressions",
        "Clicks": "clicks", "Amount spent (USD)": "spend", "Avg. CPC": "ignored", "Contact email": "personal",
        "Zing factor": None,
    }  # fmt: skip
    made = entry(draft)
    assert made.personal == ["Contact email"]
    assert made.reports[0].evidence == {"en": "unverified"}
    assert made.reports[0].all == ["day", "campaign_name", "impressions", "clicks", "spend"]
    assert made.columns[0].formats == ["%m/%d/%Y"]
    assert draft.reading is not None
    assert (draft.reading.rows, draft.reading.totals_rows, draft.reading.currency) == (3, 1, "USD")
    assert (draft.reading.date_from, draft.reading.date_to) == ("2026-06-01", "2026-06-13")
    assert draft.reading.totals["spend"] == pytest.approx(105.30)
    # Samples and reasons stand beside the guesses; addresses of people do not.
    assert "# Campaign name: Brand · Generic" in draft.text
    assert "# guess, sure" in draft.text
    assert "# - {to: ?, headers: [Zing factor]}" in draft.text
    assert "firm.test" not in draft.text


def test_a_chinese_csv_with_a_preamble(tmp_path: Path) -> None:
    path = tmp_path / "火星推广.csv"
    path.write_bytes(MARS.encode("gb18030"))
    draft = draft_entry(path, platform="mars_ads")
    assert targets(draft) == {
        "日期": "day", "推广计划名称": "campaign_name", "展现次数": "impressions", "点击量": "clicks", "消费（元）": "spend",
        "点击率": "ignored", "负责人手机": "personal", "神秘列": None,
    }  # fmt: skip
    made = entry(draft)
    assert made.reports[0].evidence == {"zh": "unverified"}
    assert made.null_tokens == ["--"]
    assert "13800001111" not in draft.text
    assert draft.reading is not None
    assert (draft.reading.problem, draft.reading.rows, draft.reading.account) == (None, 2, "示例公司")
    assert draft.reading.currency == "CNY"
    assert draft.reading.totals == {"impressions": 2100, "clicks": 110, "spend": 250.75}


def test_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "nova.csv"
    path.write_text(NOVA, encoding="utf-8-sig")
    draft = draft_entry(path)
    assert list(targets(draft).values()) == [
        "day",
        "campaign_name",
        "impressions",
        "clicks",
        "spend",
        "ignored",
    ]
    assert entry(draft).columns[0].formats == ["%d.%m.%Y"]
    assert draft.reading is not None
    assert (draft.reading.problem, draft.reading.currency) == (None, "EUR")
    assert draft.reading.totals == {"impressions": 3579, "clicks": 134, "spend": 2221.66}
    assert draft.reading.control_totals == draft.reading.totals


def test_a_workbook(tmp_path: Path) -> None:
    days = [dt.date(2026, 6, 1), dt.date(2026, 6, 2)]
    path = write_xlsx(
        tmp_path / "orbit.xlsx",
        {"Info": [["Orbit"]], "Data": [["Orbit report"], [], ["Date", "Post title", "Likes", "Comments", "Shares"],
                                       [days[0], "A walk", 5, 2, 1], [days[1], "A talk", 7, 3, 0]]},
    )  # fmt: skip
    draft = draft_entry(path)
    assert draft.dataset == "social_post"
    assert [column.target for column in draft.columns][2:] == ["likes", "comments", "shares"]
    assert draft.missing == []
    assert draft.reading is not None
    assert (draft.reading.rows, draft.reading.totals["likes"]) == (2, 12)


def test_what_is_not_guessed_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Frobnication,Wumpus level\nalpha,3\nbeta,4\n")
    draft = draft_entry(path)
    assert [missing.split(":")[0] for missing in draft.missing] == [
        "which days the rows cover",
        f"at least one measure of {draft.dataset}",
    ]
    assert draft.reading is None
    assert draft.text.count("# TO FILL IN: ") == 2
    assert entry(draft).columns == []


def test_patterns_of_ignored_headers_are_known(tmp_path: Path) -> None:
    path = tmp_path / "sync.csv"
    path.write_text(
        "day,campaign_name,clicks,_fivetran_synced,conversion_rate\n2026-06-01,Brand,3,2026-06-02 01:00:00,0.2\n"
    )
    draft = draft_entry(path)
    assert targets(draft) == {
        "day": "day", "campaign_name": "campaign_name", "clicks": "clicks", "_fivetran_synced": "ignored",
        "conversion_rate": "ignored",
    }  # fmt: skip


def test_a_totals_row_with_more_behind_its_label_is_one(tmp_path: Path) -> None:
    path = tmp_path / "star.csv"
    path.write_text("Day,Campaign,Clicks\n2026-06-01,Total Wines,3\n2026-06-02,Brand,4\nTotal: Account,,7\n")
    made = entry(draft_entry(path))
    assert made.reports[0].totals is not None
    assert made.reports[0].totals.labels == ["Total: Account"]


def test_a_saved_draft_lands_its_file(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "nova.csv"
    path.write_text(NOVA)
    assert inspect(path, workspace).problem is not None or inspect(path, workspace).platform != "nova"
    draft = draft_entry(path, workspace)
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "nova.yml").write_text(draft.text, encoding="utf-8")
    assert "nova" in load_catalog(workspace).platforms
    [result] = land(workspace, [path])
    assert (result.status, result.platform, result.rows) == ("landed", "nova", 2)


def test_one_more_report_of_a_known_platform(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "quick.csv"
    path.write_text("Date,Campaign nickname,Clicks,Impressions,Cost\n2026-06-01,Brand,3,100,4.50\n")
    draft = draft_entry(path, workspace, platform="google_ads", report="nicknames", dataset="ad_performance")
    assert draft.extends
    assert yaml.safe_load(draft.text)["extends"] is True
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "google_ads.yml").write_text(draft.text, encoding="utf-8")
    reports = load_catalog(workspace).platforms["google_ads"].reports
    assert reports[0].report == "nicknames"
    assert len(reports) > 5
    assert draft.reading is not None
    assert (draft.reading.report, draft.reading.rows) == ("nicknames", 1)


@pytest.mark.parametrize(
    ("values", "formats", "is_doubtful"),
    [
        (["2026-06-01", "2026/6/2"], [], False),
        (["20260601"], ["iso", "%Y%m%d"], False),
        (["31/12/2026", "01/12/2026"], ["%d/%m/%Y"], False),
        (["12/31/2026"], ["%m/%d/%Y"], False),
        (["01/02/2026"], ["%m/%d/%Y"], True),
        (["01.02.2026 13:45"], ["%d.%m.%Y %H:%M"], False),
        (["1/31/26 1:45 PM"], ["%m/%d/%y %I:%M %p"], False),
        (["Jun 1, 2026"], ["words"], False),
    ],
)
def test_date_formats(values: list[str], formats: list[str], is_doubtful: bool) -> None:
    found, doubt = date_formats(values)
    assert (found, bool(doubt)) == (formats, is_doubtful)


def test_a_text_without_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear team,\nplease find the report attached.\n")
    with pytest.raises(DataError) as caught:
        draft_entry(path)
    assert caught.value.code == "E-SRC-31"


@pytest.mark.parametrize("wrong", [{"dataset": "clicks"}, {"platform": "Zing Ads"}])
def test_wrong_names_are_usage_errors(tmp_path: Path, wrong: dict[str, str]) -> None:
    path = tmp_path / "zing.csv"
    path.write_text(ZING)
    with pytest.raises(ConfigError) as caught:
        draft_entry(path, **wrong)  # type: ignore[arg-type]
    assert caught.value.code == "E-CFG-12"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "page.xls",
            "<html><table><tr><th>Day</th><th>Campaign</th><th>Clicks</th></tr><tr><td>2026-06-01</td><td>Brand</td><td>7</td></tr></table></html>",
        ),
        ("rows.json", '[{"Day": "2026-06-01", "Campaign": "Brand", "Clicks": 7}]'),
    ],
)
def test_pages_and_records_can_be_mapped_too(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    draft = draft_entry(path)
    assert list(targets(draft).values()) == ["day", "campaign_name", "clicks"]
    assert draft.reading is not None
    assert (draft.reading.rows, draft.reading.totals) == (1, {"clicks": 7})
