"""Recipes: what each API is asked, how two pages become one csv, and that a broken page leaves nothing."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from mkt_pipeline.errors import ConfigError, DataError
from mkt_pipeline.exports.pull import PullResult, pull
from mkt_pipeline.exports.pull.api import array_items
from mkt_pipeline.workspace import Workspace
from tests.exports.pull_server import Answer, PullServer, answer, start
from tests.exports.test_pull import TestClock, inbox, refused, with_sources

SECRET = "secret-value-us7"
BEARER = {"bearer": "env:TEST_SECRET"}
BROKEN = '{"error": {"code": 400, "message": "page three is broken", "status": "INVALID_ARGUMENT"}}'

Table = list[dict[str, str]]
Pull = Callable[..., PullResult]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PullServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("TEST_SECRET", SECRET)
    owner, stop = start()
    yield owner
    stop()


@pytest.fixture
def ask(workspace: Workspace, server: PullServer) -> Pull:
    """Pull one recipe; ``days=2`` are 29 and 30 June."""

    def call(recipe: str, auth: Any = None, days: int = 2, **options: Any) -> PullResult:
        source = {"name": "report", "recipe": recipe, "days": days, "auth": auth,
                  "options": {"base_url": server.url, **options}}  # fmt: skip
        (result,) = pull(with_sources(workspace, source), clock=TestClock())
        return result

    return call


def table(workspace: Workspace, result: PullResult) -> tuple[str, Table]:
    """Header line and rows of what was fetched."""
    assert result.error is None and result.status == "fetched", str(result.error)
    assert result.file_name == "report_2026-06-29_2026-06-30.csv"
    text = inbox(workspace)[result.file_name].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert result.rows == len(rows)
    return text.splitlines()[0], rows


def as_json(*values: Any) -> list[Answer]:
    return [answer(json.dumps(value), Content_Type="application/json") for value in values]


def sent(server: PullServer) -> list[Any]:
    return [json.loads(seen.body) for seen in server.seen]


# -- Search Console -----------------------------------------------------------------------------------

SITE = "/webmasters/v3/sites/sc-domain%3Aexample.com/searchAnalytics/query"


def gsc(*rows: tuple[str, int]) -> dict[str, Any]:
    return {
        "rows": [
            {"keys": ["2026-06-30", query], "clicks": clicks, "impressions": 90, "ctr": 0.1, "position": 2.5}
            for query, clicks in rows
        ],
        "responseAggregationType": "byProperty",
    }


def test_search_console(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(SITE, *as_json(gsc(("tea, green", 5), ("茶", 4)), gsc(("oolong", 3))))
    result = ask(
        "search_console", BEARER, property="sc-domain:example.com", dimensions=["date", "query"], page_rows=2
    )
    header, rows = table(workspace, result)
    assert header == "date,query,clicks,impressions,ctr,position,property,search_type"
    assert [(row["query"], row["clicks"]) for row in rows] == [
        ("tea, green", "5"),
        ("茶", "4"),
        ("oolong", "3"),
    ]
    assert {row["property"] for row in rows} == {"sc-domain:example.com"}
    first, second = sent(server)
    assert first == {
        "startDate": "2026-06-29", "endDate": "2026-06-30", "dimensions": ["date", "query"], "type": "web",
        "dataState": "final", "rowLimit": 2, "startRow": 0,
    }  # fmt: skip
    assert second["startRow"] == 2
    assert server.seen[0].headers["authorization"] == f"Bearer {SECRET}"


def test_no_rows_are_no_file_and_no_failure(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(SITE, *as_json({"responseAggregationType": "auto"}))
    result = ask("search_console", BEARER, property="sc-domain:example.com")
    assert (result.status, result.rows, inbox(workspace)) == ("unchanged", 0, {})


def test_a_later_page_that_fails_leaves_nothing(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    page = as_json(gsc(("a", 1)))
    server.on(SITE, *page, *page, answer(BROKEN, 400))
    result = ask(
        "search_console", BEARER, property="sc-domain:example.com", dimensions=["date", "query"], page_rows=1
    )
    assert "page three is broken" in refused(result, workspace, ConfigError, "E-PULL-04").found
    assert [path.name for path in workspace.pull_dir.iterdir() if path.suffix in (".part", ".page")] == []


@pytest.mark.parametrize(
    "page", [[], {"rows": [{"keys": ["2026-06-30"]}]}, {"rows": {"a": 1}}, {"rows": ["text"]}]
)
def test_an_answer_of_another_shape_is_told(
    server: PullServer, ask: Pull, workspace: Workspace, page: Any
) -> None:
    server.on(SITE, *as_json(page))
    refused(
        ask("search_console", BEARER, property="sc-domain:example.com"), workspace, DataError, "E-PULL-23"
    )


# -- Google Analytics ---------------------------------------------------------------------------------

GA4 = "/v1beta/properties/123456:runReport"


def ga4(*rows: tuple[str, str]) -> dict[str, Any]:
    return {
        "dimensionHeaders": [{"name": "date"}],
        "metricHeaders": [{"name": "sessions", "type": "TYPE_INTEGER"}],
        "rows": [
            {"dimensionValues": [{"value": day}], "metricValues": [{"value": count}]} for day, count in rows
        ],
        "rowCount": 3,
        "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Berlin"},
    }


def test_ga4(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(GA4, *as_json(ga4(("20260629", "10"), ("20260630", "20")), ga4(("(other)", "3"))))
    result = ask("ga4", BEARER, property=123456, dimensions=["date"], metrics=["sessions"], page_rows=2)
    header, rows = table(workspace, result)
    assert header == "date,sessions,property,currency_code,time_zone"
    assert [row["sessions"] for row in rows] == ["10", "20", "3"]
    assert rows[2] == {
        "date": "(other)", "sessions": "3", "property": "123456", "currency_code": "EUR",
        "time_zone": "Europe/Berlin",
    }  # fmt: skip
    first, second = sent(server)
    assert first["dateRanges"] == [{"startDate": "2026-06-29", "endDate": "2026-06-30"}]
    assert (first["metrics"], first["limit"], first["offset"]) == ([{"name": "sessions"}], "2", "0")
    assert second["offset"] == "2"


def test_ga4_asks_for_traffic_by_default(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(GA4, *as_json({"rowCount": 0}))
    assert ask("ga4", BEARER, property="123456").rows == 0
    assert [item["name"] for item in sent(server)[0]["dimensions"]] == [
        "date", "sessionSource", "sessionMedium", "sessionCampaignName",
    ]  # fmt: skip


def test_rows_that_run_out_early_are_no_export(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(GA4, *as_json(ga4(("20260629", "10")), {"rowCount": 3}))
    result = ask("ga4", BEARER, property="123456", dimensions=["date"], metrics=["sessions"])
    assert "no rows after 1 of 3" in refused(result, workspace, DataError, "E-PULL-23").found


# -- Google Ads ---------------------------------------------------------------------------------------

ADS = "/v26/customers/1234567890/googleAds:searchStream"
ADS_OPTIONS = {"customer_id": "123-456-7890", "developer_token": "env:TEST_SECRET"}


def ads_row(day: str, name: str, cost: str) -> dict[str, Any]:
    return {
        "customer": {
            "resourceName": "customers/1234567890", "id": "1234567890", "descriptiveName": "Tea",
            "currencyCode": "EUR", "timeZone": "Europe/Berlin",
        },
        "campaign": {"resourceName": "c/1", "id": "1", "name": name, "advertisingChannelType": "SEARCH"},
        "metrics": {"clicks": "4", "costMicros": cost, "conversions": 1.5, "viewThroughConversions": "0"},
        "segments": {"date": day},
    }  # fmt: skip


def test_google_ads(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    batches = [
        {"results": [ads_row("2026-06-29", "Brand, [x]", "1230000")], "fieldMask": "x", "requestId": "r"},
        {"results": [ads_row("2026-06-30", "Größe", "4560000")], "fieldMask": "x", "requestId": "r"},
    ]
    server.on(ADS, *as_json(batches))
    result = ask("google_ads", BEARER, login_customer_id="111-111-1111", **ADS_OPTIONS)
    header, rows = table(workspace, result)
    assert header == (
        "segments.date,campaign.id,campaign.name,campaign.status,campaign.advertising_channel_type,"
        "metrics.impressions,metrics.clicks,metrics.cost_micros,metrics.conversions,"
        "metrics.conversions_value,metrics.view_through_conversions,"
        "account_id,account_name,currency_code,time_zone"
    )
    assert [row["metrics.cost_micros"] for row in rows] == ["1230000", "4560000"]
    assert rows[0]["campaign.name"] == "Brand, [x]" and rows[0]["metrics.impressions"] == ""
    assert rows[1]["account_id"] == "1234567890" and rows[1]["currency_code"] == "EUR"
    (query,) = sent(server)
    assert query["query"].startswith("SELECT segments.date, campaign.id, campaign.name, ")
    assert query["query"].endswith(
        "customer.time_zone FROM campaign WHERE segments.date BETWEEN '2026-06-29' AND '2026-06-30'"
    )
    headers = server.seen[0].headers
    assert (headers["developer-token"], headers["login-customer-id"]) == (SECRET, "1111111111")


def test_google_ads_search_terms(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(ADS.replace("v26", "v27"), *as_json([{"results": [ads_row("2026-06-29", "B", "1")]}]))
    result = ask(
        "google_ads", BEARER, version="v27", resource="search_term_view",
        fields=["segments.date", "search_term_view.search_term"], where=["metrics.clicks > 0"], **ADS_OPTIONS,
    )  # fmt: skip
    header, _ = table(workspace, result)
    assert header == (
        "segments.date,search_term_view.search_term,account_id,account_name,currency_code,time_zone"
    )
    assert sent(server)[0]["query"].endswith("AND '2026-06-30' AND metrics.clicks > 0")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (json.dumps([{"results": [ads_row("2026-06-29", "B", "1")]}])[:-1], "E-PULL-20"),
        (f"[{BROKEN}]", "E-PULL-20"),
        ("<html><title>Proxy</title></html>", "E-PULL-20"),
        ("[[]]", "E-PULL-23"),
    ],
)
def test_a_stream_that_is_broken_leaves_nothing(
    server: PullServer, ask: Pull, workspace: Workspace, body: str, code: str
) -> None:
    server.on(ADS, answer(body))
    refused(ask("google_ads", BEARER, **ADS_OPTIONS), workspace, DataError, code)
    assert not (workspace.pull_dir / "report.page").exists()


def test_arrays_of_any_size_are_read_item_by_item() -> None:
    values = [{"n": number, "text": ']}, [\\"' + "x" * number * 40} for number in range(200)]
    for indent in (None, 2):
        text = io.StringIO("\ufeff" + json.dumps(values, indent=indent))
        assert list(array_items(text, "here")) == values
    assert list(array_items(io.StringIO(" [ ]"), "here")) == []


# -- Meta ---------------------------------------------------------------------------------------------

NODE = "/v25.0/act_42"


def meta(*rows: dict[str, Any], after: str = "") -> dict[str, Any]:
    paging: dict[str, Any] = {"cursors": {"before": "b", "after": after or "end"}}
    if after:
        paging["next"] = f"https://graph.example/v25.0/act_42/insights?access_token={SECRET}&after={after}"
    return {"data": list(rows), "paging": paging}


def meta_row(day: str, spend: str, *actions: tuple[str, str]) -> dict[str, Any]:
    return {
        "date_start": day, "date_stop": day, "campaign_id": "7", "campaign_name": "夏", "impressions": "100",
        "reach": "80", "clicks": "9", "inline_link_clicks": "6", "spend": spend,
        "actions": [{"action_type": kind, "value": value} for kind, value in actions],
    }  # fmt: skip


def test_meta(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(
        NODE, *as_json({"name": "Shop", "currency": "CNY", "timezone_name": "Asia/Shanghai", "id": "act_42"})
    )
    server.on(
        NODE + "/insights",
        *as_json(
            meta(meta_row("2026-06-29", "1.25", ("link_click", "6"), ("purchase", "2")), after="cur+1="),
            meta(meta_row("2026-06-30", "2.50")),
        ),
    )
    header, rows = table(workspace, ask("meta_insights", BEARER, account_id="act_42", page_rows=1))
    assert header == (
        "date_start,date_stop,campaign_id,campaign_name,impressions,reach,clicks,inline_link_clicks,spend,"
        "actions.landing_page_view,actions.purchase,action_values.purchase,"
        "account_id,account_name,currency_code,time_zone"
    )
    assert [row["spend"] for row in rows] == ["1.25", "2.50"]
    assert [row["actions.purchase"] for row in rows] == ["2", ""]
    assert [row["account_id"] for row in rows] == ["42", "42"]
    assert (rows[0]["currency_code"], rows[0]["time_zone"]) == ("CNY", "Asia/Shanghai")
    _, first, second = server.seen
    assert json.loads(first.query["time_range"]) == {"since": "2026-06-29", "until": "2026-06-30"}
    assert (first.query["level"], first.query["time_increment"], first.query["limit"]) == (
        "campaign",
        "1",
        "1",
    )
    assert first.query["fields"].endswith("spend,actions,action_values")
    assert "after" not in first.query and second.query["after"] == "cur+1="
    assert all(seen.headers["authorization"] == f"Bearer {SECRET}" for seen in server.seen)
    assert all("access_token" not in seen.query for seen in server.seen)


def test_meta_by_ad_and_placement(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(NODE, *as_json({"name": "Shop", "currency": "USD", "timezone_name": "UTC"}))
    server.on(NODE + "/insights", *as_json(meta({"ad_id": "9", "publisher_platform": "instagram"})))
    result = ask(
        "meta_insights", BEARER, account_id=42, level="ad", breakdowns=["publisher_platform"], actions=[],
        action_values=[],
    )  # fmt: skip
    header, rows = table(workspace, result)
    assert header.startswith(
        "date_start,date_stop,campaign_id,campaign_name,adset_id,adset_name,ad_id,ad_name,impressions,"
    )
    assert rows[0]["publisher_platform"] == "instagram"


def test_a_cursor_that_goes_in_circles_ends(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(NODE, *as_json({"name": "Shop"}))
    server.on(NODE + "/insights", *as_json(meta(after="same")))
    result = ask("meta_insights", BEARER, account_id="42")
    assert "the same page twice" in refused(result, workspace, DataError, "E-PULL-23").found
    assert len(server.seen) == 3


# -- Mailchimp ----------------------------------------------------------------------------------------


def mailing(number: int) -> dict[str, Any]:
    return {
        "id": f"c{number}", "campaign_title": f"News {number}", "subject_line": "Hi, all", "type": "regular",
        "list_id": "l", "list_name": "All", "send_time": "2026-06-29T08:00:00+00:00", "emails_sent": 1000,
        "abuse_reports": 1, "unsubscribed": 2,
        "bounces": {"hard_bounces": 3, "soft_bounces": 4, "syntax_errors": 0},
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": {"opens_total": 500, "unique_opens": 300, "open_rate": 0.3},
        "clicks": {"clicks_total": 90, "unique_clicks": 80, "unique_subscriber_clicks": 70},
        "ecommerce": {"total_orders": 5, "total_spent": 99.5, "total_revenue": 89.5, "currency_code": "USD"},
    }  # fmt: skip


def test_mailchimp(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(
        "/3.0/", *as_json({"account_id": "acc", "account_name": "Tea", "account_timezone": "US/Eastern"})
    )
    server.on(
        "/3.0/reports",
        *as_json(
            {"reports": [mailing(1), mailing(2)], "total_items": 3},
            {"reports": [mailing(3)], "total_items": 3},
        ),
    )
    header, rows = table(workspace, ask("mailchimp", api_key="env:TEST_SECRET", page_rows=2))
    assert header == (
        "id,campaign_title,subject_line,type,list_id,list_name,send_time,emails_sent,abuse_reports,"
        "unsubscribed,bounces.hard_bounces,bounces.soft_bounces,bounces.syntax_errors,"
        "forwards.forwards_count,forwards.forwards_opens,opens.opens_total,opens.unique_opens,"
        "clicks.clicks_total,clicks.unique_clicks,clicks.unique_subscriber_clicks,"
        "ecommerce.total_orders,ecommerce.total_spent,ecommerce.total_revenue,"
        "account_id,account_name,currency_code,time_zone"
    )
    assert [row["id"] for row in rows] == ["c1", "c2", "c3"]
    assert rows[0]["ecommerce.total_revenue"] == "89.5" and rows[0]["time_zone"] == "US/Eastern"
    assert sum(int(row["clicks.unique_subscriber_clicks"]) for row in rows) == 210
    _, first, second = server.seen
    assert first.query["since_send_time"] == "2026-06-29T00:00:00+00:00"
    assert first.query["before_send_time"] == "2026-07-01T00:00:00+00:00"
    assert (first.query["offset"], second.query["offset"]) == ("0", "2")
    basic = base64.b64encode(f"mkt:{SECRET}".encode()).decode()
    assert first.headers["authorization"] == f"Basic {basic}"


def test_a_mailchimp_key_without_its_data_centre(
    server: PullServer, ask: Pull, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SECRET", "evil.example/x")
    error = refused(
        ask("mailchimp", base_url=None, api_key="env:TEST_SECRET"), workspace, ConfigError, "E-PULL-01"
    )
    assert "data centre" in error.found and "evil" not in str(error)
    assert server.seen == []


# -- Matomo -------------------------------------------------------------------------------------------

INDEX = "/index.php"
SITE_ABOUT = {"idsite": "3", "name": "Shop", "currency": "EUR", "timezone": "Europe/Paris"}


def form(server: PullServer, number: int) -> dict[str, str]:
    return dict(parse_qsl(server.seen[number].body.decode()))


def test_matomo(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(
        INDEX,
        *as_json([SITE_ABOUT]),
        answer("date,nb_visits,nb_actions,new_column,revenue\n2026-06-29,10,30,x,5.5\n"),
        answer("date,nb_visits,nb_actions,revenue\n2026-06-30,20,50,0".encode("utf-16")),
    )
    result = ask("matomo", site_id=3, token_auth="env:TEST_SECRET", days_per_request=1)
    header, rows = table(workspace, result)
    assert header == (
        "date,nb_visits,nb_uniq_visitors,nb_actions,nb_pageviews,bounce_count,sum_visit_length,"
        "nb_visits_converted,nb_conversions,revenue,account_id,account_name,currency_code,time_zone"
    )
    assert [(row["date"], row["nb_visits"], row["revenue"]) for row in rows] == [
        ("2026-06-29", "10", "5.5"), ("2026-06-30", "20", "0"),
    ]  # fmt: skip
    assert rows[0]["nb_pageviews"] == "" and rows[0]["currency_code"] == "EUR"
    assert [seen.method for seen in server.seen] == ["POST"] * 3
    assert all(SECRET not in str(seen.query) for seen in server.seen)
    assert form(server, 0)["method"] == "SitesManager.getSiteFromId"
    assert form(server, 1)["token_auth"] == SECRET
    assert (form(server, 1)["date"], form(server, 2)["date"]) == (
        "2026-06-29,2026-06-29", "2026-06-30,2026-06-30",
    )  # fmt: skip
    assert form(server, 1) | {"format": "CSV", "period": "day", "convertToUnicode": "0"} == form(server, 1)


def test_matomo_by_label(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(INDEX, *as_json(SITE_ABOUT), answer("date,label,nb_visits\n2026-06-29,google,4\n"))
    result = ask("matomo", site_id="3", token_auth="env:TEST_SECRET", method="Referrers.getAll",
                 columns=["label", "nb_visits"])  # fmt: skip
    header, rows = table(workspace, result)
    assert header == "date,label,nb_visits,account_id,account_name,currency_code,time_zone"
    assert rows[0]["label"] == "google"


def test_matomo_without_visits_and_with_an_error(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on(INDEX, *as_json(SITE_ABOUT), answer("No data available"))
    assert ask("matomo", site_id="3", token_auth="env:TEST_SECRET").rows == 0
    server.on(INDEX, *as_json(SITE_ABOUT), answer(f"Error: You can't access {SECRET}"))
    error = refused(
        ask("matomo", site_id="3", token_auth="env:TEST_SECRET"), workspace, DataError, "E-PULL-20"
    )
    assert "You can't access ***" in error.found
    server.on(INDEX, *as_json({"result": "error", "message": "no such site"}))
    error = refused(
        ask("matomo", site_id="3", token_auth="env:TEST_SECRET"), workspace, DataError, "E-PULL-20"
    )
    assert "no such site" in error.found


# -- options ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "auth", "options", "words"),
    [
        ("ga4", BEARER, {}, "options.property: Field required"),
        ("ga4", BEARER, {"property": "UA-1"}, "options.property"),
        ("ga4", BEARER, {"property": "1", "limit": 3}, "options.limit: Extra inputs"),
        ("ga4", None, {"property": "1"}, "needs auth"),
        ("ga4", BEARER, {"property": "1", "base_url": "http://x/?q=1"}, "options.base_url"),
        ("google_ads", BEARER, {**ADS_OPTIONS, "fields": ["1; DROP"]}, "options.fields.0"),
        ("matomo", None, {"site_id": "1", "token_auth": "env:TEST_SECRET", "method": "x"}, "options.method"),
    ],
)
def test_options_that_are_wrong_are_named(
    server: PullServer, ask: Pull, workspace: Workspace, recipe: str, auth: Any, options: Any, words: str
) -> None:
    assert words in refused(ask(recipe, auth, **options), workspace, ConfigError, "E-PULL-01").found
    assert server.seen == []


def test_a_table_that_grows_too_large_is_stopped(server: PullServer, workspace: Workspace) -> None:
    server.on(SITE, *as_json(gsc(*[("word " * 20, 1)] * 1200)))
    source = {
        "name": "report", "recipe": "search_console", "auth": BEARER, "max_bytes": 300_000,
        "options": {"base_url": server.url, "property": "sc-domain:example.com",
                    "dimensions": ["date", "query"], "page_rows": 1200},
    }  # fmt: skip
    (result,) = pull(with_sources(workspace, source), clock=TestClock())
    refused(result, workspace, DataError, "E-PULL-21")
    assert 1 < len(server.seen) < 5
