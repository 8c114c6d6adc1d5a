"""Starter queries as files: named, worded in both languages, every column declared.

What is not here: their answers (``tests/dbt/test_starter_queries.py``).
"""

from __future__ import annotations

import re

import pytest

from mkt_pipeline.errors import ConfigError
from mkt_pipeline.warehouse import StarterQuery, is_name, starter_queries, starter_query
from mkt_pipeline.warehouse.audits import PUBLISHED_SCHEMAS

QUERIES = starter_queries()


def test_there_are_enough_to_start_with() -> None:
    assert len(QUERIES) >= 12
    assert [query.name for query in QUERIES] == sorted(query.name for query in QUERIES)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_asks_in_both_languages_and_declares_its_columns(query: StarterQuery) -> None:
    assert query.question["en"].endswith("?") and query.question["en"].isascii()
    assert query.question["zh"].endswith("？")
    assert query.columns
    for name, words in query.columns:
        chinese, bar, english = words.partition(" | ")
        assert bar and re.search("[一-鿿]", chinese) and re.search("[a-z]", english), name


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_reads_published_tables_with_their_schema(query: StarterQuery) -> None:
    assert query.tables
    assert {table.partition(".")[0] for table in query.tables} <= set(PUBLISHED_SCHEMAS)


def test_names_are_told_from_sql() -> None:
    assert all(is_name(query.name) for query in QUERIES)
    assert not any(map(is_name, ("select 1", "from mart.fct", "-", "", "1")))


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"E-DB-23 .*did you mean channel_week\?"):
        starter_query("chanel_week")
    with pytest.raises(ConfigError, match=r"E-DB-23 .*--list"):
        starter_query("完全不同")
    assert starter_query(" Channel_Week ").name == "channel_week"
