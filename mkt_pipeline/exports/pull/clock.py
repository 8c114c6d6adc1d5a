"""The time a pull lives by.

What is here: the machine's clock behind three methods, so that waits and limits are tested without
waiting. What is not: any wait.
"""

from __future__ import annotations

import datetime as dt
import time


class Clock:
    """The time, as the machine has it."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def now(self) -> dt.datetime:
        """The time of day, in UTC."""
        return dt.datetime.now(dt.UTC)
