"""The rules of the house that no single room can hold: arrows between rooms, documents that say what is.

What is here: checks of source and documents as text. What is not: behaviour.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from docs import generate
from mkt_pipeline import errors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mkt_pipeline"
SOURCES = sorted(PACKAGE.rglob("*.py"))

LAYERS = (
    {"errors"},
    {"workspace"},
    {"datasets"},
    {"lake"},
    {"metrics"},
    {"exports"},
    {"plan"},
    {"warehouse"},
    {"insights"},
    {"reports"},
    {"orchestration", "demo"},
    {"cli", "definitions"},
)
"""Rooms from the ground up. A room may import the rooms below it, never one above or beside it."""
RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}

ONLY_IN = {
    "dagster": {"orchestration", "definitions"},
    "dagster_dbt": {"orchestration", "definitions"},
    "altair": {"reports"},
    "vl_convert": {"reports"},
    "python_calamine": {"exports"},
    "requests": {"exports"},
    "xlsxwriter": {"demo", "exports", "warehouse"},
    "typer": {"cli"},
    "rich": {"cli"},
}
"""Libraries that belong to one room."""

NEVER_IN_CLI = {"duckdb", "pandas", "numpy", "dagster", "dagster_dbt", "dbt"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """Every module a file names in an import, at any depth, relative ones resolved."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).with_suffix("").parts[: -node.level] if node.level else ()
            module = ".".join((*package, *([node.module] if node.module else [])))
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_rooms_import_only_downwards(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        assert not list(imports(path))
        return
    assert here in RANK, f"{here} is a new room: give it its place in LAYERS and in ARCHITECTURE.md"
    for module in imports(path):
        first, _, rest = module.partition(".")
        there = rest.partition(".")[0]
        if first == PACKAGE.name and there in RANK and there != here:
            assert RANK[there] < RANK[here], f"{name(path)} imports {there}, which lies above or beside it"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    used = {module.partition(".")[0] for module in imports(path)}
    for library in used & ONLY_IN.keys():
        assert room(path) in ONLY_IN[library], f"{name(path)} imports {library}"
    if room(path) == "cli":
        assert used.isdisjoint(NEVER_IN_CLI)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_only_lake_and_warehouse_connect_to_duckdb(path: Path) -> None:
    connects = any(
        isinstance(node, ast.Attribute)
        and node.attr == "connect"
        and isinstance(node.value, ast.Name)
        and node.value.id == "duckdb"
        for node in ast.walk(tree(path))
    )
    assert not connects or room(path) in {"lake", "warehouse"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_every_module_says_what_it_is(path: Path) -> None:
    words = ast.get_docstring(tree(path)) or ""
    assert len(words) > 20, "a module opens with what is here and what is not"


@cache
def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    texts = {}
    for entry in filter(None, listed.stdout.split("\0")):
        path = ROOT / entry
        if path.is_file():
            texts[entry] = path.read_bytes().decode("utf-8", errors="replace")
    return texts


REGISTRIES = ("py" + "pi.org", "python" + "hosted", "npm" + "js", "deb" + "ian.org", "conda" + ".anaconda")
MACHINE_PATHS = ("/" + "work/", "/" + "root/", "/opt/" + "py", "/" + "home/")


@pytest.mark.parametrize("word", [*REGISTRIES, *MACHINE_PATHS])
def test_no_file_names_a_registry_or_a_path_of_one_machine(word: str) -> None:
    assert [entry for entry, text in tracked_texts().items() if word in text] == []


def test_the_lock_pins_every_package_and_names_no_place() -> None:
    lines = [line for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if line[:1] != "#"]
    assert all(re.fullmatch(r"[a-z0-9-]+==[^\s;]+( ; .+)?", line) for line in lines)
    locked = {line.partition("==")[0] for line in lines}
    declared = {normal(requirement) for requirement in runtime_requirements()}
    assert declared <= locked


CODE = re.compile(r"\bE-[A-Z]+-\d{2}\b")


def error_page() -> dict[str, tuple[str, ...]]:
    """Code → the cells of its row in docs/errors.md."""
    rows = re.findall(
        r"^\| (E-[A-Z]+-\d{2}) \|(.+)\|$", (ROOT / "docs" / "errors.md").read_text("utf-8"), re.M
    )
    assert len({code for code, _ in rows}) == len(rows), "a code has two rows"
    return {code: tuple(cell.strip() for cell in cells.split("|")) for code, cells in rows}


def test_every_error_code_is_documented_and_every_documented_code_exists() -> None:
    used = {code for path in SOURCES for code in CODE.findall(path.read_text("utf-8"))}
    assert used == error_page().keys()


def test_an_error_written_down_comes_back_in_its_own_family() -> None:
    families = {"DataError", "ConfigError", "EnvironmentProblem"}
    raised = {
        (str(node.args[0].value), node.func.id)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in families
        if node.args and isinstance(node.args[0], ast.Constant) and CODE.match(str(node.args[0].value))
    }
    assert len(raised) > 30
    for code, family in raised:
        assert type(errors.revive({"code": code, "found": "x"})).__name__ == family, code


def test_every_error_row_says_what_happened_and_what_to_do() -> None:
    for code, cells in error_page().items():
        assert len(cells) == 2, code
        assert all(cells), code


@pytest.mark.parametrize("block", generate.BLOCKS, ids=str)
def test_generated_parts_of_documents_are_current(block: generate.Block) -> None:
    assert block.read() == block.make(), "run `make docs`"


def runtime_requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [str(requirement) for requirement in project["dependencies"]]


def normal(requirement: str) -> str:
    return re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0].lower()


@pytest.mark.parametrize("requirement", runtime_requirements(), ids=normal)
def test_architecture_gives_a_reason_for_each_dependency(requirement: str) -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").lower()
    assert f"`{normal(requirement)}`" in text


MODULES = {
    "pyyaml": "yaml", "python-calamine": "python_calamine", "vl-convert-python": "vl_convert",
    "dagster-dbt": "dagster_dbt",
}  # fmt: skip
COMPANIONS = {"pydantic_core": "pydantic", "markupsafe": "jinja2", "sqlalchemy": "dagster"}
"""Modules whose objects are part of the face of a declared package, and come with it."""
PROGRAMS = {"dagster-webserver", "dbt-core", "dbt-duckdb"}
"""Packages that are started, not imported."""


def test_every_dependency_is_used_and_every_import_is_declared() -> None:
    imported = {module.partition(".")[0] for path in SOURCES for module in imports(path)}
    declared = {normal(requirement) for requirement in runtime_requirements()} - PROGRAMS
    assert set(COMPANIONS.values()) <= declared
    foreign = imported - set(sys.stdlib_module_names) - {PACKAGE.name}
    assert foreign - COMPANIONS.keys() == {MODULES.get(requirement, requirement) for requirement in declared}


@pytest.mark.parametrize("requirement", runtime_requirements(), ids=normal)
def test_each_cap_on_a_version_has_its_reason_beside_it(requirement: str) -> None:
    if "<" not in requirement:
        return
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    above = text[: text.index(f'"{requirement}"')].splitlines()[-8:]
    assert any(line.strip().startswith("#") for line in above), requirement
