"""The build lock: one writer at a time, named; freed by death; given again to who holds it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mkt_pipeline.errors import EnvironmentProblem
from mkt_pipeline.warehouse import build_lock
from mkt_pipeline.warehouse.lock import holder_file
from mkt_pipeline.workspace import Workspace

HOLDER = """
import sys, time
from pathlib import Path
from mkt_pipeline.warehouse import build_lock
from mkt_pipeline.workspace import Workspace
sys.argv[0] = "/somewhere/mkt"
with build_lock(Workspace(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def held_elsewhere(workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(workspace.root)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def test_the_error_names_the_holder_after_a_bounded_wait(workspace: Workspace) -> None:
    with held_elsewhere(workspace) as child:
        began = time.monotonic()
        with pytest.raises(EnvironmentProblem) as raised, build_lock(workspace, wait_seconds=0.3):
            pass
        assert 0.3 <= time.monotonic() - began < 5
    assert raised.value.code == "E-DB-01"
    assert f"process {child.pid} (mkt {workspace.root}) since 20" in raised.value.found


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_killed_holder_frees_the_lock(workspace: Workspace) -> None:
    with held_elsewhere(workspace) as child:
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert holder_file(workspace).exists()
        with build_lock(workspace, wait_seconds=1):
            assert json.loads(holder_file(workspace).read_text(encoding="utf-8"))["pid"] == os.getpid()
    assert not holder_file(workspace).exists()


PARENT = """
import subprocess, sys, time
from pathlib import Path
from mkt_pipeline.warehouse import build_lock
from mkt_pipeline.warehouse.lock import descriptors
from mkt_pipeline.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
assert descriptors(workspace) == ()
with build_lock(workspace):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=0, pass_fds=descriptors(workspace))
    print(child.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="locks are inherited on POSIX")
def test_a_child_at_work_keeps_the_lock_of_a_killed_parent(workspace: Workspace) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(workspace.root)], stdin=reading, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        parent.kill()
    os.close(reading)
    with pytest.raises(EnvironmentProblem) as raised, build_lock(workspace, wait_seconds=0.3):
        pass
    assert f"a child of process {parent.pid} (" in raised.value.found
    os.close(writing)  # its input ends, and so does the child
    with build_lock(workspace, wait_seconds=10):
        pass


def test_who_waits_gets_it_when_it_is_free(workspace: Workspace) -> None:
    order: list[str] = []

    def wait() -> None:
        with build_lock(workspace, wait_seconds=10):
            order.append("second")

    with build_lock(workspace):
        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_holder_may_ask_again_and_another_thread_may_not(workspace: Workspace) -> None:
    codes: list[str] = []

    def ask() -> None:
        try:
            with build_lock(workspace, wait_seconds=0.1):
                codes.append("got it")
        except EnvironmentProblem as error:
            codes.append(error.code)

    with build_lock(workspace):
        with build_lock(workspace, wait_seconds=0):
            pass
        assert holder_file(workspace).exists()
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert codes == ["E-DB-01"]
    with build_lock(workspace, wait_seconds=0):
        pass


def test_a_failure_inside_frees_it(workspace: Workspace) -> None:
    with pytest.raises(RuntimeError), build_lock(workspace):
        raise RuntimeError
    assert not holder_file(workspace).exists()
    with build_lock(workspace, wait_seconds=0):
        pass
