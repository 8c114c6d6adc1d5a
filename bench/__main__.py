"""Measure what the command promises: --help, the demo, a run with nothing to do, the reports.

What is here: wall time and peak memory of whole commands, each in a process of its own, as a Markdown table
on stdout. What is not: landing large files (``landing.py``), profiles, and judgement; the goals stand beside
the figures. ``python -m bench``
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MKT = (sys.executable, "-c", "from mkt_pipeline.cli import main; main()")


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    seconds: float
    peak_megabytes: float


def measure(command: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end. A command that fails ends the benchmark."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=cwd, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    return Cost(time.perf_counter() - started, usage.ru_maxrss / 1024)


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
    with tempfile.TemporaryDirectory(prefix="mkt-bench-") as scratch:
        rows = [*answers(), *demo(Path(scratch))]
    print("| what | measured | goal |\n| --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
