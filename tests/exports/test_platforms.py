"""Each platform's shapes: what is recognised, how it is typed, which rows are left out."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import ClassVar

import pytest

from mkt_pipeline.exports import Inspection, inspect, land
from tests.exports.conftest import GOOGLE_HEADER, google_keywords, write_xlsx

COST = 27.75 - 5.25  # 1.25 + … + 6.25


def keywords_hold(shown: Inspection) -> None:
    assert shown.problem is None
    assert (shown.platform, shown.report, shown.rows, shown.totals_rows) == ("google_ads", "keyword", 6, 2)
    assert shown.totals == {"clicks": 21, "impressions": 6021, "spend": COST}
    assert shown.control_totals == shown.totals
    assert (shown.date_from, shown.date_to, shown.currency) == ("2026-06-01", "2026-06-03", "USD")
    assert shown.header_line == 3


class TestGoogleAds:
    @pytest.mark.parametrize(
        ("encoding", "delimiter", "label"),
        [("utf-8", ",", "UTF-8"), ("utf-8-sig", ",", "UTF-8+BOM"), ("utf-16", "\t", "UTF-16LE")],
    )
    def test_encodings(self, drop, encoding: str, delimiter: str, label: str) -> None:
        content = google_keywords()
        if delimiter == "\t":
            content = (
                "\n".join(
                    line if '"June' in line else line.replace(",", "\t") for line in content.splitlines()
                )
                .replace("1\t0", "1,0")
                .replace("6\t0", "6,0")
                + "\n"
            )
        shown = inspect(drop("Search keyword report.csv", content, encoding))
        keywords_hold(shown)
        assert (shown.encoding, shown.delimiter) == (label, delimiter)

    def test_xlsx_with_two_title_rows(self, tmp_path: Path) -> None:
        rows: list[list[object]] = [
            ["Search keyword report"],
            ["June 1, 2026 - June 3, 2026"],
            GOOGLE_HEADER.split(","),
        ]
        for number in range(1, 7):
            rows.append([dt.date(2026, 6, 1 + number % 3), "Enabled", f"[tea {number}]", "Exact match", "Brand", "Group",
                         "USD", number, 1000 + number, 0.001, number + 0.25, "--"])  # fmt: skip
        rows.append(
            ["--", "--", "Total: Filtered keywords", "--", "--", "--", "USD", 21, 6021, 0.1, COST, ""]
        )
        rows.append(["--", "--", "Total: Account", "--", "--", "--", "USD", 99, 6021, 0.1, COST, ""])
        shown = inspect(write_xlsx(tmp_path / "Search keyword report.xlsx", {"Sheet0": rows}))
        keywords_hold(shown)
        assert (shown.encoding, shown.delimiter) == ("xlsx", "xlsx")

    @pytest.mark.parametrize(
        "line",
        ['"March 27, 2026 - April 23, 2026"', "27 March 2026 - 23 April 2026", '"Mar 27, 2026-Apr 23, 2026"'],
    )
    def test_period_above_the_header(self, drop, line: str) -> None:
        text = f"Campaign report\n{line}\nCampaign,Currency code,Impr.,Clicks,Cost\nBrand,EUR,10,1,0.91\n"
        shown = inspect(drop("Campaign report.csv", text))
        assert (shown.report, shown.date_from, shown.date_to) == ("campaign", "2026-03-27", "2026-04-23")

    def test_all_time_takes_the_dates_of_the_name(self, drop) -> None:
        text = "Campaign report\nAll time\nCampaign,Currency code,Impr.,Clicks,Cost\nBrand,EUR,10,1,0.91\n"
        assert inspect(drop("Campaign report.csv", text)).problem is not None
        shown = inspect(drop("Campaign report 2026-01-01 to 2026-03-31.csv", text))
        assert (shown.problem, shown.date_from, shown.date_to) == (None, "2026-01-01", "2026-03-31")

    @pytest.mark.parametrize(
        ("header", "report", "level"),
        [
            ("Campaign status,Campaign,Currency code,Impr.,Cost", "campaign", "campaign"),
            ("Ad group status,Ad group,Campaign,Currency code,Impr.,Cost", "ad_group", "ad_group"),
            (
                "Ad status,Final URL,Headline 1,Headline 2,Campaign,Ad group,Currency code,Impr.,Cost",
                "ad",
                "ad",
            ),
            (
                "Keyword status,Keyword,Match type,Campaign,Ad group,Currency code,Impr.,Cost",
                "keyword",
                "keyword",
            ),
            (
                "Search term,Match type,Campaign,Ad group,Keyword,Currency code,Impr.,Cost",
                "search_term",
                "search_term",
            ),
        ],
    )
    def test_reports(self, drop, header: str, report: str, level: str) -> None:
        shown = inspect(
            drop("RB - custom name.csv", f"RB - custom name\n1 May 2026 - 8 May 2026\n{header}\n")
        )
        assert (shown.platform, shown.report, shown.level, shown.rows) == ("google_ads", report, level, 0)
        assert shown.problem is None, "a header without rows lands with 0 rows"

    def test_values_as_written(self, drop, workspace, query) -> None:
        drop("Search keyword report.csv", google_keywords())
        land(workspace)
        assert query(
            "SELECT keyword, clicks, impressions, spend, conversions, row_number FROM {ad_performance} ORDER BY clicks"
        )[:3] == [
            ("tea 1", 1, 1001, pytest.approx(1.25), None, 1),
            ("tea 2", 2, 1002, pytest.approx(2.25), None, 2),
            ("tea 3", 3, 1003, pytest.approx(3.25), None, 3),
        ]

    def test_segmented_totals_are_added_over_the_segments(self, drop) -> None:
        text = (
            "Campaign report\n1 May 2026 - 8 May 2026\nDevice,Campaign,Currency code,Impr.,Clicks,Cost\n"
            "Computers,A,USD,10,1,1.00\nComputers,B,USD,20,2,2.00\nTV screens,A,USD,5,0,0.50\n"
            "Computers,Total: Campaigns,USD,30,3,3.00\nComputers,Total: Account,USD,31,3,3.00\n"
            "TV screens,Total: Campaigns,USD,5,0,0.50\nTV screens,Total: Video,USD,1,0,0.50\n"
        )
        shown = inspect(drop("Campaign report.csv", text))
        assert shown.problem is None and shown.totals_rows == 4
        assert shown.control_totals == {"impressions": 35, "clicks": 3, "spend": 3.5}

    def test_label_behind_several_segments_is_still_a_totals_row(self, drop) -> None:
        text = (
            "Search keyword report\n1 May 2026 - 2 May 2026\n"
            "Day,Device,Network,Keyword status,Keyword,Match type,Campaign,Ad group,Currency code,Impr.,Clicks,Cost\n"
            "2026-05-01,Computers,Google search,Enabled,tea,Exact match,C,G,USD,10,1,1.00\n"
            "2026-05-02,Computers,Google search,Enabled,Total: war,Exact match,C,G,USD,20,2,2.00\n"
            " --, --, --, --,Total: Filtered keywords, --, --, --,USD,30,3,3.00\n"
            " --, --, --, --,Total: Account, --, --, --,USD,99,9,9.00\n"
        )
        shown = inspect(drop("Search keyword report.csv", text))
        assert (shown.problem, shown.rows, shown.totals_rows) == (None, 2, 2)
        assert shown.control_totals == shown.totals == {"impressions": 30, "clicks": 3, "spend": 3.0}

    def test_what_is_not_read_of_a_known_column_is_kept(self, drop, workspace, query) -> None:
        text = (
            "Ad report\n1 May 2026 - 2 May 2026\nAd status,Headline 1,Description 1,Description 2,Description 3,"
            "Description 4,Campaign,Ad group,Currency code,TrueView views,Views,Cost\n"
            "Enabled,H,a,b,c,d,C,G,USD,3,4,1.00\n"
        )
        drop("Ad report.csv", text)
        (landed,) = land(workspace)
        assert (landed.totals, landed.warnings) == ({"video_views": 3, "spend": 1.0}, [])
        assert query("SELECT extra FROM {ad_performance}") == [('{"Views":"4"}',)]

    def test_interactions_are_not_clicks(self, drop) -> None:
        text = "R\n1 May 2026 - 8 May 2026\nCampaign,Currency code,Interactions,Cost\nPMax,USD,120475,9.00\n"
        shown = inspect(drop("r.csv", text))
        assert shown.totals == {"interactions": 120475, "spend": 9.0}

    def test_a_search_term_that_begins_with_total_is_data(self, drop) -> None:
        text = (
            "R\n1 May 2026 - 8 May 2026\nSearch term,Campaign,Ad group,Currency code,Impr.,Cost\n"
            "total gym,C,G,USD,3,1.00\nTotal: rewards,C,G,USD,4,1.00\nTotal: Search terms,,,USD,7,2.00\n"
        )
        shown = inspect(drop("r.csv", text))
        assert (shown.problem, shown.rows, shown.totals["impressions"]) == (None, 2, 7)


class TestSearchConsole:
    PARTS: ClassVar = {
        "en": ("Chart.csv", "Date", "Queries.csv", "Top queries", "Clicks,Impressions,CTR,Position", "Filters.csv",
               "Filter,Value\nSearch type,Image\nDate,Last 3 months\nPage,+/tea/\n"),
        "fr": ("Dates.csv", "Date", "Requêtes.csv", "Requêtes les plus fréquentes", "Clics,Impressions,CTR,Position",
               "Filtres.csv", "Filtre,Valeur\nType de recherche,Image\nDate,3 derniers mois\nPage,+/tea/\n"),
        "zh": ("图表.csv", "日期", "查询数.csv", "热门查询", "点击次数,展示,点击率,排名", "过滤器.csv",
               "过滤器,值\n搜索类型,图片\n日期,过去 3 个月\n网页,+/tea/\n"),
    }  # fmt: skip

    @pytest.mark.parametrize("language", PARTS)
    def test_languages(self, workspace, query, language: str) -> None:
        chart, date, queries, query_header, measures, filters, filter_text = self.PARTS[language]
        with zipfile.ZipFile(
            workspace.inbox / "https___tea.example_-Performance-on-Search-2026-06-22.zip", "w"
        ) as archive:
            archive.writestr(chart, f"{date},{measures}\n2026-06-01,2,10,20%,3.5\n2026-06-02,0,0,,\n")
            archive.writestr(queries, f"{query_header},{measures}\ngreen tea,1,6,16.67%,4\n")
            archive.writestr(filters, filter_text)
        (result,) = land(workspace)
        assert (result.status, result.totals) == ("landed", {"clicks": 2, "impressions": 10})
        rows = query("SELECT level, property, search_type, query, period_start::VARCHAR, period_end::VARCHAR, position, "
                     "filters IS NOT NULL FROM {search_performance} ORDER BY level, period_start")  # fmt: skip
        assert rows == [
            ("property", "https://tea.example/", "image", None, "2026-06-01", "2026-06-01", 3.5, True),
            ("property", "https://tea.example/", "image", None, "2026-06-02", "2026-06-02", None, True),
            ("query", "https://tea.example/", "image", "green tea", "2026-06-01", "2026-06-02", 4.0, True),
        ]

    def test_weekly_chart(self, drop) -> None:
        text = "Date Range,Clicks,Impressions,CTR,Position\n2025-12-08 - 2025-12-13,1,2,50%,1\n"
        shown = inspect(drop("Chart.csv", text))
        assert (shown.level, shown.date_from, shown.date_to) == ("property", "2025-12-08", "2025-12-13")

    def test_xlsx_with_the_parts_as_sheets(self, tmp_path: Path) -> None:
        path = write_xlsx(
            tmp_path / "tea.example-Performance-on-Search-2026-06-22.xlsx",
            {
                "Chart": [
                    ["Date", "Clicks", "Impressions", "CTR", "Position"],
                    ["2026-06-01", 2, 10, 0.2, 3.5],
                ],
                "Queries": [
                    ["Top queries", "Clicks", "Impressions", "CTR", "Position"],
                    ["tea", 1, 6, 0.1667, 4],
                ],
                "Filters": [["Filter", "Value"], ["Search type", "Web"]],
            },
        )
        shown = inspect(path)
        assert shown.problem is None and shown.totals == {"clicks": 2, "impressions": 10}
        assert [part["level"] for part in shown.parts] == ["property", "query"]


class TestMeta:
    HEADERS: ClassVar = {
        "en": "Reporting starts,Reporting ends,Campaign name,Attribution setting,Results,Result indicator,Reach,Impressions,Cost per results,Amount spent (USD),Ends",
        "fr": "Début des rapports,Fin des rapports,Nom de la campagne,Paramètre d’attribution,Résultats,Indicateur de résultats,Couverture,Impressions,Coût par résultat,Montant dépensé (EUR),Fin",
        "zh-CN": "报告开始日期,报告结束日期,广告系列名称,归因设置,成效,成效指标,覆盖人数,展示次数,单次成效费用,已花费金额 (CNY),结束日期",
        "zh-TW": "分析報告開始,分析報告結束,行銷活動名稱,歸因設定,成果,成果類型,觸及人數,曝光次數,每次成果成本,花費金額 (TWD),結束時間",
    }  # fmt: skip

    @pytest.mark.parametrize("language", HEADERS)
    def test_languages_with_an_unlabelled_totals_row(self, drop, workspace, query, language: str) -> None:
        text = (
            "\ufeff" + self.HEADERS[language] + "\r\n"
            "2026-06-01,2026-06-07,,7-day click,5,mixed,80,300,1,30.50,\r\n"
            "2026-06-01,2026-06-07,Brand,7-day click,3,actions:lead,50,100,1,10.25,Ongoing\r\n"
            "2026-06-01,2026-06-07,Sale,7-day click,2,actions:purchase,40,200,1,20.25,Ongoing\r\n"
        )
        drop("Team-Campaigns-1-Jun-20267-Jun-2026.csv", text)
        (result,) = land(workspace)
        assert (result.status, result.platform, result.report, result.rows) == (
            "landed",
            "meta_ads",
            "campaign",
            2,
        )
        assert result.totals == {"impressions": 300, "spend": 30.5, "conversions": 5.0}, (
            "reach is never summed"
        )
        assert result.warnings == []
        currency = {"en": "USD", "fr": "EUR", "zh-CN": "CNY", "zh-TW": "TWD"}[language]
        assert query("SELECT campaign_name, reach, conversions, result_type, currency_code, period_start::VARCHAR, "
                     "period_end::VARCHAR FROM {ad_performance} ORDER BY 1") == [
            ("Brand", 50, 3, "actions:lead", currency, "2026-06-01", "2026-06-07"),
            ("Sale", 40, 2, "actions:purchase", currency, "2026-06-01", "2026-06-07"),
        ]  # fmt: skip

    @pytest.mark.parametrize("results", ["Results", "Résultats", "成效", "成果"])
    def test_results_without_an_indicator_are_kept_but_are_not_conversions(
        self, drop, workspace, query, results: str
    ) -> None:
        text = f"Reporting starts,Reporting ends,Campaign name,{results},Adds to cart,加入购物车次数,Impressions,Amount spent (USD)\n2026-06-01,2026-06-07,A,3,4,5,9,1.00\n"
        drop("a.csv", text)
        (landed,) = land(workspace)
        assert (landed.status, landed.warnings) == ("landed", [])
        assert "conversions" not in landed.totals
        ((extra,),) = query("SELECT extra FROM {ad_performance}")
        assert json.loads(extra) == {results: "3", "Adds to cart": "4", "加入购物车次数": "5"}

    def test_purchases_come_before_results_and_link_clicks_are_the_clicks(self, drop) -> None:
        text = (
            "Day,Campaign name,Ad set name,Ad name,Link clicks,Clicks (all),CTR (all),Purchases,Results,Result type,"
            "Purchases conversion value,Impressions,Amount spent (USD),Reporting starts,Reporting ends\n"
            "2026-06-02,C,S,A,5,9,1.5,2,7,Leads,30.5,100,4.00,2026-06-01,2026-06-07\n"
        )
        shown = inspect(drop("a.csv", text))
        assert (shown.level, shown.date_from, shown.date_to) == ("ad", "2026-06-02", "2026-06-02")
        assert shown.totals == {"impressions": 100, "clicks": 5, "clicks_all": 9, "spend": 4.0, "conversions": 2.0,
                                "conversion_value": 30.5}  # fmt: skip
        assert shown.unmapped_columns == []

    def test_breakdowns_and_no_data_note(self, drop, workspace, query) -> None:
        text = (
            "Campaign name,Age,Gender,Impressions,Amount spent (USD),Reporting starts,Reporting ends\n"
            ",,,30,3.00,2026-06-01,2026-06-07\n"
            "A,18-24,female,10,1.00,2026-06-01,2026-06-07\nA,25-34,male,20,2.00,2026-06-01,2026-06-07\n"
            "No data available.\n"
        )
        drop("a.csv", text)
        (result,) = land(workspace)
        assert (result.status, result.rows, result.rejected) == ("landed", 2, 0)
        assert query("SELECT breakdown_type, breakdown_value, impressions FROM {ad_performance} ORDER BY 3") == [
            ("age+gender", "18-24 / female", 10), ("age+gender", "25-34 / male", 20),
        ]  # fmt: skip

    def test_xlsx_takes_the_raw_sheet(self, tmp_path: Path) -> None:
        rows = [
            ["Reporting starts", "Reporting ends", "Campaign name", "Impressions", "Amount spent (USD)"],
            ["2026-06-01", "2026-06-07", None, 300, 30.5],
            ["2026-06-01", "2026-06-07", "A", 300, 30.5],
        ]
        path = write_xlsx(tmp_path / "r.xlsx", {"Formatted Report": rows, "Raw Data Report": rows})
        shown = inspect(path)
        assert (shown.problem, shown.rows, shown.totals_rows) == (None, 1, 1)
        assert any("Formatted Report" in warning for warning in shown.warnings)

    def test_two_currencies_are_refused(self, drop) -> None:
        text = "Reporting starts,Reporting ends,Campaign name,Impressions,Amount spent (USD),Purchases conversion value (EUR)\n2026-06-01,2026-06-07,A,9,1.00,2\n"
        problem = inspect(drop("a.csv", text)).problem
        assert problem is not None and problem["code"] == "E-SRC-13" and "EUR, USD" in problem["found"]


class TestBaidu:
    @staticmethod
    def report(unit: str, header: str, rows: list[str]) -> str:
        return "\r\n".join([
            "数据生成时间：2026-06-22 14:02", "数据生成条件：", "1. 时间范围：2026-06-01 至 2026-06-07", f"2. 时间单位：{unit}",
            "3. 推广设备：移动设备，计算机", "4. 投放网络：全部", "", header, *rows, "",
        ])  # fmt: skip

    def test_daily_keywords_in_gbk(self, drop, workspace, query) -> None:
        text = self.report("分日", "日期,账户,推广计划,推广单元,关键词,展现,点击,消费,点击率,平均点击价格,网页转化,商桥转化,电话转化", [
            "2026-06-01,清岚,品牌,单元一,乌龙茶,1000,10,12.50,1.00%,1.25,1,0,3",
            "20260602,清岚,品牌,单元一,绿茶,500,5,6.25,1.00%,1.25,0,0,4",
            "总计,--,--,--,--,1500,15,18.75,1.00%,1.25,1,0,7",
        ])  # fmt: skip
        drop("关键词报告.csv", text, "gb18030")
        (result,) = land(workspace)
        assert (result.status, result.platform, result.report, result.rows) == (
            "landed",
            "baidu_ads",
            "keyword",
            2,
        )
        assert result.totals == {"impressions": 1500, "clicks": 15, "spend": 18.75, "conversions": 1.0}
        assert query("SELECT keyword, account_name, currency_code, account_timezone, period_start::VARCHAR, exported_at::VARCHAR, extra "
                     "FROM {ad_performance} ORDER BY 5") == [
            ("乌龙茶", "清岚", "CNY", "Asia/Shanghai", "2026-06-01", "2026-06-22 14:02:00", '{"商桥转化":"0","电话转化":"3"}'),
            ("绿茶", "清岚", "CNY", "Asia/Shanghai", "2026-06-02", "2026-06-22 14:02:00", '{"商桥转化":"0","电话转化":"4"}'),
        ]  # fmt: skip

    def test_period_report_takes_its_days_from_the_preamble(self, drop) -> None:
        shown = inspect(
            drop(
                "计划报告.csv", self.report("合计", "推广计划,展现,点击,消费", ["品牌,10,1,1.50"]), "gb18030"
            )
        )
        assert (shown.report, shown.date_from, shown.date_to) == ("campaign", "2026-06-01", "2026-06-07")
        assert (shown.encoding, shown.header_line) == ("GB18030", 8)

    def test_region_is_a_breakdown(self, drop, workspace, query) -> None:
        text = self.report(
            "分日", "日期,账户,推广计划,省,市,展现,点击,消费", ["2026-06-01,清岚,品牌,广东,深圳,10,1,1.50"]
        )
        drop("地域报告.csv", text, "gb18030")
        land(workspace)
        assert query("SELECT level, breakdown_type, breakdown_value FROM {ad_performance}") == [
            ("campaign", "geo", "广东 / 深圳")
        ]

    def test_search_terms_and_creatives(self, drop) -> None:
        terms = self.report(
            "分日",
            "日期,推广计划,推广单元,关键词,搜索词,当前单元的添加状态,展现,点击,消费,点击率,总转化量",
            [],
        )
        ads = self.report(
            "分时", "日期,小时,账户,推广计划,推广单元,创意标题,创意描述1,创意描述2,显示URL,展现,点击,消费", []
        )
        assert inspect(drop("a.csv", terms, "gb18030")).report == "search_term"
        assert inspect(drop("b.csv", ads, "gb18030")).report == "ad"


class TestMailchimp:
    def test_campaigns(self, drop, workspace, query) -> None:
        header = "Title,Subject,Audience,Send Date,Send Weekday,Total Recipients,Successful Deliveries,Soft Bounces,Hard Bounces,Total Bounces,Times Forwarded,Forwarded Opens,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Abuse Complaints,Times Liked on Facebook,Folder Id,Unique Id,Total Orders,Total Gross Sales,Total Revenue"
        row = 'June,"Tea, now",All,"Jun 01, 2023 09:46 pm",Thursday,"1,000",990,7,3,10,0,0,400,40.40,500,50,5.05,60,2,0,0,,abc123,3,$120.50,"$1,115.00"'
        drop("campaigns.csv", f"{header}\n{row}\n")
        (result,) = land(workspace)
        assert (result.status, result.platform, result.rows) == ("landed", "mailchimp", 1)
        assert query(
            "SELECT mailing_id, mailing_name, sent_at::VARCHAR, period_start::VARCHAR, sends, delivered, bounces, revenue, gross_sales FROM {email_campaign}"
        ) == [
            (
                "abc123",
                "June",
                "2023-06-01 21:46:00",
                "2023-06-01",
                1000,
                990,
                10,
                pytest.approx(1115),
                pytest.approx(120.5),
            )
        ]

    def test_key_without_an_id(self, drop, workspace, query) -> None:
        drop(
            "campaigns.csv",
            "Title,List,Send Date,Total Recipients,Unique Opens\nJune,All,2/24/17 11:29,10,4\n",
        )
        land(workspace)
        assert query("SELECT mailing_id, sent_at::VARCHAR FROM {email_campaign}") == [
            ("June 2017-02-24 11:29:00", "2017-02-24 11:29:00")
        ]


class TestX:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("account_analytics_content_2025-08-01_2025-08-31.csv",
             'Post id,Date,Post text,Link,Impressions,Likes,Engagements,Bookmarks,Share,New follows,Replies,Reposts,Profile visits,Url clicks\n'
             '1958823456789012345,"Tue, Aug 26, 2025","a\nb",https://x.com/1,10,1,2,0,3,0,0,0,0,4\n'),
            ("account_analytics_content_2026-08-01_2026-08-31.csv",
             'Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks\n'
             '1958823456789012345,"Tue, Aug 26, 2025","a\nb",https://x.com/1,10,1,2,0,3,0,0,0,0,5,4,0,0\n'),
            ("tweet_activity_metrics_me_20250801_20250901_en.csv",
             '"Tweet id","Tweet permalink","Tweet text","time","impressions","engagements","engagement rate","retweets","replies","likes","user profile clicks","url clicks","promoted impressions"\n'
             '"1958823456789012345","https://x.com/1","a\nb","2025-08-26 17:39 +0000","10.0","2.0","0.2","0.0","0.0","1.0","0.0","4.0","-"\n'),
        ],
    )  # fmt: skip
    def test_posts(self, drop, workspace, query, name: str, text: str) -> None:
        drop(name, text)
        (result,) = land(workspace)
        assert (result.status, result.report, result.warnings) == ("landed", "post", [])
        assert query(
            "SELECT post_id, post_text, post_url, impressions, likes, link_clicks, period_start::VARCHAR FROM {social_post}"
        ) == [("1958823456789012345", "a\nb", "https://x.com/1", 10, 1, 4, "2025-08-26")]


class TestGa4:
    PREAMBLE = "# ----------------------------------------\n# {}\n# Account: Tea\n# Property: tea.example\n# ----------------------------------------\n"
    DATES = "# \n# Start date: 20260601\n# End date: 20260607\n"

    def test_traffic_acquisition_with_session_campaign(self, drop, workspace, query) -> None:
        text = (
            self.PREAMBLE.format("Traffic acquisition: Session source / medium") + self.DATES
            + "Nth day,google / cpc,(direct) / (none)\n0000,3,1\n0006,4,2\n\n" + self.DATES
            + "Session source / medium,Session campaign,Sessions,Engaged sessions,Engagement rate,Event count,Key events,Total revenue\n"
            + "google / cpc,new-arrivals,30,20,0.66,90,3,45.5\n(direct) / (none),(not set),10,5,0.5,20,0,0\n"
        )  # fmt: skip
        drop("Traffic_acquisition.csv", text)
        (asked,) = land(workspace)
        assert asked.error is not None and asked.error.code == "E-SRC-15", "45.5 of which currency?"
        (result,) = land(workspace, list(workspace.quarantine.iterdir()), currency="EUR")
        assert (result.status, result.report, result.totals["sessions"]) == (
            "landed",
            "traffic_acquisition",
            40,
        )
        assert query("SELECT source, medium, utm_campaign, attribution_scope, account_id, sessions, conversions, "
                     "period_start::VARCHAR, period_end::VARCHAR FROM {web_traffic} WHERE level = 'source_medium_campaign' ORDER BY sessions") == [
            ("(direct)", "(none)", "(not set)", "session", "tea.example", 10, 0, "2026-06-01", "2026-06-07"),
            ("google", "cpc", "new-arrivals", "session", "tea.example", 30, 3, "2026-06-01", "2026-06-07"),
        ]  # fmt: skip
        assert query(
            "SELECT period_start::VARCHAR, extra FROM {web_traffic} WHERE level = 'day' ORDER BY 1"
        ) == [
            ("2026-06-01", '{"google / cpc":"3","(direct) / (none)":"1"}'),
            ("2026-06-07", '{"google / cpc":"4","(direct) / (none)":"2"}'),
        ]

    def test_french(self, drop) -> None:
        text = (
            "# ----------------------------------------\r\n# Vue d'ensemble de l'acquisition\r\n# Compte : Thé\r\n# Propriété : the.example\r\n"
            "# ----------------------------------------\r\n# \r\n# Date de début : 20250101\r\n# Date de fin : 20250131\r\n"
            "Groupe de canaux principal de la session (Groupe de canaux par défaut),Sessions\r\nDirect,12\r\nOrganic Search,30\r\n"
        )
        shown = inspect(drop("data-export.csv", text))
        assert (shown.platform, shown.level, shown.totals, shown.account) == (
            "ga4",
            "channel_group",
            {"sessions": 42},
            "the.example",
        )
        assert (shown.date_from, shown.date_to) == ("2025-01-01", "2025-01-31")

    def test_a_repeated_dimension_is_read_once_from_its_widest_block(self, drop) -> None:
        chart = "Session source / medium,Sessions\ngoogle / cpc,30\n\n"
        table = "Session source / medium,Sessions,Engaged sessions\ngoogle / cpc,30,20\n(not set),2,0\n"
        shown = inspect(drop("a.csv", self.PREAMBLE.format("T") + self.DATES + chart + self.DATES + table))
        assert (shown.rows, shown.totals["sessions"]) == (2, 32)
        assert any("repeats" in warning for warning in shown.warnings)

    def test_a_further_cut_is_not_taken_for_the_property(self, drop) -> None:
        blocks = (
            "Active users,Sessions\n9,12",
            "Gender,Active users\nfemale,5\nmale,4",
            "Membership,Active users\ngold,5",
        )
        text = self.PREAMBLE.format("T") + "".join(f"{self.DATES}{block}\n\n" for block in blocks)
        shown = inspect(drop("a.csv", text))
        assert [(part["level"], part["rows"]) for part in shown.parts] == [("property", 1), ("breakdown", 2)]
        assert shown.totals == {"users": 9, "sessions": 12}
        assert ["Membership" in warning for warning in shown.warnings] == [True], (
            "what nobody knows is not read"
        )
