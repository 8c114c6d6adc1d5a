import re
from pathlib import Path
from typing import get_args

import pytest

from mkt_pipeline import cli, metrics
from mkt_pipeline.cli.words import PHRASES, say, spoken_language

SOURCE = "\n".join(path.read_text("utf-8") for path in Path(cli.__file__).parent.glob("*.py"))
PLACEHOLDER = re.compile(r"{(\w+)}")
FACTS_OF_AN_INSPECTION = {
    "account", "currency", "period", "file", "platform", "report", "dataset", "encoding", "header_line",
    "rows", "rejected", "level", "totals", "control_totals", "unmapped_columns", "warnings",
}  # fmt: skip
STATUSES = {
    "landed", "duplicate", "quarantined", "waiting", "on_track", "at_risk", "off_track", "no_verdict",
}  # fmt: skip
FACTS_OF_A_METRIC = {
    "definition", "formula", "unit", "better", "adds_up", "beware", "stands_in", "measures_in", "facts_in",
    "could_report", "measure", "value", "by_channel", "immature", "conversion_basis", "archive",
    *(f"unit_{each}" for each in get_args(metrics.Unit)),
    *(f"better_{each}" for each in get_args(metrics.Direction)),
    *(f"adds_up_{each}" for each in get_args(metrics.Additivity)),
    "basis_web", "basis_platform",
}  # fmt: skip


@pytest.mark.parametrize("key", PHRASES)
def test_both_languages_say_the_same(key: str) -> None:
    english, chinese = PHRASES[key]
    assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(chinese))
    assert re.search(r"[\u4e00-\u9fff]", chinese), f"{key} has no Chinese words"


def test_every_phrase_is_said_and_every_word_said_is_a_phrase() -> None:
    said = set(re.findall(r"""word\(\s*["'](\w+)["']""", SOURCE)) | {"kept"} | {"expected"}
    assert said <= PHRASES.keys()
    assert PHRASES.keys() <= said | FACTS_OF_AN_INSPECTION | FACTS_OF_A_METRIC | STATUSES


def test_values_are_filled_in() -> None:
    assert say("rejected_rows", "zh", rows=3) == "拒收 3 行"
    assert say("rejected_rows", "en", rows=3) == "3 rows rejected"


@pytest.mark.parametrize(
    ("name", "value", "language"),
    [("LANG", "zh_CN.UTF-8", "zh"), ("LANG", "de_DE", "en"), ("LC_ALL", "zh_TW", "zh"), ("LANG", "", "en")],
)
def test_the_terminal_tells_the_language(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, language: str
) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, value)
    assert spoken_language() == language
