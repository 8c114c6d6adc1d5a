"""Recipes: the reports of six APIs as plain tables, one class per API.

What is here: what each API is asked, how it pages, and the columns its rows become; a recipe's fields are its
options in ``mkt.yml``. What is not: HTTP, secrets and files; and what a column means, which the catalog says.

The first row a recipe gives is the header. Its columns depend on the options alone, never on the answer:
columns carry the API's own names, and after them stand columns that hold for the whole file, such as
``account_id``, ``currency_code`` and ``time_zone``. Micros, percentages and dates stay as the API gives them.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field, StringConstraints, field_validator

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.exports.pull import content
from mkt_pipeline.exports.pull.api import (
    Api,
    BaseUrl,
    Recipe,
    Row,
    as_list,
    as_number,
    as_object,
    at,
    bad_shape,
)
from mkt_pipeline.exports.pull.client import Call
from mkt_pipeline.exports.pull.redaction import shown
from mkt_pipeline.exports.pull.state import Days
from mkt_pipeline.workspace import EnvironmentName

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_:.]*$")]
"""A dimension, metric or field as an API spells it."""
Names = Annotated[tuple[Name, ...], Field(min_length=1)]
FieldPath = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")]
Version = Annotated[str, StringConstraints(pattern=r"^v?\d+(\.\d+)?[a-z0-9]*$")]
ACCOUNT = ("account_id", "account_name", "currency_code", "time_zone")
"""Columns that close a table and hold for the whole of it."""
Digits = Annotated[str, StringConstraints(pattern=r"^\d+$")]


class SearchConsole(Recipe):
    """Google Search Console, ``searchanalytics.query``: final numbers, best rows first."""

    base_url: BaseUrl = "https://www.googleapis.com"
    version: Version = "v3"
    property: str = Field(min_length=1)
    """As Search Console names it: ``https://example.com/`` or ``sc-domain:example.com``."""
    dimensions: Annotated[
        tuple[Literal["date", "query", "page", "country", "device", "searchAppearance"], ...],
        Field(min_length=1),
    ] = ("date", "query", "page", "country", "device")
    search_type: Literal["web", "image", "video", "news", "discover", "googleNews"] = "web"
    page_rows: int = Field(default=25_000, ge=1, le=25_000)

    measures: ClassVar = ("clicks", "impressions", "ctr", "position")

    def rows(self, api: Api, days: Days) -> Iterator[Row]:
        """One row per combination of the dimensions."""
        yield [*self.dimensions, *self.measures, "property", "search_type"]
        site = quote(self.property, safe="")
        url = f"{self.base_url}/webmasters/{self.version}/sites/{site}/searchAnalytics/query"
        query = {
            "startDate": days.first.isoformat(), "endDate": days.last.isoformat(),
            "dimensions": self.dimensions, "type": self.search_type, "dataState": "final",
            "rowLimit": self.page_rows,
        }  # fmt: skip
        start, count = 0, self.page_rows
        while count == self.page_rows:
            call = Call(url, "POST", private=api.headers(), json={**query, "startRow": start})
            found = as_list(as_object(api.json(call), call).get("rows") or [], call)
            for row in found:
                keys = as_list(as_object(row, call).get("keys"), call, len(self.dimensions))
                yield [*keys, *(row.get(name) for name in self.measures), self.property, self.search_type]
            count = len(found)
            start += count


class GoogleAnalytics(Recipe):
    """Google Analytics 4, Data API ``runReport``."""

    base_url: BaseUrl = "https://analyticsdata.googleapis.com"
    version: Version = "v1beta"
    property: Digits
    """The property's number."""
    dimensions: Annotated[Names, Field(max_length=9)] = (
        "date", "sessionSource", "sessionMedium", "sessionCampaignName",
    )  # fmt: skip
    metrics: Annotated[Names, Field(max_length=10)] = (
        "sessions", "engagedSessions", "activeUsers", "newUsers", "screenPageViews", "keyEvents",
        "totalRevenue",
    )  # fmt: skip
    page_rows: int = Field(default=100_000, ge=1, le=250_000)

    def rows(self, api: Api, days: Days) -> Iterator[Row]:
        """One row per combination of the dimensions; ``date`` is written YYYYMMDD, as the API does."""
        yield [*self.dimensions, *self.metrics, "property", "currency_code", "time_zone"]
        url = f"{self.base_url}/{self.version}/properties/{self.property}:runReport"
        query = {
            "dateRanges": [{"startDate": days.first.isoformat(), "endDate": days.last.isoformat()}],
            "dimensions": [{"name": name} for name in self.dimensions],
            "metrics": [{"name": name} for name in self.metrics],
            "limit": str(self.page_rows),
        }
        offset, total = 0, 1
        while offset < total:
            call = Call(url, "POST", private=api.headers(), json={**query, "offset": str(offset)})
            answer = as_object(api.json(call), call)
            total = as_number(answer.get("rowCount") or 0, call)
            about = as_object(answer.get("metadata") or {}, call)
            found = as_list(answer.get("rows") or [], call)
            if not found and offset < total:
                raise bad_shape(call, f"no rows after {offset:,} of {total:,}")
            for row in found:
                keys = as_list(as_object(row, call).get("dimensionValues") or [], call, len(self.dimensions))
                values = as_list(row.get("metricValues"), call, len(self.metrics))
                yield [
                    *(as_object(item, call).get("value") for item in (*keys, *values)),
                    self.property, about.get("currencyCode"), about.get("timeZone"),
                ]  # fmt: skip
            offset += len(found)


class GoogleAds(Recipe):
    """Google Ads, ``googleAds:searchStream``; money in micros of the account's currency."""

    base_url: BaseUrl = "https://googleads.googleapis.com"
    version: Version = "v26"
    customer_id: Annotated[str, StringConstraints(pattern=r"^\d[\d-]+\d$")]
    login_customer_id: Annotated[str, StringConstraints(pattern=r"^\d[\d-]+\d$")] | None = None
    """The manager account through which the access is given."""
    developer_token: EnvironmentName
    resource: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")] = "campaign"
    fields: Annotated[tuple[FieldPath, ...], Field(min_length=1)] = (
        "segments.date", "campaign.id", "campaign.name", "campaign.status",
        "campaign.advertising_channel_type", "metrics.impressions", "metrics.clicks", "metrics.cost_micros",
        "metrics.conversions", "metrics.conversions_value", "metrics.view_through_conversions",
    )  # fmt: skip
    where: tuple[str, ...] = ()
    """Further conditions in the API's query language."""

    account: ClassVar = (
        "customer.id",
        "customer.descriptive_name",
        "customer.currency_code",
        "customer.time_zone",
    )

    def rows(self, api: Api, days: Days) -> Iterator[Row]:
        """One row per row of the stream."""
        yield [*self.fields, *ACCOUNT]
        chosen = list(dict.fromkeys([*self.fields, *self.account]))
        period = f"segments.date BETWEEN '{days.first}' AND '{days.last}'"
        query = f"SELECT {', '.join(chosen)} FROM {self.resource} WHERE {' AND '.join([period, *self.where])}"
        private = {
            **api.headers(),
            "developer-token": api.secrets.value(self.developer_token, "options.developer_token"),
        }  # fmt: skip
        if self.login_customer_id:
            private["login-customer-id"] = self.login_customer_id.replace("-", "")
        customer = self.customer_id.replace("-", "")
        url = f"{self.base_url}/{self.version}/customers/{customer}/googleAds:searchStream"
        call = Call(url, "POST", private=private, json={"query": query})
        names = (*self.fields, *self.account)
        paths = [[_camel(step) for step in name.split(".")] for name in names]
        for batch in api.items(call):
            if said := content.refusal_in(batch):
                raise content.no_export(shown(url), f"an error: {said}")
            for row in as_list(as_object(batch, call).get("results") or [], call):
                yield [at(row, path) for path in paths]


class MetaInsights(Recipe):
    """Meta, Insights of an ad account by day; money in the account's currency."""

    base_url: BaseUrl = "https://graph.facebook.com"
    version: Version = "v25.0"
    account_id: Annotated[str, StringConstraints(pattern=r"^(act_)?\d+$")]
    level: Literal["account", "campaign", "adset", "ad"] = "campaign"
    fields: Names | None = None
    """Without it: the ids and names down to ``level``, then impressions, reach, clicks and spend."""
    actions: tuple[Name, ...] = ("landing_page_view", "purchase")
    """Action types that get a column of counts, ``actions.<type>``."""
    action_values: tuple[Name, ...] = ("purchase",)
    """Action types that get a column of money, ``action_values.<type>``."""
    breakdowns: tuple[Name, ...] = ()
    attribution_windows: tuple[Annotated[str, StringConstraints(pattern=r"^\w+$")], ...] = ()
    """Without it, as each ad set is set."""
    page_rows: int = Field(default=500, ge=1, le=5000)

    measures: ClassVar = ("impressions", "reach", "clicks", "inline_link_clicks", "spend")

    @field_validator("fields")
    @classmethod
    def _flat(cls, value: Names | None) -> Names | None:
        if {"actions", "action_values"} & set(value or ()):
            raise ValueError("actions and action_values are options of their own")
        return value

    def rows(self, api: Api, days: Days) -> Iterator[Row]:
        """One row per day, entity and breakdown."""
        fields = self.fields or [*self._entities(), *self.measures]
        head = ["date_start", "date_stop", *fields, *self.breakdowns]
        lists = [("actions", kind) for kind in self.actions]
        lists += [("action_values", kind) for kind in self.action_values]
        yield [*head, *(".".join(pair) for pair in lists), *ACCOUNT]
        node = f"{self.base_url}/{self.version}/act_{self.account_id.removeprefix('act_')}"
        call = Call(node, private=api.headers(), params={"fields": "name,currency,timezone_name"})
        about = as_object(api.json(call), call)
        account = [node.rpartition("_")[2], *map(about.get, ("name", "currency", "timezone_name"))]
        params = {
            "level": self.level, "time_increment": "1", "limit": str(self.page_rows),
            "time_range": json.dumps({"since": str(days.first), "until": str(days.last)}),
            "fields": ",".join([*fields, *dict.fromkeys(name for name, _ in lists)]),
        }  # fmt: skip
        if self.breakdowns:
            params["breakdowns"] = ",".join(self.breakdowns)
        if self.attribution_windows:
            params["action_attribution_windows"] = json.dumps(self.attribution_windows)
        seen: set[str] = set()
        after = ""
        while after not in seen:
            seen.add(after)
            # The address of the next page in the answer carries the token; the cursor alone does not.
            cursor = {"after": after} if after else {}
            call = Call(f"{node}/insights", private=api.headers(), params={**params, **cursor})
            answer = as_object(api.json(call), call)
            for row in as_list(answer.get("data"), call):
                values = [as_object(row, call).get(name) for name in head]
                yield [*values, *(_action(row, name, kind, call) for name, kind in lists), *account]
            paging = as_object(answer.get("paging") or {}, call)
            if not paging.get("next"):
                return
            after = str(as_object(paging.get("cursors") or {}, call).get("after") or "")
        raise bad_shape(call, "the same page twice")

    def _entities(self) -> list[str]:
        levels = ["campaign", "adset", "ad"]
        wanted = levels[: levels.index(self.level) + 1] if self.level in levels else []
        return [f"{level}_{part}" for level in wanted for part in ("id", "name")]


class Mailchimp(Recipe):
    """Mailchimp, the reports of all mailings sent in the days asked for; numbers as of now."""

    base_url: BaseUrl | None = None
    version: Version = "3.0"
    api_key: EnvironmentName
    server: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}\d+$")] | None = None
    """The data centre, such as ``us21``; without it, the end of the key."""
    page_rows: int = Field(default=1000, ge=1, le=1000)

    paths: ClassVar = (
        "id", "campaign_title", "subject_line", "type", "list_id", "list_name", "send_time", "emails_sent",
        "abuse_reports", "unsubscribed", "bounces.hard_bounces", "bounces.soft_bounces",
        "bounces.syntax_errors", "forwards.forwards_count", "forwards.forwards_opens", "opens.opens_total",
        "opens.unique_opens",
        "clicks.clicks_total", "clicks.unique_clicks", "clicks.unique_subscriber_clicks",
        "ecommerce.total_orders", "ecommerce.total_spent", "ecommerce.total_revenue",
    )  # fmt: skip

    def rows(self, api: Api, days: Days) -> Iterator[Row]:
        """One row per mailing."""
        yield [*self.paths, *ACCOUNT]
        key = api.secrets.value(self.api_key, "options.api_key")
        basic = base64.b64encode(f"mkt:{key}".encode()).decode()
        api.secrets.learn(basic)
        private = {"Authorization": f"Basic {basic}"}
        root = f"{self.base_url or self._host(key, api)}/{self.version}"
        fields = "account_id,account_name,account_timezone"
        call = Call(f"{root}/", private=private, params={"fields": fields})
        about = as_object(api.json(call), call)
        params = {
            "count": str(self.page_rows), "since_send_time": f"{days.first}T00:00:00+00:00",
            "before_send_time": f"{days.today}T00:00:00+00:00",
        }  # fmt: skip
        offset, total = 0, 1
        while offset < total:
            call = Call(f"{root}/reports", private=private, params={**params, "offset": str(offset)})
            answer = as_object(api.json(call), call)
            total = as_number(answer.get("total_items"), call)
            found = as_list(answer.get("reports"), call)
            if not found and offset < total:
                raise bad_shape(call, f"no reports after {offset:,} of {total:,}")
            for report in found:
                yield [
                    *(at(report, path.split(".")) for path in self.paths),
                    about.get("account_id"), about.get("account_name"),
                    at(report, ["ecommerce", "currency_code"]), about.get("account_timezone"),
                ]  # fmt: skip
            offset += len(found)

    def _host(self, key: str, api: Api) -> str:
        server = self.server or key.rpartition("-")[2]
        if not re.fullmatch(r"[a-z]{2}\d+", server):
            raise ConfigError(
                "E-PULL-01", "the API key does not end with its data centre", where=f"sources.{api.source}",
                expected="a key that ends with a dash and a data centre, such as -us21",
                fix="copy the whole key, or set options.server",
            )  # fmt: skip
        return f"https://{server}.api.mailchimp.com"


class Matomo(Recipe):
    """Matomo, Reporting API by day, under the technical names of its columns."""

    base_url: BaseUrl
    site_id: Digits
    token_auth: EnvironmentName
    """Sent in the body, never in an address."""
    method: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]+\.get[A-Za-z]*$")] = "API.get"
    columns: Names | None = None
    """Without it: those of :attr:`standard` for ``API.get``, else those of :attr:`labelled`."""
    segment: str | None = None
    days_per_request: int = Field(default=31, ge=1, le=366)

    standard: ClassVar = (
        "nb_visits", "nb_uniq_visitors", "nb_actions", "nb_pageviews", "bounce_count", "sum_visit_length",
        "nb_visits_converted", "nb_conversions", "revenue",
    )  # fmt: skip
    labelled: ClassVar = (
        "label", "nb_visits", "nb_uniq_visitors", "nb_actions", "nb_hits", "bounce_count", "sum_visit_length",
        "nb_visits_converted", "nb_conversions", "revenue",
    )  # fmt: skip

    def rows(self, api: Api, days: Days) -> Iterator[Row]:
        """One row per day, or per day and label."""
        columns = self.columns or (self.standard if self.method == "API.get" else self.labelled)
        columns = tuple(name for name in columns if name != "date")
        yield ["date", *columns, *ACCOUNT]
        about = self._site(api)
        account = [self.site_id, about.get("name"), about.get("currency"), about.get("timezone")]
        more = {"segment": self.segment} if self.segment else {}
        first = days.first
        while first <= days.last:
            last = min(first + dt.timedelta(days=self.days_per_request - 1), days.last)
            call = self._ask(
                api, self.method, "CSV", period="day", date=f"{first},{last}", convertToUnicode="0",
                translateColumnNames="0", format_metrics="0", filter_limit="-1", flat="1", **more,
            )  # fmt: skip
            for row in self._table(api.text(call), call):
                yield [row["date"], *(row.get(name) for name in columns), *account]
            first = last + dt.timedelta(days=1)

    def _ask(self, api: Api, method: str, shape: str, **more: str) -> Call:
        form = {
            "module": "API", "method": method, "format": shape, "idSite": self.site_id,
            "token_auth": api.secrets.value(self.token_auth, "options.token_auth"), **more,
        }  # fmt: skip
        return Call(f"{self.base_url}/index.php", "POST", form=form)

    def _site(self, api: Api) -> Mapping[str, Any]:
        call = self._ask(api, "SitesManager.getSiteFromId", "JSON")
        answer = api.json(call)
        return as_object(answer[0] if isinstance(answer, list) and answer else answer, call)

    def _table(self, text: str, call: Call) -> Iterator[Mapping[str, str | None]]:
        if text.startswith("No data available") or not text.strip():
            return
        if text.lstrip()[0] in "<{[" or text.startswith("Error"):
            raise content.no_export(shown(call.url), f"an error: {content.refusal(text[:5000].encode())}")
        reader = csv.DictReader(io.StringIO(text))
        if "date" not in (reader.fieldnames or ()):
            raise bad_shape(call, "a table without the column date")
        yield from reader


RECIPES: dict[str, type[Recipe]] = {
    "search_console": SearchConsole, "ga4": GoogleAnalytics, "google_ads": GoogleAds,
    "meta_insights": MetaInsights, "mailchimp": Mailchimp, "matomo": Matomo,
}  # fmt: skip
"""By the name that ``recipe`` in ``mkt.yml`` gives."""


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _action(row: Mapping[str, Any], name: str, kind: str, call: Call) -> Any:
    """The value of one action type; null where none happened, which the API says by leaving it out."""
    for item in as_list(row.get(name) or [], call):
        if as_object(item, call).get("action_type") == kind:
            return item.get("value")
    return None
