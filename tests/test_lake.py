"""The lake's own promises: contracts that follow the declaration."""

from __future__ import annotations

from pathlib import Path

import duckdb

from mkt_pipeline import lake
from mkt_pipeline.workspace import Workspace


def columns_of(path: Path) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    return [(name, type_) for name, type_, *_ in described]


def test_contracts_are_empty_and_hold_the_declared_columns(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    lake.ensure_contracts(workspace)
    for name, dataset in lake.DATASETS.items():
        path = lake.folder(workspace, name) / lake.CONTRACT_FILE
        assert columns_of(path) == [(column.name, column.type) for column in dataset.columns]
        with duckdb.connect() as connection:
            assert connection.execute(f"SELECT count(*) FROM '{path}'").fetchall() == [(0,)]


def test_a_contract_of_an_older_release_is_renewed_and_a_current_one_left_alone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    lake.ensure_contracts(workspace)
    old = lake.folder(workspace, "fx_rate") / lake.CONTRACT_FILE
    current = lake.folder(workspace, "platform") / lake.CONTRACT_FILE
    written = current.stat().st_mtime_ns
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT DATE '2026-01-01' AS rate_date LIMIT 0) TO '{old}' (FORMAT parquet)"
        )
    lake.ensure_contracts(workspace)
    assert len(columns_of(old)) == len(lake.DATASETS["fx_rate"].columns)
    assert current.stat().st_mtime_ns == written
