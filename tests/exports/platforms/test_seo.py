"""Search consoles, rank tools and crawlers: what is recognised, how it is typed, what is never summed."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline.exports import Inspection, inspect, land
from mkt_pipeline.exports.values import Period
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import write_xlsx

Drop = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
JUNE = Period(dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def quoted(rows: Sequence[Sequence[object]], separator: str = ",", end: str = "\r\n") -> str:
    """Rows with every cell quoted, as several tools write them."""
    return "".join(separator.join(f'"{cell}"' for cell in row) + end for row in rows)


def pack(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def clean(shown: Inspection, platform: str, report: str, level: str, dataset: str) -> Inspection:
    """Nothing is wrong with it, and every column is known."""
    assert shown.problem is None, shown.problem
    assert (shown.platform, shown.report, shown.level, shown.dataset) == (platform, report, level, dataset)
    assert (shown.unmapped_columns, shown.rejected, shown.warnings) == ([], 0, [])
    return shown


# Chart, day, queries, query, pages, page, countries, country, devices, device, appearance file and header, measures, filters.
LANGUAGES: dict[str, list[str]] = {
    "en": ["Chart.csv", "Date", "Queries.csv", "Top queries", "Pages.csv", "Top pages", "Countries.csv", "Country", "Devices.csv", "Device",
           "Search appearance.csv", "Search Appearance", "Clicks,Impressions,CTR,Position", "Filters.csv", "Filter,Value\nSearch type,Image\nDate,Last 3 months\n"],
    "fr": ["Dates.csv", "Date", "Requêtes.csv", "Requêtes les plus fréquentes", "Pages.csv", "Pages les plus populaires", "Pays.csv", "Pays", "Appareils.csv", "Appareil",
           "Apparence dans les résultats de recherche.csv", "Apparence dans les résultats de recherche", "Clics,Impressions,CTR,Position", "Filtres.csv", "Filtre,Valeur\nType de recherche,Image\nDate,3 derniers mois\n"],
    "zh-CN": ["图表.csv", "日期", "查询数.csv", "热门查询", "网页.csv", "排名靠前的网页", "国家_地区.csv", "国家/地区", "设备.csv", "设备",
              "搜索结果呈现.csv", "搜索结果呈现", "点击次数,展示,点击率,排名", "过滤器.csv", "过滤器,值\n搜索类型,图片\n日期,过去 3 个月\n"],
    "zh-TW": ["圖表.csv", "日期", "查詢.csv", "熱門查詢項目", "網頁.csv", "熱門網頁", "國家_地區.csv", "國家/地區", "裝置.csv", "裝置",
              "搜尋結果呈現.csv", "搜尋結果呈現", "點擊,曝光,點閱率,排名", "篩選器.csv", "篩選器,值\n搜尋類型,圖片\n日期,前 3 個月\n"],
    "ja": ["平均読み込み時間のチャート.csv", "日付", "クエリ.csv", "上位のクエリ", "ページ.csv", "上位のページ", "国.csv", "国", "デバイス.csv", "デバイス",
           "検索での見え方.csv", "検索での見え方", "クリック数,表示回数,CTR,掲載順位", "フィルタ.csv", "フィルタ,値\n検索タイプ,画像\n期間,過去 3 か月間\n"],
    "es": ["Gráfico.csv", "Fecha", "Consultas.csv", "Consultas principales", "Páginas.csv", "Páginas principales", "Países.csv", "País", "Dispositivos.csv", "Dispositivo",
           "Aspecto en el buscador.csv", "Aspecto en el buscador", "Clics,Impresiones,CTR,Posición", "Filtros.csv", "Filtro,Valor\nTipo de búsqueda,Imagen\nFecha,Últimos 3 meses\n"],
    "pt": ["Gráfico.csv", "Data", "Consultas.csv", "Principais consultas", "Páginas.csv", "Principais páginas", "Países.csv", "País", "Dispositivos.csv", "Dispositivo",
           "Aspeto da pesquisa.csv", "Aspeto da pesquisa", "Cliques,Impressões,CTR,Posição", "Filtros.csv", "Filtro,Valor\nTipo de pesquisa,Imagem\nData,Últimos 3 meses\n"],
}  # fmt: skip


def performance(language: str, **changed: str) -> dict[str, str]:
    """The parts of one export: 3 clicks, 20 impressions; queries and pages do not add up to that, rightly."""
    (chart, day, queries, query, pages, page, countries, country, devices, device, appearances, appearance,
     measures, filters, filter_text) = LANGUAGES[language]  # fmt: skip
    parts = {
        chart: f"{day},{measures}\n2026-06-01,2,12,16.67%,3.5\n2026-06-02,0,0,,\n2026-06-03,1,8,12.5%,4\n",
        queries: f"{query},{measures}\ngreen tea,1,6,16.67%,4\n",
        pages: f"{page},{measures}\nhttps://tea.example/,2,13,15.38%,3\nhttps://tea.example/a,1,9,11.11%,5\n",
        countries: f"{country},{measures}\nFrance,3,15,20%,3\n日本,0,5,0%,5\n",
        devices: f"{device},{measures}\nDesktop,2,15,13.33%,3\nMobile,1,5,20%,5\n",
        appearances: f"{appearance},{measures}\n",
        filters: filter_text,
    }
    return parts | changed


class TestSearchConsole:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_part_in_every_language(self, tmp_path: Path, language: str) -> None:
        path = pack(
            tmp_path / "https___tea.example_-Performance-on-Search-2026-06-22.zip", performance(language)
        )
        shown = clean(inspect(path), "google_search_console", "performance", "property", "search_performance")
        assert (shown.account, shown.date_from, shown.date_to) == (
            "https://tea.example/",
            "2026-06-01",
            "2026-06-03",
        )
        assert (shown.exported_at, shown.totals) == ("2026-06-22 00:00:00", {"clicks": 3, "impressions": 20})
        assert {part["level"]: (part["rows"], part["totals"].get("impressions", 0)) for part in shown.parts} == {
            "property": (3, 20), "query": (1, 6), "page": (2, 22), "country": (2, 20), "device": (2, 20), "search_appearance": (0, 0),
        }  # fmt: skip

    def test_filters_say_the_type_and_what_is_left_out(self, workspace: Workspace, query: Query) -> None:
        parts = performance(
            "ja", **{"フィルタ.csv": "フィルタ,値\n検索タイプ,画像\n期間,過去 3 か月間\nページ,+/tea/\n"}
        )
        pack(workspace.inbox / "tea.example-Performance-on-Search-2026-06-22.zip", parts)
        land(workspace)
        assert query(
            "SELECT DISTINCT property, account_id, search_type, filters FROM {search_performance}"
        ) == [("tea.example", "tea.example", "image", '{"ページ": "+/tea/"}')]

    @pytest.mark.parametrize(
        ("header", "cell", "days"),
        [
            (
                "Date Range,Clicks,Impressions,CTR,Position",
                "2025-12-08 - 2025-12-14",
                ("2025-12-08", "2025-12-14"),
            ),
            (
                "Date Range,Clicks,Impressions,CTR,Position",
                "2025-12-01 - 2025-12-31",
                ("2025-12-01", "2025-12-31"),
            ),
            ("日期范围,点击次数,展示,点击率,排名", "2025-12-08 - 2025-12-14", ("2025-12-08", "2025-12-14")),
            ("期間,クリック数,表示回数,CTR,掲載順位", "2025-12-08", ("2025-12-08", "2025-12-08")),
        ],
    )
    def test_weeks_and_months(self, drop: Drop, header: str, cell: str, days: tuple[str, str]) -> None:
        shown = inspect(drop("Chart.csv", f"{header}\n{cell},1,2,50%,1\n"))
        clean(shown, "google_search_console", "performance", "property", "search_performance")
        assert (shown.date_from, shown.date_to) == days

    @pytest.mark.parametrize(
        ("surface", "search_type"), [("Discover", "discover"), ("News", "news"), ("Google-News", "news")]
    )
    def test_surfaces_without_a_position(
        self, workspace: Workspace, query: Query, surface: str, search_type: str
    ) -> None:
        parts = {
            "Chart.csv": "Date,Clicks,Impressions,CTR\n2026-06-01,4,40,10%\n",
            "Pages.csv": "Top pages,Clicks,Impressions,CTR\nhttps://tea.example/,4,40,10%\n",
        }
        pack(workspace.inbox / f"tea.example-Performance-on-{surface}-2026-06-22.zip", parts)
        (result,) = land(workspace)
        assert (result.status, result.warnings) == ("landed", [])
        assert query("SELECT level, search_type, clicks, position FROM {search_performance} ORDER BY 1") == [
            ("page", search_type, 4, None), ("property", search_type, 4, None),
        ]  # fmt: skip

    def test_workbook(self, tmp_path: Path) -> None:
        sheets: dict[str, Sequence[Sequence[Any]]] = {
            "Chart": [["Date", "Clicks", "Impressions", "CTR", "Position"], ["2026-06-01", 3, 20, 0.15, 3.5]],
            "Countries": [
                ["Country", "Clicks", "Impressions", "CTR", "Position"],
                ["France", 3, 20, 0.15, 3.5],
            ],
            "Search appearance": [["Search Appearance", "Clicks", "Impressions", "CTR", "Position"]],
            "Filters": [["Filter", "Value"], ["Search type", "Web"]],
        }
        shown = inspect(write_xlsx(tmp_path / "tea.example-Performance-on-Search-2026-06-22.xlsx", sheets))
        clean(shown, "google_search_console", "performance", "property", "search_performance")
        assert (shown.totals, shown.account) == ({"clicks": 3, "impressions": 20}, "tea.example")

    def test_of_a_comparison_only_the_newer_period_is_read(
        self, workspace: Workspace, drop: Drop, query: Query
    ) -> None:
        header = ",".join(
            f"{period} 28 days {measure}"
            for measure in ("Clicks", "Impressions", "CTR", "Position")
            for period in ("Last", "Previous")
        )
        path = drop(
            "Pages.csv",
            f"Top pages,{header}\nhttps://tea.example/,50,40,1000,900,5%,4.44%,3,3.5\nhttps://tea.example/new,5,,100,,5%,,9,\n",
        )
        refused = inspect(path)
        assert refused.problem is not None and refused.problem["code"] == "E-SRC-08", (
            "the file does not say which days"
        )
        (result,) = land(workspace, period=JUNE)
        assert (result.status, result.report) == ("landed", "comparison")
        assert result.totals == {"clicks": 55, "impressions": 1100}
        kept = query("SELECT extra FROM {search_performance} WHERE page = 'https://tea.example/'")
        assert json.loads(kept[0][0])["Previous 28 days Clicks"] == "40"

    def test_a_comparison_whose_newer_period_is_not_named_is_refused(self, drop: Drop) -> None:
        text = "Top pages,6/1/26 - 6/28/26 Clicks,5/1/26 - 5/28/26 Clicks,6/1/26 - 6/28/26 Impressions,5/1/26 - 5/28/26 Impressions\na,1,2,3,4\n"
        problem = inspect(drop("Pages.csv", text)).problem
        assert problem is not None and problem["code"] == "E-SRC-06"

    def test_parts_of_two_downloads_are_told(self, tmp_path: Path) -> None:
        parts = performance(
            "en", **{"Countries.csv": "Country,Clicks,Impressions,CTR,Position\nFrance,1,9,11%,3\n"}
        )
        shown = inspect(pack(tmp_path / "tea.example-Performance-on-Search-2026-06-22.zip", parts))
        assert shown.problem is not None and shown.problem["code"] == "E-SRC-17"
        assert shown.problem["found"].startswith("clicks: Chart.csv 3, Countries.csv 1, Devices.csv 3")

    @pytest.mark.parametrize(
        ("name", "header", "dataset", "totals"),
        [
            (
                "tea.example-Coverage-2026-06-22",
                "Date,Not indexed,Indexed,Impressions",
                "search_coverage",
                {"impressions": 9},
            ),
            (
                "tea.example-Coverage-2026-06-22",
                "日期,未编入索引,已编入索引,展示",
                "search_coverage",
                {"impressions": 9},
            ),
        ],
    )
    def test_coverage(
        self, workspace: Workspace, query: Query, name: str, header: str, dataset: str, totals: dict[str, int]
    ) -> None:
        parts = {
            "Chart.csv": f"{header}\n2026-06-01,,,4\n2026-06-02,30,70,5\n",
            "Critical issues.csv": "Reason,Source,Validation,Trend,Pages\nNot found (404),Website,Not Started,,30\n",
            "Non-critical issues.csv": "Reason,Source,Validation,Pages",
            "Metadata.csv": "Property,Value\nSitemap,All known pages",
        }
        pack(workspace.inbox / f"{name}.zip", parts)
        (result,) = land(workspace)
        assert (result.status, result.report, result.totals) == ("landed", "coverage", totals)
        assert query(f"SELECT property, period_start::VARCHAR, pages_indexed, pages_not_indexed FROM {{{dataset}}} ORDER BY 2") == [
            ("tea.example", "2026-06-01", None, None), ("tea.example", "2026-06-02", 70, 30),
        ]  # fmt: skip

    def test_core_web_vitals(self, workspace: Workspace, query: Query) -> None:
        parts = {
            "Chart.csv": "Date,Poor,Need improvement,Good\n2026-06-01,1,2,30\n2026-06-02,0,3,31\n",
            "Table.csv": "Severity,Issue,Validation,URLs\nPoor,LCP issue: longer than 4s (mobile),Not Started,1\n",
        }
        pack(workspace.inbox / "tea.example-Core-Web-Vitals-Mobile-2026-06-22.zip", parts)
        (result,) = land(workspace)
        assert (result.status, result.report, result.rows) == ("landed", "core_web_vitals", 2)
        assert query("SELECT property, device, pages_poor, pages_need_improvement, pages_good FROM {web_vitals} ORDER BY period_start") == [
            ("tea.example", "mobile", 1, 2, 30), ("tea.example", "mobile", 0, 3, 31),
        ]  # fmt: skip

    BULK = "data_date,site_url,query,is_anonymized_query,country,search_type,device,impressions,clicks,sum_top_position\n"

    def test_bulk_export_states_the_property_too(
        self, workspace: Workspace, drop: Drop, query: Query
    ) -> None:
        rows = (
            "2026-06-01,https://tea.example/,green tea,false,fra,WEB,MOBILE,10,2,25\n"
            "2026-06-01,https://tea.example/,green tea,false,fra,WEB,MOBILE,5,1,5\n"
            "2026-06-01,https://tea.example/,,true,fra,IMAGE,DESKTOP,7,0,70\n"
        )
        drop("searchdata_site_impression.csv", self.BULK + rows)
        (result,) = land(workspace)
        assert (result.status, result.platform, result.warnings) == ("landed", "google_search_console", [])
        assert query("SELECT level, count(*), sum(clicks), sum(impressions), sum(position_sum), count(query), min(account_id) FROM {search_performance} GROUP BY 1 ORDER BY 1") == [
            ("combined", 3, 3, 22, 100.0, 2, "https://tea.example/"), ("property", 3, 3, 22, 100.0, 0, "https://tea.example/"),
        ]  # fmt: skip
        assert query("SELECT search_type, is_anonymized FROM {search_performance} WHERE level = 'combined' ORDER BY clicks DESC") == [
            ("web", False), ("web", False), ("image", True),
        ]  # fmt: skip

    def test_bulk_export_of_pages_states_no_property(self, drop: Drop) -> None:
        text = "data_date,site_url,url,query,is_anonymized_query,is_anonymized_discover,country,search_type,device,is_amp_top_stories,impressions,clicks,sum_position\n2026-06-01,sc-domain:tea.example,https://tea.example/a,tea,false,false,fra,WEB,MOBILE,false,10,2,25\n"
        shown = clean(
            inspect(drop("url.csv", text)),
            "google_search_console",
            "bulk_url",
            "combined",
            "search_performance",
        )
        assert (shown.rows, shown.totals) == (1, {"impressions": 10, "clicks": 2, "position_sum": 25})

    @pytest.mark.parametrize(
        ("header", "row", "report", "level"),
        [
            (
                "property,date,query,page,country,device,clicks,impressions,ctr,position",
                "https://tea.example/,2026-06-01,tea,https://tea.example/a,fra,MOBILE,2,10,0.2,3.5",
                "connector_combined",
                "combined",
            ),
            (
                "date,query,page,country,device,clicks,impressions,ctr,position,property,search_type",
                "2026-06-01,tea,https://tea.example/a,fra,MOBILE,2,10,0.2,3.5,https://tea.example/,googleNews",
                "connector_combined",
                "combined",
            ),
            (
                "date,clicks,impressions,ctr,position,property,search_type",
                "2026-06-01,2,10,0.2,3.5,https://tea.example/,web",
                "connector_property",
                "property",
            ),
            (
                "site_url,date,keyword,search_type,clicks,impressions,ctr,position,_fivetran_id,_fivetran_synced",
                "https://tea.example/,2026-06-01,tea,web,2,10,0.2,3.5,x,y",
                "connector_combined",
                "combined",
            ),
        ],
    )
    def test_tables_of_a_pull(self, drop: Drop, header: str, row: str, report: str, level: str) -> None:
        shown = clean(
            inspect(drop("pull.csv", f"{header}\n{row}\n")),
            "google_search_console",
            report,
            level,
            "search_performance",
        )
        assert (shown.account, shown.date_from, shown.totals) == (
            "https://tea.example/",
            "2026-06-01",
            {"clicks": 2, "impressions": 10},
        )

    @pytest.mark.parametrize(
        ("what", "text", "level", "found"),
        [
            (
                "Top linking sites",
                'Site,Linking pages,Target pages\nblog.example,"1,240",12\nnews.example,3,1\n',
                "domain",
                ("blog.example", None, None, 1240),
            ),
            (
                "Top linked pages",
                "Target page,Incoming links,Linking sites\nhttps://tea.example/a,340,25\n",
                "target",
                (None, None, "https://tea.example/a", 340),
            ),
            (
                "Latest links",
                "Linking page,Last crawled\nhttps://blog.example/a,2026-06-01\n",
                "page",
                (None, "https://blog.example/a", None, None),
            ),
        ],
    )
    def test_links(
        self,
        workspace: Workspace,
        drop: Drop,
        query: Query,
        what: str,
        text: str,
        level: str,
        found: tuple[Any, ...],
    ) -> None:
        drop(f"https___tea.example_-{what}-2026-06-22.csv", text)
        (result,) = land(workspace)
        assert (result.status, result.warnings) == ("landed", [])
        assert query("SELECT level, account_id, period_start::VARCHAR, source_domain, source_url, target_url, links FROM {backlink} ORDER BY links DESC")[0] == (
            level, "https://tea.example/", "2026-06-22", *found,
        )  # fmt: skip

    @pytest.mark.parametrize(("rows", "warnings"), [(1000, 1), (999, 0)])
    def test_a_table_of_a_thousand_rows_is_cut_off(self, drop: Drop, rows: int, warnings: int) -> None:
        lines = "".join(f"tea {number},1,2,50%,3\n" for number in range(rows))
        shown = inspect(
            drop("Queries.csv", "Top queries,Clicks,Impressions,CTR,Position\n" + lines), period=JUNE
        )
        assert (shown.problem, shown.rows, shown.totals["impressions"]) == (None, rows, 2 * rows)
        assert len(shown.warnings) == warnings and all("1,000 rows" in warning for warning in shown.warnings)

    @pytest.mark.parametrize(
        ("name", "header", "row"),
        [
            ("Queries.csv", "Top queries,Clicks,Impressions,CTR,Position,Cluster", "tea,1,2,50%,3,green"),
            ("tea.example-Performance-on-Search-2026-06-22.csv", "Date,Clicks,Impressions,CTR,Position,Cluster", "2026-06-01,1,2,50%,3,green"),
        ],
    )  # fmt: skip
    def test_an_unknown_column_of_its_own_export_is_named(
        self, drop: Drop, name: str, header: str, row: str
    ) -> None:
        shown = inspect(drop(name, f"{header}\n{row}\n"), period=JUNE)
        assert (shown.platform, shown.problem, shown.totals["clicks"]) == ("google_search_console", None, 1)
        assert shown.unmapped_columns == ["Cluster"]

    @pytest.mark.parametrize("name", ["Chart.csv", "Dates (1).csv", "图表.csv"])
    def test_a_part_has_its_own_name(self, drop: Drop, name: str) -> None:
        """Reduced to what any report has, it is only known by that."""
        shown = inspect(drop(name, "Date,Clicks,Impressions\n2026-06-01,1,2\n"))
        clean(shown, "google_search_console", "performance", "property", "search_performance")
        assert inspect(drop("daily.csv", "Date,Clicks,Impressions\n2026-06-01,1,2\n")).platform is None


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Date,Campaign name,Spend,Impressions,Clicks", "2026-06-01,Spring,9.5,100,3"),
        ("Date,Impressions,Clicks,Cost", "2026-06-01,100,3,9.5"),
        ("Device,Clicks,Impressions,Cost,Conversions", "Mobile,3,100,9.5,1"),
        ("Country,Clicks,Impressions,Spend", "Germany,3,100,9.5"),
        ("Landing Page,Clicks,Impressions,Cost", "https://tea.example/,3,100,9.5"),
        ("Date,Clicks,Impressions,Avg. CTR,Spend", "2026-06-01,3,100,3,9.5"),
        ("日期,计划名称,展现,点击,费用", "2026-06-01,春季,100,3,9.5"),
        ("关键词,点击量,展现量,点击率,费用", "茶,3,100,3%,9.5"),
        ("日期,点击量,展现量,点击率", "2026-06-01,3,100,3%"),
    ],
)
def test_what_is_somebody_elses_is_left_alone(drop: Drop, header: str, row: str) -> None:
    shown = inspect(drop("export.csv", f"{header}\n{row}\n"), period=JUNE)
    assert shown.platform is None
    assert shown.problem is not None and shown.problem["code"] == "E-SRC-06"


class TestBing:
    def test_saved_again_by_a_spreadsheet(self, drop: Drop) -> None:
        text = "Date,Clicks,Impressions,Avg. CTR\r\n1/14/2026 0:00,1,3,33.33\r\n1/25/2026 0:00,2,9,22.22\r\n"
        shown = clean(
            inspect(drop("bing.csv", text, "utf-8-sig")),
            "bing_webmaster",
            "search_performance",
            "property",
            "search_performance",
        )
        assert (shown.totals["clicks"], shown.date_from, shown.date_to) == (3, "2026-01-14", "2026-01-25")

    def test_overview_with_months_first(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        text = quoted([
            ["Date", "Clicks", "Impressions", "Avg. CTR"], ["1/14/2026 12:00:00 AM", 1, 3, "33.33"],
            ["1/15/2026 12:00:00 AM", 0, 0, "0"], ["2/1/2026 12:00:00 AM", 3, 2, "150"],
        ])  # fmt: skip
        drop("tea.example_SearchPerformanceOverview_All_3_4_2026.csv", text, "utf-8-sig")
        (result,) = land(workspace)
        assert (result.status, result.platform, result.rows, result.totals) == (
            "landed",
            "bing_webmaster",
            3,
            {"impressions": 5, "clicks": 4},
        )
        assert result.warnings == []
        assert query("SELECT period_start::VARCHAR, clicks, property, account_id, exported_at::DATE::VARCHAR FROM {search_performance} ORDER BY 1") == [
            (day, clicks, "tea.example", "tea.example", "2026-03-04") for day, clicks in [("2026-01-14", 1), ("2026-01-15", 0), ("2026-02-01", 3)]
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "rows", "report", "level", "dataset", "totals"),
        [
            ("KeywordReport", [["Keyword", "Impressions", "Clicks", "CTR", "Avg. Position"], ["tea", 65, 2, "3.08%", 5.9], ["green tea", 1, 2, "200%", 4]], "keyword", "query", "search_performance", {"impressions": 66, "clicks": 4}),
            ("KeywordReport", [["キーワード", "表示回数", "クリック数", "CTR", "平均掲載順位"], ["茶", 65, 2, "3.08%", 5.9]], "keyword", "query", "search_performance", {"impressions": 65, "clicks": 2}),
            ("PageTrafficReport", [["Page", "Impressions", "Clicks", "Avg. CTR", "Avg. Position"], ["https://tea.example/", 9, 1, 11.1, 2]], "page", "page", "search_performance", {"impressions": 9, "clicks": 1}),
            ("AISearchQueriesReport", [["Grounding Query", "Intent", "Topic", "Citations", "Citation Share"], ["best tea", "Learn", "Tea", 24, "21.82%"]], "ai_query", "query", "search_citation", {"citations": 24}),
            ("AIPageStatsReport", [["Page", "Citations"], ["https://tea.example/", 7]], "ai_page", "page", "search_citation", {"citations": 7}),
        ],
    )  # fmt: skip
    def test_tables_without_days_ask_for_them(
        self,
        drop: Drop,
        name: str,
        rows: list[list[object]],
        report: str,
        level: str,
        dataset: str,
        totals: dict[str, int],
    ) -> None:
        path = drop(f"tea.example_{name}_7_18_2026.csv", quoted(rows), "utf-8-sig")
        problem = inspect(path).problem
        assert problem is not None and problem["code"] == "E-SRC-08"
        shown = clean(
            inspect(path, period=JUNE),
            "bing_webmaster",
            report,
            level,
            dataset,
        )
        assert (shown.account, shown.totals) == ("tea.example", totals)

    def test_citations_by_day(self, drop: Drop) -> None:
        text = quoted(
            [
                ["Date", "Citations", "Cited Pages"],
                ["6/1/2026 12:00:00 AM", 5, 2],
                ["6/13/2026 12:00:00 AM", 7, 3],
            ]
        )
        shown = inspect(drop("tea.example_AIPerformanceOverviewStats_7_4_2026 (1).csv", text, "utf-8-sig"))
        clean(shown, "bing_webmaster", "ai_performance", "property", "search_citation")
        assert (shown.totals, shown.date_from, shown.date_to) == (
            {"citations": 12},
            "2026-06-01",
            "2026-06-13",
        )


class TestBaidu:
    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
    @pytest.mark.parametrize(
        ("text", "report", "level"),
        [
            ("日期,点击量,展现量,点击率,排名\n2026-06-01,3,60,5%,4.2\n2026-06-02,2,40,5%,4\n合计,5,100,5%,-\n", "traffic", "property"),
            ("日期,关键词,点击量,展现量,点击率,排名\n2026-06-01,乌龙茶,3,60,5%,4.2\n2026-06-01,绿茶,2,40,5%,4\n", "keyword", "query"),
            ("日期,页面,展现量,点击量,点击率\n2026-06-01,https://cha.example/a,100,5,5%\n", "page", "page"),
        ],
    )  # fmt: skip
    def test_traffic_and_keywords(
        self, drop: Drop, encoding: str, text: str, report: str, level: str
    ) -> None:
        shown = inspect(drop("cha.example_流量与关键词.csv", text, encoding))
        clean(shown, "baidu_search_resource", report, level, "search_performance")
        assert (shown.totals, shown.account, shown.date_from) == (
            {"impressions": 100, "clicks": 5},
            "cha.example",
            "2026-06-01",
        )


POSITIONS = "Keyword,Position,Previous position,Search Volume,Keyword Difficulty,CPC,URL,Traffic,Traffic (%),Traffic Cost,Competition,Number of Results,Trends,Timestamp,SERP Features by Keyword,Keyword Intents,Position Type"


class TestSemrush:
    def test_organic_positions(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        drop(
            "https___www.tea.example_-organic.Positions-uk-20260628-2026-06-29T10_00_00Z.csv",
            f"{POSITIONS}\n"
            'green tea,4,6,12100,38,0.65,https://www.tea.example/a,480,1.2,310,0.84,98000000,"[100,82,64]",2026-06-27,"people_also_ask,ai_overview",informational,Organic\n'
            'tea,11,0,8100,,0.4,https://www.tea.example/b,40.5,0.1,25,0.8,9800,"[1,2]",2026-06-20,,"informational, transactional",Organic\n',
        )
        (result,) = land(workspace)
        assert (result.status, result.platform, result.report, result.warnings) == (
            "landed",
            "semrush",
            "organic_positions",
            [],
        )
        assert result.totals == {"traffic_estimate": 520.5, "traffic_cost_estimate": 335}, (
            "volumes and positions are never summed"
        )
        assert query("SELECT keyword, property, country, period_start::VARCHAR, period_end::VARCHAR, position, previous_position, search_volume, keyword_difficulty, cpc_estimate, url FROM {search_rank} ORDER BY position") == [
            ("green tea", "https://www.tea.example/", "uk", "2026-06-28", "2026-06-28", 4, 6, 12100, 38, 0.65, "https://www.tea.example/a"),
            ("tea", "https://www.tea.example/", "uk", "2026-06-28", "2026-06-28", 11, 0, 8100, None, 0.4, "https://www.tea.example/b"),
        ]  # fmt: skip

    def test_workbook_with_fewer_columns(self, tmp_path: Path) -> None:
        rows: list[list[Any]] = [["Keyword", "Position", "Search Volume", "Traffic", "URL", "Keyword Difficulty", "CPC", "Keyword Intents", "SERP Features by Keyword"],
                                 ["tea", 3, 900, 12, "https://tea.example/", 40, 0.5, "informational", "paid"]]  # fmt: skip
        shown = inspect(
            write_xlsx(
                tmp_path / "tea.example-organic.Positions-mobile-us-20260628-2026-06-29T10_00_00Z.xlsx",
                {"Sheet 1": rows},
            )
        )
        clean(shown, "semrush", "organic_positions", "keyword", "search_rank")
        assert (shown.rows, shown.account, shown.date_from) == (1, "tea.example", "2026-06-28")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("tea_broad-match_us_2026-06-28.csv", 'Keyword,Intent,Volume,Trend,Keyword Difficulty,CPC (USD),Competitive Density,SERP Features,Number of Results\ntea,"Commercial, Informational",40500,"0.20,1.00",43,0.87,1.00,"Sitelinks, AI Overview",3010000000\n'),
            ("tea_list_2026-06-28.csv", 'Database,Keyword,Seed keyword,Page,Topic,Page type,Tags,Volume,Keyword Difficulty,CPC (USD),Competitive Density,Number of Results,Intent,SERP Features,Trend,Click potential,Content references,Competitors\nus,tea,tea,,,,,40500,43,0.87,1,3010000000,Commercial,Sitelinks,,0.5,"a\nb",c\n'),
            ("tea_us_2026-06-28.csv", "database;Keyword;Search Volume;Keyword Difficulty Index;Intent\nus;tea;40500;43;1,0\n"),
        ],
    )  # fmt: skip
    def test_keyword_ideas(
        self, workspace: Workspace, drop: Drop, query: Query, name: str, text: str
    ) -> None:
        drop(name, text)
        (result,) = land(workspace)
        assert (result.status, result.report, result.warnings) == ("landed", "keyword_ideas", [])
        assert query(
            "SELECT keyword, country, search_volume, keyword_difficulty, period_start::VARCHAR FROM {keyword_idea}"
        ) == [("tea", "us", 40500, 43, "2026-06-28")]

    def test_trend_with_months_as_columns(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        drop("tea.example-overview.csv", "Metric;2026-04;2026-05;2026-06\nOrganic Traffic;100;120;90\n")
        (result,) = land(workspace)
        assert (result.status, result.report, result.rows) == ("landed", "overview_trend", 3)
        assert query("SELECT tags, period_start::VARCHAR, extra, traffic_estimate FROM {search_rank} ORDER BY 2")[1] == (
            "Organic Traffic", "2026-05-01", '{"Estimate":"120"}', None,
        )  # fmt: skip

    def test_backlinks(self, drop: Drop) -> None:
        text = "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,Sponsored,Ugc,Text,Frame,Form,Image,Sitewide,First seen,Last seen,New link,Lost link\n31,T,https://blog.example/a,https://tea.example/,tea,9,8,false,false,false,true,false,false,false,false,2025-01-02 10:00:00,2026-06-01 11:00:00,false,false\n"
        shown = inspect(drop("tea.example-backlinks.csv", text))
        clean(shown, "semrush", "backlinks", "page", "backlink")
        assert (shown.rows, shown.account) == (1, "tea.example")


class TestAhrefs:
    ORGANIC = ("Keyword", "Country", "Volume", "KD", "CPC", "Previous organic traffic", "Current organic traffic", "Organic traffic change", "Previous position", "Current position",
               "Position change", "Previous position kind", "Current position kind", "Current URL", "Previous URL", "Branded", "Local", "Informational", "Commercial", "Transactional", "Navigational")  # fmt: skip

    def test_organic_keywords_in_utf_16(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        rows = [self.ORGANIC, ["tea", "us", "1200", "31", "0.50", "10", "14", "4", "7", "5", "2", "Organic", "Organic", "https://tea.example/", "https://tea.example/", "false", "false", "true", "false", "false", "false"],
                ["green tea", "us", "90", "", "", "3", "", "-3", "50", "", "", "Organic", "", "", "https://tea.example/g", "false", "false", "true", "false", "false", "false"]]  # fmt: skip
        drop(
            "tea.example-organic-keywords-subdomai_2026-06-26_17-06-19.csv",
            quoted(rows, "\t", "\n"),
            "utf-16",
        )
        (result,) = land(workspace)
        assert (result.status, result.platform, result.report, result.rows, result.warnings) == (
            "landed",
            "ahrefs",
            "organic_keywords",
            2,
            [],
        )
        assert query("SELECT keyword, property, country, position, previous_position, traffic_estimate, previous_traffic_estimate, period_start::VARCHAR FROM {search_rank} ORDER BY 1") == [
            ("green tea", "tea.example", "us", None, 50, None, 3, "2026-06-26"), ("tea", "tea.example", "us", 5, 7, 14, 10, "2026-06-26"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "header", "row", "report", "level", "dataset"),
        [
            ("google_us_tea_matching-terms_2026-06-26_17-06-19.csv", '"#","Keyword","Country","Difficulty","Volume","CPC","CPS","Parent Keyword","Last Update","SERP Features","Global volume","Traffic potential","Global traffic potential","First seen","Intents","Languages","SV trend (01-2024 - 12-2025)","SV Forecasting trend (01-2026 - 01-2027)","Category"', '"1","tea","us","24","9000","0.5","1.1","tea","2026-02-27","People also ask,Thumbnail","15000","21000","30000","2015-09-01","Informational","en","1, 2","3, 4","Food"', "keyword_ideas", "keyword", "keyword_idea"),
            ("google_us_tea_matching-terms_2026-06-26_17-06-19.csv", '"#","Keyword","Country","Difficulty","Volume","CPC","Clicks","CPS","Return Rate","Parent Keyword","Last Update","SERP Features","Global volume"', '"1","tea","us","24","9000","0.5","1","1.1","1","tea","2026-02-27","","15000"', "keyword_ideas", "keyword", "keyword_idea"),
            ("tea.example-refdomains-subdomains_2026-06-26_17-06-19.csv", '"Domain","Is spam","DR","Dofollow ref. domains","Dofollow linked domains","Traffic ","Keywords ","Links to target","New links","Lost links","Dofollow links","First seen","Lost"', '"blog.example","false","70","10","5","1000","100","2","1","0","1","2023-08-10 15:51:35",""', "referring_domains", "domain", "backlink"),
            ("tea.example-backlinks-subdomains_2026-06-26_17-06-19.csv", '"Referring page title","Referring page URL","Language","Platform","Referring page HTTP code","Domain rating","UR","Domain traffic","Referring domains","Linked domains","External links","Page traffic","Keywords","Target URL","Left context","Anchor","Right context","Type","Content","Nofollow","UGC","Sponsored","Rendered","Raw","Lost status","Drop reason","Discovered status","First seen","Last seen","Lost"', '"T","https://blog.example/a","en","wordpress","200","70.0","12.5","1000","3","4","5","6","7","https://tea.example/","","tea","","text","true","false","false","false","false","true","","","","2023-08-10 15:51:35","2026-06-01 10:00:00",""', "backlinks", "page", "backlink"),
            ("tea.example-top-pages-subdomains_2026-06-26_17-06-19.csv", '"URL","Status","UR","Previous traffic","Current traffic","Traffic change","Previous traffic value","Current traffic value","Previous # of keywords","Current # of keywords","Current referring domains","Page type","Current top keyword","Current top keyword: Volume"', '"https://tea.example/","","12","100","120","20","30","36","8","9","3","","tea","900"', "top_pages", "url", "search_rank"),
        ],
    )  # fmt: skip
    def test_other_reports(
        self, drop: Drop, name: str, header: str, row: str, report: str, level: str, dataset: str
    ) -> None:
        text = "\n".join(line.replace('","', '"\t"') for line in (header, row)) + "\n"
        shown = clean(inspect(drop(name, text, "utf-16")), "ahrefs", report, level, dataset)
        assert (shown.rows, shown.date_from, shown.date_to) == (1, "2026-06-26", "2026-06-26")


class TestSeRanking:
    def test_each_day_becomes_a_row(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        text = "Google USA (English)\nKeyword,Search vol.,2026-06-01,Dynamics,2026-06-08,Dynamics\ntea,900,12,,9,3\ngreen tea,90,-,,41,\n"
        drop("tea.example_positions.csv", text, "utf-8-sig")
        (result,) = land(workspace)
        assert (result.status, result.platform, result.rows, result.warnings) == (
            "landed",
            "se_ranking",
            4,
            [],
        )
        assert query("SELECT keyword, period_start::VARCHAR, position, search_volume, search_engine, property FROM {search_rank} ORDER BY 1, 2") == [
            ("green tea", "2026-06-01", None, 90, "Google USA (English)", "tea.example"),
            ("green tea", "2026-06-08", 41, 90, "Google USA (English)", "tea.example"),
            ("tea", "2026-06-01", 12, 900, "Google USA (English)", "tea.example"),
            ("tea", "2026-06-08", 9, 900, "Google USA (English)", "tea.example"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "days", ["1 Jun 2026;8 Jun 2026", "Jun 1, 2026;Jun 8, 2026", "2026.06.01;2026.06.08"]
    )
    def test_spellings_of_the_days(self, drop: Drop, days: str) -> None:
        shown = inspect(
            drop("p.csv", f"Google USA\nKeyword;URL;{days};Dynamics\ntea;https://tea.example/;12;9;3\n")
        )
        clean(shown, "se_ranking", "positions", "keyword", "search_rank")
        assert (shown.rows, shown.date_from, shown.date_to) == (2, "2026-06-01", "2026-06-08")


class TestScreamingFrog:
    @pytest.mark.parametrize(
        ("file", "rows", "totals", "days"),
        [
            ("vaidikcode__internal_all.csv", 215, {"inlinks": 4171, "word_count": 85860}, ("2025-08-10", "2025-08-10")),
            ("HorizenOfficial__list_mode_export.xlsx", 49, {"inlinks": 4875, "word_count": 148863}, ("2022-11-28", "2022-11-28")),
        ],
    )  # fmt: skip
    @pytest.mark.samples
    def test_samples(
        self, samples: Path, file: str, rows: int, totals: dict[str, int], days: tuple[str, str]
    ) -> None:
        shown = clean(
            inspect(samples / "screaming_frog" / file), "screaming_frog", "internal", "url", "site_crawl"
        )
        assert (shown.rows, shown.header_line, shown.totals_rows) == (rows, 1, 0)
        assert {name: shown.totals[name] for name in totals} == totals
        assert (shown.date_from, shown.date_to) == days

    def test_typed_columns(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        rows = [["Address", "Content Type", "Status Code", "Status", "Indexability", "Indexability Status", "Title 1", "Title 1 Length", "Size (bytes)", "Word Count", "Text Ratio", "Crawl Depth", "Inlinks", "Response Time", "Redirect URL", "Crawl Timestamp", "Custom Extraction 1"],
                ["https://tea.example/", "text/html", 200, "OK", "Indexable", "", "Tea", 3, 62323, 544, "10.9", 0, 99, "0.214", "", "2026-06-01 16:07:55", "x"],
                ["https://tea.example/old", "text/html", 301, "Moved Permanently", "Non-Indexable", "Redirected", "", 0, 0, 0, "0.0", 1, 1, "0.1", "https://tea.example/", "2026-06-01 16:08:01", ""]]  # fmt: skip
        drop("internal_html.csv", quoted(rows), "utf-8-sig")
        (result,) = land(workspace)
        assert (result.status, result.totals) == ("landed", {"word_count": 544, "inlinks": 100})
        assert query("SELECT url, status_code, indexability_status, title_length, size_bytes, crawl_depth, response_seconds, redirect_url, period_start::VARCHAR, extra FROM {site_crawl} ORDER BY url") == [
            ("https://tea.example/", 200, None, 3, 62323, 0, 0.214, None, "2026-06-01", '{"Custom Extraction 1":"x"}'),
            ("https://tea.example/old", 301, "Redirected", 0, 0, 1, 0.1, "https://tea.example/", "2026-06-01", None),
        ]  # fmt: skip

    def test_without_a_time_stamp_the_export_dates_it(self, drop: Drop) -> None:
        shown = inspect(
            drop(
                "internal_html.csv",
                quoted([["Address", "Status Code", "Word Count"], ["https://tea.example/", 200, 5]]),
            )
        )
        clean(shown, "screaming_frog", "internal", "url", "site_crawl")
        assert shown.exported_at is not None and shown.date_from == shown.date_to == shown.exported_at[:10]


class TestKeywordPlanner:
    HEADER = "Keyword\tCurrency\tSegmentation\tAvg. monthly searches\tThree month change\tYoY change\tCompetition\tCompetition (indexed value)\tTop of page bid (low range)\tTop of page bid (high range)\tAd impression share\tOrganic impression share\tOrganic average position\tIn account?\tIn plan?\tSearches: May 2025\tSearches: Jun 2025"

    def test_two_lines_above_the_header(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        text = (
            f'Keyword Stats 2026-06-09 at 21_25_18\n"May 1, 2025 - April 30, 2026"\n{self.HEADER}\n'
            "tea\tUSD\t\t5000\t0%\t-90%\tMedium\t50\t1.25\t2.5\t\t\t\tN\tN\t4400\t5400\n"
            "green tea\tUSD\t\t\t0%\t0%\tHigh\t88\t\t\t\t\t\tN\tN\t\t\n"
        )
        drop("Keyword Stats 2026-06-09 at 21_25_18.csv", text, "utf-16")
        (result,) = land(workspace)
        assert (result.status, result.platform, result.rows) == ("landed", "google_keyword_planner", 2)
        rows = query(
            "SELECT keyword, currency_code, search_volume, competition, bid_low, bid_high, period_start::VARCHAR, extra FROM {keyword_idea} ORDER BY keyword DESC"
        )
        assert rows[0][:7] == ("tea", "USD", 5000, 0.5, 1.25, 2.5, "2026-06-09")
        assert json.loads(rows[0][7]) == {
            "Searches: May 2025": "4400",
            "Searches: Jun 2025": "5400",
            "Competition": "Medium",
        } | ({"In account?": "N", "In plan?": "N"})
        assert rows[1][1:4] == ("USD", None, 0.88)


class TestTrends:
    def test_related_queries(self, workspace: Workspace, drop: Drop, query: Query) -> None:
        text = (
            '"query","search interest","increase percent"\n"green tea",100,"-10%"\n"matcha",94,"Breakout"\n'
        )
        drop("searched_with_top-queries_CA-BC_20250622-1749_20260622-1749.csv", text)
        (result,) = land(workspace)
        assert (result.status, result.platform, result.report, result.warnings) == (
            "landed",
            "google_trends",
            "related_queries",
            [],
        )
        assert query("SELECT keyword, interest, country, period_start::VARCHAR, extra FROM {keyword_idea} ORDER BY 2") == [
            ("matcha", 94, "CA-BC", "2026-06-22", '{"increase percent":"Breakout"}'), ("green tea", 100, "CA-BC", "2026-06-22", '{"increase percent":"-10%"}'),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("multiTimeline.csv", "Category: All categories\n\nWeek,tea: (United States),matcha: (United States)\n2026-05-31,80,<1\n2026-06-07,100,3\n"),
            ("multiTimeline (1).csv", "Catégorie : Toutes les catégories\n\nSemaine,tea: (France),matcha: (France)\n2026-05-31,80,<1\n2026-06-07,100,3\n"),
        ],
    )  # fmt: skip
    def test_one_row_per_week_and_query(
        self, workspace: Workspace, drop: Drop, query: Query, name: str, text: str
    ) -> None:
        drop(name, text)
        (result,) = land(workspace)
        assert (result.status, result.report, result.rows) == ("landed", "interest_over_time", 4)
        rows = query(
            "SELECT split_part(keyword, ':', 1), period_start::VARCHAR, period_end::VARCHAR, interest FROM {keyword_idea} ORDER BY 1, 2"
        )
        assert rows == [
            ("matcha", "2026-05-31", "2026-06-06", None), ("matcha", "2026-06-07", "2026-06-13", 3),
            ("tea", "2026-05-31", "2026-06-06", 80), ("tea", "2026-06-07", "2026-06-13", 100),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row", "platform"),
    [
        ("Date,Clicks,Impressions,Avg. CTR", "2026-06-01,1,2,50", "bing_webmaster"),
        ("Date,Clicks,Impressions,CTR,Position", "2026-06-01,1,2,50%,3", "google_search_console"),
        ("Date,Clicks,Impressions,CTR", "2026-06-01,1,2,50%", "google_search_console"),
        ("日期,点击量,展现量,点击率,排名", "2026-06-01,1,2,50%,3", "baidu_search_resource"),
        ("日期,点击次数,展示,点击率,排名", "2026-06-01,1,2,50%,3", "google_search_console"),
        ("Date,Not indexed,Indexed,Impressions", "2026-06-01,1,2,50", "google_search_console"),
        ("Keyword,Position,URL,Search Volume,CPC,Traffic", "tea,1,https://tea.example/,9,1,2", "semrush"),
        ("Keyword,Volume,KD,CPC,Current position,Current URL", "tea,9,1,1,1,https://tea.example/", "ahrefs"),
        ("Keyword,Difficulty,Volume,CPC", "tea,1,9,1", "ahrefs"),
        ("Keyword,Keyword Difficulty,Volume,CPC (EUR)", "tea,1,9,1", "semrush"),
    ],
)  # fmt: skip
def test_headers_that_are_alike(drop: Drop, header: str, row: str, platform: str) -> None:
    shown = inspect(drop("export.csv", f"{header}\n{row}\n"))
    assert (shown.platform, shown.problem, shown.rows, shown.unmapped_columns) == (platform, None, 1, [])
