"""Where things lie, and the settings of one workspace.

What is here: the folders of a workspace, ``mkt.yml`` as a checked model, and where the shipped dbt project
is found. What is not: reading exports, plans or databases; nothing here opens a file but ``mkt.yml``.

A workspace is one folder (``data/`` by default). Two workspaces never touch each other: every path the
product writes is below :attr:`Workspace.root`.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

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


ENVIRONMENT = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
"""How ``mkt.yml`` names a value that stands in the environment: ``env:NAME``."""

_UNFINISHED = re.compile(r"(\.(part|partial|tmp|crdownload|download|filepart)|[. ])$", re.IGNORECASE)
"""Endings of names that landing leaves alone, and of those that some file systems change."""

SECRET_NAME = re.compile(
    r"authorization|cookie|token|secret|passw|credential|signature|apikey|(^|[-_])key$", re.IGNORECASE
)
"""Names of headers, parameters and options whose value is a secret."""


def _reference(value: str) -> str:
    if not ENVIRONMENT.fullmatch(value):
        raise ValueError("a secret is never written here: write env:NAME and set NAME in the environment")
    return value


EnvironmentName = Annotated[str, AfterValidator(_reference)]
"""``env:NAME``: the only way to give a secret."""


class OAuthRefresh(BaseModel):
    """A refresh token that is exchanged for an access token before each pull."""

    model_config = ConfigDict(extra="forbid")

    token_url: str
    client_id: EnvironmentName
    client_secret: EnvironmentName
    refresh_token: EnvironmentName

    _checked = field_validator("token_url")(lambda value: _checked_url(value))


class SourceAuth(BaseModel):
    """How a source knows who asks: one of the two."""

    model_config = ConfigDict(extra="forbid")

    bearer: EnvironmentName | None = None
    oauth_refresh: OAuthRefresh | None = None

    @model_validator(mode="after")
    def _one_way(self) -> SourceAuth:
        if (self.bearer is None) == (self.oauth_refresh is None):
            raise ValueError("give either bearer or oauth_refresh")
        return self


class SourceSettings(BaseModel):
    """An export that is fetched instead of dropped: a URL, or the recipe of a platform's API.

    In ``url``, ``params``, ``json`` and ``file_name``, ``{from}``, ``{to}`` and ``{date}`` stand for the
    first day asked for, the last one, and today.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    url: str | None = Field(default=None, repr=False)
    """A link with its query (signed links too), or ``env:NAME``."""
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = Field(default={}, repr=False)
    params: dict[str, str | int | float | bool] = Field(default={}, repr=False)
    body: Any = Field(default=None, alias="json", repr=False)
    auth: SourceAuth | None = None
    recipe: Literal["search_console", "ga4", "google_ads", "meta_insights", "mailchimp", "matomo"] | None = (
        None
    )
    options: dict[str, Any] = Field(default={}, repr=False)
    """Options of the recipe; the recipe checks them."""
    days: int = Field(default=30, ge=1, le=800)
    """How many days to ask for; the last one is yesterday."""
    file_name: str | None = None
    """Its name in the inbox."""
    max_bytes: int = Field(default=2 * 10**9, ge=1)
    timeout_seconds: float = Field(default=900, gt=0, le=86_400)
    """For the whole source, waiting included."""

    @field_validator("url")
    @classmethod
    def _known_url(cls, value: str | None) -> str | None:
        return value if value is None or ENVIRONMENT.fullmatch(value) else _checked_url(value)

    @field_validator("file_name")
    @classmethod
    def _plain_name(cls, value: str | None) -> str | None:
        bare = re.sub(r"\{(date|from|to)\}", "0", value or "x")
        if not re.fullmatch(r"[\w][\w .()\-]*", bare) or _UNFINISHED.search(bare):
            raise ValueError("a plain file name, in which {date}, {from} and {to} may stand")
        return value

    @model_validator(mode="after")
    def _one_kind(self) -> SourceSettings:
        if (self.url is None) == (self.recipe is None):
            raise ValueError("give either url or recipe")
        if self.recipe and (self.headers or self.params or self.body is not None or self.method != "GET"):
            raise ValueError("headers, params, json and method belong to url; a recipe takes options")
        if self.url and self.options:
            raise ValueError("options belong to recipe; a url takes params")
        if self.body is not None and self.method == "GET":
            raise ValueError("json is sent with method: POST")
        return self

    @model_validator(mode="after")
    def _no_secrets(self) -> SourceSettings:
        for part in ("headers", "params", "options", "body"):
            for key, value in _leaves(getattr(self, part), "json" if part == "body" else part):
                name = key.rpartition(".")[2]
                if SECRET_NAME.search(name) and not isinstance(value, bool) and value not in (None, ""):
                    try:
                        _reference(str(value))
                    except ValueError as error:
                        raise ValueError(f"{key}: {error}") from None
        return self


def _leaves(value: object, key: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, key)
    else:
        yield key, value


def _checked_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good or re.search(r"\s", value):
        raise ValueError("not an http or https URL")
    if parts.username or parts.password:
        raise ValueError("a URL carries no user and password here: use auth or headers with env:NAME")
    return value


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
    sources: list[SourceSettings] = []
    """Exports to fetch into the inbox."""
    pull_every_hours: float = Field(default=24, gt=0)
    """How often a run asks the sources; ``mkt pull`` asks whenever it is called."""

    @field_validator("sources")
    @classmethod
    def _names_differ(cls, value: list[SourceSettings]) -> list[SourceSettings]:
        names = [source.name for source in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are named {', '.join(twice)}")
        return value

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
    def salt_file(self) -> Path:
        """The secret hashed together with personal values; without it old and new hashes do not meet."""
        return self.root / ".salt"

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
    def export_folder(self) -> Path:
        """Where ``mkt export`` writes unless told otherwise."""
        return self.root / "export"

    @property
    def dagster_home(self) -> Path:
        """Run history and instance settings of Dagster."""
        return self.root / ".dagster"

    @property
    def pull_dir(self) -> Path:
        """Downloads under way, and what is remembered of each source: when it was asked, and its ETag."""
        return self.build_dir / "pull"

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
            "E-CFG-03", f"{key}: {first['msg']}{_shown(first)}", where=str(path),
            expected=f"one of the keys {', '.join(Settings.model_fields)}"
            if first["type"] == "extra_forbidden" else "a value as in the file that mkt init writes",
            fix=f"correct {key} in {path.name}",
        ) from None  # fmt: skip


def _shown(error: Mapping[str, Any]) -> str:
    """What was found, unless it may hold a secret: sources, and what stands under a key nobody knows."""
    found, top = error.get("input"), error["loc"][0] if error["loc"] else ""
    if top == "sources" or (top not in Settings.model_fields and isinstance(found, dict | list)):
        return ""
    return f" (found {found!r})"


def dbt_project_dir() -> Path:
    """The dbt project: at the top of a checkout, or inside an installed package."""
    checkout = PACKAGE_DIR.parent / "dbt_project"
    return checkout if (checkout / "dbt_project.yml").is_file() else PACKAGE_DIR / "dbt_project"
