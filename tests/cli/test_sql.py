import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from mkt_pipeline.workspace import Workspace

from .conftest import Mkt


@pytest.fixture
def workspace(tmp_path: Path, mkt: Mkt) -> Workspace:
    """A workspace with a published file of one table; made with plain DuckDB, as any tool could."""
    mkt("init")
    workspace = Workspace(tmp_path / "data")
    with duckdb.connect(
        str(workspace.published_file), config={"storage_compatibility_version": "v1.5.0"}
    ) as file:
        file.execute(
            """
            CREATE SCHEMA mart; CREATE SCHEMA ops;
            CREATE TABLE ops.build AS SELECT now()::TIMESTAMP AS built_at;
            CREATE TABLE mart.fct AS
                SELECT '夏季' AS campaign, 1234567 AS clicks, 12.5::DECIMAL(18,6) AS spend,
                    DATE '2026-06-01' AS day
                UNION ALL SELECT 'b, "x"', NULL, 0, NULL;
            COMMENT ON TABLE mart.fct IS '事实 | facts';
            COMMENT ON COLUMN mart.fct.spend IS '消耗 | media cost, reporting currency';
            """
        )
    return workspace


def test_a_table_for_people(mkt: Mkt, workspace: Workspace) -> None:
    answer = mkt("sql", "from mart.fct order by clicks")
    assert answer.code == 0
    head, first, second = answer.out.splitlines()
    assert head.split() == ["campaign", "clicks", "spend", "day"]
    assert first.split() == ["夏季", "1,234,567", "12.50", "2026-06-01"]
    assert second.split() == ["b,", '"x"', "0.00"]


def test_csv_carries_every_row_exactly(mkt: Mkt, workspace: Workspace) -> None:
    answer = mkt("sql", "--format", "csv", "from range(1000)")
    assert len(answer.out.splitlines()) == 1001
    rows = list(csv.reader(io.StringIO(mkt("sql", "--format", "csv", "from mart.fct").out)))
    assert rows == [
        ["campaign", "clicks", "spend", "day"],
        ["夏季", "1234567", "12.500000", "2026-06-01"],
        ['b, "x"', "", "0.000000", ""],
    ]


def test_csv_holds_no_formula_a_spreadsheet_would_run(mkt: Mkt, workspace: Workspace) -> None:
    question = "select * from (values ('=1+1', -1.5), ('@sum', 2), ('+1', 3), ('a = b', 4)) as t(name, n)"
    rows = list(csv.reader(io.StringIO(mkt("sql", "--format", "csv", question).out)))
    assert rows[1:] == [["'=1+1", "-1.5"], ["'@sum", "2.0"], ["'+1", "3.0"], ["a = b", "4.0"]]


def test_a_table_says_when_it_is_not_everything(mkt: Mkt, workspace: Workspace) -> None:
    answer = mkt("sql", "from range(1000)")
    assert len(answer.out.splitlines()) == 201
    assert "The first 200 rows" in answer.err


def test_json_is_a_list_of_objects(mkt: Mkt, workspace: Workspace) -> None:
    first, second = mkt("sql", "from mart.fct", "--json").json()
    assert first == {"campaign": "夏季", "clicks": 1234567, "spend": 12.5, "day": "2026-06-01"}
    assert second["clicks"] is None


@pytest.mark.parametrize(("redirect", "has_mark"), [("> out.csv", True), ("| cat > out.csv", False)])
def test_a_csv_file_opens_in_a_spreadsheet_and_a_pipe_stays_plain(
    workspace: Workspace, tmp_path: Path, redirect: str, has_mark: bool
) -> None:
    program = f'"{sys.executable}" -c "from mkt_pipeline.cli import main; main()"'
    command = f"{program} sql --format csv 'from mart.fct' {redirect}"
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf") is has_mark


def test_without_a_query_the_tables_are_listed_in_the_language_asked_for(
    mkt: Mkt, workspace: Workspace
) -> None:
    assert "mart.fct" in mkt("sql").out
    assert "facts" in mkt("sql").out
    assert "事实" in mkt("sql", "--lang", "zh").out


def test_describe_gives_types_and_meanings(mkt: Mkt, workspace: Workspace) -> None:
    rows = {row["column"]: row for row in mkt("sql", "--describe", "fct", "--json").json()}
    assert rows["spend"] == {
        "column": "spend",
        "type": "DECIMAL(18,6)",
        "comment": "media cost, reporting currency",
    }
    unknown = mkt("sql", "--describe", "mart.fcc")
    assert unknown.code == 2
    assert "mart.fct" in unknown.err


def test_a_wrong_query_names_the_error_and_changes_nothing(mkt: Mkt, workspace: Workspace) -> None:
    for query in ("select 1 +", "drop table mart.fct", "from nowhere", "copy mart.fct to 'x.csv'"):
        answer = mkt("sql", query, "--json")
        assert (answer.code, answer.out) == (2, "")
        assert answer.error()["code"] == "E-DB-20"
    assert mkt("sql", "from mart.fct", "--json").code == 0


def test_the_query_may_come_from_stdin(
    mkt: Mkt, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("select 1 as one"))
    assert mkt("sql", "-", "--json").json() == [{"one": 1}]


def test_a_query_and_describe_exclude_each_other(mkt: Mkt, workspace: Workspace) -> None:
    assert mkt("sql", "select 1", "--describe", "fct", "--json").error()["code"] == "E-CLI-05"


def test_before_anything_is_published_the_next_command_is_named(mkt: Mkt) -> None:
    mkt("init")
    answer = mkt("sql", "select 1", "--json")
    assert answer.code in (1, 3)
    assert "mkt" in answer.error()["fix"]
    assert json.loads(answer.err)["error"]["code"].startswith("E-DB-")


def test_doctor_reads_the_published_file(mkt: Mkt, workspace: Workspace) -> None:
    findings = {row["check"]: row for row in mkt("doctor", "--json").json()["findings"]}
    assert findings["published"]["status"] == "ok"
    assert "0.0 hours ago" in findings["published"]["found"]
