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
from typing import TYPE_CHECKING

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
]


def main() -> None:
    """Write every block."""
    for block in BLOCKS:
        if block.write():
            sys.stderr.write(f"{block} written\n")


if __name__ == "__main__":
    main()
