"""Opening the files: read-only, late, and every reason why one does not open."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from mkt_pipeline.errors import DataError, EnvironmentProblem, MktError
from mkt_pipeline.warehouse import open_build, open_published, write_table
from mkt_pipeline.warehouse.files import connect, explain, write_build
from mkt_pipeline.workspace import Workspace

WRITER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def hold(path: Path, seconds: float) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_both_files_open_read_only(built: Workspace) -> None:
    with open_build(built) as connection, pytest.raises(duckdb.InvalidInputException):
        connection.execute("CREATE TABLE mart.x AS SELECT 1")
    built.build_file.rename(built.published_file)
    with open_published(built) as connection:
        assert connection.execute("SELECT count(*) FROM mart.dim_channel").fetchone() == (10,)


def test_a_missing_file_is_not_made(workspace: Workspace) -> None:
    words = r"E-DB-02 .*marts\.duckdb: there is no such database yet.* run"
    with pytest.raises(DataError, match=words), open_published(workspace):
        pass
    assert not workspace.published_file.exists()


@pytest.mark.parametrize("content", [b"", b"not a database", b"hello" * 2000, None])
def test_a_damaged_file_is_told_with_its_remedy(built: Workspace, content: bytes | None) -> None:
    whole = built.build_file.read_bytes()
    built.build_file.write_bytes(whole[:10_000] if content is None else content)
    with pytest.raises(DataError, match=r"E-DB-04 .*delete marts\.duckdb"), open_build(built):
        pass


def test_a_file_of_a_newer_duckdb_is_told_so(workspace: Workspace) -> None:
    # DuckDB's own words, as an older release says them of a file that a newer one wrote.
    message = (
        "IO Error: Trying to read a database file with version number 999, but we can only read versions "
        "between 64 and 68.\nThe database file was created with an newer version of DuckDB."
    )
    problem = explain(workspace, workspace.published_file, message)
    assert (problem.code, problem.exit_code) == ("E-DB-05", 3)
    assert duckdb.__version__ in problem.found


def test_any_other_reason_is_told_in_duckdbs_words(workspace: Workspace) -> None:
    problem = explain(workspace, workspace.published_file, "IO Error: Permission denied\nmore")
    assert (problem.code, problem.exit_code) == ("E-DB-10", 3)
    assert "Permission denied" in problem.found


def test_a_writer_elsewhere_is_waited_for_and_then_named(built: Workspace) -> None:
    with hold(built.build_file, 30) as child:
        began = time.monotonic()
        with pytest.raises(EnvironmentProblem) as raised, open_build(built, wait_seconds=0.5):
            pass
        assert 0.5 <= time.monotonic() - began < 5
        child.kill()
    assert raised.value.code == "E-DB-03"
    assert f"process {child.pid} " in raised.value.found


def test_a_writer_that_ends_in_time_is_no_error(built: Workspace) -> None:
    with hold(built.build_file, 0.5), open_build(built, wait_seconds=20) as connection:
        assert connection.execute("SELECT count(*) FROM mart.dim_channel").fetchone() == (10,)


def test_an_open_connection_in_this_process_is_told_so(built: Workspace) -> None:
    with open_build(built), pytest.raises(MktError, match=r"E-DB-03 .*this process"):
        connect(built, built.build_file, read_only=False, wait_seconds=0)


def test_a_failure_while_writing_leaves_nothing(built: Workspace) -> None:
    with pytest.raises(RuntimeError), write_build(built) as connection:
        connection.execute("CREATE TABLE mart.half AS SELECT 1 AS a")
        raise RuntimeError
    with open_build(built) as connection:
        assert connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'").fetchall() == []


def test_a_table_of_a_failed_write_keeps_its_old_rows(built: Workspace) -> None:
    def write(values: list[object]) -> None:
        frame = pd.DataFrame({"a": values})
        write_table(built, "mart", "mine", frame, "表 | table", {"a": "列 | column"}, {"a": "INTEGER"})

    write([1])
    with pytest.raises(duckdb.ConversionException):
        write(["x"])
    with open_build(built) as connection:
        assert connection.execute("SELECT a FROM mart.mine").fetchall() == [(1,)]
