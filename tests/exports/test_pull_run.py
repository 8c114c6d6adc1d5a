"""Pulls where they are started: the command, and the landing step of a run."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mkt_pipeline.cli import main
from mkt_pipeline.exports import load_catalog, receipts
from mkt_pipeline.exports.pull import Clock, pull
from mkt_pipeline.orchestration.ingest import INBOX, PULL_CHECK, build_landing, platform_key
from mkt_pipeline.orchestration.run import what_is_due
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import google_keywords
from tests.exports.pull_server import PullServer, answer, start
from tests.exports.test_pull import with_sources

CSV = google_keywords()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PullServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    owner, stop = start()
    yield owner
    stop()


@pytest.fixture
def sources(server: PullServer, workspace: Workspace) -> Workspace:
    """One source that answers and one that does not."""
    return with_sources(
        workspace,
        {"name": "good", "url": server.on("/good", answer(CSV))},
        {"name": "bad", "url": server.on("/bad", answer("", 403)) + "?sig=geheim-signatur"},
    )


def call(capsys: pytest.CaptureFixture[str], workspace: Workspace, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["--workspace", str(workspace.root), "--lang", "en", *arguments])
    told = capsys.readouterr()
    return int(str(leaving.value.code)), told.out, told.err


def test_the_command_tells_what_became_of_each_source(
    sources: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, sources, "pull")
    assert (code, out) == (2, "")
    assert f"fetched  good  good.csv  {len(CSV.encode())} B" in err
    assert "not fetched  bad" in err and "E-PULL-04" in err and "status 403" in err
    assert "geheim" not in err
    assert call(capsys, sources, "pull", "good") == (0, "", "nothing new  good\n")


def test_the_command_as_json(sources: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, sources, "pull", "--json")
    good, bad = json.loads(out)
    assert (code, err) == (2, "")
    assert good == {
        "name": "good", "status": "fetched", "file_name": "good.csv", "bytes": len(CSV.encode()),
        "rows": None, "error": None,
    }  # fmt: skip
    assert (bad["status"], bad["error"]["code"]) == ("failed", "E-PULL-04")


def test_the_command_without_sources_and_with_a_wrong_name(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, workspace, "pull")
    assert (code, out) == (0, "") and "names no sources" in err
    code, _, err = call(capsys, workspace, "pull", "x")
    assert code == 2 and "E-PULL-03" in err


def test_sources_make_a_run_due_once_in_their_interval(sources: Workspace) -> None:
    assert what_is_due(sources) == ["2 个来源待拉取 | 2 sources to fetch"]
    pull(sources, ["bad"])
    assert what_is_due(sources) == ["1 个来源待拉取 | 1 sources to fetch"]
    pull(sources, ["good"])
    assert what_is_due(sources) == ["收件箱有 1 项 | 1 entries in the inbox"]


def land(workspace: Workspace, selection: Any = None) -> dg.ExecuteInProcessResult:
    with dg.instance_for_test() as instance:
        return dg.materialize(
            [build_landing(workspace, load_catalog(workspace))], instance=instance, selection=selection
        )


def test_a_run_fetches_and_lands_and_warns_of_what_failed(sources: Workspace) -> None:
    result = land(sources)
    assert result.success
    assert [receipt.row_count for receipt in receipts(sources)] == [6]
    (check,) = [found for found in result.get_asset_check_evaluations() if found.check_name == PULL_CHECK]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert check.description == "1 of 2 sources failed"
    assert "E-PULL-04" in str(check.metadata["failed"].value)
    (made,) = [
        item for item in result.asset_materializations_for_node("land_exports") if item.asset_key == INBOX
    ]
    told = made.metadata["result"].value
    assert [(item["name"], item["status"]) for item in told["pulls"]] == [
        ("good", "fetched"),
        ("bad", "failed"),
    ]
    assert "geheim" not in str(made.metadata) + str(check.metadata)


def test_a_run_asks_no_source_before_its_time(
    sources: Workspace, server: PullServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(sources)
    asked = len(server.seen)
    assert land(sources).success and len(server.seen) == asked
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=24)
    monkeypatch.setattr(Clock, "now", lambda self: later)
    land(sources)
    assert len(server.seen) == asked + 2


def test_a_run_of_one_platform_asks_no_source(sources: Workspace, server: PullServer) -> None:
    assert land(sources, dg.AssetSelection.assets(platform_key("google_ads"))).success
    assert server.seen == []


def test_a_pull_under_way_elsewhere_does_not_fail_the_run(
    sources: Workspace, server: PullServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import filelock

    monkeypatch.setattr("mkt_pipeline.exports.pull.pulling.LOCK_WAIT_SECONDS", 0.01)
    sources.pull_dir.mkdir(parents=True)
    with filelock.FileLock(sources.pull_dir / "pull.lock"):
        assert land(sources).success
    assert server.seen == []


def test_the_example_settings_are_sources(tmp_path: Path) -> None:
    from mkt_pipeline.cli.scaffold import SCAFFOLD
    from mkt_pipeline.exports.pull.recipes import RECIPES

    text = (SCAFFOLD / "mkt.yml").read_text("utf-8")
    examples = text[text.index("# sources:") : text.index("# How often a run asks")]
    workspace = Workspace(tmp_path)
    workspace.settings_file.write_text("\n".join(line[2:] for line in examples.splitlines()), "utf-8")
    sources = workspace.settings.sources
    assert [source.name for source in sources] == ["crm_orders", "monthly_report", "google_ads"]
    assert RECIPES["google_ads"].model_validate(sources[2].options).resource == "campaign"  # type: ignore[attr-defined]
