"""One source, asked once: a link downloaded as it is, or the pages of an API written as one csv.

What is here: settings into requests, and what they brought into one checked file. What is not: delivery to
the inbox (:mod:`.pulling`), how HTTP fails (:mod:`.client`).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mkt_pipeline.errors import ConfigError, DataError
from mkt_pipeline.exports.pull import content
from mkt_pipeline.exports.pull.api import Api, Row
from mkt_pipeline.exports.pull.client import Call, Client, Validators
from mkt_pipeline.exports.pull.clock import Clock
from mkt_pipeline.exports.pull.recipes import RECIPES
from mkt_pipeline.exports.pull.redaction import Secrets, shown
from mkt_pipeline.exports.pull.state import Days, Memory
from mkt_pipeline.workspace import SECRET_NAME, SourceSettings


@dataclass(frozen=True)
class Fetched:
    """A whole, checked file that lies where it was asked for; or ``is_new`` false, and there is none."""

    is_new: bool
    file_name: str = ""
    sha256: str = ""
    rows: int | None = None
    etag: str | None = None
    last_modified: str | None = None


def fetch(
    source: SourceSettings, days: Days, part: Path, secrets: Secrets, clock: Clock, known: Memory | None
) -> Fetched:
    """Bring what a source gives into ``part``.

    Args:
        known: what is remembered of the same request.

    Raises:
        MktError: ``E-PULL-…``; see :class:`.client.Client`, :mod:`.content` and :mod:`.recipes`.
    """
    with closing(Client(f"sources.{source.name}", source.max_bytes, source.timeout_seconds, clock)) as client:
        if source.recipe:
            return _recipe(source, days, part, secrets, client)
        return _link(source, days, part, secrets, client, known)


def _link(
    source: SourceSettings, days: Days, part: Path, secrets: Secrets, client: Client, known: Memory | None
) -> Fetched:
    call = _call(source, days, secrets, client)
    validators = Validators(known.etag, known.last_modified) if known else None
    with part.open("wb+") as handle:
        answer = client.download(call, handle, validators)
    etag, last_modified = answer.validators.etag, answer.validators.last_modified
    if not answer.is_new:
        return Fetched(False, etag=etag, last_modified=last_modified)
    extension = content.table_extension(part, answer.content_type, shown(call.url))
    name = days.fill(source.file_name or f"{source.name}.{extension}")
    return Fetched(True, name, _sha256(part), None, etag, last_modified)


def _call(source: SourceSettings, days: Days, secrets: Secrets, client: Client) -> Call:
    assert source.url is not None
    url = days.fill(secrets.link(source.url, "url"))
    public: dict[str, str] = {}
    private = authorization(source, secrets, client)
    for name, given in source.headers.items():
        is_private = given.startswith("env:") or SECRET_NAME.search(name)
        (private if is_private else public)[name] = secrets.value(given, f"headers.{name}")
    params = {
        name: days.fill(secrets.value(_text(value), f"params.{name}"))
        for name, value in source.params.items()
    }
    body = days.fill(_resolved(source.body, secrets, "json"))
    return Call(url, source.method, public, private, params, body)


def _resolved(value: Any, secrets: Secrets, key: str) -> Any:
    if isinstance(value, str):
        return secrets.value(value, key)
    if isinstance(value, dict):
        return {name: _resolved(item, secrets, f"{key}.{name}") for name, item in value.items()}
    return [_resolved(item, secrets, key) for item in value] if isinstance(value, list) else value


def _text(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def authorization(source: SourceSettings, secrets: Secrets, client: Client) -> dict[str, str]:
    """The header that says who asks; empty where the source names nobody.

    Raises:
        ConfigError: ``E-PULL-02`` a variable is missing, ``E-PULL-05`` the refresh token is not accepted.
    """
    auth = source.auth
    if auth is None:
        return {}
    if auth.oauth_refresh is None:
        assert auth.bearer is not None
        return {"Authorization": f"Bearer {secrets.value(auth.bearer, 'auth.bearer')}"}
    refresh = auth.oauth_refresh
    names = ("client_id", "client_secret", "refresh_token")
    form = {name: secrets.value(getattr(refresh, name), f"auth.oauth_refresh.{name}") for name in names}
    try:
        answer = client.json(Call(refresh.token_url, "POST", form={"grant_type": "refresh_token", **form}))
        token = answer.get("access_token") if isinstance(answer, dict) else None
        found = "the token endpoint gave no access_token"
    except (ConfigError, DataError) as error:
        if error.code not in ("E-PULL-04", "E-PULL-20"):
            raise
        token, found = None, error.found
    if not isinstance(token, str) or not token:
        raise ConfigError(
            "E-PULL-05", f"the refresh token brings no access: {found}", where=shown(refresh.token_url),
            expected="an access token",
            fix="sign in again and put the new refresh token into the environment",
        )  # fmt: skip
    secrets.learn(token)
    return {"Authorization": f"Bearer {token}"}


def _recipe(source: SourceSettings, days: Days, part: Path, secrets: Secrets, client: Client) -> Fetched:
    assert source.recipe is not None
    try:
        recipe = RECIPES[source.recipe].model_validate(source.options)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        key = ".".join(("options", *map(str, first["loc"])))
        raise ConfigError(
            "E-PULL-01", f"{key}: {first['msg']}", where=f"sources.{source.name}",
            expected=f"options of {source.recipe}: {', '.join(RECIPES[source.recipe].model_fields)}",
            fix=f"correct {key} in mkt.yml",
        ) from None  # fmt: skip
    api = Api(client, secrets, authorization(source, secrets, client), part.with_suffix(".page"), source.name)
    try:
        rows = _write(recipe.rows(api, days), part, source.max_bytes, f"sources.{source.name}")
    finally:
        api.scratch.unlink(missing_ok=True)
    if rows == 0:
        return Fetched(False, rows=0)
    name = source.file_name or f"{source.name}_{{from}}_{{to}}.csv"
    return Fetched(True, days.fill(name), _sha256(part), rows)


def _write(rows: Iterator[Row], part: Path, max_bytes: int, where: str) -> int:
    """Write header and rows as they come; the number of rows, the header not counted."""
    written = -1
    with part.open("w", encoding="utf-8", newline="") as handle:
        table = csv.writer(handle, lineterminator="\n")
        width = None
        for row in rows:
            width = width or len(row)
            assert len(row) == width, "a recipe writes rows as wide as its header"
            table.writerow([_cell(value) for value in row])
            written += 1
            if written % 1000 == 0 and handle.tell() > max_bytes:
                raise DataError(
                    "E-PULL-21", f"the rows take more than {max_bytes:,} bytes", where=where,
                    expected="an export of at most max_bytes",
                    fix="ask for fewer days or columns, or raise max_bytes of this source",
                )  # fmt: skip
    return written


def _cell(value: object) -> object:
    """A value as csv has it: nothing for null, true and false, and lists as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
