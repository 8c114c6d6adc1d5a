import re
from pathlib import Path

import pytest
import yaml

from mkt_pipeline import plan
from mkt_pipeline.cli import scaffold
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.workspace import Settings, Workspace, load_settings

from .conftest import Mkt


def test_init_makes_a_workspace_that_the_other_commands_accept(mkt: Mkt, tmp_path: Path) -> None:
    answer = mkt("init", "--workspace", "team", "--json")
    assert answer.code == 0
    assert set(answer.json()["made"]) == set(scaffold.FILES)
    workspace = Workspace(tmp_path / "team")
    assert workspace.settings.reporting_currency == "USD"
    assert workspace.inbox.is_dir()
    assert plan.load_plans(workspace) == [], "the example must take no part"


def test_init_never_overwrites(mkt: Mkt, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    workspace.create_folders()
    workspace.settings_file.write_text("name: Mine\n", encoding="utf-8")
    answer = mkt("init")
    assert answer.code == 0
    assert "kept" in answer.err
    assert workspace.settings.name == "Mine"
    assert (workspace.plans_dir / "example.yml.txt").is_file()


def test_the_settings_file_shows_the_defaults(tmp_path: Path) -> None:
    assert load_settings(scaffold.SCAFFOLD / "mkt.yml") == Settings()


def test_the_settings_file_stays_valid_when_its_examples_are_switched_on(tmp_path: Path) -> None:
    text = (scaffold.SCAFFOLD / "mkt.yml").read_text("utf-8")
    switched_on = re.sub(r"^# (?=as_of|accounts|  |bad_row|sources|pull_every)", "", text, flags=re.MULTILINE)
    path = tmp_path / "mkt.yml"
    path.write_text(switched_on, encoding="utf-8")
    settings = load_settings(path)
    assert settings.accounts[0].conversion_lag_days == 7
    assert settings.as_of is not None
    assert set(yaml.safe_load(switched_on)) == set(Settings.model_fields), "every key is shown"


def test_the_example_plan_is_valid_once_it_is_named_yml(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init")
    workspace = Workspace(tmp_path / "data")
    example = workspace.plans_dir / "example.yml.txt"
    example.rename(workspace.plans_dir / "summer.yml")
    (only,) = plan.load_plans(workspace)
    assert only.id == "summer-2026"
    assert len(only.match) == 6


def test_demo_refuses_a_folder_that_is_not_its_own(mkt: Mkt, tmp_path: Path) -> None:
    mkt("init", "-w", "mine")
    before = sorted(path.name for path in (tmp_path / "mine").iterdir())
    answer = mkt("demo", "-w", "mine")
    assert answer.code == 2
    assert "E-CLI-02" in answer.err
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == before


def test_clearing_for_the_demo_empties_only_marked_folders(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "demo")
    scaffold.clear_for_demo(workspace)
    assert scaffold.is_demo(workspace)
    (workspace.root / "lake").mkdir()
    (workspace.root / "lake" / "old").touch()
    outside = tmp_path / "precious"
    outside.mkdir()
    (outside / "file").touch()
    (workspace.root / "link").symlink_to(outside)
    scaffold.clear_for_demo(workspace)
    assert [path.name for path in workspace.root.iterdir()] == [scaffold.DEMO_MARK]
    assert (outside / "file").exists()
    unmarked = tmp_path / "unmarked"
    unmarked.mkdir()
    (unmarked / "file").touch()
    with pytest.raises(ConfigError, match="E-CLI-02"):
        scaffold.clear_for_demo(Workspace(unmarked))
