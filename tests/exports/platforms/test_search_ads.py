"""Search advertising: Google, Microsoft, Baidu, 360, Sogou, Shenma and Amazon in the shapes they export."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest

from mkt_pipeline.exports import Inspection, inspect, land
from mkt_pipeline.exports.catalog import load_catalog
from mkt_pipeline.exports.recognise import Surroundings, match_header
from tests.exports.conftest import SAMPLES, write_xlsx

CONNECTORS = SAMPLES.parent / "connector-seeds"
DOCUMENTED = SAMPLES.parent / "documented"


def recognised(
    header: str, name: str = "report.csv", above: tuple[str, ...] = (), delimiter: str = ","
) -> tuple[str, str, str, list[str]]:
    """Platform, report, level and unknown columns of a header, without reading a file."""
    matches = match_header(load_catalog(), header.split(delimiter), above, Surroundings((name,)))
    assert matches, f"no platform knows {header}"
    best = matches[0]
    return best.platform.platform, best.report.report, best.report.level, best.unmapped_columns


def reads(shown: Inspection, platform: str, report: str, rows: int, totals_rows: int = 0) -> None:
    assert shown.problem is None, shown.problem
    assert (shown.platform, shown.report, shown.rows, shown.totals_rows, shown.rejected) == (
        platform, report, rows, totals_rows, 0,
    )  # fmt: skip
    assert shown.unmapped_columns == []


# ---- Google Ads ------------------------------------------------------------------------------------------------

CAMPAIGN_COLUMNS = (
    "Campaign status,Campaign,Budget,Budget name,Budget type,Status,Status reasons,Optimization score,Campaign type,"
    "Clicks,Impr.,CTR,Currency code,Avg. CPC,Cost,Interactions,Interaction rate,Avg. cost,Bid strategy type,Conv. rate,"
    "Conversions,Cost / conv.,Conv. value,Conv. value / cost,Search impr. share,Search lost IS (budget),Search lost IS (rank),"
    "TrueView avg. CPV,Avg. CPM,View-through conv.,Conv. (Platform Comparable)"
)
GOOGLE_REPORTS = {
    "campaign": (CAMPAIGN_COLUMNS, "campaign"),
    "manager": ("Account,Campaign,Currency code,Impr.,Clicks,Cost,Cost (Converted currency),Converted currency code", "campaign"),
    "accounts": ("Account,Customer ID,Currency code,Impr.,Clicks,Cost,Cost (Converted currency),Converted currency code", "account"),
    "device": ("Device,Level,Added to,Bid adj.,Clicks,Impr.,CTR,Currency code,Avg. CPC,Cost", "account"),
    "location": ("Location,Campaign,Bid adj.,Impr.,CTR,Currency code,Avg. CPC,Cost,Conversions", "campaign"),
    "matched location": ("Matched location,Impr.,Currency code,Avg. CPM,Cost", "account"),
    "landing page": ("Landing page,Mobile-friendly click rate,Valid AMP click rate,Clicks,Impr.,CTR,Currency code,Avg. CPC,Cost", "landing_page"),
    "asset group": ("Asset group status,Asset group,Campaign,Ad strength,Impr.,Currency code,Cost,Conv. value", "ad_group"),
    "audience": ("Audience segment,Status,Campaign,Ad group,Impr.,Currency code,Cost", "ad_group"),
    "age": ("Age,Status,Ad group,Campaign,Impr.,Currency code,Cost", "ad_group"),
    "2016 keyword": ("Keyword state,Keyword,Campaign,Ad group,Status,Max. CPC,Clicks,Impressions,CTR,Avg. CPC,Cost,Avg. position,Labels,Converted clicks", "keyword"),
    "2016 ad": ("Ad state,Ad,Description line 1,Description line 2,Display URL,Campaign,Ad group,Status,% Served,Clicks,Impressions,CTR,Avg. CPC,Cost,Avg. position", "ad"),
    "ad": ("Ad status,Final URL,Headline 1,Headline 1 position,Headline 2,Headline 15 position,Description 1,Description 4 position,Path 1,Mobile final URL,Campaign,Ad group,Status,Status reasons,Ad type,Ad strength,Clicks,Impr.,Currency code,Cost", "ad"),
    "keyword": ("Keyword status,Keyword,Match type,Campaign,Ad group,Status,Status reasons,Final URL,Mobile final URL,Max. CPC,Impr. (Top) %,Search top IS,Search exact match IS,Click share,Currency code,Cost", "keyword"),
    "search term in one campaign": ("Search term,Match type,Added/Excluded,Ad group,Clicks,Impr.,CTR,Currency code,Avg. CPC,Cost,Conv. rate,Conversions,Cost / conv.", "search_term"),
    "zh search term": ("搜索字词,匹配类型,已添加/已排除,广告组,点击次数,展示次数,点击率,货币代码,平均每次点击费用,费用,转化率,转化次数,每次转化费用", "search_term"),
    "zh keyword": ("关键字状态,关键字,匹配类型,广告组,状态,状况原因,最终到达网址,展示次数,点击率,货币代码,费用,点击次数,转化率,转化次数,平均每次点击费用,每次转化费用", "keyword"),
    "zh campaign": ("广告系列状态,广告系列,预算,状态,广告系列类型,货币代码,费用,展示次数,点击次数,转化次数,转化价值", "campaign"),
    "de keyword": ("Keyword-Status,Keyword,Übereinstimmungstyp,Kampagne,Anzeigengruppe,Status,Qualitätsfaktor,Max. CPC,Währungscode,Kosten,Klicks,Impr.,Conversions,Conv.-Wert,Anteil an möglichen Impressionen im Suchnetzwerk", "keyword"),
    "de campaign": ("Tag,Kampagne,Kampagnenstatus,Kampagnentyp,Währungscode,Klicks,Impressionen,Durchschn. CPC,Kosten,Conv.-Rate", "campaign"),
    "pl campaign": ("Dzień,Kampania,Typ kampanii,Stan kampanii,Kod waluty,Wyświetlenia,Kliknięcia,CTR,Śr. CPC,Koszt,Konwersje,Wartość konw.,Koszt/konw.", "campaign"),
    "ja keyword": ("日,キーワード ID,検索キーワード,通貨コード,費用,平均クリック単価,コンバージョン単価,表示回数,クリック数,コンバージョン", "keyword"),
    "ja search term": ("日,キーワード ID,検索語句,通貨コード,費用", "search_term"),
    "fr campaign": ("Jour,Campagne,État de la campagne,Type de campagne,Code de devise,Clics,Impr.,CPC moy.,Coût,Taux de conv.,Conversions", "campaign"),
}  # fmt: skip


class TestGoogleAds:
    @pytest.mark.parametrize("name", GOOGLE_REPORTS)
    def test_headers(self, name: str) -> None:
        header, level = GOOGLE_REPORTS[name]
        platform, _, found, unmapped = recognised(header)
        assert (platform, found, unmapped) == ("google_ads", level, [])

    def test_search_share_is_a_fraction_and_a_bound_is_no_value(self, drop, workspace, query) -> None:
        text = (
            'Campaign report\n"March 1, 2026 - March 3, 2026"\nCampaign status,Campaign,Currency code,Impr.,Cost,Search impr. share,Search lost IS (rank)\n'
            'Enabled,A,EUR,"1,000",1.50,45.20%,12.00%\nEnabled,B,EUR,20,0.50,< 10%, --\nEnabled,C,EUR,5,0, --, --\n'
            'Total: Campaigns, --,EUR,"1,025",2.00,40%,\nTotal: Account, --,EUR,"1,099",2.90,,\n'
        )
        reads(inspect(drop("Campaign report.csv", text)), "google_ads", "campaign", 3, 2)
        (landed,) = land(workspace)
        assert landed.totals == {"impressions": 1025, "spend": 2.0}
        rows = query("SELECT campaign_name, search_impression_share, extra FROM {ad_performance} ORDER BY 1")
        assert rows[0][:2] == ("A", pytest.approx(0.452))
        assert rows[1][1] is None and json.loads(rows[1][2]) == {"Search impr. share": "< 10%"}
        assert rows[2] == ("C", None, None)

    @pytest.mark.parametrize(
        ("segment", "cell", "first", "last"),
        [
            ("Day", "2026-06-03", "2026-06-03", "2026-06-03"),
            ("Week", "2026-06-01", "2026-06-01", "2026-06-07"),
            ("Month", "2026-06-01", "2026-06-01", "2026-06-30"),
            ("Month", "June 2026", "2026-06-01", "2026-06-30"),
            ("Quarter", "2026-04-01", "2026-04-01", "2026-06-30"),
            ("Quarter", "Q2 2026", "2026-04-01", "2026-06-30"),
            ("Year", "2026", "2026-01-01", "2026-12-31"),
        ],
    )
    def test_time_segments(self, drop, segment: str, cell: str, first: str, last: str) -> None:
        text = f"R\n1 January 2026 - 31 December 2026\n{segment},Campaign,Currency code,Impr.,Cost\n{cell},A,USD,10,1.25\n"
        shown = inspect(drop("r.csv", text))
        reads(shown, "google_ads", "campaign", 1)
        assert (shown.date_from, shown.date_to, shown.totals) == (
            first,
            last,
            {"impressions": 10, "spend": 1.25},
        )

    @pytest.mark.parametrize(
        ("header", "level"),
        [
            ("Search term,Match type", "search_term"),
            ("Keyword,Match type", "keyword"),
            ("Ad group,Campaign", "ad_group"),
            ("Campaign,Device", "campaign"),
        ],
    )
    def test_without_a_cost_column_the_range_above_the_header_tells(
        self, drop, header: str, level: str
    ) -> None:
        text = f'My report\n"June 1, 2026 - June 3, 2026"\n{header},Impr.,Clicks\nA,B,"1,000",7\nC,D,20,1\n'
        shown = inspect(drop("report.csv", text))
        reads(shown, "google_ads", f"{level}_without_cost", 2)
        assert (shown.level, shown.totals) == (level, {"impressions": 1020, "clicks": 8})
        assert (shown.date_from, shown.date_to, shown.currency) == ("2026-06-01", "2026-06-03", None)

    def test_manager_sums_each_account_in_its_own_currency(self, drop, workspace, query) -> None:
        text = (
            "R\n1 May 2026 - 8 May 2026\nAccount,Campaign,Currency code,Impr.,Cost,Cost (Converted currency),Converted currency code\n"
            "UK,A,GBP,10,1.00,1.15,EUR\nDE,B,EUR,20,2.00,2.00,EUR\n"
            "Total: Campaigns, --, --,30, --,3.15,EUR\nTotal: Manager account, --, --,31, --,3.20,EUR\n"
        )
        shown = inspect(drop("Campaign report.csv", text))
        reads(shown, "google_ads", "campaign", 2, 2)
        assert (shown.control_totals, shown.currency) == ({"impressions": 30}, None)
        land(workspace)
        assert query("SELECT account_name, currency_code, spend::DOUBLE FROM {ad_performance} ORDER BY 1") == [
            ("DE", "EUR", 2.0), ("UK", "GBP", 1.0),
        ]  # fmt: skip

    def test_chinese_excel_csv_with_its_totals(self, drop) -> None:
        text = (
            "搜索字词报告\n2026年5月1日 - 2026年5月8日\n搜索字词\t匹配类型\t已添加/已排除\t广告组\t点击次数\t展示次数\t货币代码\t费用\t转化次数\n"
            '乌龙茶\t精确匹配\t已添加\t茶\t3\t"1,200"\tCNY\t4.50\t1.00\n绿茶\t广泛匹配\t都没有\t茶\t1\t300\tCNY\t0.75\t0.00\n'
            '总计：搜索字词\t\t\t\t4\t"1,500"\tCNY\t5.25\t1.00\n总计：账号\t\t\t\t9\t"2,000"\tCNY\t9.00\t2.00\n'
        )
        shown = inspect(drop("搜索字词报告.csv", text, "utf-16"))
        reads(shown, "google_ads", "search_term", 2, 2)
        assert (shown.encoding, shown.currency, shown.date_from, shown.date_to) == (
            "UTF-16LE",
            "CNY",
            "2026-05-01",
            "2026-05-08",
        )
        assert shown.totals == shown.control_totals == {"clicks": 4, "impressions": 1500, "spend": 5.25, "conversions": 1.0}  # fmt: skip

    def test_polish_decimal_commas(self, drop) -> None:
        text = (
            "Raport kampanii\n1 wrz 2026 - 2 wrz 2026\nDzień,Kampania,Kod waluty,Wyświetl.,Kliknięcia,Koszt,Konwersje,Wartość konw.,CTR\n"
            '2026-09-01,A,PLN,"1 234",56,"123,45","2,00","500,00","4,54%"\n2026-09-02,A,PLN,1000,40,"80,00","0,00","0,00","4,00%"\n'
            'Razem: konto,,PLN,"2 234",96,"203,45","2,00","500,00","4,30%"\n'
        )
        shown = inspect(drop("Raport.csv", text))
        reads(shown, "google_ads", "campaign", 2, 1)
        assert shown.totals == shown.control_totals == {
            "impressions": 2234, "clicks": 96, "spend": 203.45, "conversions": 2.0, "conversion_value": 500.0,
        }  # fmt: skip

    def test_german_range_and_totals(self, drop) -> None:
        text = (
            "Kampagnenbericht\n1. September 2026 - 30. September 2026\nKampagnenstatus,Kampagne,Währungscode,Klicks,Impr.,Kosten\n"
            'Aktiviert,A,EUR,3,"1.234","12,50"\nAktiviert,B,EUR,1,20,"0,50"\n'
            'Gesamt: Kampagnen, --,EUR,4,"1.254","13,00"\nGesamt: Konto, --,EUR,9,"2.000","20,00"\n'
        )
        shown = inspect(drop("Kampagnenbericht.csv", text))
        reads(shown, "google_ads", "campaign", 2, 2)
        assert shown.totals == shown.control_totals == {"clicks": 4, "impressions": 1254, "spend": 13.0}
        assert (shown.date_from, shown.date_to) == ("2026-09-01", "2026-09-30")

    def test_adwords_of_2016(self, drop) -> None:
        text = (
            '"Keyword report (Oct 25, 2016-Oct 31, 2016)"\r\nKeyword state\tKeyword\tCampaign\tAd group\tStatus\tMax. CPC\tClicks\tImpressions\tCTR\tAvg. CPC\tCost\tAvg. position\r\n'
            'enabled\t"[tea]"\tC\tG\teligible\t1.00\t2\t"1,100"\t0.18%\t0.60\t1.20\t1.1\r\npaused\t+green +tea\tC\tG\teligible\t1.00\t1\t10\t10%\t0.30\t0.30\t2.0\r\n'
            'Total - filtered\t --\t --\t --\t --\t --\t3\t"1,110"\t0.27%\t0.50\t1.50\t1.1\r\nTotal - Search\t --\t --\t --\t --\t --\t9\t"2,000"\t1%\t1\t9.00\t1\r\nTotal\t --\t --\t --\t --\t --\t9\t"2,000"\t1%\t1\t9.00\t1\r\n'
        )
        shown = inspect(drop("Keyword report.csv", text, "utf-16"))
        assert (shown.platform, shown.report, shown.rows, shown.totals_rows, shown.unmapped_columns) == (
            "google_ads", "keyword", 2, 3, [],
        )  # fmt: skip
        assert shown.totals == shown.control_totals == {"clicks": 3, "impressions": 1110, "spend": 1.5}
        assert (shown.date_from, shown.date_to) == ("2016-10-25", "2016-10-31")

    def test_workbook_without_title_rows(self, tmp_path: Path) -> None:
        rows = [
            [
                "Device",
                "Level",
                "Added to",
                "Impr.",
                "Clicks",
                "CTR",
                "Currency code",
                "Cost",
                "Search impr. share",
            ],
            ["Computers", "Campaign", "--", 100, 5, 0.05, "EUR", 4.5, 0.25],
            ["Mobile phones", "Campaign", "--", 50, 1, 0.02, "EUR", 0.5, "< 10%"],
        ]
        shown = inspect(write_xlsx(tmp_path / "Device report 2026-05-01 2026-05-08.xlsx", {"Sheet0": rows}))
        reads(shown, "google_ads", "account", 2)
        assert (shown.header_line, shown.totals) == (1, {"impressions": 150, "clicks": 6, "spend": 5.0})

    def test_assets_never_enter_spend(self, drop, workspace, query) -> None:
        text = (
            'Ad asset report\n"May 18, 2025 - August 15, 2025"\n'
            "Asset status,Asset,Asset type,Level,Status,Status reason,Source,Last updated,Currency code,Avg. CPM,Impr.,Interactions,Interaction rate,Avg. cost,Cost,Clicks,Conversions,Conv. value\n"
            'Enabled,Fresh tea,Headline,Campaign,Eligible,,Advertiser,"Oct 15, 2024, 11:04 AM",USD,258.35,"8,658",408,4.71%,5.48,2236.76,408,14.89,"2,089.46"\n'
            'Enabled,Order now,Headline,Campaign,Eligible,,Advertiser,"Oct 15, 2024, 11:04 AM",USD,258.35,"8,658",408,4.71%,5.48,2236.76,408,14.89,"2,089.46"\n'
        )
        shown = inspect(drop("Asset association report.csv", text))
        reads(shown, "google_ads", "asset", 2)
        assert (shown.dataset, shown.totals) == (None, {}), "one click counts for every asset shown"
        (landed,) = land(workspace)
        assert landed.status == "landed"
        assert landed.warnings == [
            "it only describes (asset): it is kept in the archive, and no row of it lands"
        ]
        assert query("SELECT count(*) FROM {ad_performance}") == [(0,)]

    def test_conversions_by_action_are_their_own_dataset(self, drop, workspace, query) -> None:
        text = (
            "R\n1 May 2026 - 8 May 2026\nDay,Campaign,Conversion action,Conversion category,Currency code,Conversions,Conv. value,View-through conv.,Cost,All conv.\n"
            "2026-05-01,A,Purchase,Purchase,EUR,2.50,125.00,1, --,4.00\n2026-05-01,A,Newsletter,Sign-up,EUR,1.00,0.00,0, --,1.00\n"
            "Total: Campaigns, --, --, --,EUR,3.50,125.00,1, --,5.00\n"
        )
        drop("r.csv", text)
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.rows) == ("landed", "campaign_conversion", 2)
        assert landed.warnings == []
        assert query(
            "SELECT level, campaign_name, conversion_action, conversion_category, conversions::DOUBLE, conversion_value::DOUBLE "
            "FROM {ad_conversion} ORDER BY conversions DESC"
        ) == [
            ("campaign", "A", "Purchase", "Purchase", 2.5, 125.0),
            ("campaign", "A", "Newsletter", "Sign-up", 1.0, 0.0),
        ]  # fmt: skip

    def test_bulk_sheets_are_no_performance_report(self, drop) -> None:
        text = "Row Type,Action,Campaign status,Campaign,Ad group,Keyword,Keyword status\nCampaign,Add,Enabled,A,,,\n"
        problem = inspect(drop("bulk.csv", text)).problem
        assert problem is not None and problem["code"] == "E-SRC-06"

    def test_columns_in_any_order_and_unknown_ones(self, drop) -> None:
        text = "R\n1 May 2026 - 8 May 2026\nCost,Mood,Currency code,Campaign,Clicks\n1.50,good,EUR,A,3\n"
        shown = inspect(drop("r.csv", text))
        assert (shown.problem, shown.report, shown.totals) == (None, "campaign", {"spend": 1.5, "clicks": 3})
        assert shown.unmapped_columns == ["Mood"]

    def test_report_without_any_amount_is_known_by_its_range(self, drop) -> None:
        body = "Day,Campaign,Impr.,Clicks\n2026-05-01,A,10,1\n"
        shown = inspect(drop("r.csv", f"My report\n1 May 2026 - 8 May 2026\n{body}"))
        reads(shown, "google_ads", "campaign_without_cost", 1)
        assert inspect(drop("s.csv", body)).platform is None


CARDS = {
    "Time_series(2026.02.05-2026.02.06).csv": (
        'Date,Clicks,Impressions,Avg. CPC,Cost\n"Thu, 5 Feb 2026",3,100,US$1.42,US$4.25\n"Fri, 6 Feb 2026",1,50,US$0.75,US$0.75\n',
        "account", {"clicks": 4, "impressions": 150, "spend": 5.0},
    ),
    "Campaigns(2026.02.05-2026.02.06).csv": (
        "Campaign Name,Campaign Group Name,Campaign Status,Cost,Clicks,CTR\nBrand,,Enabled,\"US$1,004.00\",3,4%\nOther,,Paused,US$1.00,1,2%\n",
        "campaign", {"spend": 1005.0, "clicks": 4},
    ),
    "Search_keywords(2026.02.05-2026.02.06).csv": (
        "Search Keyword,Match type,Criterion Status,Campaign Status,Ad Group Status,Cost,Clicks,CTR\n[green tea],Exact match,Enabled,Enabled,Enabled,US$4.00,3,4%\n",
        "keyword", {"spend": 4.0, "clicks": 3},
    ),
    "Searches(Search_2026.02.05-2026.02.06).csv": (
        "Search,Cost,Clicks,Impressions,Conversions\ngreen tea,US$4.00,3,80,1.50\n",
        "search_term", {"spend": 4.0, "clicks": 3, "impressions": 80, "conversions": 1.5},
    ),
    "Devices(2026.02.05-2026.02.06).csv": (
        "Device,Cost,Clicks,Conversions\nMobile phones,US$4.00,3,1\nComputers,US$1.00,1,0\n",
        "account", {"spend": 5.0, "clicks": 4, "conversions": 1},
    ),
    "Networks(2026.02.05-2026.02.06).csv": (
        "Network,Clicks,Cost,Avg. CPC\nGoogle search,4,US$5.00,US$1.25\n", "account", {"clicks": 4, "spend": 5.0},
    ),
    "Day_&_hour(Day_Hour_2026.02.05-2026.02.06).csv": (
        "Day,Start Hour,Impressions\nMonday,0,10\nMonday,1,5\n", "account", {"impressions": 15},
    ),
    "Demographics(Gender_Age_2026.02.05-2026.02.06).csv": (
        "Gender,Age Range,Impressions\nFemale,18–24,10\nMale,65+,5\n", "account", {"impressions": 15},
    ),
    "Locations(Geographic_Report_2026.02.05-2026.02.06).csv": (
        "Location,Clicks,Cost\nGermany,4,US$5.00\n", "account", {"clicks": 4, "spend": 5.0},
    ),
}  # fmt: skip


class TestGoogleOverviewCards:
    @pytest.mark.parametrize("name", CARDS)
    def test_cards(self, drop, name: str) -> None:
        text, level, totals = CARDS[name]
        shown = inspect(drop(name, text))
        reads(shown, "google_ads", shown.report or "", text.count("\n") - 1)
        assert (shown.level, shown.totals) == (level, totals)
        assert (shown.date_from, shown.date_to) == ("2026-02-05", "2026-02-06")
        if "US$" in text:
            assert shown.currency == "USD"

    def test_day_and_hour_values(self, drop, workspace, query) -> None:
        name = "Day_&_hour(Day_Hour_2026.02.05-2026.02.06).csv"
        drop(name, CARDS[name][0])
        land(workspace)
        assert query("SELECT breakdown_type, breakdown_value, impressions FROM {ad_performance} ORDER BY 2") == [
            ("day_of_week+hour", "Monday / 0", 10), ("day_of_week+hour", "Monday / 1", 5),
        ]  # fmt: skip

    def test_words_count_a_search_for_each_word_and_are_not_added(self, drop) -> None:
        text = "Word,Cost,Clicks,Impressions,Top Containing Queries\ngreen,US$4.00,3,80,(green tea)\ntea,US$4.00,3,80,(green tea)\n"
        shown = inspect(drop("Searches(Word_2026.02.05-2026.02.06).csv", text))
        assert (shown.problem, shown.platform, shown.report, shown.dataset, shown.totals) == (
            None, "google_ads", "overview_words", None, {},
        )  # fmt: skip

    @pytest.mark.parametrize("gap", ["", " "])
    def test_comparison_columns_are_never_summed(self, drop, gap: str) -> None:
        text = (
            f"Date,Clicks,Clicks{gap}(Comparison),Cost,Cost{gap}(Comparison),Conversions,Conversions{gap}(Comparison)\n"
            '"Tue, Aug 26, 2025",3,900,"CA$4.25","CA$9,000.00",1.00,50.00\n'
        )
        shown = inspect(drop("Time_series(2025.08.26-2025.08.27).csv", text))
        reads(shown, "google_ads", "overview_time_series", 1)
        assert shown.totals == {"clicks": 3, "spend": 4.25, "conversions": 1.0}
        assert (shown.currency, shown.date_from) == ("CAD", "2025-08-26")

    def test_french_campaigns(self, drop) -> None:
        text = (
            "Nom de la campagne,Coût,Coût (Comparaison),Clics,Clics (Comparaison),CPC moy.\n"
            'Marque,"11 925,86\u00a0€","10 000,00\u00a0€","1 204",900,"9,91\u00a0€"\nAutre,"74,14\u00a0€","1,00\u00a0€",96,9,"0,77\u00a0€"\n'
        )
        shown = inspect(drop("Campaigns(2025.01.01-2025.01.31).csv", text))
        reads(shown, "google_ads", "overview_campaigns", 2)
        assert (shown.totals, shown.currency) == ({"spend": 12000.0, "clicks": 1300}, "EUR")

    def test_french_weeks(self, drop) -> None:
        text = 'Date,Clics,Coût,CPC moy.\nSemaine du 30 déc. 2024,3,"4,25\u00a0€","1,42\u00a0€"\n'
        shown = inspect(drop("Time_series(2024.12.30-2025.01.05).csv", text))
        reads(shown, "google_ads", "overview_time_series", 1)
        assert (shown.totals, shown.date_from) == ({"clicks": 3, "spend": 4.25}, "2024-12-30")

    def test_the_whole_zip_is_one_export(self, workspace, query) -> None:
        path = workspace.inbox / "Overview_cards_csv(2026-05-24_07_16_32).zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, (text, _, _) in CARDS.items():
                archive.writestr(name, text)
            archive.writestr("Searches(Word_2026.02.05-2026.02.06).csv", "Word,Cost,Clicks\ntea,US$4.00,3\n")
            archive.writestr("Optimization_score(2026.02.05-2026.02.06).csv", "Campaign Name,Optimization Score\nBrand,80%\n")  # fmt: skip
            archive.writestr("Biggest_changes(2026.02.05-2026.02.06).csv", "Campaign Name,Ad Group Name,Cost,Cost (Comparison)\nBrand,G,US$4.00,US$2.00\n")  # fmt: skip
            archive.writestr("Auction_insights(Compare_metrics_2026.02.05-2026.02.06).csv", "Advertiser Name,Impression share,Overlap rate\nYou,40%,\n")  # fmt: skip
        (landed,) = land(workspace)
        assert (landed.status, landed.warnings) == ("landed", [])
        assert query(
            "SELECT level, breakdown_type, sum(spend)::DOUBLE FROM {ad_performance} WHERE spend IS NOT NULL GROUP BY ALL ORDER BY 1, 2"
        ) == [
            ("account", "device", 5.0), ("account", "geo", 5.0), ("account", "network", 5.0), ("account", None, 5.0),
            ("campaign", None, 1005.0), ("keyword", None, 4.0), ("search_term", None, 4.0),
        ]  # fmt: skip


class TestGoogleConnectors:
    @pytest.mark.parametrize(
        ("header", "level"),
        [
            ("segments.date,customer.id,customer.currency_code,campaign.id,campaign.name,ad_group.id,ad_group.name,metrics.impressions,metrics.clicks,metrics.cost_micros,metrics.conversions,metrics.conversions_value", "ad_group"),
            ("segments.date,customer.id,customer.currency_code,campaign.id,campaign.name,ad_group.id,ad_group.name,ad_group_criterion.criterion_id,ad_group_criterion.keyword.text,ad_group_criterion.keyword.match_type,metrics.impressions,metrics.clicks,metrics.cost_micros", "keyword"),
            ("segments_date,customer_id,campaign_id,campaign_name,campaign_status,segments_device,segments_ad_network_type,metrics_impressions,metrics_clicks,metrics_cost_micros,metrics_conversions,_DATA_DATE", "campaign"),
            ("customer_id,date,_fivetran_id,ad_network_type,base_campaign,clicks,conversions,conversions_value,cost_micros,device,id,impressions,interactions,view_through_conversions", "campaign"),
            ("customer_id,date,campaign_id,ad_group_id,ad_id,clicks,cost_micros,impressions,_fivetran_synced", "ad"),
            ("segments.date,campaign.id,ad_group.id,search_term_view.search_term,segments.search_term_match_type,metrics.cost_micros,metrics.impressions,_airbyte_raw_id,_airbyte_extracted_at", "search_term"),
            ("segments.date,customer.id,customer.currencyCode,customer.timeZone,metrics.costMicros,metrics.clicks", "account"),
            ("segments.date,campaign.id,campaign.name,campaign.status,campaign.advertising_channel_type,metrics.impressions,metrics.clicks,metrics.cost_micros,metrics.conversions,metrics.conversions_value,metrics.view_through_conversions,account_id,account_name,currency_code,time_zone", "campaign"),
        ],
    )  # fmt: skip
    def test_headers(self, header: str, level: str) -> None:
        platform, report, found, unmapped = recognised(header)
        assert (platform, report, found, unmapped) == ("google_ads", f"connector_{level}", level, [])

    def test_micros_are_millionths(self, drop, workspace, query) -> None:
        text = (
            "segments.date,customer.id,customer.currency_code,campaign.id,campaign.name,segments.device,metrics.impressions,metrics.clicks,metrics.cost_micros,metrics.conversions,metrics.conversions_value\n"
            "2026-06-01,123,EUR,9,Brand,MOBILE,100,5,4512345,1.5,20\n2026-06-01,123,EUR,9,Brand,DESKTOP,50,1,487655,0,0\n"
        )
        drop("google.csv", text)
        (landed,) = land(workspace)
        assert landed.totals == {"impressions": 150, "clicks": 6, "spend": 5.0, "conversions": 1.5, "conversion_value": 20.0}  # fmt: skip
        assert query("SELECT account_id, campaign_id, currency_code, breakdown_value, spend::VARCHAR FROM {ad_performance} ORDER BY 4") == [
            ("123", "9", "EUR", "DESKTOP", "0.487655"), ("123", "9", "EUR", "MOBILE", "4.512345"),
        ]  # fmt: skip

    def test_a_table_without_micros_is_not_taken(self) -> None:
        header = ["date", "account_id", "campaign_id", "clicks", "impressions", "cost"]
        platforms = {match.platform.platform for match in match_header(load_catalog(), header)}
        assert not platforms & {"google_ads", "microsoft_ads", "amazon_ads"}


# ---- Microsoft Advertising -------------------------------------------------------------------------------------


def microsoft(
    aggregation: str, header: str, *rows: str, time: str = "2/1/2020, 2/7/2020", rows_said: int | None = None,
    footer: str = "©2020 Microsoft Corporation. All rights reserved. ",
) -> str:  # fmt: skip
    """A report file in full: ten lines above the header, every cell quoted, a copyright line."""

    def quoted(line: str) -> str:
        return ",".join(f'"{cell}"' for cell in line.split(","))

    return "\r\n".join([
        '"Report Name: My report"', f'"Report Time: {time}"', '"Time Zone: (GMT-08:00) Pacific Time (US & Canada); Tijuana"',
        '"Last Completed Available Day: 2/8/2020 10:15:00 PM (GMT)"', '"Last Completed Available Hour: 2/8/2020 10:15:00 PM (GMT)"',
        f'"Report Aggregation: {aggregation}"', '"Report Filter: "', '"Potential Incomplete Data: true"',
        f'"Rows: {len(rows) if rows_said is None else rows_said}"', "", quoted(header), *map(quoted, rows), "", f'"{footer}"', "",
    ])  # fmt: skip


MICROSOFT_HEADER = "TimePeriod,AccountId,CampaignId,CampaignName,CurrencyCode,Impressions,Clicks,Ctr,AverageCpc,Spend,Conversions,Revenue"


class TestMicrosoft:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    @pytest.mark.parametrize(
        "footer",
        ["©2020 Microsoft Corporation. All rights reserved. ", "@2026 Microsoft Corporation. All rights reserved. ", "Â©2013 Microsoft Corporation. All rights reserved. ", "� 2024 Microsoft Corporation. All rights reserved."],
    )  # fmt: skip
    def test_daily(self, drop, encoding: str, footer: str) -> None:
        text = microsoft(
            "Daily", MICROSOFT_HEADER, "2020-02-01,1,11,Brand,USD,100,5,5.00%,1.00,5.00,1,20.50", "2020-02-02,1,11,Brand,USD,0,1,--,0.25,0.25,0,0.00",
            footer=footer,
        )  # fmt: skip
        shown = inspect(drop("report.csv", text, encoding))
        reads(shown, "microsoft_ads", "campaign", 2)
        assert shown.totals == {"impressions": 100, "clicks": 6, "spend": 5.25, "conversions": 1.0, "conversion_value": 20.5}  # fmt: skip
        assert (shown.header_line, shown.currency, shown.date_from, shown.date_to) == (
            11,
            "USD",
            "2020-02-01",
            "2020-02-02",
        )

    @pytest.mark.parametrize(
        ("aggregation", "cell", "first", "last"),
        [
            ("Daily", "2020-02-03", "2020-02-03", "2020-02-03"),
            ("Daily", "2/3/2020", "2020-02-03", "2020-02-03"),
            ("Weekly", "2020-02-02", "2020-02-02", "2020-02-08"),
            ("Monthly", "2020-02-01", "2020-02-01", "2020-02-29"),
            ("Yearly", "2020", "2020-01-01", "2020-12-31"),
            ("Hourly", "2020-03-15|7", "2020-03-15", "2020-03-15"),
            ("Hourly", "03/15/2020 12:00:00 AM|7", "2020-03-15", "2020-03-15"),
        ],
    )
    def test_aggregations(self, drop, aggregation: str, cell: str, first: str, last: str) -> None:
        text = microsoft(
            aggregation,
            MICROSOFT_HEADER,
            f"{cell},1,11,Brand,USD,100,5,5.00%,1.00,5.00,1,20.50",
            time="1/1/2020, 12/31/2020",
        )
        shown = inspect(drop("report.csv", text))
        reads(shown, "microsoft_ads", "campaign", 1)
        assert (shown.date_from, shown.date_to) == (first, last)

    @pytest.mark.parametrize(
        ("time", "first", "last"),
        [("2/7/2020", "2020-02-07", "2020-02-07"), ("2013", "2013-01-01", "2013-12-31")],
    )
    def test_a_report_of_one_day_or_one_year(self, drop, time: str, first: str, last: str) -> None:
        text = microsoft("Summary", "AccountId,CampaignId,Clicks", "1,11,35", time=time)
        shown = inspect(drop("report.csv", text))
        assert (shown.problem, shown.date_from, shown.date_to) == (None, first, last)

    def test_summary_takes_its_days_from_the_line_above(self, drop) -> None:
        text = microsoft(
            "Summary",
            "AccountId,CampaignId,Keyword,KeywordId,DeviceType,Clicks",
            "1,11,red shoes,7,Computer,35",
            "1,11,red shoes,7,Smartphone,50",
        )
        shown = inspect(drop("report.csv", text))
        reads(shown, "microsoft_ads", "keyword", 2)
        assert (shown.totals, shown.date_from, shown.date_to) == ({"clicks": 85}, "2020-02-01", "2020-02-07")
        assert shown.exported_at is not None and shown.exported_at.startswith("2020-02-08 ")

    def test_rows_must_be_as_many_as_the_file_says(self, drop) -> None:
        text = microsoft(
            "Daily", MICROSOFT_HEADER, "2020-02-01,1,11,Brand,USD,100,5,5.00%,1.00,5.00,1,20.50", rows_said=2
        )
        problem = inspect(drop("report.csv", text)).problem
        assert problem is not None and problem["code"] == "E-SRC-10"

    def test_parts_can_be_switched_off(self, drop) -> None:
        rows = "2020-02-01,1,11,Brand,USD,100,5,5.00%,1.00,5.00,1,20.50\n"
        reads(inspect(drop("a.csv", f"{MICROSOFT_HEADER}\n{rows}")), "microsoft_ads", "campaign", 1)
        problem = inspect(drop("b.csv", rows)).problem
        assert problem is not None and problem["code"] == "E-SRC-06" and "header" in problem["found"]

    def test_days_are_utc_days(self, drop, workspace, query) -> None:
        drop("report.csv", microsoft("Daily", "TimePeriod,AccountName,SearchQuery,BidMatchType,DeliveredMatchType,CampaignName,AdGroupName,Keyword,CurrencyCode,Impressions,Clicks,Spend", "2020-02-01,Shop,buy red shoes,Phrase,Broad,C,G,red shoes,USD,4,2,0.50"))  # fmt: skip
        (landed,) = land(workspace)
        assert (landed.report, landed.warnings) == ("search_term", [])
        assert query("SELECT account_timezone, search_term, match_type, keyword, spend::DOUBLE FROM {ad_performance}") == [
            ("UTC", "buy red shoes", "Phrase", "red shoes", 0.5)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("header", "level", "delimiter"),
        [
            ("Gregorian date|Hour|Account name|Campaign name|Ad group|Ad title|Ad description|Ad distribution|Impressions|Clicks|CTR (%)|Average CPC|Spend|Avg. position|Conversions|Conversion rate (%)|CPA|Account number|Account status|Ad group ID|Ad group status|Ad ID|Ad status|Ad type|Bid match type|Currency code|Customer name|Destination URL|Device OS|Device type|Final URL|Language|Network|Title part 1|Title part 2|Top vs. other|Tracking Template|Avg. CPM|Assists|Extended cost|Revenue|Return on ad spend (%)|Cost per assist|Revenue per conversion", "ad", "|"),
            ("Account name\tCampaign name\tAd group\tKeyword ID\tKeyword\tBid match type\tAd distribution\tCurrent maximum CPC\tImpressions\tClicks\tCTR\tAvg. CPC\tSpend\tTop impression rate\tAbsolute top impression rate\tConversions\tCPA\tConversion rate", "keyword", "\t"),
        ],
    )  # fmt: skip
    def test_names_of_the_interface(self, header: str, level: str, delimiter: str) -> None:
        found = recognised(header, above=("Report Name: x",), delimiter=delimiter)
        assert found == ("microsoft_ads", f"interface_{level}", level, [])

    def test_bracketed_ids_of_the_interface(self, drop, workspace, query) -> None:
        text = (
            "Report Name: kw\nReport Time: 6/10/2026,6/16/2026\nTime Zone: (GMT+08:00) Beijing\nLast Completed Available Day: 6/17/2026 7:20:00 AM (GMT)\n\n"
            "Account name\tCampaign name\tAd group\tKeyword ID\tKeyword\tCurrency code\tImpressions\tClicks\tSpend\n"
            "Shop\tC\tG\t[82945799304067]\ttea\tCNY\t309\t91\t318.26\n"
        )
        drop("kw.csv", text)
        (landed,) = land(workspace)
        assert (landed.status, landed.totals["spend"]) == ("landed", 318.26)
        assert query(
            "SELECT keyword_id, period_start::VARCHAR, period_end::VARCHAR FROM {ad_performance}"
        ) == [("82945799304067", "2026-06-10", "2026-06-16")]

    @pytest.mark.samples
    @pytest.mark.parametrize(
        ("name", "rows", "clicks"),
        [("keyword", 3, 194), ("keyword_x_device_1", 5, 171), ("keyword_x_device_2", 7, 194)],
    )
    def test_documented_examples(self, name: str, rows: int, clicks: int) -> None:
        if not DOCUMENTED.is_dir():
            pytest.skip(f"no documented samples at {DOCUMENTED}")
        shown = inspect(DOCUMENTED / f"microsoft_ads/keyword_performance_summary_{name}.csv")
        reads(shown, "microsoft_ads", "keyword", rows)
        assert (shown.totals, shown.header_line, shown.date_from) == ({"clicks": clicks}, 11, "2020-02-07")

    @pytest.mark.samples
    @pytest.mark.parametrize(
        ("name", "level", "totals"),
        [("account", "account", (0.0, 4, 5)), ("search", "search_term", (66.11, 25, 270))],
    )
    def test_connector_seeds(
        self, tmp_path: Path, name: str, level: str, totals: tuple[float, int, int]
    ) -> None:
        if not CONNECTORS.is_dir():
            pytest.skip(f"no connector seeds at {CONNECTORS}")
        seed = CONNECTORS / f"microsoft_ads/microsoft_ads_{name}_performance_daily_report_data.csv"
        shown = inspect(seed)
        assert (shown.platform, shown.report, shown.rows, shown.unmapped_columns) == (
            "microsoft_ads", f"connector_{level}", 10, [],
        )  # fmt: skip
        assert (shown.totals["spend"], shown.totals["clicks"], shown.totals["impressions"]) == totals


# ---- Baidu, 360, Sogou, Shenma ---------------------------------------------------------------------------------


class TestBaidu:
    @pytest.mark.parametrize(
        ("header", "level"),
        [
            ("日期,账户,推广计划,推广单元,关键词,展现,点击,消费,点击率,平均点击价格,网页转化,商桥转化", "keyword"),
            ("日期,小时,账户,推广计划,推广单元,创意标题,创意描述1,创意描述2,显示URL,展现,点击,消费,点击率,平均点击价格", "ad"),
            ("日期,账户,推广计划,省,市,展现,点击,消费,点击率,平均点击价格", "campaign"),
            ("日期,小时,账户,推广计划,展现,点击,消费,点击率,平均点击价格", "campaign"),
            ("日期,推广计划,推广单元,关键词,搜索词,当前单元的添加状态,展现,点击,消费,点击率,总转化量,精确匹配扩展(地域词扩展)触发,高级精确匹配触发", "search_term"),
            ("推广计划名称,推广单元名称,关键词名称,匹配模式,出价,访问URL,移动访问URL,启用/暂停,关键词状态,标记,计算机质量度,移动质量度,消费,平均点击价格,点击,展现,点击率,网页转化,千次展现消费,平均转化价格", "keyword"),
            ("日期,推广计划,账户,展现,点击,消费,点击率,平均点击价格,网页转化,商桥转化,电话转化", "campaign"),
            ("日期,推广计划,推广计划ID,展现,点击,消费,点击率,平均点击价格,千次展现消费,移动营销页浏览量,网页转化", "campaign"),
            ("日期,账户,推广计划,推广单元,平台,展现,点击,消费,点击率,平均点击价格,千次展现消费", "ad_group"),
            ("日期,账户,推广计划,推广单元,一级兴趣,二级兴趣,展现,点击,消费,点击率,平均点击价格,千次展现消费", "ad_group"),
            ("日期,账户,展现,点击,消费,点击率,平均点击价格", "account"),
            ("日期,账户,方案,单元,展现量,点击量,消费,目标转化量", "ad_group"),
        ],
    )  # fmt: skip
    def test_headers(self, header: str, level: str) -> None:
        platform, _, found, unmapped = recognised(header)
        assert (platform, found, unmapped) == ("baidu_ads", level, [])

    def test_feed_by_the_hour(self, drop, workspace, query) -> None:
        text = (
            "数据生成时间：2018-04-20 13:59,,,,,\r\n数据生成条件：,,,,,\r\n1. 时间范围：20180419,,,,,\r\n\r\n"
            "日期,小时,推广计划,推广计划ID,展现,点击,消费,点击率,平均点击价格,千次展现消费\r\n"
            '"2018-04-19",0,茶,77,100,2,3.50,2.00%,1.75,35.00\r\n"2018-04-19",1,茶,77,50,0,0.00,0.00%,0.00,0.00\r\n'
        )
        drop("信息流.csv", text, "gb18030")
        (landed,) = land(workspace)
        assert (landed.report, landed.totals) == ("campaign", {"impressions": 150, "clicks": 2, "spend": 3.5})
        assert query("SELECT breakdown_type, breakdown_value, campaign_id, currency_code, period_start::VARCHAR FROM {ad_performance} ORDER BY 2") == [
            ("hour", "0", "77", "CNY", "2018-04-19"), ("hour", "1", "77", "CNY", "2018-04-19"),
        ]  # fmt: skip


class TestOtherChineseSearch:
    @pytest.mark.parametrize(
        ("platform", "header", "level"),
        [
            ("qihoo_360_ads", "推广账户,产品线,推广计划,展示次数,点击次数,点击率,总费用,平均每次点击费用", "campaign"),
            ("qihoo_360_ads", "推广账户,产品线,推广计划,省级地区,市级地区,展示次数,点击次数,点击率,总费用,平均每次点击费用", "campaign"),
            ("qihoo_360_ads", "推广账户,产品线,推广计划,推广组,创意,创意描述1,创意描述2,触发模式,关键词,搜索词,展示次数,点击次数,点击率,总费用,平均每次点击费用", "search_term"),
            ("qihoo_360_ads", "关键词ID,推广计划,推广组,关键词,匹配方式,出价,访问网址,移动访问网址,质量度,移动质量度,启用/暂停,点击,展示,消费,点击率,平均点击率", "keyword"),
            ("qihoo_360_ads", "时间,推广计划,展示次数,点击次数,点击率,总费用,平均点击费用,广告模式,产品线", "campaign"),
            ("sogou_ads", "编号,日期,账户,推广计划,消耗,点击数,展示数,点击率,点击均价,有消耗词量", "campaign"),
            ("sogou_ads", "编号,日期,账户,推广计划,省级地域,市级地域,消耗,消耗占比,点击数,点击数占比,点击均价", "campaign"),
            ("sogou_ads", "编号,日期,推广计划,推广组,创意标题,创意描述1,创意描述2,创意访问URL,创意展示URL,关键词,搜索词,消耗,点击数,点击均价,搜索词是否已添加为关键词,搜索词是否已添加为否词", "search_term"),
            ("sogou_ads", "编号,日期,账户,推广计划ID,推广计划,推广组ID,推广组,关键词id,关键词,消耗,点击均价,点击数,展示数,点击率,关键词平均排名", "keyword"),
            ("sogou_ads", "账号,推广计划,推广计划状态,推广计划启用/暂停,推广计划每日预算,内容关联,推广组,推广组出价,推广组启用/暂停,推广组状态,关键词,关键词状态,关键词启用/暂停,关键词质量度,关键词移动质量度,关键词匹配方式,关键词出价,关键词访问URL,关键词移动访问URL,能否展现,创意标题,创意描述1,创意描述2,消耗,点击价格,点击数,展示数,点击率", "keyword"),
            ("shenma_ads", "日期,关键词,状态,启用/暂停,出价,匹配模式,访问URL,推广单元,推广计划,消费,平均点击价格,点击,展示,点击率", "keyword"),
            ("shenma_ads", "时间,账户,推广计划,地域ID,省级地域,地市级地域,展现量,点击量,消费,点击率,平均点击价格", "campaign"),
            ("shenma_ads", "时间,账户,推广计划,推广单元,创意,关键词,搜索词,匹配方式,展现量,点击量,消费,点击率,当前单元添加状态", "search_term"),
            ("shenma_ads", "时间,账户,推广计划,展现量,点击量,消费,点击率,平均点击价格", "campaign"),
        ],
    )  # fmt: skip
    def test_headers(self, platform: str, header: str, level: str) -> None:
        found, _, at, unmapped = recognised(header)
        assert (found, at, unmapped) == (platform, level, [])

    @pytest.mark.parametrize(
        ("name", "platform", "report"), [("关键词报告.csv", "sogou_ads", "keyword"), ("360关键词报告.csv", "qihoo_360_ads", "named_keyword")]
    )  # fmt: skip
    def test_totals_row_directly_under_the_header(self, drop, name: str, platform: str, report: str) -> None:
        text = (
            "编号,日期,账户,推广计划,推广组,关键词,消耗,点击数,点击均价\r\n总计,--,--,--,--,--,5.25,4,1.31\r\n"
            "1,2018-08-26,清岚,品牌,茶,乌龙茶,4.50,3,1.50\r\n2,2018-08-26,清岚,品牌,茶,绿茶,0.75,1,0.75\r\n"
        )
        shown = inspect(drop(name, text, "gb18030"))
        reads(shown, platform, report, 2, 1)
        assert shown.totals == shown.control_totals == {"spend": 5.25, "clicks": 4}
        assert (shown.encoding, shown.currency, shown.date_from) == ("GB18030", "CNY", "2018-08-26")

    @pytest.mark.parametrize(
        ("name", "platform", "words"),
        [
            ("搜狗_计划.csv", "sogou_ads", "展示次数,点击次数,总费用"),
            ("360推广.csv", "qihoo_360_ads", "展示数,点击数,消耗"),
            ("360推广.csv", "qihoo_360_ads", "展示次数,点击数,消耗"),
            ("神马推广.csv", "shenma_ads", "展现量,点击量,消费"),
        ],
    )
    def test_the_name_decides_whose_words_they_are(self, drop, name: str, platform: str, words: str) -> None:
        text = (
            f"日期,账户,推广计划,{words}\n2026-06-01,清岚,品牌,1000,12,4.50\n2026-06-02,清岚,品牌,20,1,0.75\n"
        )
        shown = inspect(drop(name, text, "gb18030"))
        reads(shown, platform, "named_campaign", 2)
        assert shown.totals == {"impressions": 1020, "clicks": 13, "spend": 5.25}

    def test_days_stand_in_the_name(self, drop) -> None:
        text = "推广账户,产品线,推广计划,展示次数,点击次数,点击率,总费用,平均每次点击费用\r\n清岚,搜索推广,品牌,1000,10,1.00%,12.50,1.25\r\n"
        shown = inspect(drop("效果评估报告_2016-04-20至2016-04-21_20160422.csv", text, "gb18030"))
        reads(shown, "qihoo_360_ads", "campaign", 1)
        assert shown.totals == {"impressions": 1000, "clicks": 10, "spend": 12.5}
        assert (shown.date_from, shown.date_to) == ("2016-04-20", "2016-04-21")


# ---- Amazon Ads ------------------------------------------------------------------------------------------------

AMAZON_MEASURES = (
    "Impressions,Clicks,Click-Thru Rate (CTR),Cost Per Click (CPC),Spend,7 Day Total Sales ,Total Advertising Cost of Sales (ACOS) ,"
    "Total Return on Advertising Spend (ROAS),7 Day Total Orders (#),7 Day Total Units (#),7 Day Conversion Rate"
)


class TestAmazon:
    @pytest.mark.parametrize(
        ("header", "level"),
        [
            (f"Start Date,End Date,Portfolio name,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,{AMAZON_MEASURES},7 Day Advertised SKU Units (#),7 Day Other SKU Sales ", "search_term"),
            (f"Date,Portfolio name,Currency,Campaign Name,Ad Group Name,Retailer,Country,Advertised SKU,Advertised ASIN,{AMAZON_MEASURES}", "ad"),
            (f"Date,Portfolio name,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Top-of-search Impression Share,{AMAZON_MEASURES}", "keyword"),
            (f"Date,Portfolio name,Currency,Campaign Name,Bidding strategy,Placement,{AMAZON_MEASURES}", "campaign"),
            ("Start Date,End Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,14 Day Total Sales (₹),ACoS,RoAS,14 Day Total Orders (#),14 Day Total Units (#),14 Day New-to-brand Orders (#),14 Day % of Orders New-to-brand", "search_term"),
            ("日期,广告组合名称,货币,广告活动名称,广告组名称,投放,匹配类型,客户搜索词,展示量,点击量,点击率 (CTR),单次点击成本 (CPC),花费,7天总销售额,广告投入产出比 (ACOS) 总计,7天总订单数(#),7天总销售量(#)", "search_term"),
        ],
    )  # fmt: skip
    def test_headers(self, header: str, level: str) -> None:
        platform, _, found, unmapped = recognised(header)
        assert (platform, found, unmapped) == ("amazon_ads", level, [])

    def test_one_window_is_read_and_the_others_are_kept(self, drop, workspace, query) -> None:
        text = (
            "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,1 Day Total Sales ,7 Day Total Sales ,14 Day Total Sales ,7 Day Total Orders (#),14 Day Total Orders (#)\n"
            "2026-06-01,USD,C,G,*,-,wooden spoon,10,2,1.50,5.00,20.00,30.00,2,3\n"
        )
        drop("report.csv", text)
        (landed,) = land(workspace)
        assert (landed.totals["conversion_value"], landed.totals["conversions"], landed.warnings) == (
            20.0,
            2.0,
            [],
        )
        ((keyword, match_type, extra),) = query("SELECT keyword, match_type, extra FROM {ad_performance}")
        assert (keyword, match_type) == ("*", None)
        assert json.loads(extra) == {"1 Day Total Sales": "5.00", "14 Day Total Sales": "30.00", "14 Day Total Orders (#)": "3"}  # fmt: skip

    def test_indian_csv(self, drop) -> None:
        text = (
            "Start Date,End Date,Campaign Name,Ad Group Name,Advertised SKU,Advertised ASIN,Impressions,Clicks,Click-Thru Rate (CTR),Spend,14 Day Total Sales (₹),Total Advertising Cost of Sales (ACoS),14 Day Total Orders (#)\n"
            '"Feb 1, 2020","Feb 29, 2020",C,G,sku-1,B01,"12,000",200,1.66%,Rs.201.68,"Rs.1,200.00",16.81%,4\n'
        )
        shown = inspect(drop("product.csv", text))
        reads(shown, "amazon_ads", "advertised_product", 1)
        assert shown.totals == {"impressions": 12000, "clicks": 200, "spend": 201.68, "conversion_value": 1200.0, "conversions": 4.0}  # fmt: skip
        assert (shown.currency, shown.date_from, shown.date_to) == ("INR", "2020-02-01", "2020-02-29")

    def test_flight_dates_are_not_the_days_of_the_numbers(self, drop) -> None:
        text = "State,Campaigns,Status,Type,Targeting,Portfolio,Start date,End date,Budget(USD),Impressions,Clicks,CTR,Spend(USD),CPC(USD),Orders,Sales(USD),ACOS,ROAS\nENABLED,C,Delivering,SP,AUTOMATIC,P,2020-01-01,,10,100,2,2%,1.50,0.75,1,20,7%,13\n"
        shown = inspect(drop("Campaigns 2026-06-01 - 2026-06-30.csv", text))
        reads(shown, "amazon_ads", "campaign_manager", 1)
        assert (shown.date_from, shown.date_to, shown.currency) == ("2026-06-01", "2026-06-30", "USD")

    def test_workbook_with_true_dates(self, tmp_path: Path) -> None:
        header = "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,7 Day Total Sales ,7 Day Total Orders (#)"
        rows = [
            header.split(","),
            [dt.date(2026, 6, 1), "USD", "C", "G", "*", "-", "b01n", 10, 2, 1.5, 20, 1],
        ]
        shown = inspect(write_xlsx(tmp_path / "r.xlsx", {"Sponsored Product Search Term R": rows}))
        reads(shown, "amazon_ads", "search_term", 1)
        assert (shown.date_from, shown.totals["spend"]) == ("2026-06-01", 1.5)

    @pytest.mark.samples
    def test_sample(self, samples: Path) -> None:
        shown = inspect(samples / "amazon_ads/Sponsored Products Search term report.xlsx")
        reads(shown, "amazon_ads", "search_term", 638)
        assert shown.totals == {
            "impressions": 245277, "clicks": 1919, "spend": 1179.16, "conversions": 150.0, "conversion_value": 1692.46,
        }  # fmt: skip
        assert shown.currency == "USD"


@pytest.mark.parametrize("segment", ["Location", "Hour of the day", "Device"])
def test_the_label_may_stand_in_the_cell_of_a_breakdown(drop, segment: str) -> None:
    text = (
        f'R\n"June 1, 2026 - June 3, 2026"\n{segment},Campaign,Currency code,Impr.,Cost\n7,A,EUR,100,1.50\n8,A,EUR,20,0.50\n'
        "Total: Locations, --,EUR,120,2.00\nTotal: Other locations, --,EUR,30,0.40\nTotal: Campaign, --,EUR,150,2.40\n"
    )
    shown = inspect(drop("Location report.csv", text))
    assert (shown.problem, shown.rows, shown.totals_rows) == (None, 2, 3)
    assert shown.control_totals == {"impressions": 120, "spend": 2.0}


def test_days_with_points_are_day_first(drop) -> None:
    text = "\ufeffR\r\nJune 1, 2026 - June 3, 2026\r\nDay;Campaign;Currency code;Impr.;Cost\r\n01.06.2026;A;EUR;100;1,50\r\n3.6.2026;A;EUR;20;0,50\r\n"
    shown = inspect(drop("r.csv", text))
    assert (shown.problem, shown.date_from, shown.date_to) == (None, "2026-06-01", "2026-06-03")
    assert shown.totals == {"impressions": 120, "spend": 2.0}


def test_padded_blank_and_note_lines_are_no_rows(drop) -> None:
    text = (
        "Report Name: S,,\r\nRows: 1,,\r\n,,\r\nTimePeriod,AccountId,CampaignId,CurrencyCode,Clicks,Spend\r\n"
        "2026/6/1,1,11,USD,5,2.50\r\n,,\r\n@2020 Microsoft Corporation. All rights reserved. ,,\r\n"
    )
    shown = inspect(drop("r.csv", text))
    assert (shown.problem, shown.rows, shown.rejected, shown.totals) == (
        None,
        1,
        0,
        {"clicks": 5, "spend": 2.5},
    )


@pytest.mark.parametrize(
    ("platform", "header", "report"),
    [
        ("qihoo_360_ads", "日期,推广计划,展示数,点击数,消耗", "named_campaign"),
        ("shenma_ads", "日期,推广计划,展现量,点击量,消费", "named_campaign"),
        ("google_ads", "Date,Device,Impressions,Clicks,Cost", "overview_breakdown"),
    ],
)
def test_the_user_says_what_a_name_would_say(
    drop, workspace, platform: str, header: str, report: str
) -> None:
    text = f"{header}\n2026-06-01,A,100,5,2.50\n"
    named = inspect(drop("计划.csv", text), platform=platform, currency="CNY")
    assert (named.problem, named.platform, named.report) == (None, platform, report)
    (workspace.inbox / platform).mkdir()
    laid = inspect(drop(f"{platform}/x.csv", text), currency="CNY")
    assert (laid.problem, laid.platform, laid.report) == (None, platform, report)
    assert laid.totals == {"impressions": 100, "clicks": 5, "spend": 2.5}


def test_a_stated_currency_needs_no_sign(drop) -> None:
    text = (
        "Date,Portfolio name,Currency,Campaign Name,Targeting,Match Type,Impressions,Clicks,Spend,7 Day Total Sales,7 Day Total Orders (#)\n"
        '"Jun 1, 2026",x,CAD,C,tea,EXACT,100,10,$12.50,$20.00,1\n'
    )
    shown = inspect(drop("x.csv", text))
    assert (shown.problem, shown.currency, shown.warnings) == (None, "CAD", [])
