"""Measure what the product promises: --help, the demo, a run with nothing to do, landing a large file.

What is here: wall time and peak memory of whole commands, each in a process of its own, as a Markdown table
on stdout. What is not: profiles, and judgement; the goals stand beside the figures.

``python -m bench [--gigabytes 1.0] [--keep DIR]``
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

MKT = (sys.executable, "-c", "from mkt_pipeline.cli import main; main()")
COPY = """
import sys, duckdb
duckdb.connect().execute(
    "COPY (FROM read_csv(?, all_varchar=true, header=true, skip=2)) TO '" + sys.argv[2]
    + "' (FORMAT parquet)", [sys.argv[1]])
"""
ROW_BYTES = 85
"""Length of a generated row, to meet a size in bytes; the file itself is measured."""


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    seconds: float
    peak_megabytes: float


def measure(command: Sequence[str]) -> Cost:
    """Run a command to its end. A command that fails ends the benchmark."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    return Cost(time.perf_counter() - started, usage.ru_maxrss / 1024)


def keyword_export(path: Path, size: int) -> None:
    """Write a Google Ads keyword report of about ``size`` bytes: two title lines, header, daily rows."""
    rows = size // ROW_BYTES
    body = path.with_suffix(".rows")
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            COPY (
                SELECT DATE '2025-01-01' + CAST(i % 365 AS INTEGER),
                    'keyword number ' || i // 365, 'Phrase match', 'Campaign ' || i % 20,
                    'Ad group ' || i % 200, 'USD', i % 37, i % 1009 + 37,
                    CAST(i % 3701 AS DECIMAL(10, 2)) / 100, i % 5
                FROM range({rows}) AS t (i)
            ) TO '{body}' (FORMAT csv, HEADER false)
            """
        )
    with path.open("wb") as target, body.open("rb") as source:
        target.write(b'Search keyword report\n"January 1, 2025 - December 31, 2025"\n')
        target.write(
            b"Day,Keyword,Match type,Campaign,Ad group,Currency code,Clicks,Impr.,Cost,Conversions\n"
        )
        while block := source.read(1 << 24):
            target.write(block)
    body.unlink()


def landing(folder: Path, gigabytes: float) -> list[tuple[str, str, str]]:
    """Land a large csv, against DuckDB's own copy of the same file into Parquet."""
    export = folder / "Keyword report.csv"
    keyword_export(export, int(gigabytes * 1e9))
    plain = measure((sys.executable, "-c", COPY, str(export), str(folder / "plain.parquet")))
    workspace = folder / "landing"
    measure((*MKT, "--quiet", "--workspace", str(workspace), "init"))
    landed = measure((*MKT, "--quiet", "--workspace", str(workspace), "land", str(export)))
    size = f"{export.stat().st_size / 1e9:.2f} GB"
    ratio = landed.seconds / plain.seconds
    return [
        (f"DuckDB's own copy of a {size} csv into Parquet", f"{plain.seconds:.1f} s", ""),
        ("landing the same file", f"{landed.seconds:.1f} s, {ratio:.2f} times that", "at most 1.5 times"),
        ("peak memory of landing it", f"{landed.peak_megabytes:.0f} MB", "under 2000 MB"),
    ]


def demo(folder: Path) -> list[tuple[str, str, str]]:
    """The demo company from nothing, then a run with nothing to do."""
    workspace = folder / "demo"
    first = measure((*MKT, "--quiet", "demo", "--workspace", str(workspace)))
    idle = [measure((*MKT, "--quiet", "--workspace", str(workspace), "run")).seconds for _ in range(3)]
    again = measure((*MKT, "--quiet", "--workspace", str(workspace), "report"))
    pages = sorted(workspace.glob("reports/*.html"))
    sizes = [page.stat().st_size / 1e3 for page in pages]
    return [
        ("`mkt demo`", f"{first.seconds:.1f} s, {first.peak_megabytes:.0f} MB", "at most 60 s"),
        ("`mkt run` with nothing new", f"{statistics.median(idle):.2f} s", "at most 5 s"),
        (f"`mkt report`, {len(pages)} pages", f"{again.seconds:.1f} s", ""),
        ("size of a page", f"{min(sizes):.0f} to {max(sizes):.0f} kB", ""),
    ]


def answers() -> list[tuple[str, str, str]]:
    """How long --help takes."""
    times = [measure((*MKT, "run", "--help")).seconds for _ in range(5)]
    return [("`mkt run --help`", f"{statistics.median(times):.2f} s", "under 0.5 s")]


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1.0, help="size of the file to land")
    parser.add_argument("--keep", type=Path, help="a folder for what is made, kept afterwards")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mkt-bench-") as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [*answers(), *demo(folder), *landing(folder, given.gigabytes)]
    print("| what | measured | goal |\n| --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
