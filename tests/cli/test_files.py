"""inspect and land, on a small export made here."""

from pathlib import Path

import pytest

from mkt_pipeline.workspace import Workspace

from .conftest import Mkt

EXPORT = """\
Campaign report
"June 1, 2026 - June 2, 2026"
Day,Campaign,Campaign status,Currency code,Clicks,Impr.,CTR,Cost,Conversions
2026-06-01,Brand <tea>,Enabled,USD,10,"1,000",1.00%,12.50,1.00
2026-06-02,Brand <tea>,Enabled,USD,20,"2,000",1.00%,25.00,0.50
Total: Campaigns, --, --,USD,30,"3,000",1.00%,37.50,1.50
"""
KEYS = {
    "platform", "report", "dataset", "encoding", "header_line", "rows", "rejected", "date_from", "date_to",
    "totals", "control_totals", "unmapped_columns", "warnings",
}  # fmt: skip


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "Campaign report.csv"
    path.write_text(EXPORT, encoding="utf-8")
    return path


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_inspect_gives_one_object_for_one_file(mkt: Mkt, export: Path) -> None:
    answer = mkt("inspect", export, "--json")
    assert answer.code == 0
    facts = answer.json()
    assert facts.keys() >= KEYS
    assert (facts["platform"], facts["report"], facts["header_line"]) == ("google_ads", "campaign", 3)
    assert (facts["rows"], facts["date_from"], facts["date_to"]) == (2, "2026-06-01", "2026-06-02")
    assert facts["totals"] == facts["control_totals"] | {"spend": 37.5}
    assert facts["totals"]["clicks"] == 30


def test_inspect_gives_a_list_for_several_and_1_if_one_would_be_refused(mkt: Mkt, export: Path) -> None:
    strange = export.with_name("strange.csv")
    strange.write_text("colour,shape\nred,round\n", encoding="utf-8")
    answer = mkt("inspect", export, strange, "--json")
    assert answer.code == 1
    first, second = answer.json()
    assert first["problem"] is None
    assert second["problem"]["code"].startswith("E-SRC-")
    assert second["problem"]["fix"]


def test_inspect_writes_nothing_and_shows_a_table(mkt: Mkt, export: Path, tmp_path: Path) -> None:
    mkt("init")
    before = snapshot(tmp_path)
    answer = mkt("inspect", export)
    assert answer.code == 0
    assert "google_ads" in answer.out
    assert "impressions 3,000" in answer.out
    assert snapshot(tmp_path) == before


def test_a_missing_path_is_a_usage_error(mkt: Mkt) -> None:
    mkt("init")
    for command in ("inspect", "land"):
        answer = mkt(command, "nowhere.csv", "--json")
        assert (answer.code, answer.error()["code"]) == (2, "E-CLI-03")


def test_land_empties_the_inbox_and_names_the_next_command(mkt: Mkt, export: Path, tmp_path: Path) -> None:
    mkt("init")
    workspace = Workspace(tmp_path / "data")
    dropped = workspace.inbox / export.name
    dropped.write_bytes(export.read_bytes())
    answer = mkt("land")
    assert answer.code == 0
    assert "1 landed" in answer.err
    assert "Next: mkt run" in answer.err
    assert not dropped.exists()
    again = mkt("land", export, "--json")
    assert [result["status"] for result in again.json()] == ["duplicate"]
    assert export.exists(), "a file named on the command line is copied, never moved"


def test_land_refuses_with_reason_and_fix(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init")
    (tmp_path / "data" / "inbox" / "strange.csv").write_text("colour,shape\nred,round\n", encoding="utf-8")
    answer = mkt("land")
    assert answer.code == 1
    assert "quarantined  strange.csv" in answer.err
    assert "E-SRC-" in answer.err
    assert "fix " in answer.err


def test_land_says_what_is_doubtful_in_a_file_it_takes(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init")
    (tmp_path / "data" / "inbox" / "Campaign report.csv").write_text(
        "Campaign report\n1 May 2026 - 2 May 2026\n"
        "Campaign,Sentiment [b],Currency code,Impr.,Cost\nA,x,USD,10,1.00\n",
        encoding="utf-8",
    )
    answer = mkt("land")
    assert answer.code == 0
    assert "unknown columns kept in extra: Sentiment [b]" in answer.err


def test_an_empty_inbox_is_said(mkt: Mkt) -> None:
    mkt("init")
    answer = mkt("land")
    assert answer.code == 0
    assert "drop exports into" in answer.err


@pytest.mark.parametrize(
    "arguments", [("--from", "2026-06-02"), ("--from", "2026-06-02", "--to", "2026-06-01")]
)
def test_a_period_has_two_ends_in_order(mkt: Mkt, arguments: tuple[str, ...]) -> None:
    mkt("init")
    assert mkt("land", *arguments, "--json").error()["code"] == "E-CLI-04"


def test_days_that_no_file_states_are_given_at_landing(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init")
    path = tmp_path / "report.csv"
    path.write_text(
        "Campaign,Campaign status,Currency code,Clicks,Impr.,Cost\nBrand,Enabled,USD,3,40,5.00\n",
        encoding="utf-8",
    )
    assert mkt("inspect", path).code == 0
    answer = mkt("land", path, "--from", "2026-06-01", "--to", "2026-06-07", "--json")
    assert answer.code == 0
    (result,) = answer.json()
    assert (result["date_from"], result["date_to"]) == ("2026-06-01", "2026-06-07")
