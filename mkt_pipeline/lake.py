"""The lake: which datasets there are, what their columns mean, where their Parquet files lie.

What is here: the one declaration of every dataset (canonical names, types, words), the paths, the in-memory
SQL engine that reads and writes Parquet, and atomic writes. What is not: reading exports (``exports/``),
plans (``plan/``), or the DuckDB files (``warehouse/``).

One landed export is one receipt in ``lake/landed_file/`` and one Parquet file per dataset it feeds, all named
after the ``file_id``. The receipt is renamed into place last: rows whose receipt is missing were never landed,
and staging does not read them. Every dataset also holds an empty ``contract.parquet`` with all its columns: a
landed file leaves out the columns it says nothing about, so readers unite files by column name, and a lake
without data can be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from mkt_pipeline.workspace import Workspace

Kind = Literal["provenance", "dimension", "attribute", "measure"]

MONEY = "DECIMAL(18,6)"
"""Money and fractional counts (conversions): exact, six places because connectors write micros."""
COUNT = "BIGINT"
TEXT = "VARCHAR"


@dataclass(frozen=True)
class Column:
    """One column: name, DuckDB type, role, and words ``中文 | English, unit``."""

    name: str
    type: str
    kind: Kind
    description: str


@dataclass(frozen=True)
class Dataset:
    """One canonical table of the lake."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measure columns, in order."""
        return tuple(column.name for column in self.columns if column.kind == "measure")

    def column(self, name: str) -> Column:
        """The column of that name; ``KeyError`` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _columns(kind: Kind, type_: str, **descriptions: str) -> tuple[Column, ...]:
    return tuple(Column(name, type_, kind, text) for name, text in descriptions.items())


PROVENANCE = (
    Column("file_id", TEXT, "provenance", "文件编号 | SHA-256 of the export's content"),
    Column(
        "part", TEXT, "provenance", "文件内部分 | member of an archive, sheet or block; empty for plain files"
    ),
    Column("row_number", COUNT, "provenance", "行号 | data row within the part, from 1"),
    Column("platform", TEXT, "provenance", "平台 | platform id of the catalog"),
    Column("report", TEXT, "provenance", "报表 | report id of the catalog"),
    Column(
        "exported_at",
        "TIMESTAMP",
        "provenance",
        "导出时间 | when the platform wrote the export, UTC or as written",
    ),
    Column("level", TEXT, "dimension", "层级 | what one row is about: campaign, keyword, property, post …"),
    Column("period_start", "DATE", "dimension", "起始日 | first day the row covers, account time"),
    Column(
        "period_end",
        "DATE",
        "dimension",
        "结束日 | last day the row covers; equals period_start for daily rows",
    ),
    Column(
        "account_id",
        TEXT,
        "dimension",
        "账户编号 | account, property or page; null where the export does not say",
    ),
    Column("account_name", TEXT, "attribute", "账户名称 | account name"),
    Column(
        "account_timezone", TEXT, "attribute", "账户时区 | IANA time zone of the account's days, if known"
    ),
    Column("currency_code", TEXT, "attribute", "币种 | ISO 4217 currency of the money columns, if known"),
)
EXTRA = (
    Column(
        "extra", TEXT, "attribute", "其他列 | JSON object of the columns the catalog does not know, as text"
    ),
)

AD_MEASURES = (
    *_columns(
        "measure", COUNT,
        impressions="展现量 | times shown",
        clicks="点击量 | clicks on the ad that lead to the destination (link clicks on social platforms)",
        clicks_all="全部点击 | all clicks, social reactions and profile clicks included",
        interactions="互动次数 | the platform's own mix of clicks, views and engagements; never clicks",
        reach="触达人数 | distinct people; never summed",
        video_views="视频播放量 | video views as the platform counts them",
        landing_page_views="落地页浏览 | landing page views",
        engagements="互动量 | post engagements",
    ),
    Column("spend", MONEY, "measure", "消耗 | media cost, currency of the row"),
    *_columns(
        "measure", MONEY,
        conversions="转化数 | conversions the platform claims; may be fractional",
        conversion_value="转化价值 | value the platform claims, currency of the row",
        view_through_conversions="浏览转化 | conversions after a view without a click",
    ),
    Column("frequency", "DOUBLE", "measure", "触达频次 | impressions per person; never summed"),
)  # fmt: skip


def _export_dataset(name: str, description: str, *columns: Column) -> Dataset:
    return Dataset(name, description, (*PROVENANCE, *columns, *EXTRA))


EXPORT_DATASETS = (
    _export_dataset(
        "ad_performance",
        "付费广告表现 | one row per day or period, entity and breakdown of a paid platform",
        *_columns(
            "dimension", TEXT,
            campaign_id="广告系列编号 | campaign id", campaign_name="广告系列 | campaign name",
            ad_group_id="广告组编号 | ad group or ad set id", ad_group_name="广告组 | ad group or ad set name",
            ad_id="广告编号 | ad id", ad_name="广告 | ad or creative name",
            keyword_id="关键词编号 | keyword id", keyword="关键词 | keyword text without match signs",
            match_type="匹配方式 | match type, as written", search_term="搜索词 | what the person typed",
            landing_url="落地页 | final URL",
            breakdown_type="细分类型 | device, network, geo, age, gender, placement, hour; null for totals",
            breakdown_value="细分值 | value of the breakdown",
        ),
        *_columns(
            "attribute", TEXT,
            campaign_status="广告系列状态 | campaign status", campaign_type="广告系列类型 | campaign type",
            entity_status="状态 | status of the ad group, ad or keyword",
            search_term_status="搜索词状态 | whether the term is added or excluded",
            attribution_setting="归因设置 | window the platform counted conversions with",
            result_type="成效类型 | what the platform's result column counts",
        ),
        *AD_MEASURES,
    ),
    _export_dataset(
        "search_performance",
        "自然搜索表现 | organic search: day or period × property and query, page, country or device",
        *_columns(
            "dimension", TEXT,
            property="站点 | site or property", search_type="搜索类型 | web, image, video, news, discover",
            query="搜索词 | search query", page="网页 | page URL", country="国家地区 | country as written",
            device="设备 | device as written", search_appearance="搜索结果呈现 | search appearance as written",
        ),
        Column("filters", TEXT, "attribute", "过滤条件 | JSON of the filters set at export, beyond type and date"),
        *_columns("measure", COUNT, impressions="展现量 | impressions", clicks="点击量 | organic clicks"),
        Column("position", "DOUBLE", "measure", "平均排名 | average position; weight by impressions"),
    ),
    _export_dataset(
        "search_coverage",
        "索引状态 | pages indexed and not indexed per day and property",
        Column("property", TEXT, "dimension", "站点 | site or property"),
        *_columns(
            "measure", COUNT,
            pages_indexed="已编入索引 | pages in the index; a state, not summed over days",
            pages_not_indexed="未编入索引 | pages known but not indexed; a state",
            impressions="展现量 | impressions",
        ),
    ),
    _export_dataset(
        "social_post",
        "社媒内容快照 | one row per post and snapshot; counters run from publication to the snapshot",
        Column("post_id", TEXT, "dimension", "内容编号 | post id as text"),
        *_columns(
            "attribute", TEXT, post_text="内容 | title or first words", post_url="链接 | permalink",
            post_type="类型 | format of the post",
        ),
        Column("published_at", "TIMESTAMP", "attribute", "发布时间 | time of publication, account time"),
        *_columns(
            "measure", COUNT,
            impressions="展现量 | impressions", views="浏览量 | views", video_views="视频播放量 | video views",
            media_views="媒体浏览量 | views of media in the post", reach="触达人数 | distinct people; never summed",
            engagements="互动量 | engagements", likes="点赞 | likes", comments="评论 | comments or replies",
            shares="分享 | shares", reposts="转发 | reposts", saves="收藏 | saves or bookmarks",
            follows="新增关注 | follows from the post", profile_visits="主页访问 | profile visits",
            link_clicks="链接点击 | clicks on a link", detail_expands="展开详情 | detail expands",
            hashtag_clicks="话题点击 | hashtag clicks", permalink_clicks="固定链接点击 | permalink clicks",
        ),
        Column("watch_time_seconds", "DOUBLE", "measure", "观看时长 | watch time, seconds"),
    ),
    _export_dataset(
        "social_account",
        "社媒账号日数据 | one row per account and day",
        *_columns(
            "measure", COUNT,
            impressions="展现量 | impressions", engagements="互动量 | engagements", likes="点赞 | likes",
            comments="评论 | comments or replies", shares="分享 | shares", reposts="转发 | reposts",
            saves="收藏 | saves or bookmarks", follows="新增关注 | new follows", unfollows="取消关注 | unfollows",
            profile_visits="主页访问 | profile visits", posts_published="发布数 | posts published",
            video_views="视频播放量 | video views", media_views="媒体浏览量 | media views",
            media_engagements="媒体互动 | media engagements", link_clicks="链接点击 | clicks on a link",
            detail_expands="展开详情 | detail expands", hashtag_clicks="话题点击 | hashtag clicks",
            permalink_clicks="固定链接点击 | permalink clicks", app_opens="应用打开 | app opens",
            app_installs="应用安装 | app installs",
        ),
    ),
    _export_dataset(
        "email_campaign",
        "邮件活动快照 | one row per mailing and snapshot; numbers grow for weeks",
        Column("mailing_id", TEXT, "dimension", "邮件编号 | mailing id; title and send time where there is none"),
        *_columns(
            "attribute", TEXT, mailing_name="邮件名称 | title", subject="主题 | subject line",
            audience="受众 | list or audience",
        ),
        Column("sent_at", "TIMESTAMP", "attribute", "发送时间 | time of sending, account time"),
        *_columns(
            "measure", COUNT,
            sends="发送数 | recipients", delivered="送达数 | sends less bounces",
            bounces_hard="硬退信 | hard bounces", bounces_soft="软退信 | soft bounces",
            bounces="退信 | all bounces", opens_unique="独立打开 | people who opened; inflated by mail privacy features",
            opens_total="总打开 | opens", clicks_unique="独立点击 | people who clicked", clicks_total="总点击 | clicks",
            unsubscribes="退订 | unsubscribes", complaints="投诉 | abuse complaints",
            forwards="转发 | times forwarded", forwarded_opens="转发打开 | forwarded opens", orders="订单数 | orders",
        ),
        Column("gross_sales", MONEY, "measure", "总销售额 | gross sales, currency of the row"),
        Column("revenue", MONEY, "measure", "收入 | revenue, currency of the row"),
    ),
    _export_dataset(
        "web_traffic",
        "网站流量 | day or period × source, medium, campaign, page or other dimension",
        *_columns(
            "dimension", TEXT,
            source="来源 | traffic source as written", medium="媒介 | traffic medium as written",
            utm_campaign="活动标记 | session campaign as written", channel_group="默认渠道 | the tool's channel group",
            attribution_scope="归因范围 | session or first_user", landing_page="落地页 | landing page path",
            page_path="页面路径 | page path", page_title="页面标题 | page title", country="国家地区 | country",
            city="城市 | city", event_name="事件 | event name", audience="受众 | audience or comparison name",
        ),
        *_columns(
            "measure", COUNT,
            sessions="访问次数 | sessions", engaged_sessions="互动访问 | engaged sessions",
            users="用户数 | active users; never summed", new_users="新用户 | new users",
            pageviews="浏览量 | page or screen views", event_count="事件数 | events",
        ),
        Column("conversions", MONEY, "measure", "关键事件 | key events"),
        Column("conversion_value", MONEY, "measure", "收入 | total revenue, currency of the property"),
    ),
)  # fmt: skip

FILE_DATASETS = (
    Dataset(
        "platform",
        "平台 | one row per platform of the catalog",
        (
            Column("platform", TEXT, "dimension", "平台 | platform id"),
            *_columns(
                "attribute", TEXT, name_en="英文名 | English name", name_zh="中文名 | Chinese name",
                channel_id="渠道 | channel the platform's own numbers belong to",
            ),
            Column("conversion_lag_days", COUNT, "attribute", "转化滞后 | days until conversions are complete, unless set"),
            Column("freshness_days", COUNT, "attribute", "更新期限 | newest day may be this many days before the report date"),
        ),
    ),
    Dataset(
        "landed_file",
        "已入库文件 | the receipt of each landed export, dataset and part",
        (
            Column("file_id", TEXT, "dimension", "文件编号 | SHA-256 of the export's content"),
            Column("dataset", TEXT, "dimension", "数据集 | dataset the part feeds; null for parts that carry no rows"),
            Column("part", TEXT, "dimension", "文件内部分 | member, sheet or block; empty for plain files"),
            *_columns(
                "attribute", TEXT,
                platform="平台 | platform id", report="报表 | report id", level="层级 | level of the rows",
                file_name="文件名 | name as dropped", archive_path="存档 | path below the workspace",
                encoding="编码 | encoding read", delimiter="分隔符 | delimiter, or xlsx",
                header_fingerprint="表头指纹 | hash of the normalised header",
                catalog_version="目录版本 | hash of the catalog entry that read it",
                totals="落地合计 | JSON object: canonical measure to landed sum",
                control_totals="对照合计 | JSON object: canonical measure to the file's own totals row",
                unmapped_columns="未识别列 | JSON list of headers kept in extra",
                warnings="提醒 | JSON list of texts",
                rejects="拒收行 | JSON list of line, column, value and reason; the first 100",
            ),
            *_columns(
                "attribute", COUNT,
                bytes="字节数 | size", header_line="表头行 | line of the header, from 1",
                row_count="行数 | rows landed", rejected_count="拒收行数 | rows rejected",
                totals_row_count="合计行数 | platform-written totals rows left out",
            ),
            Column("date_from", "DATE", "attribute", "起始日 | first day covered"),
            Column("date_to", "DATE", "attribute", "结束日 | last day covered"),
            Column("is_daily", "BOOLEAN", "attribute", "是否逐日 | whether rows are daily"),
            Column("exported_at", "TIMESTAMP", "attribute", "导出时间 | when the platform wrote it"),
            Column("landed_at", "TIMESTAMP", "attribute", "入库时间 | when it landed, UTC"),
        ),
    ),
    Dataset(
        "quarantined_file",
        "隔离文件 | files that were refused, with the reason and the fix",
        (
            Column("file_id", TEXT, "dimension", "文件编号 | SHA-256 of the content"),
            *_columns(
                "attribute", TEXT,
                file_name="文件名 | name as dropped", quarantine_path="位置 | path below the workspace",
                code="错误码 | error code", place="位置 | line and column", found="发现 | what was found",
                expected="期望 | what was expected", fix="处理办法 | what to do", platform="平台 | nearest platform, if any",
            ),
            Column("bytes", COUNT, "attribute", "字节数 | size"),
            Column("quarantined_at", "TIMESTAMP", "attribute", "隔离时间 | UTC"),
        ),
    ),
)  # fmt: skip

_CAMPAIGN_KEY = Column("marketing_campaign_id", TEXT, "dimension", "营销活动编号 | id of the plan")

PLAN_DATASETS = (
    Dataset(
        "workspace_setting",
        "工作区设置 | one row: the settings models need",
        (
            *_columns(
                "attribute", TEXT, workspace_name="工作区 | name", reporting_currency="报告币种 | ISO 4217",
                timezone="时区 | IANA time zone",
            ),
            Column("as_of", "DATE", "attribute", "报告日 | the day reports are made for"),
        ),
    ),
    Dataset(
        "account_setting",
        "账户设置 | what exports do not say about an account",
        (
            *_columns(
                "dimension", TEXT, platform="平台 | platform id",
                account_id="账户编号 | account id; null for all accounts of the platform",
            ),
            *_columns(
                "attribute", TEXT, account_name="账户名称 | name", currency_code="币种 | ISO 4217",
                timezone="时区 | IANA time zone",
            ),
            Column("conversion_lag_days", COUNT, "attribute", "转化滞后 | days until conversions are complete"),
        ),
    ),
    Dataset(
        "fx_rate",
        "汇率 | one row per day and currency pair",
        (
            Column("rate_date", "DATE", "dimension", "日期 | day of the rate"),
            Column("from_currency", TEXT, "dimension", "原币 | ISO 4217"),
            Column("to_currency", TEXT, "dimension", "目标币 | ISO 4217"),
            Column("rate", "DECIMAL(18,12)", "measure", "汇率 | units of to_currency for one from_currency"),
            Column("rate_source", TEXT, "attribute", "来源 | who published the rate"),
        ),
    ),
    Dataset(
        "plan_campaign",
        "营销活动计划 | one row per planned marketing campaign",
        (
            _CAMPAIGN_KEY,
            Column("plan_number", COUNT, "attribute", "计划序号 | from 1, in the order of the plan files; decides between plans that match the same thing"),
            *_columns(
                "attribute", TEXT, name_en="英文名 | English name", name_zh="中文名 | Chinese name",
                owner="负责人 | owner", currency_code="币种 | currency of budget and targets, ISO 4217",
            ),
            Column("start_date", "DATE", "attribute", "开始日 | first day"),
            Column("end_date", "DATE", "attribute", "结束日 | last day"),
            Column("budget", MONEY, "measure", "预算 | total budget, plan currency"),
            Column("gross_margin", "DECIMAL(9,6)", "attribute", "毛利率 | gross margin, fraction; null if not said"),
        ),
    ),
    Dataset(
        "plan_goal",
        "目标 | one row per campaign, channel and metric with a target",
        (
            _CAMPAIGN_KEY,
            Column("channel_id", TEXT, "dimension", "渠道 | channel id; (all) for the whole campaign"),
            Column("metric_id", TEXT, "dimension", "指标 | metric of the registry"),
            Column("goal_rank", COUNT, "attribute", "次序 | 1 is the primary goal"),
            Column("target", MONEY, "measure", "目标值 | target for the whole campaign, unit of the metric"),
            Column("band_low", MONEY, "measure", "下限 | lower bound, for metrics kept in a band"),
            Column("band_high", MONEY, "measure", "上限 | upper bound"),
        ),
    ),
    Dataset(
        "plan_channel",
        "渠道预算 | one row per campaign and channel",
        (
            _CAMPAIGN_KEY,
            Column("channel_id", TEXT, "dimension", "渠道 | channel id"),
            Column("budget", MONEY, "measure", "预算 | channel budget, plan currency"),
        ),
    ),
    Dataset(
        "plan_match",
        "匹配规则 | which platform campaigns, links, mailings, pages and posts belong to a campaign",
        (
            _CAMPAIGN_KEY,
            Column("rule_number", COUNT, "dimension", "规则序号 | from 1, in the order written; the first match wins"),
            *_columns(
                "attribute", TEXT,
                match_field="匹配字段 | campaign_id, campaign_name, utm_campaign, mailing_name, page, post_text",
                platform="平台 | platform the rule is limited to; null for all",
                like_pattern="匹配模式 | pattern for ILIKE with backslash as escape",
            ),
        ),
    ),
)  # fmt: skip

DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset for dataset in (*EXPORT_DATASETS, *FILE_DATASETS, *PLAN_DATASETS)
}

CONTRACT_FILE = "contract.parquet"


def folder(workspace: Workspace, dataset: str) -> Path:
    """The folder of a dataset. ``KeyError`` for a name that is not a dataset."""
    return workspace.lake / DATASETS[dataset].name


def engine(scratch: Path, memory_limit: str = "1GB") -> duckdb.DuckDBPyConnection:
    """An in-memory SQL engine for csv and Parquet, which spills to ``scratch`` beyond ``memory_limit``."""
    scratch.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(scratch),
            "preserve_insertion_order": "true",
        },
    )


def quote(text: str) -> str:
    """A SQL string literal, for the places where a value cannot be bound (COPY targets)."""
    return "'" + text.replace("'", "''") + "'"


def quote_identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def commit(temporary: Path, final: Path) -> None:
    """Rename a finished file into place so that a crash leaves the old or the new one, never a part."""
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(final)
    if os.name == "posix":
        directory = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def write_rows(
    workspace: Workspace, dataset: str, file_name: str, rows: Iterable[Mapping[str, Any]], *,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Path:  # fmt: skip
    """Write a small table of a dataset atomically and return its path.

    Columns a row does not name are null; a key that is no column of the dataset is a ``KeyError``. A caller
    that writes many tables passes its ``connection``; without one an engine is opened and closed.
    """
    declared = DATASETS[dataset].columns
    names = [column.name for column in declared]
    values: list[Sequence[Any]] = []
    for row in rows:
        unknown = row.keys() - set(names)
        if unknown:
            raise KeyError(f"{dataset} has no column {sorted(unknown)}")
        values.append([row.get(name) for name in names])
    target = folder(workspace, dataset) / file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    if connection is None:
        with engine(workspace.scratch) as own:
            _copy_rows(own, declared, values, temporary)
    else:
        _copy_rows(connection, declared, values, temporary)
    commit(temporary, target)
    return target


def _copy_rows(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    values: Sequence[Sequence[Any]],
    target: Path,
) -> None:
    definition = ", ".join(f"{quote_identifier(column.name)} {column.type}" for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE rows_to_write ({definition})")
    if values:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"INSERT INTO rows_to_write VALUES ({marks})", values)
    connection.execute(f"COPY rows_to_write TO {quote(str(target))} (FORMAT parquet)")
    connection.execute("DROP TABLE rows_to_write")


def ensure_contracts(workspace: Workspace) -> None:
    """Give every dataset its empty contract file, so that readers need no special case for an empty lake.

    The contract also carries the columns that files landed by an older release lack: it is written again when
    the declaration has changed.
    """
    with engine(workspace.scratch) as connection:
        for name, dataset in DATASETS.items():
            path = folder(workspace, name) / CONTRACT_FILE
            declared = [(column.name, column.type) for column in dataset.columns]
            if not path.exists() or _stored_columns(connection, path) != declared:
                write_rows(workspace, name, CONTRACT_FILE, [], connection=connection)


def _stored_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quote(str(path))})").fetchall()
    return [(name, type_) for name, type_, *_ in described]
