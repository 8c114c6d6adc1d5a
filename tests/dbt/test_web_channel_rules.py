"""Every rule from source and medium to channel: what it is for, and what it must leave alone.

The groups that tools name themselves stand in ``test_web_marts.py``.
"""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from mkt_pipeline.workspace import dbt_project_dir

from .conftest import DbtProject

# rule → channel, pairs it decides. What a rule must leave alone stands at the rule that takes it.
RULES: dict[int, tuple[str, list[tuple[str, str | None]]]] = {
    10: ("email", [("google", "email"), ("newsletter", "e-mail"), ("crm", "EDM"), ("系统", "邮件")]),
    20: ("email", [
        ("email", "organic"), ("Klaviyo", "organic"), ("mailchimp", None), ("邮件", "(not set)"),
    ]),
    25: ("sms", [("postman", "SMS"), ("阿里云", "短信")]),
    26: ("sms", [("sms", None)]),
    30: ("paid_social", [("partner-x", "paid-social"), ("instagram", "paid_social"), ("任意", "付费社媒")]),
    32: ("affiliate", [("some-blog", "affiliate"), ("weibo", "cps"), ("某站", "联盟")]),
    33: ("affiliate", [("淘宝客", None), ("awin", "(not set)")]),
    34: ("kol", [("xiaohongshu", "kol"), ("抖音", "达人"), ("youtube", "influencer")]),
    36: ("shop_ads", [("直通车", None), ("万相台", "(not set)")]),
    38: ("paid_social", [
        ("广点通", None), ("gdt", "(not set)"), ("巨量引擎", "cpc"), ("e.qq.com", "referral"),
        ("oceanengine", "feed"),
    ]),
    40: ("paid_social", [
        ("facebook", "cpc"), ("fb", "paid"), ("tiktok", "cpc"), ("weibo", "cpc"), ("微博", "cpc"),
        ("抖音", "信息流"), ("小红书", "付费"), ("知乎", "cpc"), ("今日头条", "cpc"), ("B站", "cpm"),
        ("www.linkedin.com", "cpc"), ("wechat_ads", "paid"), ("youtube", "display"), ("微信广告", "ads"),
    ]),
    50: ("sem", [("unknown", "paid-search"), ("某站", "搜索推广")]),
    60: ("sem", [
        ("google", "cpc"), ("baidu", "CPC"), ("sogou", "ppc"), ("360", "cpc"), ("bing", "paid"),
        ("www.baidu.com", "cpc"), ("百度", "cpc"), ("搜狗", "竞价"), ("360搜索", "cpc"), ("神马", "cpc"),
        ("m.sm.cn", "cpc"), ("百度推广", "cpc"), ("google.com.hk", "cpc"),
    ]),
    62: ("sem", [("baidu-sem", None), ("google ads", "(not set)")]),
    64: ("shop_ads", [("taobao", "cpc"), ("京东", "cpc"), ("amazon.de", "display")]),
    70: ("display", [
        ("criteo", "retargeting"), ("news-site", "banner"), ("爱奇艺", "贴片"), ("partner-x", "cpc"),
    ]),
    75: ("referral", [
        ("chatgpt.com", None), ("perplexity.ai", "referral"), ("doubao.com", "referral"),
        ("chat.deepseek.com", "referral"), ("kimi.moonshot.cn", "referral"),
        ("gemini.google.com", "referral"), ("copilot.microsoft.com", "organic"), ("豆包", "(not set)"),
        ("yiyan.baidu.com", "referral"), ("yuanbao.tencent.com", "referral"),
    ]),
    80: ("organic_social", [("x", "social"), ("news", "social-network"), ("任意", "社媒")]),
    90: ("organic_social", [
        ("m.facebook.com", "referral"), ("t.co", "referral"), ("weibo.com", "referral"),
        ("微信", "(not set)"), ("mp.weixin.qq.com", "referral"), ("xiaohongshu.com", "referral"),
        ("www.douyin.com", "referral"), ("b站", None), ("bilibili.com", "referral"),
        ("zhuanlan.zhihu.com", "referral"), ("今日头条", "(not set)"), ("toutiao.com", "referral"),
        ("tieba.baidu.com", "referral"), ("youtube", "organic"), ("b23.tv", "referral"),
    ]),
    100: ("seo", [("google", "organic"), ("baidu", "organic"), ("某引擎", "自然搜索")]),
    110: ("seo", [
        ("www.baidu.com", "referral"), ("m.baidu.com", "referral"), ("so.com", "referral"),
        ("百度", None), ("搜狗", "(not set)"), ("m.sm.cn", "referral"), ("bing", "(not set)"),
        ("google.co.uk", "referral"),
    ]),
    120: ("referral", [
        ("blog.example", "referral"), ("mybaidu.example", "referral"),
        ("facebook-fans.example", "referral"), ("notchatgpt.example", "link"), ("某站", "外链"),
    ]),
    130: ("direct", [("(direct)", "(none)"), ("直接访问", None)]),
    999: ("other", [
        ("google.evil.example", None), ("emailer", "push"), ("partner", "campaign"), ("手淘搜索", None),
        ("kolmar", "unknown"), ("smsc", None),
    ]),
}  # fmt: skip


@pytest.fixture(scope="module")
def decided(dbt_project: DbtProject) -> dict[tuple[str, str], tuple[int, str, str]]:
    """Source and medium → number of the rule, channel and version."""
    day = dt.date(2026, 6, 2)
    dbt_project.settings(as_of="2026-06-22")
    dbt_project.land("pairs.csv", [
        {"day": day, "source": source, "medium": medium, "sessions": 1}
        for _, pairs in RULES.values() for source, medium in pairs
    ], dataset="web_traffic", platform="ga4", account_id="site", level="source_medium")  # fmt: skip
    dbt_project.build("+int_traffic_channel")
    assert dbt_project.failures == {}
    return {
        (row["source"], row["medium"]): (row["rule_number"], row["channel_id"], row["rule_version"])
        for row in dbt_project.query("select * from core.int_traffic_channel")
    }


@pytest.mark.parametrize("number", RULES)
def test_each_rule_decides_what_it_is_for(
    decided: dict[tuple[str, str], tuple[int, str, str]], number: int
) -> None:
    channel, pairs = RULES[number]
    found = {pair: decided[pair[0].lower(), (pair[1] or "(not set)").lower()][:2] for pair in pairs}
    assert found == {pair: (number, channel) for pair in pairs}


def test_every_rule_of_the_seed_is_tried_and_of_one_version(
    decided: dict[tuple[str, str], tuple[int, str, str]],
) -> None:
    path = dbt_project_dir() / "seeds" / "channel_rule.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rules = {int(row["rule_number"]): row["channel_id"] for row in csv.DictReader(file)}
    assert rules == {number: channel for number, (channel, _) in RULES.items()}
    assert {version for _, _, version in decided.values()} == {"2"}
