"""Published tables as files: exact where the format can be, disarmed, bounded, and never half written."""

from __future__ import annotations

import csv
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from mkt_pipeline.errors import ConfigError, DataError, EnvironmentProblem
from mkt_pipeline.warehouse import export_tables, exporting
from mkt_pipeline.workspace import Workspace

from .conftest import new_workspace

DDL = """
CREATE SCHEMA mart; CREATE SCHEMA metrics; CREATE SCHEMA ops; CREATE SCHEMA zh;
CREATE TABLE mart.fct AS SELECT * FROM (VALUES
    ('=HYPERLINK("http://x")', 1234567890123456789::HUGEINT, 0.1::DECIMAL(18,6), DATE '2026-06-01',
        TIMESTAMP '2026-06-01 08:30:00', true, 0.25::DOUBLE),
    ('夏季, "大促"', NULL, 123456789012.345678::DECIMAL(18,6), DATE '1899-12-31', NULL, false, NULL),
    ('+49 30 1', -5, -2.5::DECIMAL(18,6), NULL, NULL, NULL, -1.5::DOUBLE),
    ('-', 0, 0, NULL, NULL, NULL, 'nan'::DOUBLE), ('@x', 0, 0, NULL, NULL, NULL, NULL),
    (chr(9) || 'tab', 0, 0, NULL, NULL, NULL, NULL), (NULL, 0, 0, NULL, NULL, NULL, NULL)
) AS t(name, big, money, day, moment, flag, share);
CREATE TABLE metrics.kpi_daily AS SELECT 1 AS value;
CREATE TABLE ops.build AS SELECT now()::TIMESTAMP AS built_at;
CREATE VIEW zh.一览 AS SELECT name AS 名称 FROM mart.fct;
"""


def publish_by_hand(workspace: Workspace, *statements: str) -> Workspace:
    config = {"storage_compatibility_version": "v1.5.0"}
    with duckdb.connect(str(workspace.published_file), config=config) as connection:
        connection.execute(";".join(statements))
    return workspace


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return publish_by_hand(new_workspace(tmp_path_factory.mktemp("exporting")), DDL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where to export to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def sheet(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def test_by_default_every_table_of_mart_and_metrics_is_written_into_the_workspace(
    published: Workspace,
) -> None:
    written = export_tables(published, "parquet")
    assert [each.table for each in written] == ["mart.fct", "metrics.kpi_daily"]
    assert files_in(published.root / "export") == {"mart.fct.parquet", "metrics.kpi_daily.parquet"}
    assert [each.rows for each in written] == [7, 1]


def test_parquet_keeps_decimals_exact_and_has_no_integer_of_128_bits(
    published: Workspace, tmp_path: Path
) -> None:
    (written,) = export_tables(published, "parquet", ["fct"], tmp_path)
    with duckdb.connect() as connection:
        relation = connection.execute("SELECT * FROM read_parquet(?)", [str(written.path)])
        types = {column[0]: str(column[1]) for column in relation.description or ()}
        rows = relation.fetchall()
    assert types["money"] == "DECIMAL(18,6)"
    assert types["big"] == "DECIMAL(38,0)"
    assert rows[0][:3] == ('=HYPERLINK("http://x")', Decimal("1234567890123456789"), Decimal("0.100000"))
    assert rows[1][2] == Decimal("123456789012.345678")


def test_csv_is_exact_disarmed_and_opens_in_a_spreadsheet(published: Workspace, tmp_path: Path) -> None:
    (written,) = export_tables(published, "csv", ["mart.fct"], tmp_path)
    assert written.path.read_bytes().startswith(b"\xef\xbb\xbf")
    with written.path.open(encoding="utf-8-sig", newline="") as handle:
        head, *rows = csv.reader(handle)
    assert head == ["name", "big", "money", "day", "moment", "flag", "share"]
    assert [row[0] for row in rows] == [
        "'=HYPERLINK(\"http://x\")", '夏季, "大促"', "'+49 30 1", "'-", "'@x", "'\ttab", "",
    ]  # fmt: skip
    assert rows[0][1:4] == ["1234567890123456789", "0.100000", "2026-06-01"]
    assert rows[2][1:3] == ["-5", "-2.500000"]


def test_xlsx_has_real_types_and_tells_what_a_cell_cannot_hold(published: Workspace, tmp_path: Path) -> None:
    (written,) = export_tables(published, "xlsx", ["mart.fct"], tmp_path)
    head, first, second, *_ = sheet(written.path)
    assert head == ["name", "big", "money", "day", "moment", "flag", "share"]
    assert first[1] == "1234567890123456789", "a number of more than 15 digits is a text"
    assert first[2] == 0.1
    assert str(first[3]) == "2026-06-01"
    assert str(first[4]) == "2026-06-01 08:30:00"
    assert first[5:] == [True, 0.25]
    assert second[2:4] == ["123456789012.345678", "1899-12-31"]
    # Two long numbers, a day before 1900, and one that is no number.
    assert written.notes == ["4 numbers or dates a cell cannot hold exactly were written as text"]


def test_an_xlsx_cell_runs_no_formula_and_keeps_its_text(published: Workspace, tmp_path: Path) -> None:
    (written,) = export_tables(published, "xlsx", ["mart.fct"], tmp_path)
    assert [row[0] for row in sheet(written.path)[1:4]] == [
        '=HYPERLINK("http://x")', '夏季, "大促"', "+49 30 1",
    ]  # fmt: skip
    with zipfile.ZipFile(written.path) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "<f>" not in cells
    assert 'quotePrefix="1"' in styles


def test_texts_longer_than_a_cell_and_long_sheet_names_are_told(tmp_path: Path) -> None:
    name = "fct_with_a_name_that_no_sheet_can_bear"
    workspace = publish_by_hand(
        new_workspace(tmp_path),
        f"CREATE SCHEMA mart; CREATE TABLE mart.{name} AS SELECT repeat('x', 40000) AS text",
        "CREATE TABLE mart.empty AS SELECT 1 AS a LIMIT 0",
    )
    empty, long = export_tables(workspace, "xlsx")
    assert long.notes == [
        "the sheet is called fct_with_a_name_that_no_sheet_c: its name holds 31 characters at most",
        "1 texts were cut to the 32,767 characters a cell holds",
    ]
    assert len(str(sheet(long.path)[1][0])) == 32_767
    assert sheet(empty.path) == [["a"]]


def test_a_table_that_fits_no_sheet_is_refused_before_anything_is_written(
    published: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "XLSX_ROWS", 6)
    with pytest.raises(ConfigError, match=r"E-DB-25 mart\.fct: 7 rows"):
        export_tables(published, "xlsx", None, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert export_tables(published, "csv", None, tmp_path / "out")


def test_files_that_exist_are_replaced_only_on_request(published: Workspace, folder: Path) -> None:
    kept = folder / "metrics.kpi_daily.csv"
    kept.write_text("mine")
    with pytest.raises(ConfigError, match=r"E-DB-24 .*metrics\.kpi_daily\.csv"):
        export_tables(published, "csv", None, folder)
    assert files_in(folder) == {kept.name}
    assert kept.read_text() == "mine"
    export_tables(published, "csv", None, folder, overwrite=True)
    assert kept.read_text(encoding="utf-8-sig") == "value\n1\n"
    assert files_in(folder) == {"mart.fct.csv", kept.name}


def test_a_file_in_place_of_the_folder_is_told(published: Workspace, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(ConfigError, match="E-DB-24"):
        export_tables(published, "csv", None, tmp_path / "out")


def test_nothing_is_left_of_an_export_that_failed(
    published: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (folder / "mart.fct.csv").write_text("old")
    monkeypatch.setattr(exporting.shutil, "copyfileobj", fail)
    with pytest.raises(EnvironmentProblem, match="E-DB-11"):
        export_tables(published, "csv", None, folder, overwrite=True)
    assert files_in(folder) == {"mart.fct.csv"}
    assert (folder / "mart.fct.csv").read_text() == "old"


def test_a_link_in_the_folder_is_replaced_and_never_followed(
    published: Workspace, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("mine")
    (folder / "mart.fct.csv").symlink_to(outside)
    export_tables(published, "csv", ["mart.fct"], folder, overwrite=True)
    assert outside.read_text() == "mine"
    assert not (folder / "mart.fct.csv").is_symlink()


def test_names_of_tables_are_never_paths(tmp_path: Path) -> None:
    workspace = publish_by_hand(
        new_workspace(tmp_path),
        'CREATE SCHEMA mart; CREATE TABLE mart."../../up" AS SELECT 1 AS "=a"',
        'CREATE TABLE mart."..%2f..%2fup" AS SELECT 2 AS a',
    )
    written = export_tables(workspace, "csv", None, tmp_path / "out")
    assert {each.path.parent for each in written} == {tmp_path / "out"}
    assert len(files_in(tmp_path / "out")) == 2
    assert not list(tmp_path.glob("up*"))


def test_any_published_table_can_be_named_and_once(published: Workspace, tmp_path: Path) -> None:
    written = export_tables(published, "csv", ["一览", "zh.一览", "ops.build"], tmp_path)
    assert [each.path.name for each in written] == ["zh.一览.csv", "ops.build.csv"]
    with pytest.raises(ConfigError, match=r"E-DB-22 .*mart\.fct\?"):
        export_tables(published, "csv", ["mart.fctt"], tmp_path / "other")


def test_before_the_first_run_there_is_nothing_to_export(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="E-DB-02"):
        export_tables(workspace, "csv", None, tmp_path / "out")
    assert not (tmp_path / "out").exists()
