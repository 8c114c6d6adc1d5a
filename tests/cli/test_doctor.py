from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from mkt_pipeline.cli import doctor

from .conftest import Mkt


def statuses(answer: object) -> dict[str, str]:
    return {row["check"]: row["status"] for row in answer.json()["findings"]}  # type: ignore[attr-defined]


def test_without_a_workspace_the_fix_is_init(mkt: Mkt, tmp_path: Path) -> None:
    answer = mkt("doctor")
    assert answer.code == 1
    assert f"mkt --workspace {tmp_path / 'data'} init" in answer.out
    assert not (tmp_path / "data").exists()


def test_a_new_workspace_is_well_and_looking_writes_nothing(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    answer = mkt("doctor", "--json")
    assert answer.code == 0
    found = statuses(answer)
    assert found["settings"] == "ok"
    assert found["inbox"] == "none"
    assert {found[name] for name in doctor.ENGINES} == {"ok"}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_broken_plan_and_a_broken_rate_are_both_found(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init")
    (tmp_path / "data" / "plans" / "bad.yml").write_text("campaign: {id: x", encoding="utf-8")
    (tmp_path / "data" / "fx_rates.csv").write_text("nonsense\n", encoding="utf-8")
    answer = mkt("doctor", "--json")
    assert answer.code == 1
    found = statuses(answer)
    assert (found["plans"], found["rates"]) == ("fail", "fail")
    assert all(row["fix"] for row in answer.json()["findings"] if row["status"] == "fail")


def test_a_file_of_an_unknown_platform_is_pointed_out(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init")
    (tmp_path / "data" / "inbox" / "strange.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    answer = mkt("doctor", "--json")
    assert statuses(answer)["inbox"] == "warn"
    assert "strange.csv" in answer.out


def test_a_version_outside_its_pin_fails_with_the_exact_fix(
    mkt: Mkt, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "9.9" if name == "duckdb" else real(name))
    mkt("init")
    answer = mkt("doctor", "--json")
    (row,) = (row for row in answer.json()["findings"] if row["check"] == "duckdb")
    assert answer.code == 1
    assert row["status"] == "fail"
    assert row["found"].startswith("9.9, but")
    assert row["fix"].startswith('pip install "duckdb')


@pytest.mark.parametrize(("free", "status"), [(1 << 20, "fail"), (2 << 30, "warn"), (50 << 30, "ok")])
def test_free_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, status: str) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    assert doctor._disk(tmp_path / "not" / "there").status == status
