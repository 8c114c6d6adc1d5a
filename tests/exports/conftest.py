"""Builders of exports in the platforms' shapes, small and with known sums."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline import lake
from mkt_pipeline.workspace import Workspace

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "real"

GOOGLE_HEADER = (
    "Day,Keyword status,Keyword,Match type,Campaign,Ad group,Currency code,Clicks,Impr.,CTR,Cost,Conversions"
)


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip(f"no real samples at {SAMPLES}")
    return SAMPLES


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "ws")
    made.create_folders()
    made.settings_file.write_text("name: Test\n", encoding="utf-8")
    return made


@pytest.fixture
def drop(workspace: Workspace) -> Callable[..., Path]:
    """Write a file into the inbox."""

    def write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = workspace.inbox / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def query(workspace: Workspace) -> Callable[[str], list[tuple[Any, ...]]]:
    """Run SQL on the lake; ``{ad_performance}`` stands for that dataset's landed files."""

    def run(sql: str) -> list[tuple[Any, ...]]:
        sources = {
            name: f"read_parquet({lake.quote(str(lake.folder(workspace, name) / '*.parquet'))}, "
            "union_by_name = true)"
            for name in lake.DATASETS
        }
        lake.ensure_contracts(workspace)
        with lake.engine(workspace.scratch) as connection:
            return connection.execute(sql.format(**sources)).fetchall()

    return run


def google_keywords(rows: int = 6, *, totals: bool = True, day: str = "2026-06-0{}") -> str:
    """A keyword report: clicks 1…n, impressions 1001…, cost 1.25, 2.25, …; three days."""
    lines = ["Search keyword report", '"June 1, 2026 - June 3, 2026"', GOOGLE_HEADER]
    clicks = impressions = 0
    cents = 0
    for number in range(1, rows + 1):
        clicks, impressions, cents = clicks + number, impressions + 1000 + number, cents + number * 100 + 25
        keyword = [f"tea {number}", f"[tea {number}]", f'"""tea {number}"""'][number % 3]
        lines.append(
            f'{day.format(1 + number % 3)},Enabled,{keyword},Exact match,Brand,Group,USD,{number},"{1000 + number:,}",'
            f"0.10%,{number}.25, --"
        )
    if totals:
        lines.append(
            f' --, --,Total: Filtered keywords, --, --, --,USD,{clicks},"{impressions:,}",1%,{cents / 100:.2f},'
        )
        lines.append(
            f' --, --,Total: Account, --, --, --,USD,{clicks + 9},"{impressions:,}",1%,{cents / 100:.2f},'
        )
    return "\n".join(lines) + "\n"


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook with the rows given."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(place, column, dt.datetime(value.year, value.month, value.day))
                    elif value is not None:
                        sheet.write(place, column, value)
    return path


def as_json(value: object) -> str:
    """Proves that a value can be written as JSON."""
    return json.dumps(value, ensure_ascii=False)
