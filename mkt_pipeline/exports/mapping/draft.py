"""The draft of one entry, and how its file is read with it.

What is here: :func:`draft_entry` and its result. What is not: the guesses and their text (:mod:`.guess`,
:mod:`.fit`, :mod:`.entry`).
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mkt_pipeline import lake
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.exports import files
from mkt_pipeline.exports.catalog import Catalog, Platform, load_catalog
from mkt_pipeline.exports.inspection import Inspection, inspection_of
from mkt_pipeline.exports.mapping.entry import Entry, render
from mkt_pipeline.exports.mapping.fit import choose_dataset, level_of, missing_parts, settle
from mkt_pipeline.exports.mapping.guess import Column, guess_columns
from mkt_pipeline.exports.mapping.sample import take_sample
from mkt_pipeline.exports.read import scan
from mkt_pipeline.exports.reading import read_export
from mkt_pipeline.exports.stage import prepare
from mkt_pipeline.workspace import Workspace

DEFAULT_ID = "my_platform"
"""Where the file's name has no letters an id can be made of."""
_NO_NAMES = frozenset(["export", "report", "data", "copy", "csv", "xlsx", "from", "to"])
"""Words of file names that name no platform."""


@dataclass
class Draft:
    """A drafted entry."""

    platform: str
    report: str
    dataset: str
    text: str
    """The YAML with its comments."""
    columns: list[Column]
    missing: list[str]
    """What a person must fill in before the file can be read."""
    extends: bool
    reading: Inspection | None = None
    """How the file is read with this entry, where nothing is missing."""

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``; samples are left out."""
        return {
            "platform": self.platform, "report": self.report, "dataset": self.dataset, "entry": self.text,
            "missing": self.missing,
            "columns": [
                {"header": column.header, "to": column.target, "certainty": column.certainty,
                 "suggestions": column.suggestions}
                for column in self.columns
            ],
            "reading": self.reading.to_dict() if self.reading else None,
        }  # fmt: skip


def draft_entry(
    path: Path, workspace: Workspace | None = None, *,
    platform: str | None = None, report: str | None = None, dataset: str | None = None,
) -> Draft:  # fmt: skip
    """Draft a catalog entry for a file.

    Args:
        platform: id of the entry; by default made from the file's name. The id of a shipped platform makes an
            entry that extends it.

    Raises:
        DataError: ``E-SRC-31`` no line looks like a header, ``E-SRC-30`` the file holds no table.
        ConfigError: ``E-CFG-12`` no such dataset, or an id that no platform can have.
    """
    catalog = load_catalog(workspace)
    sample = take_sample(path)
    columns = guess_columns(catalog, sample)
    chosen = choose_dataset(columns, dataset)
    settle(columns, chosen)
    name = _platform_id(platform or _slug(path))
    title = name.replace("_", " ").title() if name != DEFAULT_ID else _stem(path)
    level = level_of(columns, chosen, catalog)
    missing = missing_parts(columns, chosen, sample)
    extends = name in catalog.platforms
    entry = Entry(name, title, report or level, level, chosen, columns, missing, extends)
    text = render(entry, sample, catalog)
    made = Draft(name, entry.report, chosen.name, text, columns, missing, extends)
    validated = _validated(text, catalog)
    if not missing:
        made.reading = _read_with(path, validated)
    return made


def _validated(text: str, catalog: Catalog) -> Platform:
    entry = yaml.safe_load(text)
    if entry.pop("extends", False):
        shipped = catalog.platforms[entry["platform"]].model_dump(mode="json")
        entry = {**shipped, "reports": [*entry["reports"], *shipped["reports"]]}
    return Platform.model_validate(entry)


def _read_with(path: Path, entry: Platform) -> Inspection:
    """How the file is read with the drafted entry alone."""
    with tempfile.TemporaryDirectory(prefix="mkt-map-") as folder:
        scratch = Path(folder)
        with lake.engine(scratch / "engine") as connection:
            prepare(connection)
            only = Catalog({entry.platform: entry})
            return inspection_of(read_export(path, scan(path), only, connection, scratch))


def _stem(path: Path) -> str:
    return files.original_name(path).split(".")[0]


def _slug(path: Path) -> str:
    """The id that the file's name suggests."""
    words = [word for word in re.findall(r"[a-z]+", _stem(path).lower()) if word not in _NO_NAMES]
    return "_".join(words[:3]) or DEFAULT_ID


def _platform_id(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise ConfigError(
            "E-CFG-12", f"{name!r} is no platform id", expected="small letters, digits and _",
            fix=f"--platform {DEFAULT_ID}",
        )  # fmt: skip
    return name
