"""Progress of a run: one live line per step on a terminal, a line per start and end elsewhere.

What is here: telling. What is not: the run (``orchestration.run``), whose events are plain data.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.markup import escape
from rich.status import Status

from mkt_pipeline.cli.console import Output, in_language

if TYPE_CHECKING:
    from mkt_pipeline.orchestration.run import RunEvent

SIGNS = {"step_finished": "[green]✓[/]", "step_failed": "[red]✗[/]", "step_skipped": "[dim]·[/]"}


class Progress:
    """Prints the events of one run to stderr; a context manager, so that the live line always goes away."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._title = ""
        self._live: Status | None = None

    def __enter__(self) -> Self:
        if self._out.talks and self._out.stderr.is_terminal:
            self._live = self._out.stderr.status("…")
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, event: RunEvent) -> None:
        """Tell of one event."""
        text = escape(in_language(event.text, self._out.language))
        if event.kind in SIGNS:
            seconds = f"  [dim]{event.seconds:.1f} s[/]" if event.seconds is not None else ""
            title = escape(in_language(event.title, self._out.language))
            self._print(f"{SIGNS[event.kind]} [bold]{title}[/]  {text}{seconds}")
        elif event.kind == "step_started":
            self._title = escape(in_language(event.title, self._out.language))
            if self._live is None:
                self._print(f"… {self._title}")
            else:
                self._live.update(self._title)
        elif event.kind == "note" and self._live is not None:
            self._live.update(f"{self._title}  [dim]{text}[/]")

    def _print(self, markup: str) -> None:
        if self._out.talks:
            self._out.stderr.print(markup)
