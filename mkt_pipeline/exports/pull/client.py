"""HTTP as it fails: one request brought to a whole answer on disk, or to an error that says why.

What is here: retries with bounded waits, redirects that carry no secret away, conditional requests, resuming,
and the limits of size and time. What is not: what is asked for (:mod:`.fetch`, :mod:`.recipes`), and whether
an answer is an export (:mod:`.content`).

Bodies are read as they come, so that the clock is looked at between any two packets, and unpacked here, so
that a cut is told from an end.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import io
import json
import re
import socket
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NoReturn
from urllib.parse import urldefrag, urljoin, urlsplit

import requests

from mkt_pipeline import __version__
from mkt_pipeline.errors import ConfigError, DataError, EnvironmentProblem, MktError
from mkt_pipeline.exports.pull import content
from mkt_pipeline.exports.pull.clock import Clock
from mkt_pipeline.exports.pull.redaction import shown

ATTEMPTS = 5
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
"""Waits double from attempt to attempt, up to this."""
LONGEST_RETRY_AFTER_SECONDS = 300.0
"""A server may ask for a longer wait than ours; one that asks for more than this is left to a later run."""
MAX_REDIRECTS = 5
CONNECT_SECONDS = 15.0
SILENCE_SECONDS = 60.0
CHUNK = 1 << 16
JSON_BYTES = 1 << 28
"""The largest answer that is taken into memory as a whole."""

_BUSY = {429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_NOT_READY = 202
_TOO_OFTEN = {4, 17, 32, 613, *range(80000, 80015)}
"""Codes by which the Graph API says under status 400 that it was asked too often."""

_HTTPError: type[Exception] = requests.exceptions.BaseHTTPError  # type: ignore[attr-defined]
"""The family of errors that a raw body raises."""


@dataclass(frozen=True)
class Call:
    """One request. Nothing of it shows in a repr."""

    url: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    private: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers that only the host of ``url`` may see."""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Validators:
    """What a server wants to hear again to tell whether anything is new."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Answer:
    """A whole body, written where it was asked for; or ``is_new`` false, and there is none."""

    is_new: bool
    content_type: str = ""
    validators: Validators = Validators()


@dataclass
class _Partial:
    """What has arrived so far, and whether the rest can be asked for."""

    most: int
    received: int = 0
    total: int | None = None
    resume_by: str | None = None

    def forget(self) -> None:
        self.received, self.total, self.resume_by = 0, None, None


class _Session(requests.Session):
    """A session that leaves redirects to the client.

    Without it, requests prepares the next step even when told not to follow, and reads the whole body first.
    """

    def resolve_redirects(self, *args: Any, **kwargs: Any) -> Any:
        """None."""
        return iter(())


class _Again(Exception):
    """Worth another attempt, after this many seconds if the server said so; else the error it becomes."""

    def __init__(self, error: MktError, after: float | None = None) -> None:
        super().__init__(error.code)
        self.error, self.after = error, after


class _Cut(Exception):
    """A body ended before its end; the words say how."""


class Client:
    """Requests of one source, within its limits: ``max_bytes`` per answer, ``timeout_seconds`` for all."""

    def __init__(self, source: str, max_bytes: int, timeout_seconds: float, clock: Clock) -> None:
        self._source = source
        self._max_bytes = max_bytes
        self._seconds = timeout_seconds
        self._clock = clock
        self._deadline = clock.monotonic() + timeout_seconds
        self._session = _Session()
        self._session.headers["User-Agent"] = f"mkt-pipeline/{__version__}"
        # Also keeps requests from looking up passwords in ~/.netrc, which nobody asked it to send.
        self._session.auth = lambda request: request

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()

    def download(
        self, call: Call, target: BinaryIO, known: Validators | None = None, most: int | None = None
    ) -> Answer:
        """Bring the whole body into ``target``, an empty file that can be written, sought and cut.

        Args:
            known: what the last answer to the same call came with; without it, everything is new.
            most: bytes the body may have; without it, ``max_bytes``.

        Raises:
            ConfigError: ``E-PULL-01`` the request cannot be made, ``-04`` it was refused, ``-06`` a redirect
                is not followed.
            EnvironmentProblem: ``E-PULL-10`` no connection, ``-11`` the server is busy, ``-12`` time is up.
            DataError: ``E-PULL-21`` the answer is too large, ``-22`` it cannot be unpacked.
        """
        partial = _Partial(most=min(most or self._max_bytes, self._max_bytes))
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(call, target, known or Validators(), partial)
            except _Again as again:
                self._wait_or_raise(call, attempt, again)
        raise AssertionError("the last attempt raises")

    def json(self, call: Call) -> Any:
        """The answer as JSON.

        Raises:
            DataError: ``E-PULL-20`` it is none, or says that it is an error; the rest as :meth:`download`.
        """
        memory = io.BytesIO()
        self.download(call, memory, most=JSON_BYTES)
        body = memory.getvalue()
        try:
            answer = json.loads(body)
        except ValueError:
            raise content.no_export(
                shown(call.url), content.refusal(body[: content.HEAD_BYTES]) or "an empty answer"
            ) from None
        if said := content.refusal_in(answer):
            raise content.no_export(shown(call.url), f"an error: {said}")
        return answer

    # -- one attempt ------------------------------------------------------------------------------

    def _attempt(self, call: Call, target: BinaryIO, known: Validators, partial: _Partial) -> Answer:
        response = self._send(call, self._extra_headers(call, known, partial))
        with response:
            status = response.status_code
            if status == 304 and (known.etag or known.last_modified):
                return Answer(False, validators=known)
            if status == 416 and partial.received:
                partial.forget()
                raise _Again(self._unreachable(call, "the server cannot give the rest of the answer"))
            if status in _BUSY or status == _NOT_READY:
                raise _Again(self._busy(call, response), self._retry_after(response))
            if status not in (200, 203, 204, 206):
                self._refuse(call, response)
            self._place(call, response, partial)
            self._receive(call, response, target, partial)
            return Answer(True, response.headers.get("Content-Type", ""), _validators(response))

    def _extra_headers(self, call: Call, known: Validators, partial: _Partial) -> dict[str, str]:
        if partial.received and partial.resume_by and call.method == "GET":
            return {
                "Accept-Encoding": "identity",
                "Range": f"bytes={partial.received}-",
                "If-Range": partial.resume_by,
            }
        headers = {"Accept-Encoding": "gzip"}
        if known.etag and call.method == "GET":
            headers["If-None-Match"] = known.etag
        if known.last_modified and call.method == "GET":
            headers["If-Modified-Since"] = known.last_modified
        return headers

    def _place(self, call: Call, response: requests.Response, partial: _Partial) -> None:
        """Settle where the body goes on: at the end of what is there, or at the beginning of the file."""
        if response.status_code == 206:
            given = response.headers.get("Content-Range", "").strip()
            match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", given)
            fits = (
                match
                and partial.received
                and int(match[1]) == partial.received
                and (match[2] == "*" or partial.total is None or int(match[2]) == partial.total)
                and _encoding(response) == ""
            )
            if not fits:
                partial.forget()
                raise _Again(self._unreachable(call, "the server gave another part than the one asked for"))
            return
        partial.forget()
        length = response.headers.get("Content-Length", "")
        partial.total = int(length) if length.isdigit() and _encoding(response) == "" else None
        if (int(length) if length.isdigit() else 0) > partial.most:
            raise self._too_large(call, partial.most)
        etag = response.headers.get("ETag", "")
        strong = etag if etag and not etag.startswith("W/") else None
        if _encoding(response) == "" and response.headers.get("Accept-Ranges", "").lower() != "none":
            partial.resume_by = strong or response.headers.get("Last-Modified")

    def _receive(self, call: Call, response: requests.Response, target: BinaryIO, partial: _Partial) -> None:
        target.seek(partial.received)
        target.truncate()
        try:
            for block in _unpacker(_encoding(response), call)(self._blocks(call, response)):
                target.write(block)
                partial.received += len(block)
                if partial.received > partial.most:
                    raise self._too_large(call, partial.most)
        except _Cut as cut:
            raise _Again(self._unreachable(call, f"the answer was cut off: {cut}")) from None
        if partial.total is not None and partial.received != partial.total:
            found = f"{partial.received:,} of {partial.total:,} bytes arrived"
            raise _Again(self._unreachable(call, found))

    def _blocks(self, call: Call, response: requests.Response) -> Iterator[bytes]:
        """The body as it stands on the wire, a packet at a time: all that was promised, or a cut."""
        received = 0
        while True:
            self._remaining(call)
            try:
                block = response.raw.read1(CHUNK, decode_content=False)
            except (_HTTPError, OSError) as error:
                raise _Cut(f"{received:,} bytes arrived, then {_reason(error)}") from None
            if not block:
                break
            received += len(block)
            yield block
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and received < int(length) and "Transfer-Encoding" not in response.headers:
            raise _Cut(f"{received:,} of {int(length):,} bytes arrived")

    # -- sending ----------------------------------------------------------------------------------

    def _send(self, call: Call, extra: Mapping[str, str]) -> requests.Response:
        """Send, and follow redirects: without secrets to another host, and never to a less safe scheme."""
        url, method, params = call.url, call.method, dict(call.params)
        body: dict[str, Any] = {"json": call.json, "data": call.form}
        for _ in range(MAX_REDIRECTS + 1):
            private = call.private if _is_home(call.url, url) else {}
            headers = {**call.headers, **private, **extra}
            response = self._request(call, method, url, headers=headers, params=params, **body)
            target = self._session.get_redirect_target(response)
            if response.status_code not in _REDIRECTS or not target:
                return response
            response.close()
            following = self._following(call, url, target)
            if response.status_code == 303 or (response.status_code in (301, 302) and method == "POST"):
                method, body = "GET", {}
            elif any(part is not None for part in body.values()) and not _is_home(call.url, following):
                raise self._astray(call, "to another host, which would get the request's body", following)
            url, params = following, {}
        raise self._astray(call, f"more than {MAX_REDIRECTS} times", url)

    def _request(self, call: Call, method: str, url: str, **parts: Any) -> requests.Response:
        left = self._remaining(call)
        try:
            return self._session.request(
                method, url, stream=True, allow_redirects=False,
                timeout=(min(CONNECT_SECONDS, left), min(SILENCE_SECONDS, left)), **parts,
            )  # fmt: skip
        except requests.exceptions.SSLError:
            raise self._unreachable(call, "no safe connection: TLS or the certificate fails") from None
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _Again(self._unreachable(call, _reason(error))) from None
        except (requests.RequestException, UnicodeError, ValueError) as error:
            # Their texts repeat URLs and headers.
            raise ConfigError(
                "E-PULL-01", f"no request can be made of the url and headers ({type(error).__name__})",
                where=self._source, expected="an http or https URL, and header values in plain ASCII",
                fix="correct the source, or the environment variables it names",
            ) from None  # fmt: skip

    def _following(self, call: Call, url: str, target: str) -> str:
        """Where a redirect leads, if it may be followed."""
        try:
            following = urldefrag(urljoin(url, target)).url
            scheme, host = urlsplit(following).scheme, _origin(following)[1]
        except ValueError:
            scheme, host = "nowhere", None
        if scheme not in ("http", "https") or not host:
            raise self._astray(call, f"to {scheme or 'nowhere'}, not to http or https", "")
        if urlsplit(url).scheme == "https" and scheme == "http":
            raise self._astray(call, "from https to http", following)
        return following

    # -- limits and errors ------------------------------------------------------------------------

    def _remaining(self, call: Call) -> float:
        left = self._deadline - self._clock.monotonic()
        if left <= 0:
            raise EnvironmentProblem(
                "E-PULL-12", f"the pull took longer than {self._seconds:g} s", where=shown(call.url),
                expected="a whole answer within timeout_seconds",
                fix="run again later, ask for fewer days, or raise timeout_seconds of this source",
            )  # fmt: skip
        return left

    def _wait_or_raise(self, call: Call, attempt: int, again: _Again) -> None:
        """Wait for the next attempt; the last one, and a wait that is too long, end in the error."""
        wait = min(FIRST_WAIT_SECONDS * 2**attempt, LONGEST_WAIT_SECONDS)
        if again.after is not None:
            wait = again.after
        left = self._remaining(call)
        if attempt + 1 == ATTEMPTS or wait > min(LONGEST_RETRY_AFTER_SECONDS, left):
            raise again.error from None
        self._clock.sleep(wait)

    def _retry_after(self, response: requests.Response) -> float | None:
        """Seconds the server asks to wait: given as a number, or as a date."""
        given = response.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"\d{1,9}", given):
            return float(given)
        try:
            moment = email.utils.parsedate_to_datetime(given)
        except (TypeError, ValueError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return max((moment - self._clock.now()).total_seconds(), 0.0)

    def _refuse(self, call: Call, response: requests.Response) -> NoReturn:
        body = self._beginning(call, response)
        said = content.refusal(body)
        status = f"{response.status_code}{f' ({said})' if said else ''}"
        if _asked_too_often(body):
            raise self._told_to_wait(call, status)
        fixes = {
            401: "renew the token or key that auth, headers or options name",
            403: "give the token's owner the right to read this, or make a new link",
            404: "check the address and the ids in it; a link may have expired",
            410: "make a new link: this one has expired",
        }
        raise ConfigError(
            "E-PULL-04", f"the server refused the request with status {status}", where=shown(call.url),
            expected="status 200 and an export",
            fix=fixes.get(response.status_code, "correct what this source asks for"),
        )  # fmt: skip

    def _beginning(self, call: Call, response: requests.Response) -> bytes:
        """The start of an error's body; what goes wrong in reading it does not matter."""
        found = b""
        try:
            for block in _unpacker(_encoding(response), call)(self._blocks(call, response)):
                found += block
                if len(found) >= content.HEAD_BYTES:
                    break
        except (_Cut, MktError):
            pass
        return found[: content.HEAD_BYTES]

    def _busy(self, call: Call, response: requests.Response) -> MktError:
        if response.status_code == _NOT_READY:
            return self._told_to_wait(call, "202: the export is not ready yet")
        said = content.refusal(self._beginning(call, response))
        return self._told_to_wait(call, f"{response.status_code}{f' ({said})' if said else ''}")

    def _told_to_wait(self, call: Call, status: str) -> EnvironmentProblem:
        return EnvironmentProblem(
            "E-PULL-11", f"the server is busy: status {status}", where=shown(call.url),
            expected="an answer within a few attempts", fix="run again later",
        )  # fmt: skip

    def _unreachable(self, call: Call, why: str) -> EnvironmentProblem:
        return EnvironmentProblem(
            "E-PULL-10", why, where=shown(call.url), expected="a connection that lasts for one answer",
            fix="check the address and the network of this machine, and run again",
        )  # fmt: skip

    def _astray(self, call: Call, how: str, target: str) -> ConfigError:
        return ConfigError(
            "E-PULL-06", f"the server redirects {how}{f': {shown(target)}' if target else ''}",
            where=shown(call.url), expected=f"at most {MAX_REDIRECTS} redirects, https staying https",
            fix="put the final address into the source",
        )  # fmt: skip

    def _too_large(self, call: Call, most: int) -> DataError:
        return DataError(
            "E-PULL-21", f"the answer is larger than {most:,} bytes", where=shown(call.url),
            expected="an export of at most max_bytes",
            fix="ask for fewer days, or raise max_bytes of this source",
        )  # fmt: skip


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_home(home: str, url: str) -> bool:
    """Whether a URL belongs to the host a call was made for, which its own step up to https does too."""
    here, there = _origin(home), _origin(url)
    return here == there or (here[0::2] == ("http", 80) and there == ("https", here[1], 443))


def _validators(response: requests.Response) -> Validators:
    return Validators(response.headers.get("ETag"), response.headers.get("Last-Modified"))


def _encoding(response: requests.Response) -> str:
    given = response.headers.get("Content-Encoding", "").strip().lower()
    return "" if given == "identity" else given


def _unpacker(encoding: str, call: Call) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    if encoding == "":
        return lambda blocks: blocks
    if encoding in ("gzip", "x-gzip"):
        return lambda blocks: _gunzip(blocks, call)
    raise _unreadable(call, f"the answer is packed as {encoding[:20]!r}, which was not asked for")


def _gunzip(blocks: Iterator[bytes], call: Call) -> Iterator[bytes]:
    """Unpack in bounded pieces; a stream that ends early was cut off."""
    unpack, is_empty = zlib.decompressobj(wbits=31), True
    try:
        for block in blocks:
            is_empty, waiting = False, block
            while waiting:
                if unpack.eof:
                    unpack = zlib.decompressobj(wbits=31)
                yield unpack.decompress(waiting, CHUNK)
                waiting = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        yield unpack.flush()
    except zlib.error:
        raise _unreadable(call, "the answer claims to be packed with gzip and cannot be unpacked") from None
    if not (unpack.eof or is_empty):
        raise _Cut("its gzip stream has no end")


def _unreadable(call: Call, found: str) -> DataError:
    return DataError(
        "E-PULL-22", found, where=shown(call.url), expected="plain or gzip content",
        fix="report it to who runs that server",
    )  # fmt: skip


def _asked_too_often(body: bytes) -> bool:
    try:
        error = json.loads(body)["error"]
        return error.get("code") in _TOO_OFTEN or error.get("status") == "RESOURCE_EXHAUSTED"
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _reason(error: BaseException) -> str:
    """Why there is no connection, without the texts of libraries: they repeat whole URLs."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, socket.gaierror):
            return "the name of the host is not known"
        if isinstance(link, TimeoutError | requests.Timeout) or type(link).__name__.endswith("TimeoutError"):
            return "the server did not answer in time"
        if isinstance(link, OSError) and not isinstance(link, requests.RequestException) and link.strerror:
            return link.strerror.lower()
        link = link.__cause__ or link.__context__
    return "the connection ended"
