"""Landing: idempotent, crash-safe, bounded by a lock, and honest about every file."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import filelock
import pytest

from mkt_pipeline import lake
from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.exports import land, pending, receipts, reland, write_platforms
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import google_keywords

CHART = "Date,Clicks,Impressions,CTR,Position\n2026-06-01,1,2,50%,1\n"


def state(workspace: Workspace) -> dict[str, object]:
    """What a landing leaves, without times: files and rows."""
    files = sorted(
        path.relative_to(workspace.root).as_posix()
        for folder in (workspace.inbox, workspace.archive, workspace.quarantine, workspace.lake)
        for path in folder.rglob("*") if path.is_file()
    )  # fmt: skip
    rows: dict[str, object] = {"files": files}
    with lake.engine(workspace.root.parent / "engine") as connection:
        for dataset, without in (
            ("ad_performance", ""),
            ("search_performance", ""),
            ("landed_file", ", landed_at"),
            ("quarantined_file", ", quarantined_at"),
        ):
            found = [str(path) for path in (workspace.lake / dataset).glob("*.parquet")]
            if found:
                skipped = "exported_at" + without if dataset != "quarantined_file" else "quarantined_at"
                rows[dataset] = sorted(
                    map(
                        str,
                        connection.execute(
                            f"SELECT * EXCLUDE ({skipped}) FROM read_parquet(?, union_by_name = true)",
                            [found],
                        ).fetchall(),
                    )
                )
    return rows


def test_receipt(drop, workspace) -> None:
    path = drop("Search keyword report.csv", google_keywords())
    os.utime(path, (1_780_000_000, 1_780_000_000))
    file_id = hashlib.sha256(path.read_bytes()).hexdigest()
    (result,) = land(workspace)
    (receipt,) = receipts(workspace)
    assert result.file_id == receipt.file_id == file_id
    assert (receipt.dataset, receipt.platform, receipt.report, receipt.level, receipt.part) == (
        "ad_performance",
        "google_ads",
        "keyword",
        "keyword",
        "",
    )
    assert (receipt.row_count, receipt.rejected_count, receipt.totals_row_count, receipt.header_line) == (
        6,
        0,
        2,
        3,
    )
    assert receipt.totals == receipt.control_totals == {"clicks": 21, "impressions": 6021, "spend": 22.5}
    assert (receipt.date_from, receipt.date_to, receipt.is_daily) == (
        dt.date(2026, 6, 1),
        dt.date(2026, 6, 3),
        True,
    )
    assert receipt.exported_at == dt.datetime.fromtimestamp(1_780_000_000, dt.UTC).replace(tzinfo=None)
    assert receipt.archive_path == f"archive/google_ads/{file_id[:16]}__Search keyword report.csv"
    assert hashlib.sha256((workspace.root / receipt.archive_path).read_bytes()).hexdigest() == file_id
    assert not list(workspace.inbox.iterdir())


def test_landed_files_have_the_dataset_schema(drop, workspace) -> None:
    drop("r.csv", google_keywords())
    land(workspace)
    lake.ensure_contracts(workspace)
    with lake.engine(workspace.scratch) as connection:
        for dataset in ("ad_performance", "landed_file"):
            declared = [(column.name, column.type) for column in lake.DATASETS[dataset].columns]

            def columns(files: str) -> list[tuple[str, str]]:
                described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({files})").fetchall()
                return [row[:2] for row in described]

            folder = workspace.lake / dataset
            for path in folder.glob("*.parquet"):
                found = columns(lake.quote(str(path)))
                assert found == [column for column in declared if column in found]
            united = columns(f"{lake.quote(str(folder / '*.parquet'))}, union_by_name = true")
            assert sorted(united) == sorted(declared)


def test_the_same_bytes_land_once(drop, workspace, query) -> None:
    drop("Search keyword report.csv", google_keywords())
    drop("Search keyword report (1).csv", google_keywords())
    assert sorted(result.status for result in land(workspace)) == ["duplicate", "landed"]
    drop("later.csv", google_keywords())
    assert [result.status for result in land(workspace)] == ["duplicate"]
    assert query("SELECT count(*) FROM {ad_performance}") == [(6,)]
    assert not list(workspace.inbox.iterdir()) and len(list(workspace.archive.rglob("*.csv"))) == 1


def test_overlapping_days_both_land(drop, workspace, query) -> None:
    drop("old.csv", google_keywords(6))
    drop("new.csv", google_keywords(7))
    drop(
        "campaign.csv",
        "Campaign report\nx\nDay,Campaign,Currency code,Impr.,Cost\n2026-06-01,Brand,USD,5,1.00\n",
    )
    assert [result.status for result in land(workspace)] == ["landed"] * 3
    assert query(
        "SELECT level, count(*), count(DISTINCT file_id) FROM {ad_performance} GROUP BY 1 ORDER BY 1"
    ) == [("campaign", 1, 1), ("keyword", 13, 2)]


def test_platform_filter_and_unknown(drop, workspace) -> None:
    drop("a.csv", google_keywords())
    drop("Chart.csv", CHART)
    drop("notes.csv", "hello,world\n1,2\n")
    found = {item.path.name: (item.platform, item.error and item.error.code) for item in pending(workspace)}
    assert found == {
        "a.csv": ("google_ads", None),
        "Chart.csv": ("google_search_console", None),
        "notes.csv": (None, "E-SRC-06"),
    }
    assert [result.path.name for result in land(workspace, platform="google_search_console")] == ["Chart.csv"]
    assert [result.status for result in land(workspace, platform="(unknown)")] == ["quarantined"]
    assert [path.name for path in workspace.inbox.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("name", [".hidden.csv", "~$report.xlsx", "report.csv.part", "report.csv.crdownload"])
def test_unfinished_files_wait(drop, workspace, name) -> None:
    path = drop(name, google_keywords())
    assert [result.status for result in land(workspace)] == ["waiting"]
    assert path.exists() and pending(workspace) == []


def test_a_file_that_changes_while_it_is_read_waits(drop, workspace, monkeypatch) -> None:
    import mkt_pipeline.exports.landing as module

    path = drop("r.csv", google_keywords())
    original = module.read_export

    def growing(*args: object, **kwargs: object) -> object:
        reading = original(*args, **kwargs)  # type: ignore[arg-type]
        path.write_text(path.read_text() + "x")
        return reading

    monkeypatch.setattr(module, "read_export", growing)
    (result,) = land(workspace)
    assert result.status == "waiting" and result.error is not None and result.error.code == "E-SRC-12"
    assert path.exists() and not receipts(workspace)


def test_files_elsewhere_are_copied(workspace, tmp_path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(google_keywords())
    assert [result.status for result in land(workspace, [path])] == ["landed"]
    assert path.exists() and len(list(workspace.archive.rglob("*.csv"))) == 1


def test_folders_in_the_inbox(workspace, query) -> None:
    plain = workspace.inbox / "from Anna"
    plain.mkdir()
    (plain / "r.csv").write_text(google_keywords())
    export = workspace.inbox / "tea.example-Performance-on-Search-2026-06-22"
    export.mkdir()
    (export / "Chart.csv").write_text(CHART)
    (export / "Queries.csv").write_text("Top queries,Clicks,Impressions,CTR,Position\ntea,1,2,50%,1\n")
    assert {result.platform: result.rows for result in land(workspace)} == {
        "google_ads": 6,
        "google_search_console": 2,
    }
    assert not export.exists() and next(workspace.archive.glob("google_search_console/*")).is_dir()
    assert query("SELECT DISTINCT property FROM {search_performance}") == [("tea.example",)]


def test_quarantine_is_left_once_the_file_lands(drop, workspace, query) -> None:
    drop("r.csv", "R\nAll time\nCampaign,Currency code,Impr.,Cost\nA,USD,1,1.00\n")
    assert [result.status for result in land(workspace)] == ["quarantined"]
    (kept,) = workspace.quarantine.iterdir()
    (result,) = land(workspace, [kept], period=(dt.date(2026, 6, 1), dt.date(2026, 6, 30)))
    assert (result.status, result.date_from, result.date_to) == ("landed", "2026-06-01", "2026-06-30")
    assert not list(workspace.quarantine.iterdir()) and not list(
        (workspace.lake / "quarantined_file").glob("*")
    )
    assert receipts(workspace)[0].file_name == "r.csv"


def test_the_lake_can_be_rebuilt_from_the_archive(drop, workspace) -> None:
    drop("r.csv", google_keywords())
    drop("p.csv", "R\nAll time\nCampaign,Currency code,Impr.,Cost\nA,USD,1,1.00\n")
    land(workspace, period=(dt.date(2026, 6, 1), dt.date(2026, 6, 30)))
    before = state(workspace)
    shutil.rmtree(workspace.lake)
    assert sorted(result.status for result in land(workspace)) == ["landed", "landed"]
    assert state(workspace) == before, "a period given by hand is kept in the archive"


def test_a_changed_catalog_entry_lands_again(drop, workspace, query) -> None:
    drop("r.csv", "R\n1 May 2026 - 8 May 2026\nCampaign,Currency code,Impr.,Cost,Gasto\nA,USD,1,1.00,7\n")
    land(workspace)
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "google_ads.yml").write_text(
        "platform: google_ads\nextends: true\ncolumns:\n  - {to: clicks, headers: [Gasto]}\n"
    )
    (result,) = reland(workspace)
    assert (result.status, result.totals["clicks"]) == ("landed", 7)
    assert query("SELECT clicks, extra FROM {ad_performance}") == [(7, None)]
    assert reland(workspace) == [] and len(receipts(workspace)) == 1


def test_a_new_format_is_one_yaml_file(drop, workspace, query) -> None:
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "tea_ads.yml").write_text(
        "platform: tea_ads\nname: {en: Tea Ads}\nchannel: sem\nconversion_lag_days: 1\nfreshness_days: 1\ncurrency: EUR\n"
        "columns:\n  - {to: day, headers: [Tag], formats: ['%d.%m.%Y']}\n  - {to: campaign_name, headers: [Kampagne]}\n"
        "  - {to: spend, headers: [Kosten]}\nreports:\n  - {report: campaign, level: campaign, dataset: ad_performance, "
        "evidence: {de: unverified}, all: [day, campaign_name, spend]}\n"
    )
    drop("r.csv", "Tag;Kampagne;Kosten\n01.06.2026;Grün;1.234,56\n")
    assert [result.platform for result in land(workspace)] == ["tea_ads"]
    assert query(
        "SELECT period_start::VARCHAR, campaign_name, spend::VARCHAR, currency_code FROM {ad_performance}"
    ) == [("2026-06-01", "Grün", "1234.560000", "EUR")]
    write_platforms(workspace)
    assert ("tea_ads", "Tea Ads") in query("SELECT platform, name_en FROM {platform}")


def test_write_platforms_leaves_an_unchanged_file_alone(workspace) -> None:
    target = write_platforms(workspace)
    before = target.stat().st_mtime_ns
    assert write_platforms(workspace).stat().st_mtime_ns == before


def test_two_landings_exclude_each_other(workspace) -> None:
    with (
        filelock.FileLock(workspace.build_dir / "landing.lock"),
        pytest.raises(EnvironmentProblem, match="E-ENV-10"),
    ):
        land(workspace, lock_wait_seconds=0.1)


# -- crashes -------------------------------------------------------------------------------------------


def fill(inbox: Path) -> None:
    (inbox / "a.csv").write_text(google_keywords(300))
    (inbox / "b.csv").write_text(google_keywords(301))
    (inbox / "bad.csv").write_text(google_keywords(5).replace('"5,015"', '"5,014"'))
    (inbox / "Chart.csv").write_text(CHART)
    (inbox / "copy.csv").write_text(google_keywords(300))


@pytest.fixture
def undisturbed(tmp_path) -> dict[str, object]:
    calm = Workspace(tmp_path / "calm" / "ws")
    calm.create_folders()
    fill(calm.inbox)
    land(calm)
    return state(calm)


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


@pytest.mark.parametrize("moment", range(7))
def test_ending_at_every_commit(workspace, undisturbed, monkeypatch, moment) -> None:
    """Ends the process before each rename of the run in turn, then runs again."""
    fill(workspace.inbox)
    original, calls = lake.commit, []

    def failing(temporary: Path, final: Path) -> None:
        calls.append(final)
        if len(calls) == moment + 1:
            raise Killed
        original(temporary, final)

    with monkeypatch.context() as patched:
        patched.setattr(lake, "commit", failing)
        with pytest.raises(Killed):
            land(workspace)
    land(workspace)
    assert state(workspace) == undisturbed


@pytest.mark.parametrize("name", ["move", "remove"])
def test_ending_at_every_file_operation(workspace, undisturbed, monkeypatch, name) -> None:
    from mkt_pipeline.exports import files

    for moment in range(3):
        fill(workspace.inbox)
        original, calls = getattr(files, name), []

        def failing(*args: Path, original=original, calls=calls, moment=moment) -> None:
            calls.append(args)
            if len(calls) == moment + 1:
                raise Killed
            original(*args)

        with monkeypatch.context() as patched:
            patched.setattr(files, name, failing)
            with contextlib.suppress(Killed):
                land(workspace)
        land(workspace)
        assert state(workspace) == undisturbed
        shutil.rmtree(workspace.root)
        workspace.create_folders()


def test_kill_minus_nine(workspace, undisturbed) -> None:
    """A real SIGKILL at random moments; the last run is left alone."""
    program = "import sys; from mkt_pipeline.workspace import Workspace; from mkt_pipeline.exports import land; print('go', flush=True); land(Workspace.locate(sys.argv[1]))"
    chance = random.Random(7)
    fill(workspace.inbox)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(workspace.root)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    land(workspace)
    assert state(workspace) == undisturbed
