"""Where things lie, and the settings of one workspace.

What is here: the folders of a workspace, ``mkt.yml`` as a checked model, and where the shipped dbt project
is found. What is not: reading exports, plans or databases; nothing here opens a file but ``mkt.yml``.

A workspace is one folder (``data/`` by default). Two workspaces never touch each other: every path the
product writes is below :attr:`Workspace.root`.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from mkt_pipeline.errors import ConfigError

PACKAGE_DIR = Path(__file__).resolve().parent

Language = Literal["en", "zh"]


class AccountSettings(BaseModel):
    """What an export does not say about an account, said by the user."""

    model_config = ConfigDict(extra="forbid")

    platform: str
    account_id: str | None = None
    """The account these settings hold for; without it, all accounts of the platform."""
    account_name: str | None = None
    currency_code: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    timezone: str | None = None
    conversion_lag_days: int | None = Field(default=None, ge=0, le=90)


class Settings(BaseModel):
    """``mkt.yml``: every key has a default, unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")

    name: str = "My team"
    languages: list[Language] = ["en", "zh"]
    """Languages reports are written in; the first is the main one."""
    reporting_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    timezone: str = "UTC"
    as_of: dt.date | None = None
    """The day reports are made for; without it, today in ``timezone``. The demo fixes it."""
    accounts: list[AccountSettings] = []
    bad_row_threshold: float = Field(default=0.01, ge=0, le=1)
    """Share of a file's rows that may be unreadable before the whole file is quarantined."""

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError):
            raise ValueError("not an IANA time zone such as Asia/Shanghai") from None
        return value

    def report_date(self) -> dt.date:
        """The day up to which a report speaks."""
        return self.as_of or dt.datetime.now(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True)
class Workspace:
    """The folders of one workspace. Making the object touches no disk."""

    root: Path

    @classmethod
    def locate(cls, path: str | Path | None = None) -> Workspace:
        """The workspace named, else ``MKT_WORKSPACE``, else ``./data``; it need not exist yet."""
        return cls(Path(path or os.environ.get("MKT_WORKSPACE") or "data").expanduser().resolve())

    @property
    def settings_file(self) -> Path:
        """``mkt.yml``; a folder that has one is a workspace."""
        return self.root / "mkt.yml"

    @property
    def plans_dir(self) -> Path:
        """Campaign plans, one YAML file each."""
        return self.root / "plans"

    @property
    def fx_rates_file(self) -> Path:
        """Exchange rates: date, from, to, rate, source."""
        return self.root / "fx_rates.csv"

    @property
    def catalog_dir(self) -> Path:
        """The user's own catalog entries."""
        return self.root / "catalog"

    @property
    def inbox(self) -> Path:
        """Where exports are dropped; landing empties it."""
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        """Every landed original, byte for byte."""
        return self.root / "archive"

    @property
    def quarantine(self) -> Path:
        """Exports that were refused; the reasons are in the lake."""
        return self.root / "quarantine"

    @property
    def lake(self) -> Path:
        """One folder of Parquet files per dataset."""
        return self.root / "lake"

    @property
    def build_dir(self) -> Path:
        """Everything that can be deleted and rebuilt: the build file, dbt's target, scratch space."""
        return self.root / "build"

    @property
    def build_file(self) -> Path:
        """Only the pipeline opens it. It has the published file's name, so that views keep working."""
        return self.build_dir / "marts.duckdb"

    @property
    def published_file(self) -> Path:
        """What analysts, BI tools and reports open, read-only, at any time."""
        return self.root / "marts.duckdb"

    @property
    def reports_dir(self) -> Path:
        """The reports written last."""
        return self.root / "reports"

    @property
    def dagster_home(self) -> Path:
        """Run history and instance settings of Dagster."""
        return self.root / ".dagster"

    @property
    def scratch(self) -> Path:
        """Space for sorts and joins that outgrow memory."""
        return self.build_dir / "scratch"

    @cached_property
    def settings(self) -> Settings:
        """``mkt.yml``, checked.

        Raises:
            ConfigError: ``E-CFG-01`` no such file, ``E-CFG-02`` not YAML, ``E-CFG-03`` a key or a value.
        """
        return load_settings(self.settings_file)

    def exists(self) -> bool:
        """Whether the folder has been made a workspace (``mkt init`` or ``mkt demo``)."""
        return self.settings_file.is_file()

    def create_folders(self) -> None:
        """Make the folders a run writes to; existing ones stay as they are."""
        for folder in (
            self.plans_dir, self.inbox, self.archive, self.quarantine, self.lake, self.build_dir,
            self.scratch, self.reports_dir, self.dagster_home,
        ):  # fmt: skip
            folder.mkdir(parents=True, exist_ok=True)


def load_settings(path: Path) -> Settings:
    """Read and check a settings file. See :attr:`Workspace.settings` for the errors."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            "E-CFG-01", "no settings file here", where=str(path), expected="a workspace",
            fix=f"mkt --workspace {path.parent} init",
        ) from None  # fmt: skip
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConfigError(
            "E-CFG-02", f"not valid YAML ({getattr(error, 'problem', error)})", where=place,
            expected="key: value lines in UTF-8", fix="correct that line",
        ) from None  # fmt: skip
    try:
        return Settings.model_validate(data or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            "E-CFG-03", f"{key}: {first['msg']} (found {first.get('input')!r})", where=str(path),
            expected=f"one of the keys {', '.join(Settings.model_fields)}"
            if first["type"] == "extra_forbidden" else "a value as in the file that mkt init writes",
            fix=f"correct {key} in {path.name}",
        ) from None  # fmt: skip


def dbt_project_dir() -> Path:
    """The dbt project: at the top of a checkout, or inside an installed package."""
    checkout = PACKAGE_DIR.parent / "dbt_project"
    return checkout if (checkout / "dbt_project.yml").is_file() else PACKAGE_DIR / "dbt_project"
