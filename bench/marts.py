"""What a new day costs, against a build from nothing.

``python -m bench.marts [--rows 10000000] [--days 1096]`` fills a lake with one landed keyword export a day,
builds everything from nothing, adds one day and builds again, and prints time, peak memory and the ratio.
The lake is written directly: how long landing takes is measured by ``landing.py``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
from pathlib import Path

import duckdb

from bench.__main__ import Cost, measure
from mkt_pipeline import lake
from mkt_pipeline.warehouse import dbt
from mkt_pipeline.workspace import Workspace, dbt_project_dir

FIRST_DAY = dt.date(2023, 1, 1)
PLATFORM = "google_ads"


def fill_day(connection: duckdb.DuckDBPyConnection, workspace: Workspace, day: dt.date, rows: int) -> None:
    """Land one day's keyword export of ``rows`` keywords in 20 campaigns, as rows and receipt of the lake."""
    file_id = f"{day:%Y%m%d}".rjust(64, "0")
    cells = {
        "file_id": f"'{file_id}'", "part": "''", "row_number": "i + 1", "platform": f"'{PLATFORM}'",
        "report": "'keyword'", "level": "'keyword'", "exported_at": f"TIMESTAMP '{day} 23:00:00'",
        "period_start": f"DATE '{day}'", "period_end": f"DATE '{day}'", "account_id": "'123-456-7890'",
        "currency_code": "'USD'", "campaign_name": "'Campaign ' || i % 20",
        "ad_group_name": "'Group ' || i % 400", "keyword": "'tea word ' || i", "match_type": "'Exact match'",
        "impressions": f"(i * 7919 + {day.day}) % 900", "clicks": "(i * 31) % 23",
        "spend": f"((i * 131 + {day.day}) % 40000) / 100", "conversions": "(i % 7) / 10",
        "conversion_value": "(i % 70)",
    }  # fmt: skip
    columns = ", ".join(
        f"CAST({cells.get(column.name, 'NULL')} AS {column.type}) AS {lake.quote_identifier(column.name)}"
        for column in lake.DATASETS["ad_performance"].columns
    )
    target = lake.folder(workspace, "ad_performance") / f"{file_id}.parquet"
    query = f"SELECT {columns} FROM range({rows}) AS numbers(i)"
    connection.execute(f"COPY ({query}) TO {lake.quote(str(target))} (FORMAT parquet)")
    receipt = {
        "file_id": file_id, "dataset": "ad_performance", "part": "", "platform": PLATFORM,
        "report": "keyword", "level": "keyword", "file_name": f"{day}.csv", "row_count": rows,
        "rejected_count": 0, "totals": "{}", "control_totals": "{}", "date_from": day, "date_to": day,
        "is_daily": True,
        "landed_at": dt.datetime(2026, 1, 1),
    }  # fmt: skip
    lake.write_rows(workspace, "landed_file", f"{file_id}.parquet", [receipt], connection=connection)


def fill(workspace: Workspace, first: dt.date, days: int, rows_a_day: int) -> None:
    """Land that many days."""
    with lake.engine(workspace.scratch) as connection:
        for number in range(days):
            fill_day(connection, workspace, first + dt.timedelta(days=number), rows_a_day)


def build(workspace: Workspace, *arguments: str) -> Cost:
    """``dbt build`` of everything, its tests included."""
    command = [str(dbt.executable()), "--quiet", "build", *arguments]
    return measure(command, dbt_project_dir(), {**os.environ, **dbt.environment(workspace)})


def main() -> None:
    """Fill, build, add a day, build; print what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=1096)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder otherwise")
    arguments = parser.parse_args()
    rows_a_day = arguments.rows // arguments.days
    last_day = FIRST_DAY + dt.timedelta(days=arguments.days)
    with tempfile.TemporaryDirectory(prefix="mkt-bench-", dir=arguments.folder) as name:
        workspace = Workspace(Path(name) / "workspace")
        workspace.create_folders()
        lake.ensure_contracts(workspace)
        settings = {"workspace_name": "bench", "reporting_currency": "USD", "timezone": "UTC"}
        lake.write_rows(workspace, "workspace_setting", "current.parquet", [settings | {"as_of": last_day}])
        platform = {
            "platform": PLATFORM,
            "name_en": "Google Ads",
            "name_zh": "Google Ads",
            "channel_id": "sem",
        }
        lake.write_rows(workspace, "platform", "current.parquet", [platform | {"conversion_lag_days": 30}])
        fill(workspace, FIRST_DAY, arguments.days, rows_a_day)
        print(f"{rows_a_day * arguments.days:,} rows in {arguments.days} files", flush=True)
        dbt.ensure_manifest(workspace)
        whole = build(workspace)
        print(f"from nothing: {whole.seconds:.1f} s, peak {whole.peak_megabytes:.0f} MB", flush=True)
        idle = build(workspace)
        print(f"nothing new: {idle.seconds:.1f} s", flush=True)
        fill(workspace, last_day, 1, rows_a_day)
        lake.write_rows(
            workspace, "workspace_setting", "current.parquet",
            [settings | {"as_of": last_day + dt.timedelta(days=1)}],
        )  # fmt: skip
        day = build(workspace)
        share = day.seconds / whole.seconds
        print(f"one day more: {day.seconds:.1f} s, peak {day.peak_megabytes:.0f} MB, {share:.1%} of it")
        size = workspace.build_file.stat().st_size / 1e6
        print(f"build file: {size:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
