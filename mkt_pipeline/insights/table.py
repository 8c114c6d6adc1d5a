"""The columns of ``mart.mart_action``: name, type, words ``中文 | English, unit``.

What is here: the declaration that the warehouse writes the table by. What is not: rows.
"""

from __future__ import annotations

ACTION_COMMENT = (
    "优化建议 | proposed actions with evidence, rule and expected effect; effects overlap, never add them"
)

_COLUMNS = {
    "action_id": ("VARCHAR", "建议编号 | id: R-yymmdd-n, report day and number"),
    "marketing_campaign_id": ("VARCHAR", "营销活动编号 | marketing campaign"),
    "channel_id": ("VARCHAR", "渠道 | channel"),
    "kind": ("VARCHAR", "类型 | negative_search_term, pause_keyword, budget_pace"),
    "object_type": ("VARCHAR", "对象类型 | what is to be changed: search term group, keyword, channel"),
    "object_name": ("VARCHAR", "对象 | its name"),
    "platform": ("VARCHAR", "平台 | platform id; null if it concerns several"),
    "platform_campaign_id": ("VARCHAR", "广告系列编号 | platform campaign; null if it concerns several"),
    "ad_group_name": ("VARCHAR", "广告组 | ad group; null if it concerns several"),
    "spend": ("DECIMAL(18,6)", "消耗 | spend of the object in the evidence window, reporting currency"),
    "clicks": ("DOUBLE", "点击量 | clicks of the object in the evidence window"),
    "conversions": (
        "DOUBLE",
        "转化数 | conversions of the object in the evidence window, as its platform claims",
    ),
    "evidence": ("VARCHAR", "证据 | JSON object: the numbers the rule was applied to"),
    "rule": ("VARCHAR", "规则 | JSON object: the rule, its thresholds and its formula"),
    "effect_low": ("DECIMAL(18,6)", "效果下限 | lower end of the 90 % range, effect_unit"),
    "effect_expected": ("DECIMAL(18,6)", "预期效果 | expected effect over effect_period_days, effect_unit"),
    "effect_high": ("DECIMAL(18,6)", "效果上限 | upper end of the 90 % range, effect_unit"),
    "effect_unit": ("VARCHAR", "效果单位 | ISO 4217 currency of the effect"),
    "effect_period_days": ("BIGINT", "效果周期 | days the effect is stated for"),
    "confidence": ("VARCHAR", "置信度 | high, medium, low"),
    "effort": ("VARCHAR", "工作量 | low, medium, high"),
    "owner": ("VARCHAR", "负责人 | owner of the campaign, from the plan"),
    "due_date": ("DATE", "截止日 | day by which it should be done"),
    "check_metric": ("VARCHAR", "验证指标 | metric by which the effect will be judged"),
    "check_date": ("DATE", "验证日 | day on which the effect can be judged"),
    "guard_metric": ("VARCHAR", "护栏指标 | metric that must not get worse"),
    "rank": ("BIGINT", "名次 | rank within the marketing campaign, from 1"),
}

ACTION_COLUMNS = tuple(_COLUMNS)
"""Columns of ``mart.mart_action``, in order."""

ACTION_TYPES = {name: type_ for name, (type_, _) in _COLUMNS.items()}
ACTION_WORDS = {name: words for name, (_, words) in _COLUMNS.items()}
