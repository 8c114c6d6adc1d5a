"""What the command says, in English and Chinese.

What is here: short phrases, one key each. What is not: errors (each room words its own) and help texts,
which are English and documented in both READMEs.
"""

from __future__ import annotations

import os

PHRASES: dict[str, tuple[str, str]] = {
    "expected": ("expected", "期望"),
    "fix": ("fix", "处理"),
    "next": ("Next", "下一步"),
    "stopped": ("Stopped. Nothing is half done.", "已停止，不会留下半成品。"),
    "again": ("Run the same command again to go on.", "再次执行同一命令即可继续。"),
    "file": ("file", "文件"),
    "platform": ("platform", "平台"),
    "report": ("report", "报表"),
    "dataset": ("dataset", "数据集"),
    "encoding": ("encoding", "编码"),
    "header_line": ("header line", "表头行"),
    "rows": ("rows", "行数"),
    "rejected": ("rejected", "拒收"),
    "period": ("period", "日期范围"),
    "account": ("account", "账户"),
    "currency": ("currency", "币种"),
    "totals": ("totals", "合计"),
    "control_totals": ("totals in the file", "文件自带合计"),
    "unmapped_columns": ("unknown columns", "未识别列"),
    "warnings": ("warnings", "提醒"),
    "level": ("level", "层级"),
    "rows_shown": (
        "The first {shown} rows; --format csv gives all.",
        "仅显示前 {shown} 行；--format csv 输出全部。",
    ),
    "table": ("table", "表"),
    "column": ("column", "列"),
    "type": ("type", "类型"),
    "meaning": ("meaning", "含义"),
    "template": ("template", "模板"),
    "definition": ("definition", "定义"),
    "formula": ("formula", "公式"),
    "unit": ("unit", "单位"),
    "unit_count": ("count", "个数"),
    "unit_money": ("money, reporting currency", "金额，报告币种"),
    "unit_ratio": ("ratio, a fraction", "比率，小数"),
    "unit_days": ("days", "天"),
    "better": ("better", "方向"),
    "better_up": ("more is better", "越高越好"),
    "better_down": ("less is better", "越低越好"),
    "better_band": ("within a range", "在区间内为好"),
    "adds_up": ("adds up", "可加性"),
    "adds_up_additive": ("yes: over days, channels and campaigns", "可以：跨日期、渠道与活动相加"),
    "adds_up_ratio": ("no: recompute it from its sums", "不可：用汇总后的分子、分母重算"),
    "adds_up_non_additive": ("not over platforms or channels", "不可跨平台、跨渠道相加"),
    "beware": ("beware", "注意"),
    "stands_in": ("stands in", "所在表"),
    "measures_in": ("its measures", "分子分母"),
    "facts_in": ("summed from", "汇总自"),
    "measure": ("measure", "度量"),
    "could_report": ("could be reported by", "还可由这些平台提供"),
    "value": ("value", "数值"),
    "by_channel": ("by channel", "分渠道"),
    "immature": ("not complete yet", "尚未收齐占比"),
    "days_with_numbers": ("{first} – {last}, {days} days with numbers", "{first} – {last}，{days} 天有数"),
    "conversion_basis": ("conversions from", "转化来源"),
    "basis_web": ("web analytics", "网站分析"),
    "basis_platform": ("the platform's own claim", "平台自报"),
    "archive": ("archive", "存档"),
    "untraced": (
        "{total} of {measure} stands in no file of its own: shared between campaigns by weight, or day "
        "totals of a shop beyond its orders.",
        "{measure} 中有 {total} 不对应单个文件：按权重在活动间分摊，或店铺日合计超出订单的部分。",
    ),
    "no_value": ("{campaign} has no value of this metric.", "{campaign} 没有这个指标的数值。"),
    "exporting": ("Writing the tables", "正在写出各表"),
    "exported": ("{count} files in {path}", "{count} 个文件，位于 {path}"),
    "query": ("query", "查询"),
    "question": ("question", "问题"),
    "starter_hint": (
        "mkt sql NAME answers one; mkt sql --show NAME prints its SQL, to copy and change.",
        "mkt sql 名称 可直接回答；mkt sql --show 名称 输出其 SQL，可复制修改。",
    ),
    "landed": ("landed", "已入库"),
    "duplicate": ("already landed", "已入库过"),
    "quarantined": ("quarantined", "已隔离"),
    "waiting": ("waiting", "等待中"),
    "on_track": ("on track", "进度正常"),
    "at_risk": ("at risk", "有风险"),
    "off_track": ("off track", "已偏离"),
    "no_verdict": ("no verdict", "无法判断"),
    "nothing_to_land": (
        "The inbox is empty: drop exports into {inbox}",
        "收件箱是空的：请把平台导出的文件放进 {inbox}",
    ),
    "landing_done": (
        "{landed} landed, {duplicate} already landed, {quarantined} quarantined, {waiting} waiting",
        "入库 {landed} 个，重复 {duplicate} 个，隔离 {quarantined} 个，等待 {waiting} 个",
    ),
    "fetched": ("fetched", "已拉取"),
    "unchanged": ("nothing new", "无新内容"),
    "pull_failed": ("not fetched", "拉取失败"),
    "no_sources": ("{path} names no sources to fetch.", "{path} 中没有配置要拉取的来源。"),
    "rejected_rows": ("{rows} rows rejected", "拒收 {rows} 行"),
    "run_current": (
        "Nothing is new: the published numbers and the reports are current.",
        "没有新内容：已发布的数据和报告都是最新的。",
    ),
    "run_done": ("Done in {seconds} s.", "完成，用时 {seconds} 秒。"),
    "run_failed": (
        "The run stopped. What was published before is still in place.",
        "运行中止；此前发布的数据原样保留。",
    ),
    "published": ("published {path}", "已发布 {path}"),
    "reports_written": ("{count} reports in {path}", "{count} 份报告，位于 {path}"),
    "no_campaigns": ("There is no campaign to report on yet.", "还没有可以报告的营销活动。"),
    "demo_made": ("The demo company is in {path}", "演示公司已写入 {path}"),
    "demo_kept": ("The demo company in {path} is kept as it is.", "沿用 {path} 中现有的演示公司。"),
    "made": ("made", "新建"),
    "kept": ("kept", "保留"),
    "ready": ("The workspace {path} is ready.", "工作区 {path} 已就绪。"),
    "writing_reports": ("Writing reports", "正在撰写报告"),
    "making_demo": ("Writing the demo company's exports", "正在生成演示公司的导出文件"),
    "ui_at": ("The Dagster UI is starting on {url}", "Dagster 界面正在启动：{url}"),
    "ui_stop": ("Ctrl-C stops it.", "按 Ctrl-C 停止。"),
    "channel": ("channel", "渠道"),
    "name": ("name", "名称"),
    "reports": ("reports", "报表数"),
    "languages": ("header languages", "表头语言"),
    "evidence": ("evidence", "依据"),
    "files": ("files", "文件数"),
    "first_day": ("first day", "最早日期"),
    "newest_day": ("newest day", "最新日期"),
    "evidence_legend": (
        "S seen in a real export, D documented by the vendor, R known from others' readers, U unverified",
        "S 见过真实导出，D 平台文档，R 他人读取程序，U 未验证",
    ),
    "one_platform": ("mkt sources PLATFORM lists its reports.", "mkt sources 平台编号 可查看其报表。"),
    "map_guessed": (
        "{known} of {all} columns guessed, for the dataset {dataset}.",
        "{all} 列中猜出 {known} 列，数据集 {dataset}。",
    ),
    "map_missing": ("to fill in", "需要补充"),
    "map_trouble": ("the file cannot be read with it yet", "按此条目还不能读取"),
    "map_reads": ("With it the file is read: {rows} rows, {days}", "按此条目可以读取：{rows} 行，{days}"),
    "map_check": ("check the guesses in {path}", "检查 {path} 中的猜测"),
    "map_unknown": ("No report fits; draft an entry", "没有匹配的报表；起草一个条目"),
    "anonymising": ("Writing the copy", "正在生成副本"),
    "anonymised": (
        "{names} names replaced, {numbers} columns of numbers scaled, {rows} rows.",
        "替换 {names} 个名称，缩放 {numbers} 列数字，共 {rows} 行。",
    ),
    "anonymised_look": (
        "Look at the copy before you share it: headers and free text may still say something.",
        "分享前请先看一眼副本：表头和说明文字仍可能透露信息。",
    ),
    "doctor_ok": ("All is well.", "一切正常。"),
    "doctor_bad": ("{count} to mend.", "有 {count} 项需要处理。"),
}


def say(word: str, language: str, **values: object) -> str:
    """The phrase in ``language`` (``zh``, else English) with its values filled in."""
    english, chinese = PHRASES[word]
    return (chinese if language == "zh" else english).format(**values)


def spoken_language() -> str:
    """The language of this terminal: ``zh`` for a Chinese locale, else ``en``."""
    locale = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "zh" if locale.lower().startswith("zh") else "en"
