"""Exports of paid social platforms in their forms: headers of each language, totals rows, preambles, API tables.

What is here: small files made for the tests, with sums that can be added up, and the API tables of connectors.
What is not: the engine itself (``tests/exports/test_landing.py`` and its neighbours).
"""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from mkt_pipeline.exports import inspect, land
from tests.exports.conftest import SAMPLES, write_xlsx

SEEDS = SAMPLES.parent / "connector-seeds"


def shown(path: Path, **said: Any) -> dict[str, Any]:
    """How a file is read; it must be readable, and every column known."""
    found = inspect(path, **said).to_dict()
    assert found["problem"] is None
    assert (found["unmapped_columns"], found["rejected"]) == ([], 0)
    return found


def read(path: Path, *names: str, **said: Any) -> tuple[Any, ...]:
    """Some figures of a file that must be readable."""
    found = shown(path, **said)
    return tuple(found[name] for name in names)


WHAT = ("platform", "report", "level", "rows", "totals_rows")


class TestMeta:
    ADS_MANAGER = (
        "Reporting starts,Reporting ends,Campaign name,Campaign delivery,Ad set name,Ad set budget,Ad set budget type,Ad name,"
        "Ad delivery,Bid,Bid type,Last significant edit,Attribution setting,Results,Result indicator,Reach,Impressions,"
        "Cost per results,Quality ranking,Engagement rate ranking,Conversion rate ranking,Amount spent (USD),Ends"
    )
    PIVOT: ClassVar = {
        "Day": "day", "Objective": "OUTCOME_SALES", "Campaign name": "name", "Delivery status": "active",
        "Delivery level": "campaign", "Reach": 90, "Impressions": 100, "Frequency": 1.1, "Link clicks": 5, "Outbound clicks": 4,
        "Clicks (all)": 9, "CTR (all)": 1.5, "CPC (all) (IDR)": 10, "CTR (link click-through rate)": 1,
        "CPC (cost per link click) (IDR)": 20, "CPM (cost per 1,000 impressions) (IDR)": 30,
        "Cost per 1,000 Accounts Center accounts reached (IDR)": 40, "Cost per 1,000 Meta Accounts reached (IDR)": 41,
        "Content views": 8, "Landing page views": 4, "Adds to cart": 4, "Checkouts initiated": 3, "Adds of payment info": 2,
        "Purchases": 1, "Purchases conversion value (IDR)": "1500.5", "Purchase ROAS (return on ad spend)": 2.1,
        "Purchases with shared items": 1, "Result type": "Purchases", "Results": 9, "Cost per result (IDR)": 5,
        "Post reactions": 7, "Post comments": 6, "Post shares": 5, "Post saves": 3, "Leads": 2,
        "Amount spent (IDR)": "1000.12345678", "Reporting starts": "2026-06-01", "Reporting ends": "2026-06-02",
    }  # fmt: skip

    def test_pivot_with_every_column(self, workspace, query) -> None:
        first = {**self.PIVOT, "Day": "2026-06-01"}
        second = {**first, "Day": "2026-06-02", "Reach": 80, "Amount spent (IDR)": "2000"}
        doubled = {name: 2 * value for name, value in self.PIVOT.items() if isinstance(value, int)}
        total = {
            **self.PIVOT, **doubled, "Day": "", "Campaign name": "", "Objective": "", "Reach": 150, "Result type": "mixed",
            "Purchases conversion value (IDR)": "3001", "Amount spent (IDR)": "3000.12345678",
        }  # fmt: skip
        path = workspace.inbox / "Untitled-report-Jun-1-2026-to-Jun-2-2026.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, list(self.PIVOT))
            writer.writeheader()
            writer.writerows([total, first, second])
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.rows, landed.warnings) == ("landed", "campaign", 2, [])
        assert landed.totals == {
            "impressions": 200, "clicks": 10, "clicks_all": 18, "landing_page_views": 8, "likes": 14, "comments": 12,
            "shares": 10, "saves": 6, "leads": 4.0, "spend": pytest.approx(3000.123457), "conversions": 2.0,
            "conversion_value": 3001.0,
        }  # fmt: skip
        assert query(
            "SELECT period_start::VARCHAR, reach, frequency, currency_code FROM {ad_performance} ORDER BY 1"
        ) == [("2026-06-01", 90, 1.1, "IDR"), ("2026-06-02", 80, 1.1, "IDR")]

    @pytest.mark.parametrize(
        ("header", "level", "breakdown"),
        [
            ("Campaign name,Placement,Platform", "campaign", "network+placement"),
            ("Campaign name,Ad set name,Age,Gender", "ad_group", "age+gender"),
            ("Campaign name,Region", "campaign", "geo"),
            ("Ads,Impression device", "ad", "device"),
            ("行銷活動名稱,年齡,性別", "campaign", "age+gender"),
            ("广告系列名称,国家/地区", "campaign", "geo"),
            ("Account name,Country", "account", "geo"),
        ],
    )
    def test_breakdowns(self, drop, workspace, query, header: str, level: str, breakdown: str) -> None:
        blanks = "," * header.count(",")
        text = (
            f"{header},Impressions,Amount spent (TWD),Reporting starts,Reporting ends\n"
            f"{blanks},30,3.00,2026-06-01,2026-06-07\n"
            f"{blanks.replace(',', 'a,')}b,10,1.00,2026-06-01,2026-06-07\n{blanks.replace(',', 'a,')}c,20,2.00,2026-06-01,2026-06-07\n"
        )
        drop("r.csv", text)
        (landed,) = land(workspace)
        assert (landed.status, landed.rows, landed.totals["impressions"]) == ("landed", 2, 30)
        assert query("SELECT DISTINCT level, breakdown_type FROM {ad_performance}") == [(level, breakdown)]

    def test_duplicate_headers_and_full_width_brackets(self, drop) -> None:
        text = (
            "\ufeff廣告名稱,廣告編號,目標,廣告組合名稱,行銷活動名稱,月,投遞狀態,投遞層級,觸及人數,曝光次數,頻率,歸因設定,成果類型,成果,花費金額 (TWD),"
            "每次成果成本,開始,結束時間,連結點擊次數,點擊次數（全部）,CTR（全部）,CPC（單次連結點擊成本） (TWD),CPM（每千次廣告曝光成本） (TWD),"
            "加到購物車次數,購買次數,購買轉換值,購買 ROAS（廣告投資報酬率）,連結頁面瀏覽次數,影片播放次數,貼文心情數,貼文留言數,貼文分享次數,"
            "廣告編號,目標,廣告組合名稱,行銷活動名稱,分析報告開始,分析報告結束\n"
            "A,1201,銷售,S,C,2025-10-01 - 2025-10-09,active,ad,50,60,1.2,7 天內點擊,購買,2,120.5,60,2025-09-01,進行中,3,4,6.7,40,2008,"
            "1,2,900,7.5,2,9,5,6,7,1201,銷售,S,C,2025-10-01,2025-10-31\n"
        )
        found = shown(drop("報告.csv", text))
        assert [found[name] for name in WHAT] == ["meta_ads", "ad", "ad", 1, 0]
        assert (found["date_from"], found["date_to"], found["currency"]) == (
            "2025-10-01", "2025-10-09", "TWD",
        )  # fmt: skip
        assert found["totals"]["conversions"] == 2.0 and found["totals"]["likes"] == 5
        assert found["totals"]["conversion_value"] == 900.0

    HEADERS: ClassVar = {
        "fr": "Début des rapports,Fin des rapports,Nom de la campagne,Diffusion des campagnes,Budget des ensembles de publicités,Type de budget des ensembles de publicités,Paramètre d’attribution,Résultats,Indicateur de résultats,Couverture,Impressions,Coût par résultat,Montant dépensé (EUR),Fin,Répétition,Clics sur un lien,Clics uniques sur un lien,Vues de la page de destination du site Web",
        "zh-CN": "报告开始日期,报告结束日期,广告系列名称,广告系列投放,广告组预算,广告组预算类型,归因设置,成效,成效指标,覆盖人数,展示次数,单次成效费用,已花费金额 (EUR),结束日期,频次,链接点击量,CPM（千次展示费用） (EUR),落地页浏览量",
        "es": "Inicio del informe,Fin del informe,Nombre de la campaña,Entrega de la campaña,Presupuesto del conjunto de anuncios,Tipo de presupuesto del conjunto de anuncios,Configuración de atribución,Resultados,Indicador de resultado,Alcance,Impresiones,Costo por resultado,Importe gastado (EUR),Finalización,Frecuencia,Clics en el enlace,Unique link clicks,Visitas a la página de destino",
        "pt": "Início dos relatórios,Término dos relatórios,Nome da campanha,Veiculação da campanha,Orçamento do conjunto de anúncios,Tipo de orçamento do conjunto de anúncios,Configuração de atribuição,Resultados,Indicador de resultados,Alcance,Impressões,Custo por resultado,Valor usado (EUR),Término,Frequência,Cliques no link,Unique link clicks,Visualizações da página de destino",
        "de": "Berichtsstart,Berichtsende,Kampagnenname,Auslieferung der Kampagne,Anzeigengruppenbudget,Anzeigengruppenbudget-Typ,Attributionseinstellung,Ergebnisse,Ergebnisindikator,Reichweite,Impressionen,Kosten pro Ergebnis,Ausgegebener Betrag (EUR),Ende,Frequenz,Link-Klicks,Unique link clicks,Landingpage-Aufrufe",
    }  # fmt: skip

    @pytest.mark.parametrize("language", HEADERS)
    def test_languages(self, drop, language: str) -> None:
        text = (
            self.HEADERS[language] + "\r\n"
            "2026-06-01,2026-06-07,Été 茶,active,20,Daily,7-day click,3,actions:onsite_conversion.lead_grouped,90,100,1.2,11.25,Ongoing,1.1,5,4,3\r\n"
        )
        found = shown(drop("r.csv", text))
        assert [found[name] for name in WHAT] == ["meta_ads", "campaign", "campaign", 1, 0]
        assert found["totals"] == {
            "impressions": 100, "reach": 90, "clicks": 5, "landing_page_views": 3, "spend": 11.25, "conversions": 3.0,
        }  # fmt: skip
        assert found["currency"] == "EUR"

    def test_account_by_day_with_a_totals_row_first(self, drop) -> None:
        text = (
            "Account name,Day,Currency,Amount spent (USD),CTR (all),CPM (cost per 1.000 impressions),Purchases,Cost per purchase,"
            "Purchases conversion value,Reporting starts,Reporting ends\n"
            ",,USD,3,,,3,,30,2026-06-01,2026-06-02\nTea,2026-06-01,USD,1,1,1,1,1,10,2026-06-01,2026-06-02\n"
            "Tea,2026-06-02,USD,2,1,1,2,1,20,2026-06-01,2026-06-02\n"
        )
        found = shown(drop("a.csv", text))
        assert [found[name] for name in WHAT] == ["meta_ads", "account", "account", 2, 1]
        assert (
            found["totals"]
            == found["control_totals"]
            == {"spend": 3.0, "conversions": 3.0, "conversion_value": 30.0}
        )

    @pytest.mark.parametrize(
        ("header", "report", "totals"),
        [
            ("Campaign name,Impressions,Link clicks", "campaign", {"impressions": 120, "clicks": 9}),
            ("Ad name,Amount spent (USD),Frequency", "ad", {"spend": 120.0}),
            ("Account name,Amount spent (USD),Link clicks", "account", {"spend": 120.0, "clicks": 9}),
        ],
    )
    def test_the_reporting_range_tells_whatever_was_picked(
        self, drop, header: str, report: str, totals: dict[str, Any]
    ) -> None:
        rows = "A,100,7,2026-06-01,2026-06-03\nB,20,2,2026-06-01,2026-06-03\n"
        found = shown(drop("r.csv", f"{header},Reporting starts,Reporting ends\n{rows}"))
        assert (found["platform"], found["report"], found["totals"]) == ("meta_ads", report, totals)
        assert (found["date_from"], found["date_to"]) == ("2026-06-01", "2026-06-03")

    def test_a_totals_row_that_does_not_add_up_is_refused(self, drop) -> None:
        text = "Reporting starts,Reporting ends,Campaign name,Impressions,Amount spent (USD)\n2026-06-01,2026-06-07,,31,3.00\n2026-06-01,2026-06-07,A,30,3.00\n"
        problem = inspect(drop("a.csv", text)).problem
        assert problem is not None and problem["code"] == "E-SRC-10" and "impressions" in problem["found"]

    def test_metrics_the_user_made_are_kept_silently(self, drop, workspace, query) -> None:
        drop(
            "a.csv",
            "Reporting starts,Reporting ends,Campaign name,* Hook rate,Impressions,Amount spent (USD)\n2026-06-01,2026-06-07,A,0.3,30,3.00\n",
        )
        (landed,) = land(workspace)
        assert (landed.status, landed.warnings) == ("landed", [])
        assert query("SELECT extra FROM {ad_performance}") == [('{"* Hook rate":"0.3"}',)]

    @pytest.mark.parametrize(
        ("entities", "level"),
        [
            ("", "account"),
            ("campaign_id,campaign_name,", "campaign"),
            ("campaign_id,campaign_name,adset_id,adset_name,", "ad_group"),
            ("campaign_id,campaign_name,adset_id,adset_name,ad_id,ad_name,", "ad"),
        ],
    )
    def test_the_products_own_pull(self, drop, workspace, query, entities: str, level: str) -> None:
        values = "".join(f"{number}," for number, _ in enumerate(entities.split(",")[:-1], start=1))
        text = (
            f"date_start,date_stop,{entities}impressions,reach,clicks,inline_link_clicks,spend,age,actions.landing_page_view,"
            "actions.purchase,action_values.purchase,account_id,account_name,currency_code,time_zone\n"
            f"2026-06-01,2026-06-01,{values}100,90,9,5,1.50,18-24,4,1,30.5,777,Tea,EUR,Europe/Paris\n"
            f"2026-06-02,2026-06-02,{values}200,150,19,6,2.50,18-24,,,,777,Tea,EUR,Europe/Paris\n"
        )
        drop("meta.csv", text)
        (landed,) = land(workspace)
        assert (landed.status, landed.platform, landed.warnings) == ("landed", "meta_ads", [])
        assert landed.totals == {
            "impressions": 300, "clicks": 11, "clicks_all": 28, "landing_page_views": 4, "spend": 4.0,
            "conversions": 1.0, "conversion_value": 30.5,
        }  # fmt: skip
        assert query(
            "SELECT DISTINCT level, account_id, currency_code, account_timezone, breakdown_type FROM {ad_performance}"
        ) == [(level, "777", "EUR", "Europe/Paris", "age")]

    def test_insights_as_a_connector_writes_them(self, drop) -> None:
        text = (
            "_airbyte_ab_id,_airbyte_extracted_at,account_currency,account_id,account_name,actions,action_values,ad_id,ad_name,adset_id,"
            "adset_name,campaign_id,campaign_name,clicks,cpc,cpm,cpp,ctr,date_start,date_stop,frequency,impressions,"
            "inline_link_clicks,inline_link_click_ctr,inline_post_engagement,objective,outbound_clicks,reach,social_spend,spend,"
            "unique_clicks,unique_link_clicks_ctr,website_ctr,cost_per_action_type\n"
            'x,2026-06-03,EUR,1,Tea,"[{""action_type"":""lead"",""value"":2}]",,11,A,12,S,13,C,9,1,1,1,1,2026-06-01,2026-06-01,1.1,100,5,1,7,LEADS,4,90,0,1.50,8,1,1,[]\n'
        )
        found = shown(drop("ads_insights.csv", text))
        assert [found[name] for name in WHAT] == ["meta_ads", "connector_ad", "ad", 1, 0]
        assert found["totals"] == {
            "impressions": 100,
            "clicks": 5,
            "clicks_all": 9,
            "engagements": 7,
            "reach": 90,
            "spend": 1.5,
        }

    ACTIONS = (
        "_fivetran_id,ad_id,date,index,_1_d_view,_7_d_click,_fivetran_synced,action_type,inline,value\n"
        "a,11,2026-06-01,0,1.0,2.0,2026-06-02,lead,,3.0\nb,11,2026-06-01,1,1.0,2.0,2026-06-02,offsite_conversion.fb_pixel_lead,,3.0\n"
    )

    def test_action_types_overlap_and_are_never_added(self, drop, workspace, query) -> None:
        drop("basic_ad_actions.csv", self.ACTIONS)
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.totals, landed.warnings) == (
            "landed", "connector_ad_action", {}, [],
        )  # fmt: skip
        assert query(
            "SELECT ad_id, conversion_action, conversions, view_through_conversions, extra FROM {ad_conversion} ORDER BY 2"
        ) == [
            ("11", "lead", 3, 1, '{"_7_d_click":"2.0"}'),
            ("11", "offsite_conversion.fb_pixel_lead", 3, 1, '{"_7_d_click":"2.0"}'),
        ]

    def test_values_of_actions_are_told_by_the_name_of_the_table(self, drop) -> None:
        path = drop("basic_ad_action_values.csv", self.ACTIONS)
        assert read(path, "report", "dataset", "rows", currency="EUR") == (
            "connector_ad_action_value", "ad_conversion", 2,
        )  # fmt: skip


class TestLinkedIn:
    HEADER = (
        "Start Date (in UTC),Account Name,Currency,Campaign Group Name,Campaign Name,Campaign ID,Campaign Type,Campaign Objective,"
        "Creative Name,Ad Introduction Text,Ad Headline,Click URL,Total Spent,Impressions,Clicks,Reach,Reactions,Comments,Shares,"
        "Follows,Other Clicks,Total Social Actions,Total Engagements,Viral Impressions,Viral Clicks,Clicks to Landing Page,"
        "Clicks to LinkedIn Page,Leads,Lead Forms Opened,Conversions,Post-Click Conversions,View-Through Conversions,"
        "Total Conversion Value"
    )
    PREAMBLE = (
        "Campaign Performance Report (in UTC)\n"
        '"Report Start: June 1, 2026, 12:00 AM","Report End: June 7, 2026, 11:59 PM"\n'
        '"Date Generated: June 8, 2026, 9:05 AM"\n\n'
    )

    @classmethod
    def report(cls, delimiter: str = ",") -> str:
        rows = [
            "6/1/2026,Tea,EUR,Brand,C1,77,SPONSORED_UPDATES,Website visits,A1,text,head,https://tea.example/,10.50,1000,30,800,5,4,3,2,1,12,50,90,9,20,10,1,2,3,2,1,150.5",
            "6/13/2026,Tea,EUR,Brand,C1,77,SPONSORED_UPDATES,Website visits,A2,text,head,https://tea.example/,4.25,500,10,450,0,0,1,0,0,1,11,10,1,5,5,0,0,0,0,0,0",
        ]
        return cls.PREAMBLE + "\n".join([cls.HEADER, *rows, ""]).replace(",", delimiter)

    @pytest.mark.parametrize(
        ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-8", "\t")]
    )
    def test_creatives_in_every_form(self, drop, encoding: str, delimiter: str) -> None:
        found = shown(drop("account_creative_performance_report.csv", self.report(delimiter), encoding))
        assert [found[name] for name in WHAT] == ["linkedin_ads", "ad", "ad", 2, 0]
        assert found["header_line"] == 5
        assert (found["date_from"], found["date_to"], found["currency"]) == (
            "2026-06-01", "2026-06-13", "EUR",
        )  # fmt: skip
        assert found["exported_at"].startswith("2026-06-08")
        assert {name: found["totals"][name] for name in found["totals"] if name != "clicks_all"} == {
            "impressions": 1500, "clicks": 25, "spend": 14.75, "likes": 5, "comments": 4, "shares": 4, "follows": 2,
            "engagements": 61, "leads": 1.0, "conversions": 3.0, "view_through_conversions": 1.0, "conversion_value": 150.5,
        }  # fmt: skip

    def test_viral_numbers_are_kept_apart(self, drop, workspace, query) -> None:
        drop("r.csv", self.report())
        (landed,) = land(workspace)
        assert (landed.status, landed.warnings) == ("landed", [])
        extras = [
            json.loads(extra) for (extra,) in query("SELECT extra FROM {ad_performance} ORDER BY ad_name")
        ]
        assert [extra["Viral Impressions"] for extra in extras] == ["90", "10"]
        assert [extra["Campaign Group Name"] for extra in extras] == ["Brand", "Brand"]

    def test_all_clicks_stand_beside_those_on_the_landing_page(self, drop) -> None:
        assert shown(drop("r.csv", self.report()))["totals"]["clicks_all"] == 40

    def test_without_landing_page_clicks_all_clicks_are_read(self, drop) -> None:
        text = (
            self.PREAMBLE
            + "Campaign Name,Total Spent,Impressions,Clicks,Average CPC,Click Through Rate\nC1,10.50,1000,30,0.35,3%\n"
        )
        found = shown(drop("r.csv", text), currency="USD")
        assert [found[name] for name in WHAT] == ["linkedin_ads", "campaign", "campaign", 1, 0]
        assert found["totals"] == {"impressions": 1000, "clicks": 30, "spend": 10.5}
        assert (found["date_from"], found["date_to"]) == ("2026-06-01", "2026-06-07")

    NAMES: ClassVar = {
        "2026": (
            "Start Date (in UTC)\tCurrency\tCampaign ID\tCampaign Name\tAd Set ID\tAd Set Name\tAd Set Objective\tAd ID\tAd Name\tAd Status\tTotal Spent\tImpressions\tClicks to Landing Page\n"
            "6/21/2026\tEUR\t1\tC\t2\tS\tWEBSITE_VISIT\t3\tA\tActive\t1,009.36\t1,200\t8\n"
        ),
        "nl": (
            "Begindatum (in UTC)\tValuta\tCampagne-ID\tCampagnenaam\tAdvertentieset-ID\tNaam van advertentieset\tAdvertentie-ID\tAdvertentienaam\tTotaal besteed\tWeergaven\tKlikken naar bestemmingspagina\tDoorklikfrequentie (CTR)\n"
            "21-6-2026\tEUR\t1\tC\t2\tS\t3\tA\t1.009,36\t1.200\t8\t0,341%\n"
        ),
    }  # fmt: skip

    @pytest.mark.parametrize("names", NAMES)
    def test_names_since_2026_and_dutch(self, drop, workspace, query, names: str) -> None:
        above = "Rapport met advertentieprestaties\nBegindatum van rapport: 21 juni 2026 00:00\n\n"
        drop("campaign_1.csv", (above if names == "nl" else self.PREAMBLE) + self.NAMES[names], "utf-16")
        (landed,) = land(workspace)
        assert (landed.status, landed.platform, landed.report, landed.warnings) == (
            "landed", "linkedin_ads", "ad", [],
        )  # fmt: skip
        assert query(
            "SELECT period_start::VARCHAR, campaign_name, ad_group_id, ad_id, spend::DOUBLE, impressions, clicks FROM {ad_performance}"
        ) == [("2026-06-21", "C", "2", "3", pytest.approx(1009.36), 1200, 8)]

    def test_rows_for_a_whole_period_carry_only_its_first_day(self, drop) -> None:
        text = (
            self.PREAMBLE
            + "Start Date (in UTC),Currency,Campaign ID,Campaign Name,Total Spent,Impressions\n6/1/2026,EUR,1,A,70,700\n6/1/2026,EUR,2,B,7,70\n"
        )
        assert read(drop("r.csv", text), "date_from", "date_to") == ("2026-06-01", "2026-06-07")


class TestTikTok:
    HEADERS: ClassVar = {
        "en": "By Day,Campaign name,Ad group name,Ad name,Ad ID,Primary status,Cost,CPC (destination),CPM,Impressions,Clicks (destination),CTR (destination),Reach,Frequency,\"Cost per 1,000 people reached\",Conversions,Cost per conversion,CVR,Results,Result rate,2-second video views,6-second video views,Video views at 25%,Video views at 50%,Video views at 75%,Video views at 100%,Gross revenue (Shop),Currency",
        "spend": "By Day,Campaign name,Ad group name,Ad name,Ad ID,Primary status,Spend,CPC (destination),CPM,Impressions,Clicks (destination),CTR (destination),Reach,Frequency,Cost per result,Conversions,Cost per conversion,CVR,Results,Result rate,2-second focused views,6-second focused views,Video views at 25%,Video views at 50%,Video views at 75%,Video views at 100%,Gross revenue (Shop),Currency",
        "total": "By Day,Campaign name,Ad group name,Ad name,Ad ID,Primary status,Total cost,CPC (destination),CPM,Impressions,Clicks (destination),CTR (destination),Reach,Frequency,Cost per result,Conversions,Cost per conversion,Conversion rate (CVR),Results,Result rate,2-second video views,6-second video views,Video views at 25%,Video views at 50%,Video views at 75%,Video views at 100%,Gross revenue (Shop),Currency",
        "ko": "일별,캠페인 이름,광고 그룹 이름,광고 이름,광고 ID,기본 상태,비용,CPC(목적지),CPM,노출수,클릭수(목적지),CTR(목적지),도달,빈도,1\\,000명 도달당 비용,전환수,전환당 비용,전환율,결과,결과율,2초 동영상 조회수,6초 동영상 조회수,동영상 조회수(25%),동영상 조회수(50%),동영상 조회수(75%),동영상 조회수(100%),총 매출(Shop),통화",
    }  # fmt: skip
    ROWS = (
        "2026-06-01,C,S,A,1790001,Active,10.50,0.5,10,1000,20,2,900,1.1,11,3,3.5,15,4,1,500,300,200,150,100,50,90,USD",
        "2026-06-02,C,S,B,1790002,Active,4.25,0.85,8.5,500,5,1,450,1.1,9.4,1,4.25,20,1,1,200,100,80,60,40,20,10,USD",
    )

    @classmethod
    def table(cls, language: str) -> list[list[str]]:
        total = ["Total of 2 results", *"-----", "14.75", "0.59", "9.83", "1500", "25", "1.67", "1200", "1.25", "12", "4", "3.7", "16", "5", "1", "700", "400", "280", "210", "140", "70", "100", "-"]  # fmt: skip
        header = next(csv.reader([cls.HEADERS[language].replace("\\,", "·")]))
        return [[cell.replace("·", ",") for cell in header], *(row.split(",") for row in cls.ROWS), total]

    @pytest.mark.parametrize("language", HEADERS)
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_ads(self, tmp_path: Path, language: str, form: str) -> None:
        table, path = self.table(language), tmp_path / f"report.{form}"
        if form == "xlsx":
            write_xlsx(path, {"Sheet1": table})
        else:
            with path.open("w", encoding="utf-8-sig", newline="") as out:
                csv.writer(out).writerows(table)
        found = shown(path)
        assert [found[name] for name in WHAT] == ["tiktok_ads", "ad", "ad", 2, 1]
        assert found["totals"] == found["control_totals"] == {
            "impressions": 1500, "clicks": 25, "spend": 14.75, "conversions": 4.0, "conversion_value": 100.0,
        }  # fmt: skip
        assert (found["date_from"], found["date_to"], found["currency"]) == (
            "2026-06-01", "2026-06-02", "USD",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "header", "report", "clicks"),
        [
            (
                "r.csv",
                "Date,Campaign name,Cost,Impressions,Clicks (destination)",
                "campaign_destination",
                "clicks",
            ),
            ("r.csv", "Date,Campaign name,Primary status,Spend,Impressions,Clicks", "campaign", "clicks"),
            ("r.csv", "Day,Campaign name,Cost,Impressions,Clicks (all)", "campaign", "clicks_all"),
            (
                "TikTok-campaigns.csv",
                "Date,Campaign name,Cost,Impressions,Clicks",
                "campaign_named",
                "clicks",
            ),
            ("r.csv", "By Day,Ad group name,Cost,Impressions,Clicks", "ad_group", "clicks"),
            ("r.csv", "By Day,Account name,Cost (EUR),Impressions,Clicks (destination)", "account", "clicks"),
        ],
    )
    def test_reduced_exports(self, drop, name: str, header: str, report: str, clicks: str) -> None:
        row = ["2026-06-01", "X", *(["Active"] if "status" in header else []), "2.50", "100", "7"]
        found = shown(drop(name, f"{header}\n{','.join(row)}\n"), currency="EUR")
        assert (found["platform"], found["report"], found["date_from"]) == (
            "tiktok_ads",
            report,
            "2026-06-01",
        )
        assert found["totals"] == {"impressions": 100, clicks: 7, "spend": 2.5}

    def test_names_every_platform_uses_are_not_claimed(self, drop) -> None:
        found = inspect(
            drop("r.csv", "Date,Campaign name,Spend,Impressions,Clicks\n2026-06-01,X,2.50,100,7\n")
        )
        assert not str(found.platform).endswith("_ads")

    def test_a_week_is_covered_whole(self, drop) -> None:
        text = "By Week,Campaign name,Cost,Impressions,Clicks (destination)\n2026-06-01 ~ 2026-06-07,X,2.50,100,7\n"
        assert read(drop("r.csv", text), "date_from", "date_to", currency="EUR") == (
            "2026-06-01",
            "2026-06-07",
        )


class TestOceanEngine:
    ADS = (
        "时间,广告计划id,广告计划,广告组id,广告组,展示数,点击数,点击率(%),平均点击单价(元),平均千次展现费用(元),总花费(元),转化数,转化成本,转化率,"
        "深度转化次数,深度转化成本,深度转化率"
    )

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_plans(self, drop, workspace, query, encoding: str) -> None:
        text = (
            f"{self.ADS}\n2026-06-01,170001,夏茶,160001,品牌,1000,20,2.00,0.53,10.50,10.50,3,3.50,15.00,1,10.5,33\n"
            "2026-06-02,170002,冬茶,160001,品牌,500,5,1.00,0.85,8.50,4.25,1,4.25,20.00,0,0,0\n"
            "合计,-,-,-,-,1500,25,1.67,0.59,9.83,14.75,4,3.69,16.00,1,14.75,25\n"
        )
        drop("广告计划报表.csv", text, encoding)
        (landed,) = land(workspace)
        assert (landed.status, landed.platform, landed.report, landed.rows, landed.warnings) == (
            "landed", "ocean_engine", "campaign", 2, [],
        )  # fmt: skip
        assert landed.totals == {"impressions": 1500, "clicks": 25, "spend": 14.75, "conversions": 4.0}
        rows = query(
            "SELECT campaign_id, campaign_name, currency_code, account_timezone, period_start::VARCHAR, extra FROM {ad_performance} ORDER BY 1"
        )
        assert rows[0][:5] == ("170001", "夏茶", "CNY", "Asia/Shanghai", "2026-06-01")
        assert json.loads(rows[0][5]) == {"广告组id": "160001", "广告组": "品牌", "深度转化次数": "1"}

    @pytest.mark.parametrize(
        ("header", "level"),
        [
            ("时间,广告计划,展示数,点击数,消耗,转化数", "campaign"),
            ("日期,项目名称,展示数,点击数,消耗(元),转化数", "campaign"),
            ("日期,单元名称,展示数,点击数,消耗（元）,转化数", "ad_group"),
            ("时间-天,素材名称,展示次数,点击次数,消耗,转化数", "ad"),
            ("时间-小时,账户名称,展示数,点击数,消耗,转化数", "account"),
        ],
    )
    def test_levels(self, drop, header: str, level: str) -> None:
        found = shown(drop("r.csv", f"{header}\n2026-06-01 08:00,X,100,7,2.50,1\n"))
        assert (found["platform"], found["level"], found["date_from"], found["date_to"]) == (
            "ocean_engine", level, "2026-06-01", "2026-06-01",
        )  # fmt: skip
        assert found["totals"] == {"impressions": 100, "clicks": 7, "spend": 2.5, "conversions": 1.0}

    def test_qianchuan_never_mixes_gross_paid_and_net(self, drop, workspace, query) -> None:
        text = (
            "日期,计划ID,计划名称,整体消耗(元),基础消耗(元),整体展现次数,整体点击次数,整体点击率,整体转化率,整体支付ROI,整体成交金额(元),整体成交订单数,"
            "整体成交订单成本(元),用户实际支付金额(元),整体成交智能优惠券金额(元),电商平台补贴金额(元),净成交ROI,净成交金额(元),净成交订单数,"
            "1小时内退款金额(元),1小时内退款订单数\n"
            "2026-06-01,1,夏茶,100.00,90.00,5000,250,5%,2%,3.00,300.00,6,16.67,280.00,15.00,5.00,2.50,250.00,5,50.00,1\n"
        )
        drop("千川.csv", text)
        (landed,) = land(workspace)
        assert landed.warnings == []
        assert landed.totals == {
            "impressions": 5000,
            "clicks": 250,
            "spend": 100.0,
            "conversions": 6.0,
            "conversion_value": 300.0,
        }
        ((extra,),) = query("SELECT extra FROM {ad_performance}")
        kept = json.loads(extra)
        assert (kept["用户实际支付金额(元)"], kept["净成交金额(元)"]) == ("280.00", "250.00")

    def test_net_alone_is_not_read_as_gross(self, drop) -> None:
        found = shown(
            drop(
                "r.csv",
                "日期,计划名称,消耗(元),净成交金额(元),支付金额(元),转化数\n2026-06-01,夏茶,100.00,250.00,280.00,3\n",
            )
        )
        assert found["totals"] == {"spend": 100.0, "conversions": 3.0}


class TestPinterest:
    HEADER = (
        "Date,Campaign name,Ad group name,Ad name,Ad entity status,Ad ID,Spend in account currency,Impressions,Reach,Frequency,CPM,"
        "Result,Cost per result,Pin clicks,CTR,CPC,Outbound clicks,Saves,Engagements,Engagement rate,Total conversions (Checkout),"
        "Total order value (Checkout),Total ROAS (Checkout),Total click-through conversions (Checkout),"
        "Total engagement conversions (Checkout),Total view-through conversions (Checkout)"
    )
    ROWS = (
        "2026-06-01,C,S,A,ACTIVE,PP687311495517,12.345678901234,1000,900,1.1111,12.345,[9],[1.421183],30,0.03,0.41,20,5,40,0.04,6,150.5,12.2,3,2,1\n"
        "2026-06-02,C,S,A,ACTIVE,PP687311495517,7.654321098766,500,450,1.1111,15.3,[0],[],10,0.02,0.76,5,1,12,0.024,0,0,0,0,0,0\n"
    )  # fmt: skip

    def test_ads(self, drop, workspace, query) -> None:
        workspace.settings_file.write_text(
            "name: Test\naccounts:\n  - {platform: pinterest_ads, currency_code: EUR}\n", encoding="utf-8"
        )
        drop("report.csv", f"{self.HEADER}\n{self.ROWS}")
        (landed,) = land(workspace)
        assert (landed.status, landed.platform, landed.report, landed.rows, landed.warnings) == (
            "landed", "pinterest_ads", "ad", 2, [],
        )  # fmt: skip
        assert {name: value for name, value in landed.totals.items() if name != "clicks_all"} == {
            "impressions": 1500, "clicks": 25, "saves": 6, "engagements": 52, "spend": pytest.approx(20.0),
            "conversions": 6.0, "conversion_value": 150.5, "view_through_conversions": 1.0,
        }  # fmt: skip
        ((ad, extra),) = query(
            "SELECT ad_id, extra FROM {ad_performance} WHERE period_start = DATE '2026-06-01'"
        )
        kept = json.loads(extra)
        assert ad == "PP687311495517" and kept["Result"] == "[9]"
        assert kept["Total click-through conversions (Checkout)"] == "3"

    def test_pin_clicks_stand_beside_outbound_clicks(self, drop) -> None:
        found = shown(drop("report.csv", f"{self.HEADER}\n{self.ROWS}"), currency="EUR")
        assert found["totals"]["clicks_all"] == 40

    def test_without_a_currency_it_is_asked_for(self, drop) -> None:
        problem = inspect(drop("report.csv", f"{self.HEADER}\n{self.ROWS}")).problem
        assert problem is not None and problem["code"] == "E-SRC-15"

    @pytest.mark.parametrize(
        ("header", "level"),
        [
            ("Date,Campaign name,Campaign ID,Spend in account currency,Impressions,Pin clicks", "campaign"),
            (
                "Date,Ad group name,Ad group ID,Spend in account currency,Impressions,Outbound clicks",
                "ad_group",
            ),
        ],
    )
    def test_levels(self, drop, header: str, level: str) -> None:
        found = shown(drop("r.csv", f"{header}\n2026-06-01,X,1,2.50,100,7\n"), currency="EUR")
        assert (found["platform"], found["level"]) == ("pinterest_ads", level)
        assert found["totals"] == {"impressions": 100, "clicks": 7, "spend": 2.5}


class TestSnapchat:
    def test_days_and_periods(self, drop) -> None:
        header = "Start Time,End Time,Campaign Name,Paid Impressions,Swipe Ups,Spend,eCPM,Swipe Up Rate"
        days = drop(
            "d.csv",
            f"{header}\n2026-06-01 00:00:00,2026-06-01 23:59:59,C,5000,40,30.5,6.1,0.8\n2026-06-02 00:00:00,2026-06-02 23:59:59,C,1000,10,9.5,9.5,1\n",
        )
        found = shown(days, currency="USD")
        assert [found[name] for name in WHAT] == ["snapchat_ads", "campaign", "campaign", 2, 0]
        assert found["totals"] == {"impressions": 6000, "clicks": 50, "spend": 40.0}
        period = drop("p.csv", f"{header}\n2026-06-01,2026-06-30,C,5000,40,30.5,6.1,0.8\n")
        assert read(period, "date_from", "date_to", currency="USD") == ("2026-06-01", "2026-06-30")

    def test_paid_impressions_tell_without_swipe_ups(self, drop) -> None:
        text = "Start Time,End Time,Ad Set Name,Paid Impressions,Spend\n2026-06-01,2026-06-02,S,5000,30.5\n"
        found = shown(drop("d.csv", text), currency="USD")
        assert [found[name] for name in WHAT] == ["snapchat_ads", "paid_ad_set", "ad_group", 1, 0]
        assert found["totals"] == {"impressions": 5000, "spend": 30.5}
        generic = inspect(drop("g.csv", text.replace("Paid Impressions", "Impressions")), currency="USD")
        assert generic.platform is None

    def test_streams_with_a_bare_id(self, drop) -> None:
        text = "id,type,granularity,start_time,end_time,impressions,swipes,spend,video_views,_airbyte_raw_id\nabc,CAMPAIGN,DAY,2026-06-01T00:00:00,2026-06-02T00:00:00,100,4,1500000,9,x\n"
        found = shown(drop("campaigns_stats_daily.csv", text), currency="USD")
        assert (found["level"], found["date_from"], found["date_to"]) == (
            "campaign", "2026-06-01", "2026-06-01",
        )  # fmt: skip
        assert found["totals"] == {"impressions": 100, "clicks": 4, "video_views": 9, "spend": 1.5}


class TestX:
    def test_campaigns(self, drop) -> None:
        text = "Time period,Campaign,Campaign ID,Spend,Impressions,Results,Result type,Cost per result,Link clicks\n2026-06-01,C,abc,2.50,100,9,Link clicks,0.28,7\n"
        found = shown(drop("r.csv", text), currency="USD")
        assert [found[name] for name in WHAT] == ["x_ads", "campaign", "campaign", 1, 0]
        assert found["totals"] == {"impressions": 100, "clicks": 7, "spend": 2.5}, (
            "results are not conversions"
        )
        assert (found["date_from"], found["date_to"]) == ("2026-06-01", "2026-06-01")


class TestSpotify:
    @staticmethod
    def report(entity: str = "Ad", granularity: str = "Daily", header: str = "", row: str = "") -> str:
        return (
            f"Report Name: Tea,,\nReport Granularity: {granularity}\nReport Primary Entity: {entity}\n"
            "Report Date Range: 2026-05-27 - 2026-06-25 (UTC)\nReport Data as of: 2026-06-26 04:10:00 UTC\n\n"
            f"{header or 'Date,Campaign Name,Ad Set Name,Ad Name,Ad ID,Impressions,Reach,Clicks,CTR,Spend,Completion Rate,Ad Completes'}\n"
            f"{row or '2026/05/27,C,S,A,x1,1000,900,20,2%,10.50,90%,800'}\n2026/05/28,C,S,A,x1,500,450,-,-,4.25,90%,400\n"
        )

    def test_ads(self, drop, workspace, query) -> None:
        drop("report.csv", self.report())
        (landed,) = land(workspace, currency="USD")
        assert (landed.status, landed.platform, landed.report, landed.rows) == (
            "landed",
            "spotify_ads",
            "ad",
            2,
        )
        assert landed.totals == {"impressions": 1500, "clicks": 20, "spend": 14.75}
        assert query(
            "SELECT ad_id, period_start::VARCHAR, account_timezone, exported_at::VARCHAR, extra FROM {ad_performance} ORDER BY 2 LIMIT 1"
        ) == [("x1", "2026-05-27", "UTC", "2026-06-26 04:10:00", '{"Ad Completes":"800"}')]

    @pytest.mark.parametrize(
        ("entity", "level"), [("Ad Set", "ad_group"), ("Campaign", "campaign"), ("Ad Account", "account")]
    )
    def test_the_entity_is_said_above_the_header(self, drop, entity: str, level: str) -> None:
        found = shown(drop("r.csv", self.report(entity)), currency="USD")
        assert (found["platform"], found["level"], found["header_line"]) == ("spotify_ads", level, 7)


class TestConnectorTables:
    """The tables as connectors write them tie with sums that were counted independently."""

    EXPECTED: ClassVar = {
        "linkedin_ads/linkedin_ad_analytics_by_campaign_data.csv": (
            "linkedin_ads", "connector_campaign", 20, {"spend": 530.62, "impressions": 1359, "clicks": 21}),
        "meta_ads/facebook_ads_basic_ad_data.csv": (
            "meta_ads", "connector_ad", 10, {"spend": 643.63, "impressions": 37275, "clicks": 149}),
        "meta_ads/facebook_ads_basic_ad_actions_data.csv": ("meta_ads", "connector_ad_action", 10, {}),
        "pinterest/pinterest_campaign_report_data.csv": (
            "pinterest_ads", "connector_campaign", 5,
            {"spend": 12375.0, "impressions": 82500, "clicks": 2475, "conversion_value": 24800.0}),
        "snapchat/snapchat_campaign_hourly_report_data.csv": (
            "snapchat_ads", "connector_campaign", 10, {"spend": 1.013488, "impressions": 5142, "clicks": 7}),
        "tiktok_ads/tiktok_campaign_report_hourly_data.csv": (
            "tiktok_ads", "connector_campaign", 4, {"spend": 444.792, "impressions": 34470, "clicks": 244}),
        "x_twitter/twitter_campaign_report_data.csv": (
            "x_ads", "connector_campaign", 4,
            {"spend": 138.535734, "impressions": 9876, "clicks": 955, "clicks_all": 968}),
    }  # fmt: skip

    @pytest.mark.parametrize("file", EXPECTED)
    def test_seed(self, samples: Path, file: str) -> None:
        platform, report, rows, totals = self.EXPECTED[file]
        found = shown(SEEDS / file, currency="USD")
        assert (found["platform"], found["report"], found["rows"]) == (platform, report, rows)
        assert {name: found["totals"][name] for name in totals} == totals

    def test_manifest_agrees(self, samples: Path) -> None:
        with (SEEDS / "MANIFEST.tsv").open(encoding="utf-8", newline="") as handle:
            said = {row["file"]: row["totals"] for row in csv.DictReader(handle, delimiter="\t")}
        micros = {"spend_in_micro_dollar": 10**6, "spend": 10**6, "billed_charge_local_micro": 10**6}
        for file, (platform, _, _, totals) in self.EXPECTED.items():
            for item in filter(None, said[file].split(";")):
                name, _, value = item.partition("=")
                measure, _, column = name.rstrip("]").partition("[")
                if measure == "clicks" and column == "clicks":
                    continue
                scale = micros.get(column, 1) if platform != "meta_ads" else 1
                measure = {"cost": "spend"}.get(measure, measure)
                assert totals[measure] == pytest.approx(float(value) / scale), (file, name)

    def test_all_clicks_of_linkedin(self, samples: Path) -> None:
        found = shown(SEEDS / "linkedin_ads/linkedin_ad_analytics_by_campaign_data.csv", currency="USD")
        assert found["totals"]["clicks_all"] == 919
