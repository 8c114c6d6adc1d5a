"""The generated parts of the documents: the command reference, the platforms, the metrics, the marts.

What is here: blocks between ``<!-- generated: NAME -->`` and ``<!-- end -->``, made from what the code says.
What is not: prose. `make docs` writes the blocks; a test fails when one is stale.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main
from typer.core import TyperGroup

if TYPE_CHECKING:
    from mkt_pipeline.exports import PlatformSource

ROOT = Path(__file__).parents[1]

COMMANDS_ZH = {
    "init": "建立工作区：设置、计划示例、收件箱；已有文件绝不覆盖",
    "doctor": "检查本机与工作区有什么问题，每个问题给出一个处理办法；不写任何文件",
    "demo": "生成演示公司的导出文件（默认在 `data/demo`）并跑完全部流程",
    "inspect": "查看文件会被如何识别：平台、报表、日期、合计；不写任何文件",
    "sources": "列出可读取的平台与报表：表头语言、依据，以及本工作区已入库的数据",
    "map": "根据未识别文件的表头和取值起草目录条目，逐列说明猜测的理由",
    "anonymize": "生成可以给别人看的副本：格式不变，名称替换，金额与次数乘以同一个保密系数，合计仍然相符",
    "land": "把导出文件读入数据湖：原件存档；读不了的隔离，并写明原因和处理办法",
    "pull": "立即把 `mkt.yml` 中的来源拉取到收件箱；`mkt run` 每天会自动拉取一次",
    "template": "写出一张供手工填写的表：达人合作、佣金、其他费用、汇率、触点、内容排期；示例行不会入库",
    "run": "完成所有待办：入库、计算、校验、发布、出报告；与定时任务是同一个作业",
    "report": "根据已发布的数据重写报告，输出报告路径；`--lang` 限定语言",
    "sql": "查询已发布的数据（只读，随时可用）；`--list` 列出现成的问题，按名称即可回答",
    "explain": "说明一个指标：公式、易错点、所在的表、哪些平台提供；加 `--campaign` 给出数值及其来源文件",
    "export": "把已发布的表写成文件：Parquet、csv 或 xlsx，每表一个；默认写到工作区的 `export/`",
    "ui": "打开 Dagster 界面：资产图、运行记录、校验、定时与传感器",
}


@dataclass(frozen=True)
class Block:
    """One generated part of one document."""

    document: str
    name: str
    make: Callable[[], str]

    def __str__(self) -> str:
        return f"{self.document}:{self.name}"

    def read(self) -> str:
        """The block as the document has it. ``ValueError`` if it has none."""
        match = self._pattern.search(self._path.read_text("utf-8"))
        if match is None:
            raise ValueError(f"{self.document} has no block {self.name}")
        return match["body"].strip()

    def write(self) -> bool:
        """Put the block in place; whether anything changed."""
        old = self._path.read_text("utf-8")
        new = self._pattern.sub(lambda match: f"{match['head']}\n{self.make()}\n{match['tail']}", old)
        self._path.write_text(new, encoding="utf-8")
        return new != old

    @property
    def _path(self) -> Path:
        return ROOT / self.document

    @property
    def _pattern(self) -> re.Pattern[str]:
        head = re.escape(f"<!-- generated: {self.name} -->")
        return re.compile(rf"(?P<head>{head})\n(?P<body>.*?)\n?(?P<tail><!-- end -->)", re.DOTALL)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def commands(language: str) -> str:
    """Every command with its arguments and what it does."""
    from mkt_pipeline.cli.commands import app

    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    rows = []
    for name, command in root.commands.items():
        words = (
            COMMANDS_ZH[name]
            if language == "zh"
            else (command.help or "").split("\n\n")[0].replace("\n", " ")
        )
        rows.append((f"`mkt {' '.join((name, *map(_usage, command.params)))}`".replace(" `", "`"), words))
    return table(("命令", "作用") if language == "zh" else ("Command", "What it does"), rows)


def _usage(parameter: object) -> str:
    if getattr(parameter, "param_type_name", "") == "argument":
        name = getattr(parameter, "metavar", None) or str(getattr(parameter, "name", "")).upper()
        return name if getattr(parameter, "required", False) or name.startswith("[") else f"[{name}]"
    option = max(getattr(parameter, "opts", [""]), key=len)
    if option == "--help" or getattr(parameter, "hidden", False):
        return ""
    is_flag = getattr(parameter, "is_flag", False)
    return f"[{option}]" if is_flag else f"[{option} {_metavar(parameter, option)}]"


def _metavar(parameter: object, option: str) -> str:
    return str(getattr(parameter, "metavar", None) or option.removeprefix("--").upper())


def platforms(language: str) -> str:
    """Every platform that exports can be read of, by channel, with how well that is known."""
    chinese = language == "zh"
    rows = []
    for source in _by_channel():
        marks = [(_EVIDENCE_ZH[mark] if chinese else mark, count) for mark, count in source.evidence.items()]
        rows.append(
            (
                source.name[language], f"`{source.platform}`", f"`{source.channel}`",
                str(len(source.reports)), ", ".join(source.languages),
                ", ".join(f"{mark} {count}" for mark, count in marks),
            )
        )  # fmt: skip
    head = ("平台", "编号", "渠道", "报表数", "表头语言", "依据") if chinese else (
        "Platform", "Id", "Channel", "Reports", "Header languages", "Evidence",
    )  # fmt: skip
    legend = (
        "依据按报表计数：实见＝读过真实导出，文档＝平台文档，转述＝他人的程序或描述，"
        "未验证＝仅为预期。逐个报表见 [docs/platforms.md](docs/platforms.md)。"
        if chinese
        else "Evidence counts reports: seen in a real export, documented by the vendor, reported by others "
        "who read such exports, unverified. [docs/platforms.md](docs/platforms.md) lists every report."
    )
    return f"{table(head, rows)}\n\n{legend}"


_EVIDENCE_ZH = {"seen": "实见", "documented": "文档", "reported": "转述", "unverified": "未验证"}
_CHANNELS = ("sem", "paid_social", "seo", "organic_social", "email")


def _by_channel() -> list[PlatformSource]:
    from mkt_pipeline.exports import list_sources

    def order(source: PlatformSource) -> tuple[int, str, str]:
        place = _CHANNELS.index(source.channel) if source.channel in _CHANNELS else len(_CHANNELS)
        return place, source.channel, source.name["en"].casefold()

    return sorted(list_sources(), key=order)


def reports() -> str:
    """Every report of every platform: dataset, levels, header languages with their evidence."""
    parts = []
    for source in _by_channel():
        rows = [
            (
                f"`{report.report}`", f"`{report.dataset}`", ", ".join(report.levels),
                ", ".join(f"{language} {mark}" for language, mark in report.languages.items()),
            )
            for report in source.reports
        ]  # fmt: skip
        names = " · ".join(dict.fromkeys((source.name["en"], source.name["zh"])))
        parts += [
            f"### {names}", f"`{source.platform}`, channel `{source.channel}`",
            table(("Report", "Dataset", "One row is about", "Header languages"), rows),
        ]  # fmt: skip
    return "\n\n".join(parts)


def metrics(language: str) -> str:
    """The metric registry: id, name, formula, direction, meaning."""
    from mkt_pipeline.metrics import registry

    chinese = language == "zh"
    rows = [
        (
            f"`{metric.metric_id}`",
            metric.name_zh if chinese else metric.name_en,
            metric.direction,
            metric.definition_zh if chinese else metric.definition_en,
        )
        for metric in registry().values()
    ]
    head = ("编号", "名称", "方向", "口径") if chinese else ("Id", "Name", "Better", "Definition")
    return table(head, rows)


MART_SCHEMAS = ("mart", "metrics", "ops")
_MEASURE_WORDS = re.compile(
    r"\b(count|seconds|fraction)\b|\bcurrency$|currency[;,]|currency of the row|[÷Σ]|, days\b"
)


def marts() -> str:
    """Every published table: grain, columns with their role, tests, what one may ask it."""
    from mkt_pipeline.insights.table import ACTION_COMMENT, ACTION_WORDS
    from mkt_pipeline.warehouse import ops

    manifest = dbt_manifest()
    tests = _tests_by_model(manifest)
    described = [
        _Table(
            f"{node['schema']}.{node['name']}", node["description"],
            {name: column["description"] for name, column in node["columns"].items()}, tests[node["name"]],
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in MART_SCHEMAS
    ]  # fmt: skip
    described.append(_Table("mart.mart_action", ACTION_COMMENT, ACTION_WORDS, []))
    described += [
        _Table(f"{made.schema}.{made.name}", made.comment, {it.name: it.comment for it in made.columns}, [])
        for made in (ops.BUILD, ops.CHECK_RESULT)
    ]  # fmt: skip
    parts = []
    for schema in MART_SCHEMAS:
        parts.append(f"## Schema `{schema}`")
        ours = sorted((each for each in described if each.name.startswith(f"{schema}.")), key=str)
        parts += [part for each in ours for part in _mart(each)]
    return "\n\n".join(parts)


@dataclass(frozen=True)
class _Table:
    """A published table with its words ``中文 | English``, and the tests that judge it."""

    name: str
    words: str
    columns: Mapping[str, str]
    tests: list[dict[str, Any]]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> list[str]:
        """The columns that no two rows share."""
        return next((test["kwargs"]["columns"] for test in self.tests if test["generic"] == "unique_key"), [])


def _mart(shown: _Table) -> Iterator[str]:
    from mkt_pipeline.warehouse import questions_about

    chinese, english = halves(shown.words)
    yield f"### `{shown.name}` · {chinese}"
    yield f"{english}."
    if shown.key:
        yield f"Grain · 粒度: one row per {', '.join(f'`{column}`' for column in shown.key)}."
    rows = [
        (f"`{name}`", *halves(words), "key" if name in shown.key else _role(name, words))
        for name, words in shown.columns.items()
    ]
    yield table(("Column", "中文", "Meaning, unit, formula", "Role"), rows)
    if names := sorted({_test_name(test) for test in shown.tests}):
        yield f"Tests · 检查: {', '.join(names)}."
    for query in questions_about(shown.name):
        is_starter = query.name != shown.name
        words = f"{query.question['en']} {query.question['zh']}"
        yield f"- `mkt sql {query.name}`: {words}" if is_starter else f"{words}\n\n```sql\n{query.sql}\n```"


def halves(words: str) -> tuple[str, str]:
    """The two languages of ``中文 | English``."""
    chinese, _, english = words.partition(" | ")
    return chinese, english


def _role(name: str, words: str) -> str:
    """Whether a column is a number: measured by exports, or said to be one by its words."""
    from mkt_pipeline.datasets import DATASETS
    from mkt_pipeline.metrics import INPUTS

    if name.startswith("fx_") or name.endswith("currency_code"):
        return ""
    measured = name.removeprefix("cumulative_").removesuffix("_native")
    is_measure = measured in INPUTS or any(measured in dataset.measures for dataset in DATASETS.values())
    return "measure" if is_measure or _MEASURE_WORDS.search(halves(words)[1]) else ""


def _tests_by_model(manifest: Mapping[str, Any]) -> Mapping[str, list[dict[str, Any]]]:
    """Model → its tests. A test of several models belongs to the one it names."""
    tests: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        generic = node.get("test_metadata") or {}
        named = node["config"].get("meta", {}).get("dagster", {}).get("ref", {}).get("name")
        judged = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), "")
        tests[named or judged.rpartition(".")[2]].append(
            {
                "name": node["name"], "generic": generic.get("name"), "kwargs": generic.get("kwargs", {}),
                "column": node.get("column_name"), "is_warning": node["config"]["severity"].lower() == "warn",
            }
        )  # fmt: skip
    return tests


def _test_name(test: Mapping[str, Any]) -> str:
    """A name someone gave; for the others what they ask of which column. Those that only warn say so."""
    unnamed = {"unique_key", "relationships", "accepted_values", "money_is_converted", "not_null", "unique"}
    name = f"`{test['name']}`"
    if test["generic"] in unnamed and test["name"].startswith(test["generic"]):
        name = " of ".join([test["generic"], *([f"`{test['column']}`"] if test["column"] else [])])
    return f"{name} (warns)" if test["is_warning"] else name


@cache
def dbt_manifest() -> dict[str, Any]:
    """The manifest of the dbt project, parsed in ``build/docs`` whenever the project has changed."""
    from mkt_pipeline.warehouse.dbt import ensure_manifest
    from mkt_pipeline.workspace import Workspace

    workspace = Workspace(ROOT / "build" / "docs")
    manifest: dict[str, Any] = json.loads(ensure_manifest(workspace).read_text(encoding="utf-8"))
    return manifest


def export_errors() -> str:
    """What can be wrong with an export, from the one table of these codes."""
    from mkt_pipeline.exports.problems import problem_table

    return problem_table().strip()


BLOCKS = [
    Block("README.md", "commands", lambda: commands("en")),
    Block("README.zh-CN.md", "commands", lambda: commands("zh")),
    Block("README.md", "platforms", lambda: platforms("en")),
    Block("README.zh-CN.md", "platforms", lambda: platforms("zh")),
    Block("docs/platforms.md", "reports", reports),
    Block("docs/errors.md", "exports", export_errors),
    Block("docs/metrics.md", "metrics", lambda: metrics("en")),
    Block("docs/metrics.md", "metrics-zh", lambda: metrics("zh")),
    Block("docs/marts.md", "marts", marts),
]


def main() -> None:
    """Write every block."""
    for block in BLOCKS:
        if block.write():
            sys.stderr.write(f"{block} written\n")


if __name__ == "__main__":
    main()
