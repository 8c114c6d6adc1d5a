"""The dbt project as a whole: its sources, keys, words and an empty lake.

What is not here: what the models compute (``test_ads_*.py``, ``test_channels_*.py``).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mkt_pipeline.lake import DATASETS
from mkt_pipeline.workspace import dbt_project_dir

from .conftest import DbtProject

BOTH_LANGUAGES = re.compile(r"^[^|]*[\u4e00-\u9fff][^|]* \| .*[A-Za-z].*$", re.DOTALL)
NOT_PORTABLE = {
    "EXCLUDE": r"\bexclude\s*\(",
    "list()": r"\blist\s*\(",
    "strftime": r"\bstrf?p?time\s*\(",
    "date_diff": r"\bdate_diff\s*\(",
    "->>": r"->>",
    "PIVOT": r"\bpivot\b",
    "generate_series": r"\bgenerate_series\s*\(",
    "json_extract_string": r"\bjson_extract_string\s*\(",
    "arg_max": r"\barg_m(ax|in)\s*\(",
}


@pytest.fixture(scope="module")
def empty(dbt_project: DbtProject) -> DbtProject:
    """The whole project built over a lake without a single file."""
    dbt_project.build()
    return dbt_project


def test_an_empty_lake_builds_and_passes_every_test(empty: DbtProject) -> None:
    assert empty.failures == {}
    assert len(empty.passed) > 100
    assert empty.value("select count(*) from mart.fct_ad_campaign_daily") == 0


def test_sources_are_the_datasets_of_the_lake(dbt_session: DbtProject) -> None:
    sources = dbt_session.manifest.sources.values()
    assert {source.name for source in sources} == set(DATASETS)
    for source in sources:
        assert source.meta["dagster"]["asset_key"] == ["lake", source.name]
        assert source.description == DATASETS[source.name].description


def test_every_model_declares_a_tested_key(dbt_session: DbtProject) -> None:
    nodes = dbt_session.manifest.nodes.values()
    tested = {
        node.attached_node for node in nodes
        if getattr(getattr(node, "test_metadata", None), "name", None) == "unique_key"
    }  # fmt: skip
    models = {
        node.unique_id for node in nodes
        if node.resource_type == "model" and node.config.materialized == "table"
    }  # fmt: skip
    assert models
    assert models - tested == set()


def test_every_test_belongs_to_a_table(dbt_session: DbtProject) -> None:
    """A test of several tables names the one it judges, so that the UI shows it as that table's check."""
    nodes = dbt_session.manifest.nodes
    singular = [
        node
        for node in nodes.values()
        if node.resource_type == "test" and getattr(node, "test_metadata", None) is None
    ]
    assert len(singular) > 10
    for node in singular:
        named = node.config.meta.get("dagster", {}).get("ref", {}).get("name")
        assert len(node.depends_on.nodes) == 1 or f"model.mkt.{named}" in nodes, node.name


def test_every_table_and_column_is_described_in_both_languages(empty: DbtProject) -> None:
    tables = empty.query(
        "select schema_name || '.' || table_name as name, comment from duckdb_tables()"
        " union all select schema_name || '.' || view_name, comment from duckdb_views() where not internal"
    )
    columns = empty.query(
        "select schema_name || '.' || table_name || '.' || column_name as name, comment from duckdb_columns()"
        " where not internal"
    )
    assert len(tables) > 50
    assert len(columns) > 500
    assert [row["name"] for row in tables + columns if not BOTH_LANGUAGES.match(row["comment"] or "")] == []


def test_only_the_declared_schemas_exist(empty: DbtProject) -> None:
    schemas = {row["schema_name"] for row in empty.query("select distinct schema_name from duckdb_tables()")}
    assert schemas <= {"staging", "core", "mart", "metrics", "zh", "ops"}


@pytest.mark.parametrize("word", NOT_PORTABLE)
def test_engine_words_stand_only_in_portable_macros(word: str) -> None:
    project = dbt_project_dir()
    files = [
        path for folder in ("models", "macros", "tests") for path in (project / folder).rglob("*.sql")
        if "portable" not in path.parts
    ]  # fmt: skip
    assert files
    assert [path.name for path in files if re.search(NOT_PORTABLE[word], _sql(path), re.IGNORECASE)] == []


def _sql(path: Path) -> str:
    """The text without comments."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"--.*", "", text)
