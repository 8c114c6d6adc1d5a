"""The datasets of the lake: every canonical table, its columns, their types and their words.

What is here: the one declaration of what can lie in the lake; nothing else names these columns first. What is
not: paths, files and the SQL engine (:mod:`mkt_pipeline.lake`), how exports become rows (``exports/``).

``中文 | English, unit`` stands beside every column. A measure is additive unless its words say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
    is_additive: bool = True
    """Of measures: False for distinct people, averages and states, which are never summed."""
    in_currency: bool = False
    """Whether the value is an amount in the currency of the row; without a known currency it means nothing."""


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


def _dimensions(**descriptions: str) -> tuple[Column, ...]:
    return _columns("dimension", TEXT, **descriptions)


def _attributes(**descriptions: str) -> tuple[Column, ...]:
    return _columns("attribute", TEXT, **descriptions)


def _counts(**descriptions: str) -> tuple[Column, ...]:
    return _columns("measure", COUNT, **descriptions)


def _people(**descriptions: str) -> tuple[Column, ...]:
    """Counts of distinct people and of states: true for the row, never summed."""
    return tuple(
        Column(name, COUNT, "measure", text, is_additive=False) for name, text in descriptions.items()
    )


def _averages(**descriptions: str) -> tuple[Column, ...]:
    """Averages, shares and scores: true for the row, never summed."""
    return tuple(
        Column(name, "DOUBLE", "measure", text, is_additive=False) for name, text in descriptions.items()
    )


def _amounts(**descriptions: str) -> tuple[Column, ...]:
    """Money in the currency of the row."""
    return tuple(
        Column(name, MONEY, "measure", text, in_currency=True) for name, text in descriptions.items()
    )


def _moments(**descriptions: str) -> tuple[Column, ...]:
    return _columns("attribute", "TIMESTAMP", **descriptions)


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
    *_counts(
        impressions="展现量 | times shown",
        clicks="点击量 | clicks on the ad that lead to the destination (link clicks on social platforms)",
        clicks_all="全部点击 | all clicks, social reactions and profile clicks included",
        interactions="互动次数 | the platform's own mix of clicks, views and engagements; never clicks",
        video_views="视频播放量 | video views as the platform counts them",
        landing_page_views="落地页浏览 | landing page views",
        engagements="互动量 | post engagements",
        likes="点赞 | likes or reactions on the ad", comments="评论 | comments on the ad",
        shares="分享 | shares of the ad", saves="收藏 | saves of the ad", follows="新增关注 | follows from the ad",
    ),
    *_people(reach="触达人数 | distinct people; never summed"),
    *_amounts(spend="消耗 | media cost, currency of the row"),
    *_columns("measure", MONEY, conversions="转化数 | conversions the platform claims; may be fractional"),
    *_amounts(conversion_value="转化价值 | value the platform claims, currency of the row"),
    *_columns(
        "measure", MONEY,
        view_through_conversions="浏览转化 | conversions after a view without a click",
        leads="线索数 | leads the platform claims; part of its conversions or beside them, never added",
    ),
    *_averages(
        frequency="触达频次 | impressions per person; never summed",
        search_impression_share="搜索展示份额 | share of eligible search impressions, fraction; null where the platform only gives a bound (kept in extra)",
    ),
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
            breakdown_type="细分类型 | device, network, geo, age, gender, placement, hour, day_of_week …; null for totals",
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
        "ad_conversion",
        "广告转化明细 | one row per day or period, entity, conversion action and window",
        *_dimensions(
            campaign_id="广告系列编号 | campaign id", campaign_name="广告系列 | campaign name",
            ad_group_id="广告组编号 | ad group or ad set id", ad_group_name="广告组 | ad group or ad set name",
            ad_id="广告编号 | ad id", ad_name="广告 | ad or creative name",
            keyword_id="关键词编号 | keyword id", keyword="关键词 | keyword text without match signs",
            conversion_action="转化动作 | action as the platform names it; actions overlap and are never added up",
            attribution_window="归因窗口 | such as 7d_click or 1d_view; null for the account's default",
        ),
        *_attributes(conversion_category="转化类别 | purchase, lead, sign-up … as written"),
        *_columns("measure", MONEY, conversions="转化数 | conversions; may be fractional"),
        *_amounts(conversion_value="转化价值 | value the platform claims, currency of the row"),
        *_columns("measure", MONEY,
                  view_through_conversions="浏览转化 | conversions after a view without a click"),
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
        Column("is_anonymized", "BOOLEAN", "attribute", "是否匿名搜索词 | whether the row sums queries that are not disclosed"),
        *_counts(impressions="展现量 | impressions", clicks="点击量 | organic clicks"),
        *_averages(position="平均排名 | average position, from 1; weight by impressions"),
        Column("position_sum", "DOUBLE", "measure", "排名总和 | sum over impressions of the zero-based position; position = position_sum ÷ impressions + 1"),
    ),
    _export_dataset(
        "search_coverage",
        "索引状态 | pages indexed and not indexed per day and property",
        Column("property", TEXT, "dimension", "站点 | site or property"),
        *_people(
            pages_indexed="已编入索引 | pages in the index; a state, not summed over days",
            pages_not_indexed="未编入索引 | pages known but not indexed; a state",
        ),
        *_counts(impressions="展现量 | impressions"),
    ),
    _export_dataset(
        "web_vitals",
        "网页体验 | pages by Core Web Vitals verdict per day and property",
        *_dimensions(property="站点 | site or property", device="设备 | device as written"),
        *_people(
            pages_good="良好网页 | pages rated good; a state",
            pages_need_improvement="待改进网页 | pages that need improvement; a state",
            pages_poor="较差网页 | pages rated poor; a state",
        ),
    ),
    _export_dataset(
        "search_citation",
        "AI 引用 | citations of the site's pages in answers of AI search, per day and property",
        *_dimensions(property="站点 | site or property", query="搜索词 | grounding query", page="网页 | page URL"),
        *_counts(citations="引用次数 | citations"),
        *_people(cited_pages="被引用网页 | distinct pages cited; never summed"),
    ),
    _export_dataset(
        "search_rank",
        "搜索排名快照 | one row per keyword, URL and snapshot of a rank tool; its volumes are estimates",
        *_dimensions(
            property="站点 | site or domain the rank is of", keyword="关键词 | keyword", url="网页 | ranking URL",
            search_engine="搜索引擎 | search engine or database", country="国家地区 | country as written",
            device="设备 | device as written",
        ),
        *_attributes(
            intents="搜索意图 | intents as written", serp_features="结果特征 | SERP features as written",
            tags="标签 | tags",
        ),
        *_averages(
            position="排名 | position from 1; null when not ranked", previous_position="上次排名 | position before",
            keyword_difficulty="难度 | 0–100, the tool's estimate",
            cpc_estimate="预估点击单价 | estimated cost per click, currency of the tool",
            competition="竞争度 | competitive density, fraction",
        ),
        *_people(
            search_volume="搜索量 | estimated searches a month; never added to measured clicks",
            results="结果数 | results the engine reports",
        ),
        *_columns("measure", "DOUBLE",
                  traffic_estimate="预估流量 | estimated visits a month",
                  previous_traffic_estimate="上次预估流量 | estimated visits a month before",
                  traffic_cost_estimate="流量价值 | what the estimated traffic would cost as ads, currency of the tool"),
    ),
    _export_dataset(
        "keyword_idea",
        "关键词建议 | one row per keyword idea and snapshot of a planning tool; volumes are estimates",
        *_dimensions(keyword="关键词 | keyword", country="国家地区 | country as written"),
        *_attributes(intents="搜索意图 | intents as written", serp_features="结果特征 | SERP features as written",
                     parent_topic="主题 | parent topic or group"),
        *_people(search_volume="搜索量 | estimated searches a month", results="结果数 | results the engine reports"),
        *_averages(
            keyword_difficulty="难度 | 0–100, the tool's estimate",
            cpc_estimate="预估点击单价 | estimated cost per click, currency of the tool",
            competition="竞争度 | competitive density as written",
            bid_low="低位出价 | top-of-page bid, low range", bid_high="高位出价 | top-of-page bid, high range",
            interest="搜索热度 | relative search interest",
        ),
    ),
    _export_dataset(
        "site_crawl",
        "站点抓取快照 | one row per URL and crawl; the state at the time of the crawl",
        *_dimensions(url="网页 | URL"),
        *_attributes(
            content_type="内容类型 | content type", status="状态 | HTTP status text",
            indexability="可索引 | indexable or not", indexability_status="不可索引原因 | why not indexable",
            title="标题 | title", meta_description="描述 | meta description", h1="一级标题 | first h1",
            meta_robots="机器人指令 | meta robots", canonical_url="规范网址 | canonical link",
            redirect_url="跳转网址 | redirect target", language="语言 | language",
        ),
        *_moments(crawled_at="抓取时间 | when the URL was crawled"),
        *_people(
            status_code="状态码 | HTTP status code", title_length="标题长度 | characters",
            meta_description_length="描述长度 | characters", h1_length="一级标题长度 | characters",
            crawl_depth="抓取深度 | clicks from the start page", size_bytes="大小 | bytes",
        ),
        *_counts(
            word_count="字数 | words", inlinks="内链数 | links to the URL", unique_inlinks="独立内链 | distinct pages linking to it",
            outlinks="出链数 | links on the page", external_outlinks="外部出链 | links to other sites",
        ),
        *_averages(response_seconds="响应时间 | seconds", link_score="链接得分 | the tool's score"),
    ),
    _export_dataset(
        "backlink",
        "外链快照 | one row per linking page or domain and snapshot",
        *_dimensions(
            source_url="来源网页 | linking page", source_domain="来源域名 | linking domain",
            target_url="目标网页 | linked page",
        ),
        *_attributes(anchor="锚文本 | anchor text", link_type="链接类型 | follow, nofollow … as written",
                     country="国家地区 | country as written"),
        *_moments(first_seen_at="首次发现 | first seen", last_seen_at="最近发现 | last seen or lost"),
        *_averages(domain_rating="域名评级 | the tool's score of the linking domain", url_rating="网页评级 | the tool's score of the linking page"),
        *_counts(links="链接数 | links from the domain or page"),
        *_columns("measure", "DOUBLE", traffic_estimate="预估流量 | estimated visits a month of the linking domain"),
    ),
    _export_dataset(
        "social_post",
        "社媒内容快照 | one row per post and snapshot; counters run from publication to the snapshot",
        *_dimensions(
            post_id="内容编号 | post id as text; title and moment of publication where there is none",
            network="网络 | network of the post where a platform serves several, such as facebook, instagram",
        ),
        *_attributes(post_text="内容 | title or first words", post_url="链接 | permalink",
                     post_type="类型 | format of the post"),
        *_moments(published_at="发布时间 | time of publication, account time"),
        *_counts(
            impressions="展现量 | impressions", views="浏览量 | views", video_views="视频播放量 | video views",
            media_views="媒体浏览量 | views of media in the post",
            engagements="互动量 | engagements", likes="点赞 | likes or reactions", comments="评论 | comments or replies",
            shares="分享 | shares", reposts="转发 | reposts", saves="收藏 | saves or bookmarks",
            follows="新增关注 | follows from the post", profile_visits="主页访问 | profile visits",
            link_clicks="链接点击 | clicks on a link", clicks_all="全部点击 | all clicks on the post",
            detail_expands="展开详情 | detail expands",
            hashtag_clicks="话题点击 | hashtag clicks", permalink_clicks="固定链接点击 | permalink clicks",
            danmaku="弹幕 | live comments on the video",
        ),
        *_people(reach="触达人数 | distinct people; never summed",
                 delivered="送达人数 | followers the article was sent to"),
        Column("watch_time_seconds", "DOUBLE", "measure", "观看时长 | watch time, seconds"),
        *_averages(
            duration_seconds="时长 | length of the video, seconds",
            average_view_seconds="平均观看时长 | average watch time of a view, seconds",
            completion_rate="完播率 | share of views to the end, fraction; as the platform says it",
        ),
        *_amounts(revenue="收益 | estimated earnings, currency of the row"),
    ),
    _export_dataset(
        "social_account",
        "社媒账号日数据 | one row per account and day",
        *_dimensions(network="网络 | network of the account where a platform serves several, such as facebook, instagram",
                     content_source="流量渠道 | where readers came from; null for all",
                     breakdown_type="细分类型 | geo, age, device, traffic_source …; null for totals",
                     breakdown_value="细分值 | value of the breakdown; its rows are never added to totals"),
        *_counts(
            impressions="展现量 | impressions", engagements="互动量 | engagements", likes="点赞 | likes or reactions",
            comments="评论 | comments or replies", shares="分享 | shares", reposts="转发 | reposts",
            saves="收藏 | saves or bookmarks", follows="新增关注 | new follows", unfollows="取消关注 | unfollows",
            profile_visits="主页访问 | profile visits", posts_published="发布数 | posts published",
            views="浏览量 | views", video_views="视频播放量 | video views", media_views="媒体浏览量 | media views",
            media_engagements="媒体互动 | media engagements", link_clicks="链接点击 | clicks on a link",
            clicks_all="全部点击 | all clicks",
            detail_expands="展开详情 | detail expands", hashtag_clicks="话题点击 | hashtag clicks",
            permalink_clicks="固定链接点击 | permalink clicks", app_opens="应用打开 | app opens",
            app_installs="应用安装 | app installs", leads="线索数 | leads",
        ),
        *_people(
            reach="触达人数 | distinct people; never summed", viewers="观看人数 | distinct viewers; never summed",
            followers="粉丝数 | followers at the end of the day; a state",
        ),
        Column("watch_time_seconds", "DOUBLE", "measure", "观看时长 | watch time, seconds"),
        *_amounts(revenue="收益 | estimated earnings, currency of the row"),
    ),
    _export_dataset(
        "email_campaign",
        "邮件活动快照 | one row per mailing and snapshot; numbers grow for weeks",
        *_dimensions(mailing_id="邮件编号 | mailing id; title and send time where there is none",
                     message_channel="发送渠道 | email, sms …; null means e-mail"),
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
        *_amounts(gross_sales="总销售额 | gross sales, currency of the row", revenue="收入 | revenue, currency of the row"),
    ),
    _export_dataset(
        "email_event",
        "邮件收件人事件 | one row per recipient and event; the address is stored only as a salted hash",
        *_dimensions(
            mailing_id="邮件编号 | mailing id", recipient_hash="收件人 | salted hash of the address; never the address",
            event_type="事件 | delivered, open, click, bounce, unsubscribe, complaint …", url="链接 | link clicked",
        ),
        *_attributes(mailing_name="邮件名称 | title", reason="原因 | reason of a bounce, as written"),
        *_moments(event_at="事件时间 | time of the event, account time"),
        *_counts(events="事件数 | how often; null means once"),
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
        *_dimensions(device="设备 | device as written", keyword="关键词 | search keyword as written",
                     breakdown_type="细分类型 | gender, age, browser, region, item …; null for totals",
                     breakdown_value="细分值 | value of the breakdown; its rows are never added to totals"),
        *_counts(
            sessions="访问次数 | sessions", engaged_sessions="互动访问 | engaged sessions",
            bounces="跳出访问 | sessions of one page",
            pageviews="浏览量 | page or screen views", event_count="事件数 | events",
        ),
        *_people(users="用户数 | active users; never summed", new_users="新用户 | new users; never summed",
                 ips="IP 数 | distinct IP addresses; never summed"),
        Column("visit_seconds", "DOUBLE", "measure", "访问时长 | time of all visits, seconds"),
        *_columns("measure", MONEY, conversions="关键事件 | key events or goals"),
        *_amounts(conversion_value="收入 | total revenue, currency of the property"),
    ),
    _export_dataset(
        "web_event",
        "网站事件 | one row per event of a web analytics export; people only as salted hashes",
        *_dimensions(
            event_name="事件 | event name", visitor_hash="访客 | salted hash of the tool's visitor id",
            session_id="会话 | session id within the visitor", source="来源 | traffic source as written",
            medium="媒介 | traffic medium as written", utm_campaign="活动标记 | campaign as written",
            utm_content="内容标记 | content as written", utm_term="词标记 | term as written",
            page_url="网页 | page location", device="设备 | device category", country="国家地区 | country",
            transaction_id="交易编号 | transaction id",
        ),
        *_attributes(click_id="点击编号 | click id of an ad platform", referrer="来源网址 | referrer",
                     hostname="主机名 | host name", stream_id="数据流 | stream"),
        *_moments(event_at="事件时间 | moment of the event, UTC"),
        *_counts(engagement_ms="互动毫秒 | engagement time, milliseconds"),
        *_amounts(conversion_value="收入 | purchase revenue, currency of the row",
                  refunds="退款 | refund value, currency of the row"),
    ),
    _export_dataset(
        "web_session",
        "网站会话 | one row per session; people only as salted hashes",
        *_dimensions(
            session_id="会话 | session id", visitor_hash="访客 | salted hash of the visitor id",
            source="来源 | traffic source as written", medium="媒介 | traffic medium as written",
            utm_campaign="活动标记 | campaign as written", utm_content="内容标记 | content as written",
            utm_term="词标记 | term as written", landing_page="落地页 | landing page", device="设备 | device category",
            country="国家地区 | country",
        ),
        *_moments(started_at="开始时间 | start of the session, property time"),
        *_counts(pageviews="浏览量 | page views", event_count="事件数 | events"),
        *_columns("measure", MONEY, conversions="关键事件 | key events"),
        *_amounts(conversion_value="收入 | revenue, currency of the row"),
    ),
    _export_dataset(
        "touchpoint",
        "触点 | one row per touch of a person with a channel, and per conversion; people only as salted hashes",
        *_dimensions(
            visitor_hash="访客 | salted hash of the person's id", touch_type="触点类型 | impression, click, visit, conversion …",
            source="来源 | traffic source", medium="媒介 | traffic medium", utm_campaign="活动标记 | campaign",
            channel_id="渠道 | channel id, if known", campaign_name="广告系列 | campaign name",
            order_id="订单编号 | order of a conversion",
        ),
        *_moments(touched_at="触点时间 | moment of the touch, account time"),
        *_columns("measure", MONEY, conversions="转化数 | conversions of the touch; null for touches"),
        *_amounts(conversion_value="转化价值 | value of the conversion, currency of the row",
                  touch_cost="触点成本 | cost of the touch, currency of the row"),
    ),
    _export_dataset(
        "conversion_path",
        "转化路径 | one row per path and period, with its conversions and value",
        *_dimensions(path="路径 | channels in order, parted by ' > '"),
        *_counts(path_length="路径长度 | touches"),
        *_columns("measure", MONEY, conversions="转化数 | conversions that took the path",
                  non_conversions="未转化数 | people who took the path and did not convert"),
        *_amounts(conversion_value="转化价值 | value, currency of the row"),
    ),
    _export_dataset(
        "order",
        "订单 | one row per order, or per day and period where the shop only gives totals",
        *_dimensions(
            order_id="订单编号 | order id; null in daily totals", customer_hash="顾客 | salted hash of the customer's address",
            coupon_code="优惠码 | discount code", source="来源 | order source as written", country="国家地区 | country",
        ),
        *_attributes(
            financial_status="付款状态 | payment status as written", fulfillment_status="发货状态 | fulfilment status as written",
            customer_type="顾客类型 | new or returning, as written", payment_method="支付方式 | payment method",
            tags="标签 | tags",
        ),
        *_moments(ordered_at="下单时间 | time of the order, shop time", paid_at="付款时间 | time of payment",
                  cancelled_at="取消时间 | time of cancellation"),
        *_counts(orders="订单数 | orders; null means one", units="件数 | items sold",
                 product_visitors="商品访客数 | visitors of the product pages; not summed over products",
                 pageviews="浏览量 | page views", add_to_carts="加购 | people or times added to cart"),
        *_people(buyers="买家数 | distinct buyers; never summed", customers="顾客数 | distinct customers; never summed"),
        *_amounts(
            gross_sales="商品总额 | price × quantity before discounts, currency of the row",
            discounts="折扣 | discounts", shipping="运费 | shipping charged", taxes="税费 | taxes",
            revenue="收入 | what the customer pays, currency of the row; refunds not deducted",
            net_sales="净销售额 | gross sales less discounts and returns", refunds="退款 | refunded, positive",
            cost_of_goods="商品成本 | cost of the goods",
        ),
    ),
    _export_dataset(
        "order_line",
        "订单明细 | one row per order line, or per product and period",
        *_dimensions(
            order_id="订单编号 | order id; null in product totals", product_id="商品编号 | product id",
            sku="SKU | stock keeping unit", product_name="商品 | product name", variant="规格 | variant",
            category="类目 | category", coupon_code="优惠码 | discount code",
        ),
        *_attributes(vendor="供应商 | vendor", product_status="商品状态 | status of the product"),
        *_moments(ordered_at="下单时间 | time of the order, shop time"),
        *_counts(units="件数 | items", orders="订单数 | orders that hold the product; not summed over products",
                 pageviews="浏览量 | product page views"),
        *_people(product_visitors="商品访客数 | distinct visitors; never summed", buyers="买家数 | distinct buyers; never summed",
                 add_to_carts="加购人数 | distinct people who added to cart; never summed",
                 favorites="收藏人数 | distinct people who saved the product; never summed"),
        Column("unit_price", MONEY, "measure", "单价 | price of one item, currency of the row", is_additive=False, in_currency=True),
        *_amounts(
            gross_sales="商品总额 | price × quantity", discounts="折扣 | discounts", revenue="收入 | what was paid for the line", net_sales="净销售额 | after discounts and returns",
            refunds="退款 | refunded, positive", taxes="税费 | taxes", cost_of_goods="商品成本 | cost of the goods",
        ),
    ),
    _export_dataset(
        "refund",
        "退款 | one row per refund",
        *_dimensions(order_id="订单编号 | order", refund_id="退款编号 | refund", sku="SKU | stock keeping unit"),
        *_attributes(reason="原因 | reason as written"),
        *_moments(refunded_at="退款时间 | time of the refund, shop time"),
        *_counts(units="件数 | items returned"),
        *_amounts(refunds="退款 | refunded, positive, currency of the row"),
    ),
    _export_dataset(
        "partner_deliverable",
        "合作内容 | one row per deliverable of a creator, media or event partner and snapshot",
        *_dimensions(
            partner_id="合作方编号 | partner id", deliverable_id="交付编号 | deliverable id; partner, network and date where there is none",
            network="平台 | network it was published on", campaign_name="活动 | marketing campaign as the team calls it",
            coupon_code="优惠码 | code given to the partner", utm_campaign="活动标记 | campaign of the partner's links",
        ),
        *_attributes(partner_name="合作方 | name", partner_type="类型 | kol, koc, media, event …", content_type="内容形式 | video, note, live …",
                     content_url="链接 | published content", status="状态 | agreed, delivered, published, cancelled"),
        *_moments(published_at="发布时间 | time of publication"),
        *_counts(impressions="曝光 | impressions", views="观看 | views", likes="点赞 | likes", comments="评论 | comments", shares="分享 | shares",
                 saves="收藏 | saves", link_clicks="链接点击 | clicks on the link", orders="订单数 | orders by code or link"),
        *_people(followers="粉丝数 | followers of the partner at publication", reach="触达人数 | distinct people; never summed"),
        *_amounts(fee="合作费 | fixed fee, currency of the row", product_cost="样品成本 | product and shipping given away",
                  revenue="带货收入 | revenue by code or link"),
    ),
    _export_dataset(
        "partner_commission",
        "合作佣金 | one row per day or period, partner and programme",
        *_dimensions(
            partner_id="合作方编号 | partner or publisher id", network="联盟平台 | affiliate network",
            campaign_name="活动 | programme or campaign", coupon_code="优惠码 | code", order_id="订单编号 | order, where rows are orders",
        ),
        *_attributes(partner_name="合作方 | name", status="状态 | pending, approved, rejected …"),
        *_counts(impressions="曝光 | impressions", clicks="点击 | clicks", orders="订单数 | orders"),
        *_amounts(revenue="订单金额 | revenue the commission is of, currency of the row", commission="佣金 | commission", network_fee="平台费 | fee of the network"),
    ),
    _export_dataset(
        "cost_item",
        "其他费用 | one row per cost without a platform: tools, offline media, agencies, production",
        *_dimensions(
            cost_id="费用编号 | id; vendor, category and date where there is none", channel_id="渠道 | channel id the cost belongs to",
            campaign_name="活动 | marketing campaign as the team calls it", category="费用类别 | tool, offline, agency, production …",
            vendor="供应商 | vendor",
        ),
        *_attributes(note="备注 | note", invoice_number="发票号 | invoice"),
        *_amounts(spend="费用 | cost, currency of the row"),
    ),
    _export_dataset(
        "content_item",
        "内容排期 | one row per planned or published piece of content",
        *_dimensions(content_id="内容编号 | id; title and planned date where there is none", channel_id="渠道 | channel id",
                     network="平台 | network or site", campaign_name="活动 | marketing campaign as the team calls it"),
        *_attributes(title="标题 | title", content_type="内容形式 | article, video, note …", owner="负责人 | owner", status="状态 | idea, draft, approved, published …",
                     content_url="链接 | published content"),
        *_moments(planned_at="计划时间 | planned time of publication", published_at="发布时间 | time of publication"),
        *_amounts(cost="制作费 | cost of production, currency of the row"),
    ),
    _export_dataset(
        "fx_quote",
        "汇率牌价 | one row per day and currency of a bank's reference rates",
        *_dimensions(base_currency="基准币 | ISO 4217 currency of which one unit is quoted",
                     quote_currency="报价币 | ISO 4217 currency it is quoted in"),
        Column("rate", MONEY, "measure", "牌价 | units of quote_currency for one base_currency; null where none was quoted", is_additive=False),
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
        "platform_measure",
        "平台度量 | one row per measure that the catalog can read of a platform, by dataset and level",
        (
            *_dimensions(platform="平台 | platform id", dataset="数据集 | dataset the reports feed", level="层级 | level of the rows",
                         measure="度量 | canonical measure"),
            Column("is_additive", "BOOLEAN", "attribute", "是否可加 | whether rows may be summed; false for distinct people, averages and states"),
            Column("reports", COUNT, "attribute", "报表数 | reports of that level that can state the measure, count"),
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
                header="表头 | JSON list of the headers as written",
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
        "匹配规则 | which platform campaigns, links, coupons, partners, mailings, pages and posts belong to a campaign",
        (
            _CAMPAIGN_KEY,
            Column("rule_number", COUNT, "dimension", "规则序号 | from 1, in the order written, which is the order they are asked in"),
            *_columns(
                "attribute", TEXT,
                match_field="匹配字段 | campaign_id, campaign_name, utm_campaign, utm_source, utm_content, coupon_code, partner_id, partner_name, mailing_id, mailing_name, page, post_id, post_url or post_text",
                platform="平台 | platform the rule is limited to; null for all",
                like_pattern="匹配模式 | pattern for ILIKE with backslash as escape",
            ),
            Column("weight", "DECIMAL(9,6)", "attribute", "权重 | share of what matches, above 0 and up to 1; null is 1: all that rules before it left"),
            Column("valid_from", "DATE", "attribute", "生效首日 | first day the rule holds; null is the plan's"),
            Column("valid_to", "DATE", "attribute", "生效末日 | last day the rule holds; null is the plan's"),
        ),
    ),
)  # fmt: skip

DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset for dataset in (*EXPORT_DATASETS, *FILE_DATASETS, *PLAN_DATASETS)
}
