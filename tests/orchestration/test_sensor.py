"""The inbox sensor, ticked on a Dagster instance of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from mkt_pipeline.orchestration.automation import build_job, build_sensor
from mkt_pipeline.workspace import Workspace

Tick = Callable[[], dg.SensorResult | dg.SkipReason]


@pytest.fixture
def tick(workspace: Workspace) -> Iterator[Tick]:
    """Evaluates the sensor with the cursor its last tick left."""
    sensor = build_sensor(workspace, build_job())
    with dg.DagsterInstance.ephemeral() as instance:
        cursor: str | None = None

        def evaluate() -> dg.SensorResult | dg.SkipReason:
            nonlocal cursor
            with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
                result = sensor(context)
            if isinstance(result, dg.SensorResult):
                cursor = result.cursor
            assert isinstance(result, dg.SensorResult | dg.SkipReason)
            return result

        yield evaluate


def reason(result: dg.SensorResult | dg.SkipReason) -> str:
    skipped = result.skip_reason if isinstance(result, dg.SensorResult) else result
    assert skipped is not None
    return skipped.skip_message or ""


def test_it_is_on_by_default(workspace: Workspace) -> None:
    assert build_sensor(workspace, build_job()).default_status is dg.DefaultSensorStatus.RUNNING


def test_it_says_what_to_do_where_there_is_no_workspace(tmp_path: Path) -> None:
    sensor = build_sensor(Workspace(tmp_path), build_job())
    with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance=instance) as context:
        result = sensor(context)
    assert isinstance(result, dg.SkipReason)
    assert "mkt init" in reason(result)


def test_an_empty_inbox_is_skipped_with_the_reason(tick: Tick) -> None:
    assert "empty" in reason(tick())


def test_a_dropped_file_asks_for_one_run(workspace: Workspace, tick: Tick) -> None:
    (workspace.inbox / "a.csv").write_text("x")
    assert "1 still changing" in reason(tick())
    asked = tick()
    assert isinstance(asked, dg.SensorResult)
    (request,) = asked.run_requests or []
    assert request.run_key and request.run_key.startswith("inbox-1-")
    assert request.tags["mkt/files"] == "1"


def test_a_file_that_waits_or_failed_does_not_ask_again(workspace: Workspace, tick: Tick) -> None:
    (workspace.inbox / "a.csv").write_text("x")
    tick(), tick()
    for _ in range(3):
        assert "1 waiting" in reason(tick())


def test_a_second_file_asks_although_the_first_still_waits(workspace: Workspace, tick: Tick) -> None:
    (workspace.inbox / "a.csv").write_text("x")
    tick(), tick()
    (workspace.inbox / "b.csv").write_text("y")
    tick()
    asked = tick()
    assert isinstance(asked, dg.SensorResult)
    assert [request.tags["mkt/files"] for request in asked.run_requests or []] == ["1"]
