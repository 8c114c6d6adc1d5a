"""What the command makes of a run: events, outcome, exit code. The run itself is tested elsewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline import demo, reports
from mkt_pipeline.cli import scaffold
from mkt_pipeline.errors import DataError
from mkt_pipeline.orchestration import run as runs
from mkt_pipeline.orchestration import ui
from mkt_pipeline.orchestration.run import RunEvent, RunOutcome
from mkt_pipeline.workspace import Workspace

from .conftest import Mkt

ERROR = DataError("E-SRC-06", "unknown header", where="strange.csv", fix="look at it").to_dict()
EVENTS = [
    RunEvent("run_started", "", ""),
    RunEvent("step_started", "land_exports", ""),
    RunEvent("note", "land_exports", "google.csv"),
    RunEvent("step_finished", "land_exports", "两个文件 | two files", 1.25),
    RunEvent("step_failed", "build_marts", "a test failed", 3.0),
]
REPORTS = [
    {
        "campaign_id": "c1",
        "language": "en",
        "path": "reports/c1.en.html",
        "status": "at_risk",
        "verdict": "Late.",
    },
    {
        "campaign_id": "c1",
        "language": "zh",
        "path": "reports/c1.zh.html",
        "status": "at_risk",
        "verdict": "偏慢。",
    },
    {"campaign_id": "(index)", "language": "en", "path": "reports/index.html", "status": "", "verdict": ""},
]


@pytest.fixture
def outcome(mkt: Mkt, monkeypatch: pytest.MonkeyPatch) -> RunOutcome:
    """What the next run comes to; a test changes it before it calls."""
    result = RunOutcome(seconds=2.5)

    def refresh(
        workspace: Workspace, on_event: Callable[[RunEvent], None], force: bool = False
    ) -> RunOutcome:
        for event in EVENTS:
            on_event(event)
        result.due.append(f"force={force}")
        return result

    monkeypatch.setattr(runs, "run_refresh", refresh)
    mkt("init")
    return result


def test_progress_is_a_plain_line_per_start_and_end_where_nobody_watches(
    mkt: Mkt, outcome: RunOutcome
) -> None:
    lines = mkt("run").err.splitlines()
    assert lines[:3] == [
        "… land exports",
        "✓ land exports  two files  1.2 s",
        "✗ build marts  a test failed  3.0 s",
    ]
    assert "✓ 收取导出文件  两个文件  1.2 s" in mkt("run", "--lang", "zh").err.splitlines()


def test_a_run_ends_with_what_was_written_and_the_next_command(
    mkt: Mkt, outcome: RunOutcome, tmp_path: Path
) -> None:
    outcome.reports = REPORTS
    outcome.published = str(tmp_path / "data" / "marts.duckdb")
    answer = mkt("run")
    assert answer.code == 0
    assert answer.out.split() == ["reports/c1.en.html", "reports/c1.zh.html", "reports/index.html"]
    assert "c1: at risk\n  Late.\n" in answer.err
    assert "偏慢" not in answer.err, "verdicts come in the reader's language only"
    assert "published" in answer.err
    assert 'mkt sql "from metrics.channel_summary"' in answer.err


def test_verdicts_in_a_language_there_is_no_report_in_are_shown_as_they_are(
    mkt: Mkt, outcome: RunOutcome
) -> None:
    outcome.reports = REPORTS[1:2]
    assert "偏慢。" in mkt("run", "--lang", "en").err


def test_a_failed_run_prints_its_errors_and_exits_with_1(mkt: Mkt, outcome: RunOutcome) -> None:
    outcome.success = False
    outcome.errors = [{**ERROR, "where": "构建 | build", "code": "E-RUN-10"}]
    answer = mkt("run")
    assert answer.code == 1
    assert "E-RUN-10 build: unknown header" in answer.err
    assert "still in place" in answer.err


@pytest.mark.parametrize(
    ("code", "exit_code"), [("E-RUN-10", 1), ("E-PLAN-03", 2), ("E-DB-01", 3), ("E-RUN-02", 130)]
)
def test_a_failed_run_exits_as_its_error_says(
    mkt: Mkt, outcome: RunOutcome, code: str, exit_code: int
) -> None:
    outcome.success = False
    outcome.errors = [{**ERROR, "code": code}]
    assert mkt("run").code == exit_code


def test_a_quarantined_file_is_named_with_its_reason_and_exits_with_1(mkt: Mkt, outcome: RunOutcome) -> None:
    outcome.files = [{"status": "quarantined", "path": "inbox/strange.csv", "error": ERROR}]
    answer = mkt("run")
    assert answer.code == 1
    assert (
        "quarantined  inbox/strange.csv\nE-SRC-06 strange.csv: unknown header\n  fix look at it" in answer.err
    )


def test_nothing_due_is_said_in_one_line(mkt: Mkt, outcome: RunOutcome) -> None:
    outcome.nothing_due = True
    answer = mkt("run")
    assert answer.code == 0
    assert "Nothing is new" in answer.err


def test_json_is_the_outcome_and_stderr_stays_empty(mkt: Mkt, outcome: RunOutcome) -> None:
    answer = mkt("run", "--force", "--json")
    assert answer.err == ""
    assert answer.json()["success"] is True
    assert answer.json()["due"] == ["force=True"]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, float]]:
    """The demo companies that were written: folder and scale."""
    calls: list[tuple[Path, float]] = []

    def write(root: Path, *, scale: float) -> None:
        calls.append((root, scale))
        (root / "mkt.yml").write_text("name: Demo\n", encoding="utf-8")

    monkeypatch.setattr(demo, "write_demo", write)
    return calls


def test_demo_lives_in_its_own_folder_whatever_the_users_workspace_is(
    mkt: Mkt, outcome: RunOutcome, made: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MKT_WORKSPACE", str(tmp_path / "data"))
    assert mkt("demo", "--scale", "0.2").code == 0
    assert made == [(tmp_path / "data" / "demo", 0.2)]
    assert scaffold.is_demo(Workspace(tmp_path / "data" / "demo"))


def test_demo_is_made_anew_each_time_unless_it_is_to_be_kept(
    mkt: Mkt, outcome: RunOutcome, made: list[Any], tmp_path: Path
) -> None:
    mkt("demo", "-w", "here")
    mine = tmp_path / "here" / "plans" / "mine.yml"
    mine.parent.mkdir()
    mine.touch()
    assert "kept as it is" in mkt("demo", "-w", "here", "--keep").err
    assert mine.exists()
    mkt("demo", "-w", "here")
    assert not mine.exists()
    assert len(made) == 2


def test_report_prints_paths_and_limits_languages(
    mkt: Mkt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Any] = []

    def write(workspace: Workspace, campaigns: Any, languages: Any) -> list[reports.WrittenReport]:
        asked.append((campaigns, languages))
        return [reports.WrittenReport("c1", "zh", Path("c1.zh.html"), 10, 0.1, "on_track", "不错。")]

    monkeypatch.setattr(reports, "write_reports", write)
    mkt("init")
    assert mkt("report", "c1", "--lang", "zh").out == "c1.zh.html\n"
    assert mkt("report", "--json").json()[0]["bytes"] == 10
    assert asked == [(["c1"], ["zh"]), (None, None)]


def test_ui_says_where_it_is_and_passes_on_the_exit_code(mkt: Mkt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "launch_ui", lambda workspace, port: port % 7)
    mkt("init")
    answer = mkt("ui", "--port", "4001")
    assert answer.code == 4001 % 7
    assert "http://127.0.0.1:4001" in answer.err
