"""The written pages: whole, small, safe, the same every time, and equal to the golden ones.

Golden pages are renewed with ``MKT_UPDATE_GOLDEN=1 pytest tests/reports``; read the difference before
committing it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from mkt_pipeline.errors import DataError
from mkt_pipeline.insights import ACTION_COLUMNS
from mkt_pipeline.reports import INDEX, WrittenReport, page_name, write_reports
from mkt_pipeline.workspace import Workspace
from tests.reports.conftest import AS_OF, DDL, insert

NOW = dt.datetime(2026, 6, 22, 9, 30)
VOID = {"meta", "link", "br", "img", "input", "hr", "path", "line", "rect", "polyline"}


class Outline(HTMLParser):
    """Tags, attributes and texts of a page, and whether every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def outline(path: Path) -> Outline:
    parser = Outline()
    parser.feed(path.read_text("utf-8"))
    return parser


@pytest.fixture(scope="module")
def written(published: Workspace) -> list[WrittenReport]:
    return write_reports(published, now=lambda: NOW)


@pytest.fixture(scope="module")
def pages(written: list[WrittenReport]) -> list[Path]:
    return [report.path for report in written]


def test_one_page_per_campaign_and_language_and_an_index(written: list[WrittenReport]) -> None:
    assert {(report.campaign_id, report.language) for report in written} == {
        (campaign, language) for campaign in ("618-2026", "brand-2026", INDEX) for language in ("en", "zh")
    }
    assert {report.path.name for report in written if report.campaign_id == INDEX} == {
        "index.html",
        "index.zh.html",
    }
    assert all(report.bytes == report.path.stat().st_size for report in written)


def test_pages_are_small_and_well_formed(pages: list[Path]) -> None:
    for path in pages:
        assert path.stat().st_size <= 150 * 1024
        parsed = outline(path)
        assert parsed.faults == [] and parsed.open == [], path.name


def test_nothing_is_ever_loaded(pages: list[Path]) -> None:
    for path in pages:
        for tag, attributes in outline(path).tags:
            assert tag not in {"link", "iframe", "object", "embed", "img", "base", "form"}, path.name
            assert "src" not in attributes and "style" not in attributes
            assert not [name for name in attributes if name.startswith("on")]
            if tag == "a":
                assert re.fullmatch(r"[A-Za-z0-9._-]+\.html", attributes["href"] or ""), attributes
        assert "http" not in re.sub(r"http-equiv|http://www\.w3\.org/\S+", "", path.read_text("utf-8"))


def test_links_lead_to_pages_that_exist(pages: list[Path]) -> None:
    for path in pages:
        for tag, attributes in outline(path).tags:
            if tag == "a":
                assert (path.parent / str(attributes["href"])).is_file()


def test_text_of_exports_never_becomes_markup(pages: list[Path]) -> None:
    parsed = {path.name: outline(path) for path in pages}
    scripts = [sum(tag == "script" for tag, _ in page.tags) for page in parsed.values()]
    assert scripts == [1] * len(pages)
    assert not [tag for page in parsed.values() for tag, _ in page.tags if tag in ("i", "em", "test")]
    report = "".join(parsed["618-2026.en.html"].texts)
    assert """618 <script>alert("x")</script> & 'sale'""" in report
    assert """free <b onclick="x()">tea</b> sample""" in report
    assert "report<1>.pdf" in report


def test_the_policy_allows_only_this_style_and_this_script(pages: list[Path]) -> None:
    for path in pages:
        policy = next(
            str(attributes["content"]) for tag, attributes in outline(path).tags
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
        )  # fmt: skip
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy and policy.count("sha256-") == 2


def test_charts_have_titles_texts_and_tables(pages: list[Path]) -> None:
    for path in pages:
        if path.name.startswith("index"):
            continue
        text = path.read_text("utf-8")
        charts = re.findall(r'<svg role="img" viewBox.*?</svg>', text, re.S)
        assert len(charts) == 2, path.name
        for chart in charts:
            assert re.search(r"<title>[^<]+</title><desc>[^<]{20,}</desc>", chart)
            assert "<text" in chart, "text must stay text"
            assert chart.count("<path") + chart.count("<line") > 6
        assert text.count("<figure") == text.count("<details><summary>Data") + text.count(
            "<details><summary>数据"
        )


def test_chart_words_follow_the_language(pages: list[Path]) -> None:
    for path in pages:
        labels = "".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text("utf-8")))
        if path.name.endswith(".zh.html"):
            assert not re.search(r"May|Jun|date|value|day", labels), path.name
        elif not path.name.startswith("index"):
            assert "Jun" in labels


def test_incomplete_days_are_hatched(pages: list[Path]) -> None:
    report = next(path for path in pages if path.name == "618-2026.en.html").read_text("utf-8")
    assert 'fill="url(#hatch)"' in report.split("<figure")[1]


def test_both_languages_print_the_same_numbers(pages: list[Path]) -> None:
    by_name = {path.name: path for path in pages}

    def figures(name: str) -> list[str]:
        text = "\n".join(outline(by_name[name]).texts)
        # Dates and axis labels are written differently in each language; amounts and counts are not.
        return sorted(re.findall(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+", text))

    for campaign in ("618-2026", "brand-2026"):
        assert figures(f"{campaign}.en.html") == figures(f"{campaign}.zh.html")


def test_two_runs_differ_only_in_the_time(published: Workspace, pages: list[Path]) -> None:
    before = {path.name: path.read_bytes() for path in pages}
    again = write_reports(published, now=lambda: NOW)
    assert {report.path.name: report.path.read_bytes() for report in again} == before
    later = write_reports(published, now=lambda: NOW + dt.timedelta(hours=1))
    for report in later:
        old = before[report.path.name].decode()
        assert report.path.read_text("utf-8") == old.replace("2026-06-22 09:30", "2026-06-22 10:30")


def test_campaigns_and_languages_can_be_chosen(published: Workspace) -> None:
    seen: list[WrittenReport] = []
    chosen = write_reports(published, ["brand-2026"], ["zh"], seen.append, now=lambda: NOW)
    assert [(report.campaign_id, report.path.name) for report in chosen] == [
        ("brand-2026", "brand-2026.zh.html"), (INDEX, "index.zh.html"),
    ]  # fmt: skip
    assert seen == chosen
    write_reports(published, now=lambda: NOW)


def empty_workspace(folder: Path, *statements: str) -> Workspace:
    workspace = Workspace(folder)
    workspace.settings_file.write_text("name: Empty\nas_of: 2026-06-22\n", encoding="utf-8")
    with duckdb.connect(str(workspace.published_file)) as connection:
        connection.execute(DDL)
        connection.register("proposed", pd.DataFrame(columns=list(ACTION_COLUMNS)))
        connection.execute("create table mart.mart_action as select * from proposed")
        insert(connection, "ops.build", [(NOW, "0" * 16, AS_OF, "0.1.0")])
        for statement in statements:
            connection.execute(statement)
    return workspace


def test_a_workspace_without_campaigns_says_so(tmp_path: Path) -> None:
    (english, _) = write_reports(empty_workspace(tmp_path), now=lambda: NOW)
    assert "There is no campaign yet" in english.path.read_text("utf-8")


def test_a_campaign_without_data_targets_or_budget_is_a_whole_page(tmp_path: Path) -> None:
    workspace = empty_workspace(
        tmp_path,
        "insert into mart.dim_marketing_campaign (marketing_campaign_id, source, currency_code, as_of) "
        "values ('google_ads/1', 'platform', 'USD', '2026-06-22')",
    )
    english = write_reports(workspace, now=lambda: NOW)[0]
    assert english.status == "no_target"
    parsed = outline(english.path)
    assert parsed.faults == [] and parsed.open == []
    text = "".join(parsed.texts)
    assert "No budget is planned for this campaign" in text
    assert "No export with search terms or keywords has landed" in text


def test_an_unknown_campaign_is_refused_by_name(published: Workspace) -> None:
    with pytest.raises(DataError, match=r"E-REP-01.*nowhere.*618-2026"):
        write_reports(published, ["nowhere"])


def test_file_names_are_safe_and_never_collide() -> None:
    names = [page_name(name, "en") for name in ("a/b", "a-b", "a b", "../../etc", "双十一", "x" * 200)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+\.en\.html", name) for name in names)
    assert page_name("618-2026", "zh") == "618-2026.zh.html"


def test_all_text_has_enough_contrast() -> None:
    style = (Path(__file__).parents[2] / "mkt_pipeline/reports/templates/style.css").read_text("utf-8")
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", style))
    for name in ("ink", "muted", "blue", "orange"):
        for ground in ("#ffffff", colours["pale"]):
            assert contrast(colours[name], ground) >= 4.5, (name, ground)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["618-2026.en.html", "618-2026.zh.html", "index.html", "index.zh.html"])
def test_golden_pages(name: str, pages: list[Path], golden_folder: Path) -> None:
    written = next(path for path in pages if path.name == name).read_text("utf-8")
    golden = golden_folder / name
    if os.environ.get("MKT_UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written, encoding="utf-8")
    assert without_geometry(written) == without_geometry(golden.read_text("utf-8"))


def without_geometry(page: str) -> str:
    """Charts without their coordinates: fonts differ between machines and shift them by pixels."""
    charts = re.compile(r'(<svg role="img" viewBox)="[^"]*"(.*?</svg>)', re.S)
    numbers = re.compile(r'(?<=[ (,ML"HVZ])-?\d+(?:\.\d+)?')
    return charts.sub(lambda found: found[1] + numbers.sub("#", found[2]), page)
