"""Publishing: what is copied, what stops it, and what happens when it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mkt_pipeline.errors import DataError, EnvironmentProblem
from mkt_pipeline.warehouse import (
    AuditFailed,
    begin_build,
    build_lock,
    is_current,
    open_published,
    publish,
    record_checks,
)
from mkt_pipeline.warehouse.audits import REQUIRED_TABLES
from mkt_pipeline.workspace import Workspace

from .conftest import PASSED, make_build

GENERATION = "SELECT min(generation), max(generation), count(*) FROM mart.dim_channel"


def ask(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    with open_published(workspace) as connection:
        return connection.execute(sql).fetchall()


def change(workspace: Workspace, sql: str) -> None:
    with duckdb.connect(str(workspace.build_file)) as connection:
        connection.execute(sql)


def failed_audits(workspace: Workspace) -> dict[str, str]:
    with pytest.raises(AuditFailed) as raised:
        publish(workspace)
    assert raised.value.code == "E-DB-06"
    return {audit.name: audit.found for audit in raised.value.audits if not audit.passed}


def test_everything_public_is_copied_with_its_words(built: Workspace) -> None:
    publication = publish(built)
    names = {f"{table.schema}.{table.name}" for table in publication.tables}
    assert names == {*REQUIRED_TABLES, "zh.渠道", "zh.一览"}
    assert {table.rows for table in publication.tables if table.schema in ("mart", "zh")} == {10}
    assert publication.path == built.published_file
    assert publication.bytes == built.published_file.stat().st_size
    assert all(audit.passed for audit in publication.audits)
    assert ask(built, "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal ORDER BY 1") == [
        ("mart",), ("metrics",), ("ops",), ("zh",),
    ]  # fmt: skip
    assert ask(built, "SELECT DISTINCT 花费, 代 FROM zh.一览") == [(ask(built, "SELECT 1.25")[0][0], 1)]
    assert ask(built, "SELECT comment FROM duckdb_columns() WHERE table_name = '渠道' ORDER BY 1") == [
        ("代 | generation",),
        ("花费 | spend, it's money",),
    ]
    assert ask(built, "SELECT comment FROM duckdb_views() WHERE view_name = '渠道'") == [("渠道 | channels",)]
    assert ask(built, "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL") == [
        (0,)
    ]
    assert ask(built, "SELECT DISTINCT typeof(money) FROM mart.dim_goal") == [("DECIMAL(18,6)",)]
    assert ask(built, "SELECT as_of FROM ops.build") == [(publication.built_at.date().replace(2026, 6, 22),)]


def test_the_published_file_opens_in_older_readers(built: Workspace) -> None:
    publish(built)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"ATTACH '{str(built.published_file).replace(chr(39), chr(39) * 2)}' AS p (READ_ONLY)"
        )
        tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'p'").fetchone()
    assert tags is not None
    assert str(tags[0]["storage_version"]).startswith("v1.5.0")


@pytest.mark.skipif(
    duckdb.__version__.startswith("1."), reason="DuckDB 1 keeps the catalog's name in a view's statement"
)
def test_views_work_under_any_name_an_analyst_attaches_the_file_by(built: Workspace) -> None:
    publish(built)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"ATTACH '{str(built.published_file).replace(chr(39), chr(39) * 2)}' AS other (READ_ONLY)"
        )
        assert connection.execute('SELECT count(*) FROM other.zh."一览"').fetchone() == (10,)


def test_sums_of_counts_are_whole_numbers_in_every_tool(built: Workspace) -> None:
    change(built, 'ALTER TABLE mart.dim_channel ADD COLUMN "the clicks" HUGEINT DEFAULT 9007199254740993')
    change(built, "COMMENT ON COLUMN mart.dim_channel.\"the clicks\" IS '点击 | clicks'")
    publish(built)
    sql = 'SELECT DISTINCT "the clicks" FROM mart.dim_channel'
    assert ask(built, sql) == [(9007199254740993,)]
    with open_published(built) as connection:
        assert connection.sql(sql).df().dtypes.tolist() == ["int64"]
        names = [row[0] for row in connection.execute("DESCRIBE mart.dim_channel").fetchall()]
    assert names == ["generation", "money", "the clicks"]


def test_a_second_publication_replaces_the_first(built: Workspace) -> None:
    publish(built)
    make_build(built, generation=2, rows=7)
    publish(built)
    assert ask(built, GENERATION) == [(2, 2, 7)]
    assert [path.name for path in built.build_dir.glob("publish")] == []


def test_a_table_that_is_no_longer_built_is_no_longer_published(
    built: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(built, "CREATE TABLE mart.old AS SELECT 1 AS a")
    change(built, "COMMENT ON TABLE mart.old IS 'x'; COMMENT ON COLUMN mart.old.a IS 'x'")
    assert "old" in {table.name for table in publish(built).tables}
    monkeypatch.setattr("mkt_pipeline.warehouse.state.project_fingerprint", lambda: "another project")
    make_build(built)
    assert "old" not in {table.name for table in publish(built).tables}


@pytest.mark.parametrize(
    ("status", "severity", "blocks"),
    [
        ("fail", "error", True),
        ("error", "error", True),
        ("error", "warn", True),
        ("skipped", "error", True),
        ("skipped", "warn", False),
        ("warn", "warn", False),
        ("warn", "error", False),
        ("pass", "error", False),
    ],
)
def test_only_results_that_matter_stop_publication(
    built: Workspace, status: str, severity: str, blocks: bool
) -> None:
    result = replace(
        PASSED, check_id="test.mkt.x", check_name="ties", severity=severity, status=status, failures=3
    )
    record_checks(built, [result])
    if blocks:
        assert failed_audits(built) == {"checks": f"1 of 2 failed: ties ({status}, 3 rows)"}
    else:
        publish(built)


def test_a_check_that_holds_again_replaces_its_failure(built: Workspace) -> None:
    record_checks(built, [replace(PASSED, status="fail")])
    assert "checks" in failed_audits(built)
    record_checks(built, [PASSED])
    publish(built)


def test_a_difference_stops_publication_and_names_file_and_measure(built: Workspace) -> None:
    change(built, "UPDATE ops.reconciliation SET difference = -0.006, file_id = 'abc'")
    assert failed_audits(built)["reconciliation"].startswith("does not tie: spend of file abc by -0.006")


def test_a_missing_table_stops_publication(built: Workspace) -> None:
    change(built, "DROP TABLE metrics.kpi_daily")
    assert failed_audits(built) == {"required_tables": "not there: metrics.kpi_daily"}


def test_a_column_without_words_stops_publication(built: Workspace) -> None:
    change(built, "COMMENT ON COLUMN mart.dim_goal.money IS ' '; COMMENT ON VIEW zh.\"渠道\" IS NULL")
    assert failed_audits(built) == {"comments": "without words: mart.dim_goal.money, zh.渠道"}


def test_all_failed_audits_are_named_and_the_old_file_stays(built: Workspace) -> None:
    publish(built)
    make_build(built, generation=2)
    before = built.published_file.stat()
    record_checks(built, [replace(PASSED, status="fail", failures=1)])
    change(built, "UPDATE ops.reconciliation SET difference = 5")
    assert set(failed_audits(built)) == {"checks", "reconciliation"}
    assert built.published_file.stat() == before
    assert ask(built, GENERATION) == [(1, 1, 10)]
    with pytest.raises(AuditFailed, match=r"marts\.duckdb is still the one published before"):
        publish(built)


def test_an_unfinished_build_is_not_published(built: Workspace) -> None:
    begin_build(built)
    assert failed_audits(built) == {"required_tables": "not there: ops.check_result, ops.build"}


def test_a_view_that_reads_what_is_not_published_stops_publication(built: Workspace) -> None:
    change(built, "CREATE VIEW zh.leak AS SELECT a FROM staging.secret")
    change(built, "COMMENT ON VIEW zh.leak IS 'x'; COMMENT ON COLUMN zh.leak.a IS 'x'")
    with pytest.raises(DataError, match=r"E-DB-13 .*secret"):
        publish(built)
    assert not built.published_file.exists()


def test_without_a_build_file_the_error_says_so(workspace: Workspace) -> None:
    with pytest.raises(DataError, match="E-DB-02"):
        publish(workspace)


def test_a_log_left_by_someone_who_wrote_into_the_old_file_is_not_applied_to_the_new_one(
    built: Workspace,
) -> None:
    publish(built)
    code = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); "
        "c.execute('CREATE TABLE mart.mine AS SELECT 1 AS a'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(built.published_file)], check=True)
    assert Path(f"{built.published_file}.wal").exists()
    make_build(built, generation=2)
    publish(built)
    assert not Path(f"{built.published_file}.wal").exists()
    assert ask(built, GENERATION) == [(2, 2, 10)]


def test_a_file_that_cannot_be_replaced_is_an_environment_problem(
    built: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(temporary: Path, final: Path) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr("mkt_pipeline.lake.commit", refuse)
    with pytest.raises(EnvironmentProblem, match="E-DB-11"):
        publish(built)


@pytest.mark.skipif(os.name != "posix", reason="limits of file size are POSIX")
def test_a_full_disk_leaves_the_old_file(built: Workspace) -> None:
    publish(built)
    make_build(built, generation=2, rows=11)
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from mkt_pipeline.errors import MktError; from mkt_pipeline.warehouse import publish\n"
        "from mkt_pipeline.workspace import Workspace\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: publish(Workspace(Path(sys.argv[1])))\n"
        "except MktError as error: print(error)"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", code, str(built.root)], capture_output=True, text=True, check=True
    )
    assert outcome.stdout.startswith("E-DB-11")
    assert "still the one published before" in outcome.stdout
    assert ask(built, GENERATION) == [(1, 1, 10)]
    publish(built)
    assert ask(built, GENERATION) == [(2, 2, 11)]


CHILD = """
import os, sys
from pathlib import Path
from mkt_pipeline.warehouse import publish
from mkt_pipeline.workspace import Workspace
print("ready", flush=True)
sys.stdin.readline()
publish(Workspace(Path(sys.argv[1])))
print("done", flush=True)
"""


def spawn(workspace: Workspace) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(workspace.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killed_at_any_instant_the_published_file_is_whole(built: Workspace) -> None:
    with spawn(built) as child:
        began = time.monotonic()
        child.communicate("go\n")
        whole = time.monotonic() - began
    instants = 6
    for generation in range(2, instants + 2):
        make_build(built, generation, rows=generation)
        before = ask(built, GENERATION)
        with spawn(built) as child:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
            time.sleep(whole * (generation - 1.5) / instants)
            child.send_signal(signal.SIGKILL)
        after = ask(built, GENERATION)
        wanted = [(generation, generation, generation)]
        assert after in (before, wanted)
        assert ask(built, "SELECT count(*) FROM zh.一览") == [after[0][2:]]
        # The lock freed itself, and the next publication ends right.
        with build_lock(built, wait_seconds=0):
            publish(built)
        assert ask(built, GENERATION) == wanted
        assert is_current(built, reports=False)


READER = """
import subprocess, sys, duckdb
SQL = "SELECT min(generation), max(generation), count(*) FROM mart.dim_channel"
OTHER = "import duckdb, sys; _, path, sql = sys.argv; "
OTHER += "print(*duckdb.connect(path, read_only=True).execute(sql).fetchone())"
path, last = sys.argv[1], int(sys.argv[2])
held = duckdb.connect(path, read_only=True)
first = held.execute(SQL).fetchone()
print(first[0], flush=True)
opened, torn, newest = 0, 0, 0
while newest < last:
    assert held.execute(SQL).fetchone() == first
    outcome = subprocess.run([sys.executable, "-c", OTHER, path, SQL], stdout=subprocess.PIPE, check=True)
    low, high, count = map(int, outcome.stdout.split())
    opened, torn, newest = opened + 1, torn + (low != high or count != 10), max(newest, high)
print(opened, torn, newest, flush=True)
"""


def test_open_readers_keep_reading_and_new_ones_see_the_new_file(built: Workspace) -> None:
    publish(built)
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(built.published_file), "4"], stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "1\n"
        for generation in (2, 3, 4):
            make_build(built, generation=generation)
            publish(built)
        opened, torn, newest = (int(word) for word in reader.stdout.readline().split())
    assert reader.returncode == 0
    assert opened >= 1
    assert (torn, newest) == (0, 4)


def test_two_runs_cannot_publish_at_once(built: Workspace) -> None:
    with build_lock(built), spawn(built) as child:
        time.sleep(0.1)
        child.kill()
    code = (
        "import sys; from pathlib import Path; from mkt_pipeline.warehouse import build_lock;"
        "from mkt_pipeline.workspace import Workspace\n"
        "from mkt_pipeline.errors import MktError\n"
        "try:\n    with build_lock(Workspace(Path(sys.argv[1])), wait_seconds=0.3): pass\n"
        "except MktError as error: print(error.code, error.found)"
    )
    with build_lock(built):
        note = json.loads((built.build_dir / "build.lock.json").read_text())
        outcome = subprocess.run(
            [sys.executable, "-c", code, str(built.root)], capture_output=True, text=True, check=True
        )
    assert note["pid"] == os.getpid()
    assert outcome.stdout.startswith(
        f"E-DB-01 another run is writing this workspace: process {os.getpid()} ("
    )
    assert not (built.build_dir / "build.lock.json").exists()


def test_a_publication_is_current_until_something_changes(built: Workspace) -> None:
    assert not is_current(built)
    publish(built)
    assert is_current(built, reports=False)
    assert not is_current(built)
    (built.reports_dir / "index.html").write_text("x")
    assert is_current(built)
    built.published_file.touch()
    assert not is_current(built)
