"""Nothing that can be dropped breaks a landing: changed files, traps, odd names, links, pipes, a kill at any moment.

Random cases come from ``bench/fuzz.py``, which runs them for as long as one likes; here the seeds are fixed.
"""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from bench import fuzz
from mkt_pipeline import exports, lake
from mkt_pipeline.exports import LandResult, landing, reading
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import write_xlsx
from tests.exports.test_formats import CSV, HEADER, SUMS, zipped

posix = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes and signals of POSIX")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that knows the invented platforms."""
    return fuzz.make_workspace(tmp_path / "ws")


MAILS_TEXT = "Drinker,Recipient name,Tea mailing,Tea event,Tea moment\nann@example.com,Ann,m1,open,2026-06-01 10:00:00\n"


def unpacked(path: Path) -> bytes:
    """The bytes of a file and, of a zip, those of its members."""
    if not path.is_file():
        return b""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            content += b"".join(archive.read(name) for name in archive.namelist())
    return content


def codes(results: list[LandResult]) -> list[str]:
    return [result.error.code if result.error else result.status for result in results]


# -- files ------------------------------------------------------------------------------------------


@posix
def test_changed_files_land_or_are_refused() -> None:
    tally = fuzz.run(seed=20260601, seconds=600, most=300)
    assert [(outcome.name, outcome.broken) for outcome in tally.broken] == []
    assert tally.cases == 300
    assert 20 < tally.codes["landed"] < 250 and len(tally.codes) >= 8, tally.codes
    assert tally.peak_bytes < fuzz.MEMORY_BYTES


TRAPS = {
    "columns.csv": "E-SRC-14", "columns-below.csv": "E-SRC-06", "open-quote.csv": "E-SRC-14", "bad-rows.csv": "E-SRC-09",
    "row-count.csv": "E-SRC-10", "days.csv": "E-SRC-09", "scaled.csv": "E-SRC-09", "counter.csv": "E-SRC-09", "epochs.csv": "E-SRC-09",
    "tables.xls": "E-SRC-19", "comments.xls": "E-SRC-03", "sections.xls": "E-SRC-03", "entity.xls": "E-SRC-03", "spans.xls": "E-SRC-19",
    "deep.json": "E-SRC-03", "rows.parquet": "E-SRC-04", "texts.parquet": "E-SRC-04", "footer.parquet": "E-SRC-03",
    "corner.xlsx": "E-SRC-19", "corner-hidden.xlsx": "E-SRC-03", "corner-small.xlsx": "E-SRC-19", "texts.xlsx": "E-SRC-03",
    "sheets.xlsx": "E-SRC-19", "laughs.xlsx": "E-SRC-04", "external.xlsx": "E-SRC-04", "bomb.xlsx": "E-SRC-04", "calc.xlsx": "E-SRC-02",
    "nested.zip": "E-SRC-04", "overlap.zip": "E-SRC-03", "short.zip": "E-SRC-03", "link.zip": "E-SRC-06", "members.zip": "E-SRC-04",
    "bomb.csv.gz": "E-SRC-04", "tail.csv.gz": "E-SRC-03", "paths.zip": "landed", "blank-lines.csv": "landed", "carriage-returns.csv": "landed",
}  # fmt: skip


@posix
def test_traps_are_met_in_little_time_and_memory(tmp_path: Path) -> None:
    made = [fuzz.Case(name, content) for name, content in fuzz.traps(tmp_path, big=50_000).items()]
    outcomes = fuzz.land_in_child(tmp_path / "ws", made)
    assert [(outcome.name, outcome.broken) for outcome in outcomes if outcome.broken] == []
    found = {outcome.name.partition("-")[2]: outcome.code or outcome.status for outcome in outcomes}
    assert len(found) == len(made)
    assert {name: found[name] for name in TRAPS} == TRAPS


@pytest.mark.parametrize(
    "data",
    [
        "<row><c t='str'><v>Tea day</v></c><c t='str'><v>Tea campaign</v></c><c t='str'><v>Sips</v></c></row>"
        "<row><c t='str'><v>2026-06-01</v></c><c t='str'><v>Oolong</v></c><c><v>7</v></c></row>",
        "<row r='1'><c t='str' r='A1'><v>Tea day</v></c><c t='str' r='B1'><v>Tea campaign</v></c><c t='str' r='C1'><v>Sips</v></c></row>"
        "<row r='2'><c t='str' r='A2'><v>2026-06-01</v></c><c t='str' r='B2'><v>Oolong</v></c><c r='C2'><v>7</v></c></row>",
    ],
    ids=["without places", "places last"],
)  # fmt: skip
def test_workbooks_of_unusual_writers_land(workspace: Workspace, data: str) -> None:
    (workspace.inbox / "a.xlsx").write_bytes(fuzz._sheet(data))
    (landed,) = exports.land(workspace)
    assert (landed.status, landed.totals) == ("landed", {"impressions": 7})


def test_a_workbook_lands_whatever_its_name_says(workspace: Workspace) -> None:
    rows = [line.split(",") for line in CSV.splitlines()]
    write_xlsx(workspace.inbox / "a.xlsx", {"S": rows}).rename(workspace.inbox / "a.xls")
    (landed,) = exports.land(workspace)
    assert (landed.status, landed.totals) == ("landed", SUMS)


def test_a_text_lands_although_its_name_says_gzip(workspace: Workspace) -> None:
    (workspace.inbox / "a.csv.gz").write_text(CSV)
    (landed,) = exports.land(workspace)
    assert (landed.status, landed.totals) == ("landed", SUMS)


def test_rows_behind_an_open_quote_are_not_lost(workspace: Workspace) -> None:
    row = "2026-06-01,Oolong,1,1,1\n"
    (workspace.inbox / "a.csv").write_text(f'{HEADER}\n{row * 100}2026-06-01,"{row * 200_000}')
    assert codes(exports.land(workspace)) == ["E-SRC-14"]


def test_more_bad_lines_than_the_scan_counts_refuse_the_file(workspace: Workspace) -> None:
    """The share of the bad ones is below the threshold of this workspace only if they are not counted."""
    row = "2026-06-01,Oolong,1,1,1\n"
    (workspace.inbox / "a.csv").write_text(f"{HEADER}\n{row * 120_000}" + "bad\n" * 70_000)
    (refused,) = exports.land(workspace)
    assert refused.error is not None and refused.error.code == "E-SRC-09"
    assert "at least 50,000 lines" in refused.error.found


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_bad_line_counts_once(workspace: Workspace, end: str) -> None:
    text = CSV + "\nonly one cell\n\n" + CSV.partition("\n")[2]
    (workspace.inbox / "a.csv").write_bytes(text.replace("\n", end).encode())
    (landed,) = exports.land(workspace)
    assert (landed.status, landed.rows, landed.rejected) == ("landed", 4, 1)


def test_odd_marks_above_a_table_of_carriage_returns_move_no_row(workspace: Workspace) -> None:
    text = "note\x0bof\x0ctea\x85\u2028\n" + CSV
    (workspace.inbox / "a.csv").write_bytes(text.replace("\n", "\r").encode())
    (landed,) = exports.land(workspace)
    assert (landed.status, landed.rows, landed.totals) == ("landed", 2, SUMS)


@pytest.mark.parametrize("form", ["csv.gz", "folder.zip", "nested.zip", "xlsx named xls"])
def test_personal_values_are_in_no_archived_form(workspace: Workspace, form: str) -> None:
    text = MAILS_TEXT.encode()
    rows = [line.split(",") for line in MAILS_TEXT.splitlines()]
    if form == "csv.gz":
        (workspace.inbox / "a.csv.gz").write_bytes(gzip.compress(text))
    elif form == "folder.zip":
        (workspace.inbox / "a.zip").write_bytes(zipped({"d/e/m.csv": text}))
    elif form == "nested.zip":
        (workspace.inbox / "a.zip").write_bytes(zipped({"in.zip": zipped({"m.csv": text})}))
    else:
        write_xlsx(workspace.inbox / "a.xlsx", {"S": rows}).rename(workspace.inbox / "a.xls")
    (landed,) = exports.land(workspace)
    assert (landed.status, landed.rows) == ("landed", 1)
    for path in workspace.archive.rglob("*"):
        assert b"ann@" not in unpacked(path)
    assert list(fuzz.differences_from_archive(workspace)) == []


@pytest.mark.parametrize(
    ("header", "cells", "named"),
    [
        (",Mood,Mood", ",x,ann@example.com", "Mood (7)"),
        (",", ",ann@example.com", "column 6"),
        (",column 7,", ",x,ann@example.com", "column 7 (7)"),
        (',"a/b~c"', ",ann@example.com", "a/b~c"),
    ],
)
def test_an_address_is_found_in_whatever_column_nobody_knows(
    workspace: Workspace, header: str, cells: str, named: str
) -> None:
    (workspace.inbox / "a.csv").write_text(f"{HEADER}{header}\n2026-06-01,O,1,2,3{cells}\n")
    (refused,) = exports.land(workspace)
    assert refused.error is not None and refused.error.code == "E-SRC-18"
    assert repr(named) in refused.error.found


# -- the engine -------------------------------------------------------------------------------------


def test_a_fatal_error_of_the_engine_costs_one_file(workspace: Workspace, monkeypatch) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        (workspace.inbox / name).write_text(CSV.replace("Oolong", name))
    honest = reading._stage_all

    def staged(read: reading.Reading, connection: duckdb.DuckDBPyConnection, *rest) -> None:
        if read.path.name == "b.csv":
            connection.close()
            raise duckdb.FatalException("the database has been invalidated")
        honest(read, connection, *rest)

    monkeypatch.setattr(reading, "_stage_all", staged)
    results = exports.land(workspace)
    assert codes(results) == ["landed", "E-SRC-14", "landed"]
    assert "FatalException: the database has been invalidated" in str(results[1].error)
    assert [path.name.partition("__")[2] for path in workspace.quarantine.iterdir()] == ["b.csv"]


def test_a_full_disk_refuses_no_file(workspace: Workspace, monkeypatch) -> None:
    (workspace.inbox / "a.csv").write_text(CSV)
    honest = landing._Landing._write_rows

    def full(self, *_) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(landing._Landing, "_write_rows", full)
    (waiting,) = exports.land(workspace)
    assert waiting.status == "waiting" and "No space left" in str(waiting.error)
    assert (workspace.inbox / "a.csv").exists() and not any(workspace.quarantine.iterdir())
    monkeypatch.setattr(landing._Landing, "_write_rows", honest)
    assert codes(exports.land(workspace)) == ["landed"]


# -- names, links, pipes ----------------------------------------------------------------------------

NAMES = [
    "new\nline.csv", "quote'\".csv", "semi;colon --drop.csv", "glob*[a-z]?{b}.csv", "\u202egnp.csv", "a\u0301.csv", "-rf.csv",
    "%s %(x)s {0}.csv", "$(id) `id`.csv", "tea.CSV", "x" * 251 + ".csv", "茶" * 83 + ".csv", " lead.csv", "trail .csv ", "no-suffix",
    "20" * 120 + ".csv", "-" * 250 + ".csv", "(" * 250, "a_b_c_" * 40,
]  # fmt: skip


@posix
def test_any_name_lands(workspace: Workspace) -> None:
    for number, name in enumerate(NAMES):
        (workspace.inbox / name).write_text(CSV.replace("Oolong", f"Oolong {number}"))
    began = time.process_time()
    results = exports.land(workspace)
    assert time.process_time() - began < 5
    assert Counter(codes(results)) == {"landed": len(NAMES)}
    assert list(fuzz.leftovers(workspace)) == []
    kept = [path.name for path in (workspace.archive / "tea_ads").iterdir()]
    assert len(kept) == len(NAMES) and all(len(name.encode()) < 256 and "\n" not in name for name in kept)


@posix
def test_a_name_that_is_no_text_is_left_with_a_reason(workspace: Workspace) -> None:
    paths = [
        Path(os.fsdecode(os.fsencode(workspace.inbox) + name)) for name in (b"/caf\xe9.csv", b"/th\xe9/a.csv")
    ]
    paths[1].parent.mkdir()
    for path in paths:
        path.write_text(CSV)
    results = exports.land(workspace)
    assert codes(results) == ["E-SRC-12", "E-SRC-12"]
    assert all("not Unicode" in str(result.error) for result in results)
    assert all(path.exists() for path in paths)
    assert exports.pending(workspace) == []


@posix
def test_links_and_pipes_in_the_inbox_are_not_followed(workspace: Workspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(CSV)
    (workspace.inbox / "file.csv").symlink_to(outside / "secret.csv")
    (workspace.inbox / "folder").symlink_to(outside)
    (workspace.inbox / "loop").symlink_to(workspace.inbox)
    (workspace.inbox / "dangling.csv").symlink_to(outside / "nothing")
    os.mkfifo(workspace.inbox / "pipe.csv")
    (workspace.inbox / "tea.csv").write_text(CSV.replace("Oolong", "Green"))
    results = exports.land(workspace)
    assert {result.path.name: result.status for result in results} == {
        "file.csv": "waiting", "folder": "waiting", "loop": "waiting", "dangling.csv": "waiting", "pipe.csv": "waiting", "tea.csv": "landed",
    }  # fmt: skip
    said = {result.path.name: str(result.error) for result in results if result.error}
    assert "is a link" in said["file.csv"] and "is a device or a pipe" in said["pipe.csv"]
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]
    assert exports.pending(workspace) == []


@posix
def test_links_in_an_export_folder_are_left_out_and_said(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("Tea kind,Tea likes\nnote,7\n")
    folder = workspace.inbox / "Search keyword report"
    folder.mkdir()
    (folder / "a.csv").write_text(CSV)
    (folder / "b.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "deeper").mkdir()
    os.mkfifo(folder / "pipe.csv")
    shown = exports.inspect(folder, workspace)
    assert (shown.problem, shown.rows) == (None, 2)
    assert sorted(warning.partition(" ")[0] for warning in shown.warnings) == ["b.csv", "deeper", "pipe.csv"]
    results = exports.land(workspace, [folder])
    assert {result.path.name: result.status for result in results} == {
        "a.csv": "landed", "b.csv": "waiting", "pipe.csv": "waiting",
    }  # fmt: skip


@posix
def test_folders_in_folders_come_to_an_end(workspace: Workspace) -> None:
    deep = workspace.inbox.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    (deep / "a.csv").write_text(CSV)
    (workspace.inbox / "d" / "b.csv").write_text(CSV)
    assert sorted(codes(exports.land(workspace))) == ["E-SRC-01", "landed"]


# -- kills ------------------------------------------------------------------------------------------

KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from mkt_pipeline import exports
from mkt_pipeline.exports import load_catalog
from mkt_pipeline.workspace import Workspace

workspace, chance, kills = Workspace(Path(sys.argv[1])), random.Random(7), 0
load_catalog(workspace).headers
while kills < 15:
    child = os.fork()
    if child == 0:
        exports.land(workspace)
        os._exit(0)
    time.sleep(chance.uniform(0.0, 0.25))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        break  # all has landed
    kills += 1
print(kills, len(list((workspace.lake / "landed_file").glob("*.parquet"))))
"""


@posix
def test_killed_at_any_moment_everything_lands_once(workspace: Workspace) -> None:
    def drop(name: str, content: bytes) -> None:
        (workspace.inbox / name).write_bytes(content)

    for number in range(40):
        drop(f"{number:02}.csv", CSV.replace("Oolong", f"Oolong {number}").encode())
    for number in range(8):
        drop(f"{number}5-mails.csv", MAILS_TEXT.replace("m1", f"m{number}").encode())
        drop(f"{number}5.zip", zipped({"t.csv": CSV.replace("Green", f"Green {number}").encode()}))
        drop(f"{number}6-bad.csv", f"no,table\n{number}\n".encode())
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(workspace.root)], capture_output=True, text=True, timeout=120,
        cwd=Path(fuzz.__file__).parents[1], check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    kills, landed_so_far = map(int, done.stdout.split())
    assert kills == 15 and 0 < landed_so_far < 56
    exports.land(workspace)
    assert list(fuzz.leftovers(workspace)) == []
    assert len({receipt.file_id for receipt in exports.receipts(workspace)}) == 56
    with lake.engine(workspace.root / "engine") as connection:
        found = [
            connection.execute(f"SELECT {what} FROM read_parquet(?, union_by_name = true)", [str(lake.folder(workspace, dataset) / "*.parquet")]).fetchone()
            for dataset, what in (("ad_performance", "count(*), sum(impressions)"), ("email_event", "count(*), count(DISTINCT mailing_id)"))
        ]  # fmt: skip
    assert found == [(96, 48 * 120), (8, 8)]
    archived = [path for path in workspace.archive.rglob("*") if path.is_file()]
    assert len([path for path in archived if not path.name.endswith(".landing.json")]) == 56
    assert len(list(workspace.quarantine.iterdir())) == 8
    assert len([path for path in lake.folder(workspace, "quarantined_file").glob("*.parquet")]) == 8
