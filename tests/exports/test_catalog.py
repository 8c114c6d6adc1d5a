"""The catalog itself: complete, free of doubt between platforms, and extensible with errors that name the place."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import pytest

from mkt_pipeline import lake
from mkt_pipeline.errors import ConfigError
from mkt_pipeline.exports import load_catalog
from mkt_pipeline.exports.catalog import CATALOG_DIR, NUMBER_KINDS, kind_of, usable_rules
from mkt_pipeline.plan.vocabulary import channel_ids

PLATFORMS = frozenset(
    [
        "activecampaign",
        "ahrefs",
        "amazon_ads",
        "baidu_ads",
        "baidu_search_resource",
        "baidu_tongji",
        "bilibili",
        "bing_webmaster",
        "brevo",
        "campaign_monitor",
        "constant_contact",
        "douyin",
        "ecb",
        "ga4",
        "google_ads",
        "google_keyword_planner",
        "google_search_console",
        "google_trends",
        "hubspot",
        "klaviyo",
        "linkedin_ads",
        "linkedin_pages",
        "mailchimp",
        "matomo",
        "meta_ads",
        "meta_business_suite",
        "microsoft_ads",
        "ocean_engine",
        "own_templates",
        "pinterest_ads",
        "qihoo_360_ads",
        "screaming_frog",
        "se_ranking",
        "semrush",
        "sendgrid",
        "shenma_ads",
        "shopify",
        "snapchat_ads",
        "sogou_ads",
        "spotify_ads",
        "sycm",
        "tiktok",
        "tiktok_ads",
        "wechat_channels",
        "wechat_official",
        "woocommerce",
        "x",
        "x_ads",
        "xiaohongshu",
        "youtube",
    ]
)


def test_platforms_and_channels() -> None:
    catalog = load_catalog()
    assert set(catalog.platforms) == PLATFORMS
    for platform in catalog:
        assert platform.channel in channel_ids()
        assert {"en", "zh"} <= set(platform.name)
        assert all(report.evidence for report in platform.reports)


def test_every_required_column_can_be_met_by_a_header() -> None:
    for platform in load_catalog():
        for report in platform.reports:
            rules = usable_rules(platform, report)
            targets = {target for rule in rules for target in (rule.split.into if rule.split else [rule.to])}
            targets |= {rule.breakdown for rule in rules if rule.breakdown}
            for choice in report.all:
                assert targets.intersection(choice.split("|")), (
                    f"{platform.platform}/{report.report}: {choice}"
                )


def test_every_rule_has_a_kind_its_column_can_hold() -> None:
    for platform in load_catalog():
        for report in platform.reports:
            dataset = lake.DATASETS.get(report.dataset or "")
            for rule in usable_rules(platform, report):
                kind = kind_of(rule, dataset)
                if dataset and rule.to in {column.name for column in dataset.columns}:
                    type_ = dataset.column(rule.to).type
                    assert (kind in NUMBER_KINDS) == (type_ in ("BIGINT", lake.MONEY, "DOUBLE")), rule.to


def test_no_vendor_stands_in_the_code() -> None:
    words = ("google", "meta_ads", "baidu", "mailchimp", "twitter", "facebook", "ga4", "百度")
    exports = CATALOG_DIR.parent
    for path in set(exports.rglob("*.py")) - {exports / "pull" / "recipes.py"}:
        text = path.read_text(encoding="utf-8").lower()
        assert not [word for word in words if word in text.replace("google / organic", "")], path.name


def test_version_changes_with_the_entry(workspace) -> None:
    shipped = load_catalog().platforms
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "x.yml").write_text("platform: x\nextends: true\nignored: [Mood]\n")
    mixed = load_catalog(workspace).platforms
    assert mixed["x"].version != shipped["x"].version
    assert mixed["ga4"].version == shipped["ga4"].version
    assert mixed["x"].is_ignored("mood") and mixed["x"].is_ignored("engagement rate")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("platform: [", "not valid YAML"),
        ("- a\n", "not a mapping"),
        ("platform: tea\n", "name"),
        ("platform: x\nextends: true\nmood: 1\n", "mood"),
        ("platform: x\nextends: true\nreports: [{report: a, level: a, dataset: nowhere, evidence: {}, all: []}]\n", "no dataset nowhere"),
        ("platform: x\nextends: true\nreports: [{report: a, level: a, dataset: social_post, evidence: {}, all: [], columns: [{to: moood, headers: [M]}]}]\n", "moood"),
        ("platform: x\nextends: true\ncolumns: [{to: likes}]\n", "needs headers"),
    ],
)  # fmt: skip
def test_an_invalid_entry_names_file_and_key(workspace, text: str, says: str) -> None:
    workspace.catalog_dir.mkdir()
    (workspace.catalog_dir / "mine.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="E-CFG-10") as caught:
        load_catalog(workspace)
    assert caught.value.where.endswith("mine.yml") and says in caught.value.found
