import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkt_pipeline.cli.arguments import globals_first


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (["run", "--json"], ["--json", "run"]),
        (["run", "-w", "here", "--force"], ["-w", "here", "run", "--force"]),
        (["sql", "--lang=zh", "select 1", "--quiet"], ["--lang=zh", "--quiet", "sql", "select 1"]),
        (["sql", "--", "--json"], ["sql", "--", "--json"]),
        (["run", "--workspace"], ["--workspace", "run"]),
        (["report", "--language"], ["report", "--language"]),
        ([], []),
    ],
)
def test_global_options_go_first(given_: list[str], expected: list[str]) -> None:
    assert globals_first(given_) == expected


WORDS = st.sampled_from(["run", "--json", "-q", "-w", "--lang", "zh", "--lang=en", "--force", "--", "x y"])


@given(st.lists(WORDS))
def test_nothing_is_lost_and_doing_it_twice_changes_nothing(arguments: list[str]) -> None:
    once = globals_first(arguments)
    assert sorted(once) == sorted(arguments)
    assert globals_first(once) == once
