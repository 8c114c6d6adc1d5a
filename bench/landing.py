"""How long landing takes, against what the SQL engine needs for the same file.

``python bench/landing.py [--gigabytes 1] [--small 1000]`` generates a Google Ads keyword export (preamble, daily
rows, totals rows), copies it to Parquet as text (``COPY (FROM read_csv(file, all_varchar)) TO parquet``) and
lands it, in turn and each in a process of its own, and prints time, the ratio and the peak memory. Then it lands
a Chinese export in UTF-8, GB18030 and UTF-16 and prints the ratios, and files of 200 rows and prints the time
of one. The fastest of the rounds counts.
"""

# ruff: noqa: E501  (SQL that makes the file)

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mkt_pipeline import exports, lake
from mkt_pipeline.workspace import Workspace

BYTES_PER_ROW = 193
HEADER_LINES = 2


def generate(target: Path, gigabytes: float) -> int:
    """Write a keyword export of about that size and return its number of rows."""
    rows = int(gigabytes * 1e9 / BYTES_PER_ROW)
    body = target.with_suffix(".body")
    with lake.engine(target.parent / "engine") as connection:
        connection.execute(
            f"""CREATE TEMP VIEW keyword AS SELECT
                strftime(DATE '2026-01-01' + CAST(i // {max(rows // 180, 1)} AS INTEGER), '%Y-%m-%d') AS "Day",
                CASE WHEN i % 17 = 0 THEN 'Paused' ELSE 'Enabled' END AS "Keyword status",
                CASE i % 3 WHEN 0 THEN '"oolong tea ' || (i % 20011) || '"'
                    WHEN 1 THEN '[green tea gift ' || (i % 17011) || ']'
                    ELSE 'jasmine tea ' || (i % 30011) END AS "Keyword",
                CASE i % 3 WHEN 0 THEN 'Phrase match' WHEN 1 THEN 'Exact match'
                    ELSE 'Broad match' END AS "Match type",
                'Search | Brand | ' || (i % 41) AS "Campaign", 'Ad group ' || (i % 411) AS "Ad group",
                'Eligible' AS "Status", 'https://www.example.com/tea/' || (i % 5003) || '?utm_source=google' AS "Final URL",
                'USD' AS "Currency code", ' --' AS "Max. CPC", CASE WHEN i % 50 = 0 THEN 1000 ELSE 0 END + (i * 7919) % 900 AS impressions, (i * 31) % 23 AS clicks,
                CASE WHEN i % 50 = 0 THEN 100000 ELSE 0 END + (i * 131) % 40000 AS cents, (i * 13) % 300 AS conversions, (i * 17) % 12000 AS value
                FROM range({rows}) AS numbers(i)"""
        )
        connection.execute(
            f"""COPY (SELECT * EXCLUDE (impressions, clicks, cents, conversions, value),
                format('{{:,}}', impressions) AS "Impr.", CAST(clicks AS VARCHAR) AS "Clicks",
                printf('%.2f%%', clicks * 0.37) AS "CTR", printf('%.2f', clicks * 0.11) AS "Avg. CPC",
                CASE WHEN cents < 100000 THEN '' ELSE '1,' END || CASE WHEN cents < 100000 THEN printf('%d', cents // 100)
                    ELSE printf('%03d', cents // 100 - 1000) END || printf('.%02d', cents % 100) AS "Cost",
                printf('%d.%02d', conversions // 100, conversions % 100) AS "Conversions",
                printf('%.2f', conversions * 0.04) AS "Cost / conv.",
                printf('%d.%02d', value // 100, value % 100) AS "Conv. value"
                FROM keyword) TO {lake.quote(str(body))} (FORMAT csv, HEADER true)"""
        )
        sums = connection.execute(
            "SELECT sum(impressions), sum(clicks), sum(cents), sum(conversions), sum(value) FROM keyword"
        ).fetchone()
    assert sums is not None
    impressions, clicks, cents, conversions, value = map(int, sums)
    with target.open("wb") as out, body.open("rb") as source:
        out.write(b'Search keyword report\n"January 1, 2026 - June 30, 2026"\n')
        while chunk := source.read(1 << 24):
            out.write(chunk)
        for label in ("Total: Filtered keywords", "Total: Account"):
            out.write(
                f' --, --,{label}, --, --, --, --, --,USD, --,"{impressions:,}","{clicks:,}",1.00%,0.10,'
                f'"{cents / 100:,.2f}","{conversions / 100:,.2f}",0.10,"{value / 100:,.2f}"\n'.encode()
            )
    body.unlink()
    return rows


def copy_as_text(file: Path, target: Path) -> None:
    """What the engine does on its own."""
    with lake.engine(target.parent / "engine") as connection:
        connection.execute(
            f"COPY (FROM read_csv({lake.quote(str(file))}, all_varchar = true, header = true, "
            f"skip = {HEADER_LINES})) TO {lake.quote(str(target))} (FORMAT parquet)"
        )


def land(file: Path, root: Path) -> None:
    workspace = Workspace(root)
    workspace.create_folders()
    placed = workspace.inbox / file.name
    os.link(file, placed)
    (result,) = exports.land(workspace)
    assert result.status == "landed", result


def measured(what: str, file: Path, folder: Path) -> dict[str, float]:
    """Run one step in a process of its own: seconds of the step, seconds of processor, peak memory in MB."""
    done = subprocess.run(
        [sys.executable, __file__, "--step", what, str(file), str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def step(what: str, file: Path, folder: Path) -> None:
    began, processor = time.perf_counter(), time.process_time()
    if what == "copy":
        copy_as_text(file, folder / "text.parquet")
    else:
        land(file, folder)
    print(json.dumps({
        "seconds": time.perf_counter() - began, "processor": time.process_time() - processor,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


def encodings(folder: Path, gigabytes: float, rounds: int) -> None:
    """Land the same Chinese keyword export in three encodings, in turn."""
    plain = folder / "plain.csv"
    generate(plain, gigabytes)
    text = plain.read_text(encoding="utf-8")
    for english, chinese in (("Search | Brand", "搜索 | 品牌词"), ("Ad group", "推广单元"), ("oolong tea", "乌龙茶怎么选"),
                             ("green tea gift", "绿茶礼盒装"), ("jasmine tea", "茉莉花茶")):  # fmt: skip
        text = text.replace(english, chinese)
    files = {}
    for encoding in ("utf-8", "gb18030", "utf-16"):
        files[encoding] = folder / encoding / plain.name
        files[encoding].parent.mkdir()
        files[encoding].write_text(text, encoding=encoding, newline="")
    seconds: dict[str, list[float]] = {encoding: [] for encoding in files}
    for number in range(rounds):
        for encoding, file in files.items():
            target = folder / f"{encoding}{number}"
            target.mkdir()
            seconds[encoding].append(measured("land", file, target)["seconds"])
            subprocess.run(["rm", "-rf", str(target)], check=True)
    best = {encoding: min(times) for encoding, times in seconds.items()}
    size = files["utf-8"].stat().st_size / 1e9
    for encoding in ("gb18030", "utf-16"):
        ratio = best[encoding] / best["utf-8"]
        print(f"{size:.2f} GB of Chinese text as {encoding}: {best[encoding]:.2f} s, {ratio:.2f} × UTF-8")


def small_files(folder: Path, count: int) -> float:
    """Milliseconds for one file of 200 rows, in one landing of many."""
    workspace = Workspace(folder)
    workspace.create_folders()
    for number in range(count):
        lines = [
            f"2026-06-01,Enabled,[tea {row} {number}],Exact match,Brand,Group,USD,{row},1000,{row}.25\n"
            for row in range(200)
        ]
        (workspace.inbox / f"{number}.csv").write_text(
            'Search keyword report\n"June 1, 2026 - June 1, 2026"\n'
            "Day,Keyword status,Keyword,Match type,Campaign,Ad group,Currency code,Clicks,Impr.,Cost\n"
            + "".join(lines)
        )
    exports.land(workspace)
    began = time.perf_counter()
    for path in sorted((workspace.archive / "google_ads").iterdir()):
        path.replace(workspace.inbox / path.name)
    for receipt in (workspace.lake / "landed_file").glob("*.parquet"):
        receipt.unlink()
    results = exports.land(workspace)
    assert [result.status for result in results] == ["landed"] * count
    return (time.perf_counter() - began) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        what, file, folder = arguments.step
        step(what, Path(file), Path(folder))
        return
    with tempfile.TemporaryDirectory(prefix="mkt-bench-") as name:
        folder = Path(name)
        if arguments.gigabytes:
            big_file(folder, arguments.gigabytes, arguments.rounds)
            encodings(folder, arguments.gigabytes / 4, arguments.rounds)
        print(
            f"{small_files(folder / 'small', arguments.small):.1f} ms for each of {arguments.small} files of 200 rows"
        )


def big_file(folder: Path, gigabytes: float, rounds: int) -> None:
    file = folder / "Search keyword report.csv"
    count = generate(file, gigabytes)
    print(f"{file.stat().st_size / 1e9:.2f} GB, {count} rows", flush=True)
    figures: dict[str, list[dict[str, float]]] = {"copy": [], "land": []}
    for number in range(rounds):
        for what in figures:
            target = folder / f"{what}{number}"
            target.mkdir()
            figures[what].append(measured(what, file, target))
            shown = ", ".join(f"{key} {value:.2f}" for key, value in figures[what][-1].items())
            print(f"{what}: {shown}", flush=True)
            subprocess.run(["rm", "-rf", str(target)], check=True)
    for key in ("seconds", "processor"):
        best = {what: min(run[key] for run in runs) for what, runs in figures.items()}
        print(f"ratio of {key}: {best['land'] / best['copy']:.2f}")
    print(f"peak memory of landing: {max(run['peak_mb'] for run in figures['land']):.0f} MB")


if __name__ == "__main__":
    main()
