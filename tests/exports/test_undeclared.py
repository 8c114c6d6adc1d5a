"""What headers and labels suggest where no catalog entry says it."""

from __future__ import annotations

import pytest

from mkt_pipeline.datasets import DATASETS
from mkt_pipeline.exports import undeclared
from mkt_pipeline.exports.catalog import SPECIAL_KINDS, normalise
from mkt_pipeline.exports.undeclared import guess_header


@pytest.mark.parametrize(
    ("ask", "yes", "no"),
    [
        (undeclared.is_rate, "CPC media|Market share|Klickquote|Cost/conv.|conversion_rate|点击率|转化成本",
         "Media cost|Shares|Corporate|成本|Position"),
        (undeclared.is_fixed,
         "Avg. position|average_position|Quality score|排名", "Impressions|Disposition|花费"),
        (undeclared.is_id, "Order ID|order_id|CustomerId|campaignID|Bestellnummer|Order number|订单号",
         "Amount paid|videos|Avoid|Numbers"),
        (undeclared.is_personal, "Contact e-mail|first_name|收件人|Telefon", "Campaign name|Impressions"),
        (undeclared.is_total, " Total |Total: Account|Grand total|合计|合计：3|Totals (12)|Gesamtsumme",
         "Summer|Total Wines|Sumatra|合计划"),
    ],
)  # fmt: skip
def test_words_are_told_apart(ask, yes: str, no: str) -> None:
    assert [text for text in yes.split("|") if not ask(text)] == []
    assert [text for text in no.split("|") if ask(text)] == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (["Day", "Campaign"], "en"),
        (["日期", "Clicks"], "zh"),
        (["Tag", "Kampagne"], "de"),
        (["Dépenses"], "fr"),
    ],
)
def test_languages(header: list[str], language: str) -> None:
    assert undeclared.language_of(header) == language


def test_common_headers_mean_columns_of_the_lake() -> None:
    columns = {
        column.name for dataset in DATASETS.values() for column in dataset.columns
    } | SPECIAL_KINDS.keys()
    assert undeclared.COMMON_HEADERS.keys() - columns == set()
    headers = [header for headers in undeclared.COMMON_HEADERS.values() for header in headers]
    assert [header for header in headers if normalise(header) != header or headers.count(header) > 1] == []


def test_the_header_is_the_widest_line_of_names_above_values() -> None:
    table = [
        ["Report of all"],
        ["Made", "2026-06-01"],
        ["Day", "Name", "Clicks"],
        ["2026-06-01", "a", "1"],
        ["2026-06-02", "b", "2"],
    ]
    assert guess_header(table) == 2
    assert guess_header([["1", "2"], ["3", "4"]]) is None
