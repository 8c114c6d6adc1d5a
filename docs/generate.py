"""The generated parts of the documents: the command reference, the platforms, the metrics.

What is here: blocks between ``<!-- generated: NAME -->`` and ``<!-- end -->``, made from what the code says.
What is not: prose. `make docs` writes the blocks; a test fails when one is stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer.main
from typer.core import TyperGroup

ROOT = Path(__file__).parents[1]

COMMANDS_ZH = {
    "init": "建立工作区：设置、计划示例、收件箱；已有文件绝不覆盖",
    "doctor": "检查本机与工作区有什么问题，每个问题给出一个处理办法；不写任何文件",
    "demo": "生成演示公司的导出文件（默认在 `data/demo`）并跑完全部流程",
    "inspect": "查看文件会被如何识别：平台、报表、日期、合计；不写任何文件",
    "land": "把导出文件读入数据湖：原件存档；读不了的隔离，并写明原因和处理办法",
    "run": "完成所有待办：入库、计算、校验、发布、出报告；与定时任务是同一个作业",
    "report": "根据已发布的数据重写报告，输出报告路径；`--lang` 限定语言",
    "sql": "查询已发布的数据（只读，随时可用）",
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
    if option == "--help":
        return ""
    is_flag = getattr(parameter, "is_flag", False)
    return f"[{option}]" if is_flag else f"[{option} {_metavar(parameter, option)}]"


def _metavar(parameter: object, option: str) -> str:
    return str(getattr(parameter, "metavar", None) or option.removeprefix("--").upper())


def platforms(language: str) -> str:
    """Every platform and report that exports can be read of."""
    from mkt_pipeline.exports.catalog import load_catalog

    rows = []
    for platform in load_catalog(None):
        seen = dict.fromkeys(report.report for report in platform.reports if report.dataset)
        spoken = dict.fromkeys(tongue for report in platform.reports for tongue in report.evidence)
        rows.append(
            (
                platform.name[language],
                f"`{platform.platform}`",
                f"`{platform.channel}`",
                ", ".join(seen),
                ", ".join(spoken),
            )
        )
    head = ("平台", "编号", "渠道", "报表", "表头语言") if language == "zh" else (
        "Platform", "Id", "Channel", "Reports", "Header languages",
    )  # fmt: skip
    return table(head, rows)


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


def export_errors() -> str:
    """What can be wrong with an export, from the one table of these codes."""
    from mkt_pipeline.exports.problems import problem_table

    return problem_table().strip()


BLOCKS = [
    Block("README.md", "commands", lambda: commands("en")),
    Block("README.zh-CN.md", "commands", lambda: commands("zh")),
    Block("README.md", "platforms", lambda: platforms("en")),
    Block("README.zh-CN.md", "platforms", lambda: platforms("zh")),
    Block("docs/errors.md", "exports", export_errors),
    Block("docs/metrics.md", "metrics", lambda: metrics("en")),
    Block("docs/metrics.md", "metrics-zh", lambda: metrics("zh")),
]


def main() -> None:
    """Write every block."""
    for block in BLOCKS:
        if block.write():
            sys.stderr.write(f"{block} written\n")


if __name__ == "__main__":
    main()
