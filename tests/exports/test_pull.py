"""Links: what a server may do wrong, and that nothing of it reaches the inbox."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml

from mkt_pipeline import exports
from mkt_pipeline.errors import ConfigError, DataError, EnvironmentProblem, MktError
from mkt_pipeline.exports.pull import Clock, PullResult, due, pull
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import google_keywords
from tests.exports.pull_server import PullServer, Seen, answer, endless, start

CSV = google_keywords()
BIG = "day,clicks\n" + "".join(f"2026-06-01,{number}\n" for number in range(20_000))
TOKEN = "tok-9f8e7d6c5b4a"


class TestClock(Clock):
    """Time that passes only by being asked for or slept away."""

    __test__ = False

    def __init__(self, step: float = 0.0) -> None:
        self.time, self.step, self.slept = 0.0, step, list[float]()
        self.start = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)

    def monotonic(self) -> float:
        self.time += self.step
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def now(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=self.time)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PullServer]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("TEST_TOKEN", TOKEN)
    owner, stop = start()
    yield owner
    stop()


def with_sources(workspace: Workspace, *sources: dict[str, Any], **settings: Any) -> Workspace:
    text = yaml.safe_dump({"name": "Test", "sources": list(sources), **settings}, allow_unicode=True)
    workspace.settings_file.write_text(text, encoding="utf-8")
    return Workspace(workspace.root)


def inbox(workspace: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.inbox.iterdir()}


Pull = Callable[..., PullResult]


@pytest.fixture
def ask(workspace: Workspace, clock: TestClock) -> Pull:
    """Pull one link."""

    def call(url: str, **more: Any) -> PullResult:
        (result,) = pull(with_sources(workspace, {"name": "report", "url": url, **more}), clock=clock)
        return result

    return call


def refused(result: PullResult, workspace: Workspace, kind: type[MktError], code: str) -> MktError:
    """The error of a failed pull, with nothing in the inbox and nothing half-done beside it."""
    assert result.status == "failed" and result.error is not None, result
    assert (type(result.error), result.error.code) == (kind, code), str(result.error)
    assert result.error.where and result.error.found and result.error.expected and result.error.fix
    assert inbox(workspace) == {}
    assert not (workspace.pull_dir / "report.part").exists()
    return result.error


# -- what arrives -------------------------------------------------------------------------------------


def test_a_link_arrives_whole_and_lands(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    result = ask(server.on("/r", answer(CSV)) + "?id=7", file_name="keywords {date} {from}_{to}.csv", days=7)
    assert (result.status, result.bytes) == ("fetched", len(CSV.encode()))
    assert result.file_name == "keywords 2026-07-01 2026-06-24_2026-06-30.csv"
    assert inbox(workspace) == {result.file_name: CSV.encode()}
    assert server.seen[0].query == {"id": "7"}
    (landed,) = exports.land(workspace)
    assert (landed.status, landed.platform, landed.rows) == ("landed", "google_ads", 6)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"a\tb\n1\t2\n", "report.tsv"),
        (b"[day],[clicks]\n2026-06-01,2\n", "report.csv"),
        ("日期,花费\n2026-06-01,3\n".encode("gb18030"), "report.csv"),
        ("a,b\n1,2\n".encode("utf-16"), "report.csv"),
        (b"PK\x03\x04\x14\0\0\0\x08\0[Content_Types].xml", "report.xlsx"),
        (b"PK\x03\x04\x14\0\0\0\x08\0Chart.csv", "report.zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 90, "report.xls"),
        (b"PAR1" + b"\0" * 90, "report.parquet"),
    ],
)
def test_a_file_is_named_by_what_it_is(
    server: PullServer, ask: Pull, workspace: Workspace, body: bytes, name: str
) -> None:
    assert ask(server.on("/r", answer(body, Content_Type="application/octet-stream"))).file_name == name
    assert inbox(workspace) == {name: body}


def test_a_file_that_waits_in_the_inbox_keeps_its_place(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    (workspace.inbox / "report.csv").write_text("mine")
    assert ask(server.on("/r", answer(CSV))).file_name == "report (2).csv"
    assert inbox(workspace) == {"report.csv": b"mine", "report (2).csv": CSV.encode()}


def test_gzip_is_unpacked(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    ask(server.on("/r", answer(gzip.compress(BIG.encode()), Content_Encoding="gzip")))
    assert server.seen[0].headers["accept-encoding"] == "gzip"
    assert inbox(workspace) == {"report.csv": BIG.encode()}


def test_a_post_carries_json_days_and_secrets(server: PullServer, ask: Pull) -> None:
    ask(
        server.on("/r", answer(CSV)),
        method="POST",
        params={"since": "{from}", "key": "env:TEST_TOKEN", "raw": True},
        headers={"X-Api-Key": "env:TEST_TOKEN", "Accept": "text/csv"},
        json={"range": ["{from}", "{to}"], "token": "env:TEST_TOKEN", "limit": 5},
    )
    (seen,) = server.seen
    assert seen.query == {"since": "2026-06-01", "key": TOKEN, "raw": "true"}
    assert (seen.headers["x-api-key"], seen.headers["accept"]) == (TOKEN, "text/csv")
    assert json.loads(seen.body) == {"range": ["2026-06-01", "2026-06-30"], "token": TOKEN, "limit": 5}


# -- servers that are busy, or break off --------------------------------------------------------------


def test_a_busy_server_is_asked_again_when_it_says(
    server: PullServer, ask: Pull, clock: TestClock, workspace: Workspace
) -> None:
    server.on(
        "/r",
        answer("slow down", 429, Retry_After="7"),
        answer("later", 503, Retry_After="Wed, 01 Jul 2026 12:00:19 GMT"),
        answer(CSV),
    )
    assert ask(server.url + "/r").status == "fetched"
    assert clock.slept == [7.0, 12.0]


def test_errors_of_the_server_are_waited_out(server: PullServer, ask: Pull, clock: TestClock) -> None:
    server.on("/r", answer("", 500), answer("", 502), answer("not ready", 202), answer(CSV))
    assert ask(server.url + "/r").status == "fetched"
    assert clock.slept == [1.0, 2.0, 4.0]


def test_waiting_has_an_end(server: PullServer, ask: Pull, clock: TestClock, workspace: Workspace) -> None:
    result = ask(server.on("/r", answer('{"error": {"message": "quota of the day"}}', 503)))
    error = refused(result, workspace, EnvironmentProblem, "E-PULL-11")
    assert "503 (quota of the day)" in error.found
    assert clock.slept == [1.0, 2.0, 4.0, 8.0] and len(server.seen) == 5


def test_a_server_that_asks_for_hours_is_left_to_a_later_run(
    server: PullServer, ask: Pull, clock: TestClock, workspace: Workspace
) -> None:
    refused(ask(server.on("/r", answer("", 429, Retry_After="86400"))), workspace,
            EnvironmentProblem, "E-PULL-11")  # fmt: skip
    assert clock.slept == [] and len(server.seen) == 1


def test_nobody_answers(ask: Pull, workspace: Workspace, server: PullServer) -> None:
    result = ask("http://127.0.0.1:9/r?sig=geheim-geheim")
    assert "refused" in refused(result, workspace, EnvironmentProblem, "E-PULL-10").found


def cut(body: bytes, after: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, Seen], None]:
    """Break off after so many bytes of a longer promise."""
    return answer(body[:after], length=len(body), **headers)


def rest(body: bytes, etag: str) -> Callable[[BaseHTTPRequestHandler, Seen], None]:
    """The rest of a body for a Range of it, if the version asked for is this one; else all of it."""

    def send(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        if seen.headers.get("if-range") != etag:
            answer(body, ETag=etag)(handler, seen)
            return
        first = int(seen.headers["range"].removeprefix("bytes=").removesuffix("-"))
        place = f"bytes {first}-{len(body) - 1}/{len(body)}"
        answer(body[first:], 206, Content_Range=place, ETag=etag)(handler, seen)

    return send


def test_a_cut_download_goes_on_where_it_broke_off(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    body = BIG.encode()
    server.on("/r", cut(body, 100_000, ETag='"v1"'), rest(body, '"v1"'))
    assert ask(server.url + "/r").status == "fetched"
    assert inbox(workspace) == {"report.csv": body}
    assert server.seen[1].headers["range"] == "bytes=100000-"
    assert server.seen[1].headers["if-range"] == '"v1"'


def test_a_file_that_changed_meanwhile_starts_again(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    body = BIG.encode()
    server.on("/r", cut(body, 100_000, ETag='"v1"'), rest(CSV.encode(), '"v2"'))
    assert ask(server.url + "/r").status == "fetched"
    assert inbox(workspace) == {"report.csv": CSV.encode()}


@pytest.mark.parametrize("place", ["bytes 5-9/10", "bytes 100000-100003/77", "nonsense"])
def test_a_part_that_was_not_asked_for_starts_again(
    server: PullServer, ask: Pull, workspace: Workspace, place: str
) -> None:
    body = BIG.encode()
    wrong = answer(b"1234", 206, Content_Range=place)
    server.on("/r", cut(body, 100_000, ETag='"v1"'), wrong, answer(body))
    assert ask(server.url + "/r").status == "fetched"
    assert inbox(workspace) == {"report.csv": body}
    assert "range" not in server.seen[2].headers


def test_a_cut_download_without_ranges_starts_again(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    body = BIG.encode()
    server.on("/r", cut(body, 100_000, ETag='"v1"', Accept_Ranges="none"), answer(body))
    assert ask(server.url + "/r").status == "fetched"
    assert inbox(workspace) == {"report.csv": body}
    assert "range" not in server.seen[1].headers


def test_fewer_bytes_than_promised_are_no_export(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    error = refused(ask(server.on("/r", cut(CSV.encode(), 500))), workspace, EnvironmentProblem, "E-PULL-10")
    assert "cut off: 500 bytes" in error.found or "500 of" in error.found
    assert len(server.seen) == 5


def test_a_packed_answer_that_ends_early_is_no_export(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    packed = gzip.compress(BIG.encode())[:-2000]
    result = ask(server.on("/r", answer(packed, Content_Encoding="gzip")))
    assert "gzip stream has no end" in refused(result, workspace, EnvironmentProblem, "E-PULL-10").found


def chunked(*chunks: bytes, end: bool) -> Callable[[BaseHTTPRequestHandler, Seen], None]:
    """A body of no stated length, in chunks, with or without its last one."""

    def send(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for chunk in chunks:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        handler.wfile.write(b"0\r\n\r\n" if end else b"")

    return send


def test_chunks_without_the_last_one_are_no_export(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    body = BIG.encode()
    halves = body[:70_000], body[70_000:]
    server.on("/r", chunked(halves[0], end=False))
    refused(ask(server.url + "/r"), workspace, EnvironmentProblem, "E-PULL-10")
    server.on("/r", chunked(*halves, end=False), chunked(*halves, end=True))
    assert ask(server.url + "/r").status == "fetched"
    assert inbox(workspace) == {"report.csv": body}


def test_an_unknown_packing_is_refused(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    refused(ask(server.on("/r", answer(CSV, Content_Encoding="br"))), workspace, DataError, "E-PULL-22")
    refused(ask(server.on("/s", answer(CSV, Content_Encoding="gzip"))), workspace, DataError, "E-PULL-22")


# -- limits -------------------------------------------------------------------------------------------


def test_a_body_without_end_is_stopped(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    refused(ask(server.on("/r", endless), max_bytes=300_000), workspace, DataError, "E-PULL-21")


def test_a_body_that_says_it_is_too_large_is_not_begun(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    refused(ask(server.on("/r", answer(BIG)), max_bytes=1000), workspace, DataError, "E-PULL-21")


def test_a_small_answer_that_unpacks_to_a_large_one_is_stopped(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    bomb = gzip.compress(b"0," * 20_000_000)
    assert len(bomb) < 100_000
    result = ask(server.on("/r", answer(bomb, Content_Encoding="gzip")), max_bytes=1_000_000)
    refused(result, workspace, DataError, "E-PULL-21")


def test_a_drip_is_stopped_by_the_clock(server: PullServer, workspace: Workspace) -> None:
    def drip(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"1")
            time.sleep(0.001)

    sources = {"name": "report", "url": server.on("/r", drip), "timeout_seconds": 30}
    (result,) = pull(with_sources(workspace, sources), clock=TestClock(step=1.0))
    assert "longer than 30 s" in refused(result, workspace, EnvironmentProblem, "E-PULL-12").found


def test_silence_is_stopped_by_the_clock(server: PullServer, workspace: Workspace) -> None:
    over = threading.Event()

    def silent(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.send_response(200)
        handler.end_headers()
        over.wait(10)

    sources = {"name": "report", "url": server.on("/r", silent), "timeout_seconds": 0.2}
    started = time.monotonic()
    (result,) = pull(with_sources(workspace, sources))
    over.set()
    refused(result, workspace, EnvironmentProblem, "E-PULL-12")
    assert time.monotonic() - started < 5


# -- answers that are no export -----------------------------------------------------------------------

PAGE = b"\n <!DOCTYPE html><html><head><title>Sign in &amp; go</title></head><body>" + b"x" * 500


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (PAGE, "a web page titled 'Sign in & go'"),
        (b"", "an empty answer"),
        (b" \r\n\n", "an answer of blanks"),
        (b'{"error": {"message": "token expired", "code": 190}}', "JSON that says: token expired"),
        (b'[{"day": "2026-06-01"}]', "JSON, which is no table"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08\0\0", "a gzip file"),
        (b"\0\x01\x02\x03\xff\xfe\xfd" * 20, "neither text nor a workbook"),
        (b"Your report is being prepared.\n", "a text without columns: 'Your report is being prepared.'"),
    ],
)
def test_what_is_no_table_is_refused_with_its_words(
    server: PullServer, ask: Pull, workspace: Workspace, body: bytes, words: str
) -> None:
    assert words in refused(ask(server.on("/r", answer(body))), workspace, DataError, "E-PULL-20").found


def test_an_image_by_its_type_is_refused(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    result = ask(server.on("/r", answer("a,b\n1,2\n", Content_Type="image/svg+xml; x=y")))
    assert "type image/svg+xml" in refused(result, workspace, DataError, "E-PULL-20").found


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_told_at_once(server: PullServer, ask: Pull, workspace: Workspace, status: int) -> None:
    error = refused(ask(server.on("/r", answer(PAGE, status))), workspace, ConfigError, "E-PULL-04")
    assert f"status {status} (a web page titled 'Sign in & go')" in error.found
    assert len(server.seen) == 1


def test_asked_too_often_is_told_from_refused(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    said = '{"error": {"message": "User request limit reached", "code": 17}}'
    refused(ask(server.on("/r", answer(said, 400))), workspace, EnvironmentProblem, "E-PULL-11")


# -- redirects ----------------------------------------------------------------------------------------


def test_a_redirect_to_another_host_takes_no_secret_along(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    server.on("/file", answer(CSV))
    server.on("/r", answer("", 302, Location=f"{server.other_host}/file?sig=1"))
    result = ask(
        server.url + "/r", auth={"bearer": "env:TEST_TOKEN"},
        headers={"X-Api-Key": "env:TEST_TOKEN", "X-Region": "env:TEST_TOKEN", "Accept": "text/csv"},
    )  # fmt: skip
    assert result.status == "fetched"
    first, second = server.seen
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert second.headers["host"].startswith("localhost") and second.query == {"sig": "1"}
    assert TOKEN not in str(second)
    assert second.headers["accept"] == "text/csv"


def test_a_redirect_within_the_host_keeps_them(server: PullServer, ask: Pull) -> None:
    server.on("/file", answer(CSV))
    server.on("/r", answer("", 307, Location="file"))
    assert ask(server.url + "/r", auth={"bearer": "env:TEST_TOKEN"}).status == "fetched"
    assert server.seen[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_body_is_never_sent_on_to_another_host(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    server.on("/file", answer(CSV))
    server.on("/r", answer("", 308, Location=f"{server.other_host}/file"))
    result = ask(server.url + "/r", method="POST", json={"token": "env:TEST_TOKEN"})
    assert "another host" in refused(result, workspace, ConfigError, "E-PULL-06").found
    assert [seen.path for seen in server.seen] == ["/r"]


def test_five_redirects_are_followed_and_no_sixth(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    for number in range(6):
        server.on(f"/{number}", answer("", 301, Location=f"/{number + 1}"))
    server.on("/6", answer(CSV))
    assert ask(server.url + "/1").status == "fetched"
    (workspace.inbox / "report.csv").unlink()
    assert "more than 5" in refused(ask(server.url + "/0"), workspace, ConfigError, "E-PULL-06").found


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/hosts", "http://[broken/x"])
def test_only_the_web_is_followed(server: PullServer, ask: Pull, workspace: Workspace, target: str) -> None:
    refused(ask(server.on("/r", answer("", 302, Location=target))), workspace, ConfigError, "E-PULL-06")


def test_the_body_of_a_redirect_is_not_read(server: PullServer, ask: Pull) -> None:
    server.on("/file", answer(CSV))
    assert ask(server.on("/r", endless) + "?to=/file").status == "fetched"


def test_https_never_becomes_http() -> None:
    from mkt_pipeline.exports.pull.client import Call, Client

    call = Call("https://example.com/r?sig=geheim")
    client = Client("sources.x", 1, 1, TestClock())
    assert client._following(call, call.url, "/next#part") == "https://example.com/next"
    with pytest.raises(ConfigError, match="from https to http") as raised:
        client._following(call, call.url, "http://example.com/r?sig=geheim")
    assert "geheim" not in str(raised.value)


# -- asking only for what is new ----------------------------------------------------------------------


def test_what_has_not_changed_is_not_fetched_again(
    server: PullServer, ask: Pull, workspace: Workspace
) -> None:
    url = server.on(
        "/r", answer(CSV, ETag='"v1"', Last_Modified="Tue, 30 Jun 2026 01:00:00 GMT"), answer("", 304)
    )
    ask(url)
    (workspace.inbox / "report.csv").unlink()
    assert ask(url).status == ask(url).status == "unchanged"
    assert inbox(workspace) == {}
    for seen in server.seen[1:]:
        assert seen.headers["if-none-match"] == '"v1"'
        assert seen.headers["if-modified-since"] == "Tue, 30 Jun 2026 01:00:00 GMT"


def test_the_same_bytes_are_not_delivered_again(server: PullServer, ask: Pull, workspace: Workspace) -> None:
    url = server.on("/r", answer(CSV), answer(CSV), answer(BIG))
    assert [ask(url).status for _ in range(3)] == ["fetched", "unchanged", "fetched"]


def test_other_days_are_another_question(server: PullServer, ask: Pull, clock: TestClock) -> None:
    url = server.on("/r", answer(CSV, ETag='"v1"'))
    for _ in range(2):
        ask(url, params={"to": "{to}"})
        clock.time += 86_400
    assert "if-none-match" not in server.seen[1].headers


def test_a_source_is_due_once_in_its_interval(
    server: PullServer, workspace: Workspace, clock: TestClock
) -> None:
    good = {"name": "good", "url": server.on("/r", answer(CSV))}
    bad = {"name": "bad", "url": server.on("/b", answer("", 404))}
    workspace = with_sources(workspace, good, bad, pull_every_hours=10)
    assert due(workspace, clock) == ["good", "bad"]
    assert [result.status for result in pull(workspace, clock=clock)] == ["fetched", "failed"]
    assert due(workspace, clock) == []
    clock.time = 9 * 3600
    assert due(workspace, clock) == []
    clock.time = 10 * 3600
    assert due(workspace, clock) == ["good", "bad"]
    clock.time = 60
    changed = with_sources(workspace, {**good, "days": 3}, bad, pull_every_hours=10)
    assert due(changed, clock) == ["good"]


def test_asking_what_is_due_loads_no_http(workspace: Workspace) -> None:
    with_sources(workspace, {"name": "a", "url": "https://example.com/x"})
    code = (
        "import sys; from pathlib import Path; from mkt_pipeline.orchestration import run\n"
        "from mkt_pipeline.exports.pull import due; from mkt_pipeline.workspace import Workspace\n"
        f"print(due(Workspace(Path({str(workspace.root)!r}))), 'requests' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["['a']", "False"]


# -- several sources, names, locks --------------------------------------------------------------------


def test_one_failing_source_stops_no_other(
    server: PullServer, workspace: Workspace, clock: TestClock
) -> None:
    told: list[str] = []
    workspace = with_sources(
        workspace,
        {"name": "first", "url": server.on("/b", answer("", 403))},
        {"name": "second", "url": "https://example.com/x", "auth": {"bearer": "env:NOT_SET_ANYWHERE"}},
        {"name": "third", "url": server.on("/r", answer(CSV))},
    )
    results = pull(workspace, on_result=lambda result: told.append(result.name), clock=clock)
    assert [result.status for result in results] == ["failed", "failed", "fetched"]
    assert told == ["first", "second", "third"]
    assert results[1].error is not None and results[1].error.code == "E-PULL-02"
    assert "NOT_SET_ANYWHERE" in results[1].error.found
    assert json.loads(json.dumps([result.to_dict() for result in results]))[0]["error"]["code"] == "E-PULL-04"


def test_an_unforeseen_failure_is_a_result_too(
    server: PullServer, ask: Pull, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError(TOKEN)

    monkeypatch.setattr("mkt_pipeline.exports.pull.content.table_extension", fail)
    error = refused(ask(server.on("/r", answer(CSV))), workspace, EnvironmentProblem, "E-PULL-19")
    assert "ZeroDivisionError" in error.found and TOKEN not in str(error)


def test_a_full_disk_is_told(
    server: PullServer, ask: Pull, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mkt_pipeline.lake.commit", full)
    error = refused(ask(server.on("/r", answer(CSV))), workspace, EnvironmentProblem, "E-PULL-13")
    assert "No space left" in error.found


def test_only_the_sources_named_are_asked(server: PullServer, workspace: Workspace, clock: TestClock) -> None:
    sources = [{"name": name, "url": server.on(f"/{name}", answer(CSV))} for name in ("a", "b")]
    workspace = with_sources(workspace, *sources)
    assert [result.name for result in pull(workspace, ["b"], clock=clock)] == ["b"]
    with pytest.raises(ConfigError, match="one of a, b") as raised:
        pull(workspace, ["c"])
    assert raised.value.code == "E-PULL-03"
    assert pull(with_sources(workspace)) == []


def test_two_pulls_exclude_each_other(
    server: PullServer, ask: Pull, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import filelock

    monkeypatch.setattr("mkt_pipeline.exports.pull.pulling.LOCK_WAIT_SECONDS", 0.01)
    workspace.pull_dir.mkdir(parents=True)
    with filelock.FileLock(workspace.pull_dir / "pull.lock"), pytest.raises(EnvironmentProblem) as raised:
        ask(server.on("/r", answer(CSV)))
    assert raised.value.code == "E-PULL-14"


# -- secrets ------------------------------------------------------------------------------------------


def everything_written(workspace: Workspace) -> str:
    texts = [str(path.relative_to(workspace.root)) for path in workspace.root.rglob("*")]
    texts += [path.read_text("utf-8", errors="replace") for path in workspace.pull_dir.rglob("*.json")]
    return "\n".join(texts)


@pytest.mark.parametrize("body", [f"bad token {TOKEN}", f"<html><title>{TOKEN} geheim-signatur</title>"])
@pytest.mark.parametrize("status", [200, 403, 503])
def test_what_a_server_repeats_of_a_secret_is_hidden(
    server: PullServer, ask: Pull, workspace: Workspace, body: str, status: int
) -> None:
    url = server.on("/r", answer(body, status)) + "?sig=geheim-signatur"
    result = ask(url, headers={"Authorization": "env:TEST_TOKEN"})
    told = f"{result} {result.error} {result.to_dict()} {everything_written(workspace)}"
    assert server.seen[0].headers["authorization"] == TOKEN
    assert server.seen[0].query == {"sig": "geheim-signatur"}
    assert result.error is not None and "***" in result.error.found
    assert TOKEN not in told and "geheim" not in told
    assert "/r?…" in result.error.where


def test_a_link_from_the_environment_shows_its_host_alone(
    server: PullServer, ask: Pull, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_LINK", server.on("/private/4711abc", answer("", 404)))
    error = refused(ask("env:TEST_LINK"), workspace, ConfigError, "E-PULL-04")
    assert "127.0.0.1" in error.where and "4711abc" not in str(error)


def test_a_header_that_cannot_be_sent_is_told_without_its_value(
    server: PullServer, ask: Pull, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("two\nlines-of-it", "口令口令"):
        monkeypatch.setenv("TEST_TOKEN", value)
        result = ask(server.on("/r", answer(CSV)), headers={"X-Token": "env:TEST_TOKEN"})
        error = refused(result, workspace, ConfigError, "E-PULL-01")
        assert "lines-of-it" not in str(error) and "口令" not in str(error)


def test_passwords_of_netrc_are_not_sent(
    server: PullServer, ask: Pull, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password not-asked-for\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    ask(server.on("/r", answer(CSV)))
    assert "authorization" not in server.seen[0].headers


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ({"headers": {"Authorization": "Bearer geheim"}}, "headers.Authorization"),
        ({"headers": {"X-Api-Key": "geheim"}}, "headers.X-Api-Key"),
        ({"params": {"access_token": "geheim"}}, "params.access_token"),
        ({"method": "POST", "json": {"auth": [{"password": "geheim"}]}}, "json.auth.password"),
        ({"auth": {"bearer": "geheim"}}, "auth.bearer"),
        ({"url": "https://me:geheim@example.com/"}, "url"),
        ({"url": None, "recipe": "mailchimp", "options": {"api_key": "geheim"}}, "options.api_key"),
        ({"geheim": {"geheim": "geheim"}}, "sources.0.geheim"),
        ({"url": "geheim"}, "url"),
        ({"name": "../geheim"}, "name"),
        ({"file_name": "../geheim.csv"}, "file_name"),
        ({"file_name": "geheim.part"}, "file_name"),
        ({"file_name": "geheim."}, "file_name"),
        ({"file_name": "{geheim}.csv"}, "file_name"),
        ({"recipe": "ga4"}, "either url or recipe"),
        ({"auth": {}}, "either bearer or oauth_refresh"),
        ({"days": 0}, "days"),
    ],
)
def test_settings_that_are_wrong_are_named_and_not_repeated(
    workspace: Workspace, source: dict[str, Any], key: str
) -> None:
    wrong = with_sources(workspace, {"name": "a", "url": "https://example.com/x?sig=geheim", **source})
    with pytest.raises(ConfigError) as raised:
        _ = wrong.settings
    assert raised.value.code == "E-CFG-03" and key in raised.value.found
    if "geheim" not in key:
        assert "geheim" not in str(raised.value).replace(key, "")


def test_settings_show_no_link(workspace: Workspace) -> None:
    settings = with_sources(workspace, {"name": "a", "url": "https://example.com/x?sig=geheim"}).settings
    assert "geheim" not in repr(settings)


# -- OAuth --------------------------------------------------------------------------------------------


@pytest.fixture
def oauth(server: PullServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name in ("ID", "SECRET", "REFRESH"):
        monkeypatch.setenv(f"TEST_{name}", f"oauth-{name}-value")
    names = {
        "client_id": "env:TEST_ID",
        "client_secret": "env:TEST_SECRET",
        "refresh_token": "env:TEST_REFRESH",
    }
    return {"oauth_refresh": {"token_url": server.url + "/token", **names}}


def test_a_refresh_token_becomes_an_access_token(
    server: PullServer, ask: Pull, workspace: Workspace, oauth: dict[str, Any]
) -> None:
    server.on("/token", answer("", 503), answer('{"access_token": "fresh-access", "expires_in": 3599}'))
    assert ask(server.on("/r", answer(CSV)), auth=oauth).status == "fetched"
    assert server.seen[1].body == (
        b"grant_type=refresh_token&client_id=oauth-ID-value&client_secret=oauth-SECRET-value"
        b"&refresh_token=oauth-REFRESH-value"
    )
    assert server.seen[2].headers["authorization"] == "Bearer fresh-access"
    assert "oauth-" not in everything_written(workspace) and "fresh" not in everything_written(workspace)


@pytest.mark.parametrize(
    "reply",
    [
        answer('{"error": "invalid_grant", "error_description": "oauth-REFRESH-value was revoked"}', 400),
        answer('{"error": "invalid_grant", "error_description": "was revoked"}'),
        answer('{"token_type": "was revoked"}'),
        answer("<html><title>was revoked</title>"),
    ],
)
def test_a_refresh_token_that_is_not_accepted(
    server: PullServer, ask: Pull, workspace: Workspace, oauth: dict[str, Any], reply: Any
) -> None:
    server.on("/token", reply)
    error = refused(ask(server.on("/r", answer(CSV)), auth=oauth), workspace, ConfigError, "E-PULL-05")
    assert "was revoked" in error.found or "no access_token" in error.found
    assert "REFRESH-value" not in str(error) and error.where.endswith("/token")


# -- killed -------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_killed_in_the_middle_and_pulled_again(
    server: PullServer, workspace: Workspace, clock: TestClock
) -> None:
    body, over = BIG.encode(), threading.Event()

    def half(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:150_000])
        over.wait(30)

    url = server.on("/r", half, answer(body))
    workspace = with_sources(workspace, {"name": "report", "url": url})
    code = (
        "from pathlib import Path; from mkt_pipeline.exports.pull import pull\n"
        "from mkt_pipeline.workspace import Workspace\n"
        f"pull(Workspace(Path({str(workspace.root)!r})))"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    part = workspace.pull_dir / "report.part"
    deadline = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 100_000):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    over.set()
    assert inbox(workspace) == {} and part.exists()
    assert due(workspace, clock) == ["report"]

    (result,) = pull(workspace, clock=clock)
    assert (result.status, result.bytes) == ("fetched", len(body))
    assert inbox(workspace) == {"report.csv": body}
    assert not part.exists()
