"""The order of tests: whole runs first, so that on several processes none of them is left for the end."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, everything else as it stands in the files."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
