"""Words of the project: all models and columns are described, the Chinese views follow the descriptions."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import DbtProject

READER_SCHEMAS = {"mart", "metrics"}


@pytest.fixture(scope="module")
def models(dbt_session: DbtProject) -> list[Any]:
    return [node for node in dbt_session.manifest.nodes.values() if node.resource_type == "model"]


def chinese(description: str) -> str:
    return description.split(" | ")[0].replace("（", "").replace("）", "")


def described_columns(model: Any) -> list[tuple[str, str]]:
    return [(column.name, column.description) for column in model.columns.values()]


def test_every_model_and_column_is_described_in_both_languages(models: list[Any]) -> None:
    plain = [
        f"{model.name}.{name}"
        for model in models
        for name, text in [
            ("", model.description),
            *described_columns(model),
        ]
        if not re.fullmatch(r"[^|]*[一-鿿][^|]* \| .*[A-Za-z].*", text, re.DOTALL)
    ]
    assert plain == []


def test_every_table_for_readers_has_a_chinese_view_named_by_its_description(models: list[Any]) -> None:
    views = {model.name: model.alias for model in models if model.schema == "zh"}
    tables = {
        f"zh_{model.name}": chinese(model.description) for model in models if model.schema in READER_SCHEMAS
    }
    assert views == tables


def test_chinese_names_are_plain_words_and_unique(models: list[Any]) -> None:
    for model in models:
        if model.schema in READER_SCHEMAS:
            names = [chinese(column.description) for column in model.columns.values()]
            assert len(set(names)) == len(names), model.name
            assert [name for name in names if not re.fullmatch(r"[一-鿿]\w*", name)] == [], model.name


def test_every_model_declares_a_key(dbt_session: DbtProject, models: list[Any]) -> None:
    """Views that only rename have the key of their model."""
    keyed = {
        test.attached_node
        for test in dbt_session.manifest.nodes.values()
        if getattr(getattr(test, "test_metadata", None), "name", None) == "unique_key"
    }
    assert {model.unique_id for model in models if model.schema != "zh"} <= keyed


def test_keys_have_one_chinese_name_everywhere(models: list[Any]) -> None:
    """Chinese views are joined by these names."""
    names: dict[str, set[str]] = {}
    for model in models:
        if model.schema in READER_SCHEMAS:
            for column, description in described_columns(model):
                if column.endswith("_id") or column in {"date_day", "platform", "period_start", "period_end"}:
                    names.setdefault(column, set()).add(chinese(description))
    assert {column: found for column, found in names.items() if len(found) > 1} == {}
