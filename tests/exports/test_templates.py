"""Our own templates: each is read as it stands, in both languages, and its examples never land."""

# ruff: noqa: E501  (rows stand as people write them)

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from mkt_pipeline import lake
from mkt_pipeline.exports import inspect, land
from mkt_pipeline.exports.templates import LANGUAGES, TEMPLATES, Template, template_csv
from mkt_pipeline.plan import fx

DROPPED = [name for name, template in TEMPLATES.items() if template.place == "inbox"]
REPORTS = {
    "kol_deliverables": ("partner_deliverables", "partner_deliverable"),
    "commissions": ("commissions", "partner_commission"),
    "affiliate": ("affiliate", "partner_commission"),
    "costs": ("costs", "cost_item"),
    "touchpoints": ("touchpoints", "touchpoint"),
    "content_calendar": ("content_calendar", "content_item"),
}
SUMS = {
    "kol_deliverables": {"fee": 11000.0, "product_cost": 199.0, "impressions": 300000, "views": 85000, "likes": 4200,
                         "comments": 310, "shares": 150, "saves": 900, "link_clicks": 1300, "orders": 42, "revenue": 12600.0},
    "commissions": {"orders": 2, "revenue": 498.0, "commission": 74.7, "network_fee": 3.0},
    "affiliate": {"impressions": 20000, "clicks": 850, "orders": 15, "revenue": 4350.0, "commission": 435.0, "network_fee": 43.5},
    "costs": {"spend": 12600.0},
    "touchpoints": {"conversions": 1.0, "conversion_value": 300.0, "touch_cost": 0.8},
    "content_calendar": {"cost": 3000.0},
}  # fmt: skip


def filled(name: str, language: str) -> str:
    """A template whose example rows someone turned into their own."""
    return template_csv(name, language).replace("example: ", "").replace("示例：", "")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DROPPED)
class TestDropped:
    def test_a_template_as_it_stands_lands_no_row(self, drop, name: str, language: str) -> None:
        shown = inspect(drop(TEMPLATES[name].file_name, template_csv(name, language)))
        assert (shown.problem, shown.platform, shown.report) == (None, "own_templates", REPORTS[name][0])
        assert (shown.rows, shown.totals_rows, shown.rejected) == (0, 2, 0)
        assert (shown.encoding, shown.unmapped_columns, shown.warnings) == ("UTF-8+BOM", [], [])

    def test_a_filled_template_lands_whole(self, drop, workspace, query, name: str, language: str) -> None:
        drop(TEMPLATES[name].file_name, filled(name, language))
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.rows, landed.warnings) == (
            "landed",
            REPORTS[name][0],
            2,
            [],
        )
        assert landed.totals == SUMS[name]
        dataset = REPORTS[name][1]
        assert query(f"SELECT count(*), count(DISTINCT currency_code), count(extra) FROM {{{dataset}}}") == [
            (2, 1, 0)
        ]


def test_every_column_of_the_datasets_is_offered() -> None:
    given = {
        "level",
        "period_start",
        "period_end",
        "account_id",
        "account_name",
        "account_timezone",
        "currency_code",
    }
    for name, (_, dataset) in REPORTS.items():
        headers = csv.reader(io.StringIO(template_csv(name, "en").lstrip("\ufeff"))).__next__()
        wanted = [
            c.name
            for c in lake.DATASETS[dataset].columns
            if c.kind in ("dimension", "measure") and c.name not in given
        ]
        assert len(set(headers)) == len(headers)
        # By order and by period a commission has other columns.
        assert len(headers) >= len(wanted) - (3 if dataset == "partner_commission" else 0), name


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_every_column_has_words_in_both_languages(template: Template) -> None:
    for words in (
        template.title,
        template.notes,
        *(field.words for field in template.fields),
        *(field.header for field in template.fields),
    ):
        assert set(words) == set(LANGUAGES) and all(words.values())
    assert any("\u4e00" <= sign <= "\u9fff" for sign in template.notes["zh"])
    assert any(field.is_required for field in template.fields)


def test_people_are_stored_as_hashes_only(drop, workspace, query) -> None:
    text = (
        filled("touchpoints", "en")
        .replace("person-1", "Lin@Example.com", 1)
        .replace("person-1", " lin@example.com")
    )
    drop("touchpoints.csv", text)
    (landed,) = land(workspace)
    assert landed.status == "landed"
    ((hashes, length, found),) = query(
        "SELECT count(DISTINCT visitor_hash), max(length(visitor_hash)), "
        "count(*) FILTER (to_json(t)::VARCHAR ILIKE '%example.com%') FROM {touchpoint} AS t"
    )
    assert (hashes, length, found) == (1, 32, 0), "one person, however the address is written"


def test_a_row_without_an_id_gets_one_of_what_it_says(drop, workspace, query) -> None:
    drop(
        "c.csv",
        "First day,Last day,Cost category,Vendor,Currency,Cost\n2026-06-01,2026-06-30,tool,Mail Tool,EUR,90.00\n",
    )
    land(workspace)
    assert query("SELECT cost_id, spend, period_end::VARCHAR FROM {cost_item}") == [
        ("Mail Tool tool 2026-06-01", Decimal("90.000000"), "2026-06-30")
    ]


def test_a_name_that_begins_with_example_is_data_where_the_row_is_not_one(drop) -> None:
    text = "First day,Last day,Cost ID,Cost category,Vendor,Currency,Cost\n2026-06-01,2026-06-30,C-7,tool,example.com,EUR,90.00\n"
    shown = inspect(drop("c.csv", text))
    assert (shown.rows, shown.totals_rows, shown.totals) == (1, 0, {"spend": 90.0})


@pytest.mark.parametrize("language", LANGUAGES)
def test_rates_are_read_at_the_top_of_the_workspace(tmp_path: Path, language: str) -> None:
    template = TEMPLATES["fx_rates"]
    assert tuple(field.header["en"] for field in template.fields) == fx.COLUMNS
    path = tmp_path / template.file_name
    path.write_text(template_csv("fx_rates", language), encoding="utf-8")  # type: ignore[arg-type]
    rates = fx.read_rates(path)
    assert [(rate.from_currency, rate.to_currency, rate.rate) for rate in rates if "inverse" not in rate.rate_source] == [
        ("CNY", "USD", Decimal("0.1208")), ("EUR", "USD", Decimal("1.0090")),
    ]  # fmt: skip
    assert {rate.rate_date.year for rate in rates} == {2000}, "no day of today asks for a rate of then"
    assert all(rate.rate_source.startswith(("example", "示例")) for rate in rates)
