"""A web server on the loopback that answers as it is told, and misbehaves when it is told to.

What is here: a table of paths and what each answers in turn, and the requests that came. What is not: any
judgement of them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes


Answer = Callable[[BaseHTTPRequestHandler, Seen], None]


def answer(
    body: bytes | str = b"", status: int = 200, *, length: int | None = None, **headers: str
) -> Answer:
    """A plain answer; ``length`` lies about the length of the body. ``Retry_After`` is ``Retry-After``."""
    data = body.encode() if isinstance(body, str) else body

    def send(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.send_response(status)
        for name, value in {"Content_Type": "text/csv", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)

    return send


def endless(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
    """A body that never ends; of a redirect, where the request asks for one."""
    handler.send_response(302 if "to" in seen.query else 200)
    if "to" in seen.query:
        handler.send_header("Location", seen.query["to"])
    handler.end_headers()
    while True:
        handler.wfile.write(b"2026-06-01,1,2,3\n" * 64)


@dataclass
class PullServer:
    """The server's side of a test."""

    port: int
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_host(self) -> str:
        """The same server under another name."""
        return f"http://localhost:{self.port}"

    def on(self, path: str, *answers: Answer) -> str:
        """What a path answers in turn, the last one for ever; the path's URL."""
        self.answers[path] = list(answers)
        return self.url + path

    def next_answer(self, path: str) -> Answer:
        waiting = self.answers.get(path) or [answer("nothing here", 404)]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: PullServer

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        seen = Seen(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
        self.owner.seen.append(seen)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.owner.next_answer(parts.path)(self, seen)

    def end_headers(self) -> None:
        self.send_header("Connection", "close")
        super().end_headers()

    do_GET = do_POST = _handle

    def log_message(self, format: str, *args: Any) -> None:
        pass


def start() -> tuple[PullServer, Callable[[], None]]:
    """A running server, and what stops it."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    owner = PullServer(server.server_address[1])
    handler.owner = owner  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return owner, stop
