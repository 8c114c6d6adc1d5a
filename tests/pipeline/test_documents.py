"""The questions the documents show are asked of a real published file, so that none of them goes stale."""

import re
from pathlib import Path

import pytest

from mkt_pipeline import warehouse
from tests.pipeline.reading import Finished

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "README.zh-CN.md"]


def questions(document: str) -> list[str]:
    """Every SQL statement of a document: those in sql blocks, and those handed to `mkt sql`."""
    text = (ROOT / document).read_text("utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    return [
        *(statement for block in blocks for statement in block.split(";") if statement.strip()),
        *re.findall(r'mkt sql "([^"]+)"', text),
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_question_of_a_document_has_an_answer(finished: Finished, document: str) -> None:
    asked = questions(document)
    assert len(asked) >= 7
    for question in asked:
        answer = warehouse.run_sql(finished.workspace, question)
        assert answer.columns
        never_empty = "difference <> 0" not in question and "ops." not in question
        assert answer.rows or not never_empty, question


def test_both_languages_ask_the_same(finished: Finished) -> None:
    def bare(document: str) -> set[str]:
        return {re.sub(r"--.*", "", question).strip() for question in questions(document)}

    assert bare("README.md") == bare("README.zh-CN.md")
    described = re.findall(r"--describe (\S+)", (ROOT / "README.md").read_text("utf-8"))
    assert described
    for table in described:
        if "." in table:
            assert warehouse.describe(finished.workspace, table).columns
