"""Help must not load what the work needs: an import that creeps in is half a second for every call."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "duckdb",
    "pandas",
    "numpy",
    "scipy",
    "dagster",
    "dagster_dbt",
    "dbt",
    "altair",
    "pydantic",
    "requests",
}
COMMANDS = ["init", "doctor", "demo", "inspect", "land", "pull", "run", "template", "report", "sql", "ui",
            "explain", "export",
            "sources", "map", "anonymize"]  # fmt: skip

PROBE = """
import contextlib, io, json, sys
from mkt_pipeline.cli import main
texts = []
for arguments in json.loads(sys.argv[1]):
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.suppress(SystemExit):
        main(arguments)
    texts.append(text.getvalue())
print(json.dumps({"texts": texts, "modules": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


@pytest.fixture(scope="module")
def probe() -> dict[str, list[str]]:
    calls = [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(calls)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_help_loads_nothing_heavy(probe: dict[str, list[str]]) -> None:
    assert HEAVY.isdisjoint(probe["modules"])


def test_help_names_every_command_and_each_explains_itself(probe: dict[str, list[str]]) -> None:
    overview, version, *each = probe["texts"]
    for command, text in zip(COMMANDS, each, strict=True):
        assert command in overview
        assert f"Usage: mkt {command}" in text
        assert "Global options" in text
    assert version.startswith("mkt-pipeline ")
