"""Questions to the published file: answered, bounded, and without a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from mkt_pipeline.errors import ConfigError, DataError
from mkt_pipeline.lake import quote
from mkt_pipeline.warehouse import describe, publish, run_sql, tables
from mkt_pipeline.warehouse.audits import REQUIRED_TABLES
from mkt_pipeline.workspace import Workspace

from .conftest import make_build, new_workspace


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One published file for all questions; none of them may change it."""
    workspace = new_workspace(tmp_path_factory.mktemp("published"))
    make_build(workspace)
    publish(workspace)
    return workspace


def test_rows_come_with_names_and_types(published: Workspace) -> None:
    result = run_sql(
        published, "SELECT 代, count(*) AS n, DATE '2026-06-01' AS d FROM zh.\"渠道\" GROUP BY 1"
    )
    assert result.columns == ("代", "n", "d")
    assert result.types == ("INTEGER", "BIGINT", "DATE")
    assert [row[:2] for row in result.rows] == [(1, 10)]
    assert not result.is_truncated


def test_values_are_bound(published: Workspace) -> None:
    text = "x' OR 1=1 --"
    assert run_sql(published, "SELECT ? AS a", [text]).rows == [(text,)]
    assert run_sql(published, "SELECT $a AS a", {"a": text}).rows == [(text,)]


def test_rows_are_bounded(published: Workspace) -> None:
    result = run_sql(published, "FROM range(100)", max_rows=10)
    assert (len(result.rows), result.is_truncated) == (10, True)
    result = run_sql(published, "FROM range(10)", max_rows=10)
    assert (len(result.rows), result.is_truncated) == (10, False)
    assert len(run_sql(published, "FROM range(20000)", max_rows=None).rows) == 20000


def test_time_is_bounded(published: Workspace) -> None:
    with pytest.raises(ConfigError, match="E-DB-21"):
        run_sql(published, "SELECT count(*) FROM range(10000000) a, range(10000000) b", timeout_seconds=0.3)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mart.x AS SELECT 1",
        "DELETE FROM mart.dim_channel",
        "DROP TABLE mart.dim_channel",
        "COMMENT ON TABLE mart.dim_channel IS 'x'",
        "SELECT * FROM read_csv({file})",
        "SELECT * FROM read_text({file})",
        "SELECT * FROM {file}",
        "SELECT * FROM glob({file})",
        "COPY (SELECT 1) TO {file}",
        "EXPORT DATABASE {file}",
        "ATTACH {file} AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "PRAGMA enable_profiling; SET profiling_output = {file}",
    ],
)
def test_there_is_no_way_to_write_or_to_other_files(published: Workspace, sql: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    before = published.published_file.read_bytes()
    with pytest.raises(ConfigError) as raised:
        run_sql(published, sql.replace("{file}", quote(str(secret))))
    assert raised.value.code == "E-DB-20"
    assert raised.value.exit_code == 2
    assert raised.value.fix
    assert published.published_file.read_bytes() == before
    assert secret.read_text() == "a\n1\n"


def test_variables_of_this_program_are_no_tables(published: Workspace) -> None:
    with pytest.raises(ConfigError, match="E-DB-20"):
        run_sql(published, "SELECT * FROM params")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM mart.dim_chanel", "dim_channel"),
        ("SELECT generatio FROM mart.dim_channel", "generation"),
        ("SELECT ?", ""),
        ("SELECT CAST('x' AS INTEGER)", "Could not convert"),
    ],
)
def test_wrong_sql_is_told_with_a_hint(published: Workspace, sql: str, words: str) -> None:
    with pytest.raises(ConfigError, match="E-DB-20") as raised:
        run_sql(published, sql)
    assert words in str(raised.value)


def test_before_the_first_run_there_is_nothing_to_ask(workspace: Workspace) -> None:
    with pytest.raises(DataError, match="E-DB-02"):
        run_sql(workspace, "SELECT 1")


def test_every_table_is_described(published: Workspace) -> None:
    described = tables(published)
    assert {entry.qualified for entry in described} == {*REQUIRED_TABLES, "zh.渠道", "zh.一览"}
    assert all(entry.comment and all(column.comment for column in entry.columns) for entry in described)
    assert {entry.qualified for entry in described if entry.is_view} == {"zh.渠道", "zh.一览"}


@pytest.mark.parametrize(
    "name", ["mart.dim_channel", "dim_channel", " Mart.DIM_Channel ", '"mart"."dim_channel"']
)
def test_a_table_is_found_by_its_name(published: Workspace, name: str) -> None:
    found = describe(published, name)
    assert found.qualified == "mart.dim_channel"
    assert [(column.name, column.type) for column in found.columns] == [
        ("generation", "INTEGER"),
        ("money", "DECIMAL(18,6)"),
    ]
    assert describe(published, "渠道").is_view


def test_an_unknown_table_is_told_with_the_nearest_name(published: Workspace) -> None:
    with pytest.raises(ConfigError, match=r"E-DB-22 .*did you mean mart\.dim_channel\?"):
        describe(published, "dim_chanel")
    with pytest.raises(ConfigError, match=r"E-DB-22 .*list them"):
        describe(published, "完全不同")
