"""Tables that a team fills in by hand: what no platform exports.

What is here: the content of each template in English and Chinese, with words for every column. What is not: where
a template is written, and how a filled one is read; the catalog entry ``own_templates`` reads it as it stands.

Every template holds two rows that show how it is meant. Names and ids in them begin with ``example`` or 示例, and
such rows never land; the rates of the example rates lie so far back that no day asks for them.
"""

# ruff: noqa: E501  (each column stands with its words in two languages)

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_EXAMPLE: Mapping[Language, str] = {"en": "example: ", "zh": "示例："}


@dataclass(frozen=True)
class Field:
    """One column of a template."""

    header: Mapping[Language, str]
    words: Mapping[Language, str]
    """What to write into it, and in which form."""
    examples: tuple[Mapping[Language, str], Mapping[Language, str]]
    """The cells of the two example rows."""
    is_name: bool = False
    """Whether it names or identifies something: the cells of the example rows then say that they are examples."""
    is_required: bool = False

    def cell(self, row: int, language: Language) -> str:
        """The cell of an example row, from 0."""
        text = self.examples[row][language]
        return f"{_EXAMPLE[language]}{text}" if self.is_name and text else text


@dataclass(frozen=True)
class Template:
    """One table to fill in."""

    name: str
    file_name: str
    title: Mapping[Language, str]
    notes: Mapping[Language, str]
    """What a row is, and what becomes of the file."""
    fields: tuple[Field, ...]
    place: Literal["inbox", "workspace"] = "inbox"
    """Where the filled file is put: dropped like an export, or at the top of the workspace."""


def _field(
    en: str, zh: str, words_en: str, words_zh: str, first: str | tuple[str, str] = "", second: str | tuple[str, str] = "",
    *, name: bool = False, required: bool = False,
) -> Field:  # fmt: skip
    """A column; an example that differs between the languages is a pair (English, Chinese)."""
    examples = (_in_both(first), _in_both(second))
    return Field({"en": en, "zh": zh}, {"en": words_en, "zh": words_zh}, examples, name, required)


def _in_both(text: str | tuple[str, str]) -> Mapping[Language, str]:
    en, zh = (text, text) if isinstance(text, str) else text
    return {"en": en, "zh": zh}


_PARTNER = (
    _field("Partner ID", "合作方编号", "your id of the partner; stays the same over the years",
           "自编的合作方编号；长期不变", "P-001", "P-002", name=True),
    _field("Partner name", "合作方", "name of the partner", "合作方名称",
           ("Tea with Lin", "林的茶桌"), ("Hill House Weekly", "山居周刊"), name=True),
)  # fmt: skip
_CAMPAIGN = _field(
    "Campaign", "活动", "marketing campaign as the plan calls it; empty if it belongs to none",
    "营销活动名称，与计划一致；不属于任何活动则留空", ("Spring launch", "春季上新"), ("Spring launch", "春季上新"), name=True,
)  # fmt: skip
_COUPON = _field("Coupon code", "优惠码", "code given to the partner, if any", "给合作方的优惠码（如有）",
                 "LIN10", "", name=True)  # fmt: skip
_CURRENCY = _field("Currency", "币种", "of all amounts of the row: ISO 4217, such as CNY", "本行所有金额的币种，ISO 4217，如 CNY",
                   "CNY", "CNY", required=True)  # fmt: skip
_CHANNEL = _field(
    "Channel ID", "渠道编号", "channel of the reports: sem, paid_social, display, shop_ads, kol, affiliate, seo, email, sms, organic_social, other",
    "报告中的渠道：sem、paid_social、display、shop_ads、kol、affiliate、seo、email、sms、organic_social、other", "organic_social", "other", name=True,
)  # fmt: skip
_URL = _field("Content URL", "内容链接", "link to what was published", "已发布内容的链接",
              "https://example.com/p/1", "")  # fmt: skip
_FIRST_DAY = _field("First day", "起始日", "first day the row covers: YYYY-MM-DD", "本行覆盖的第一天：YYYY-MM-DD",
                    "2026-06-01", "2026-06-08", required=True)  # fmt: skip
_LAST_DAY = _field("Last day", "结束日", "last day the row covers: YYYY-MM-DD; amounts are spread evenly over the days",
                   "本行覆盖的最后一天：YYYY-MM-DD；金额按天平均分摊", "2026-06-07", "2026-06-14", required=True)  # fmt: skip

_ALL = (
    Template(
        "kol_deliverables", "kol_deliverables.csv",
        {"en": "Deliverables of creators and partners", "zh": "达人与合作方交付"},
        {"en": "One row per deliverable. Numbers run from publication to the data date; write a new file, or add rows, "
               "when you look again: the newest data date wins.",
         "zh": "每个交付内容一行。数据为自发布起至数据日期的累计值；再次查看时另存新文件或追加一行，以最新的数据日期为准。"},
        (
            _field("Deliverable ID", "交付编号", "your id of the deliverable; empty: partner, network and time of publication",
                   "自编的交付编号；留空则用合作方、平台和发布时间", "D-001", "D-002", name=True),
            *_PARTNER,
            _field("Partner type", "合作方类型", "kol, koc, media, event or your own word", "kol、koc、media、event，或自己的叫法",
                   "kol", "media"),
            _field("Network", "平台", "where it was published", "发布平台", ("video site", "视频平台"), ("website", "网站"), name=True),
            _field("Content type", "内容形式", "video, note, live, article …", "视频、图文、直播、文章……",
                   ("video", "视频"), ("article", "文章")),
            _URL,
            _field("Status", "状态", "agreed, delivered, published or cancelled", "已约定、已交付、已发布或已取消",
                   ("published", "已发布"), ("agreed", "已约定")),
            _field("Published at", "发布时间", "YYYY-MM-DD or YYYY-MM-DD HH:MM; empty until it is published",
                   "YYYY-MM-DD 或 YYYY-MM-DD HH:MM；未发布则留空", "2026-06-03 20:00", ""),
            _field("Data date", "数据日期", "day on which the numbers were read: YYYY-MM-DD", "读取数据的日期：YYYY-MM-DD",
                   "2026-06-10", "2026-06-10", required=True),
            _CAMPAIGN,
            _field("UTM campaign", "活动标记", "utm_campaign of the partner's links", "合作方链接中的 utm_campaign",
                   "spring-launch", "", name=True),
            _COUPON,
            _CURRENCY,
            _field("Fee", "合作费", "fixed fee, with tax as billed", "固定合作费，含税，按账单", "8000.00", "3000.00"),
            _field("Product cost", "样品成本", "product and shipping given away", "赠送的产品与运费", "199.00", ""),
            _field("Followers", "粉丝数", "followers of the partner at publication", "发布时的粉丝数", "120000", ""),
            _field("Impressions", "曝光", "impressions", "曝光次数", "300000", ""),
            _field("Views", "播放量", "views or reads", "播放或阅读次数", "85000", ""),
            _field("Reach", "触达人数", "distinct people, if known", "触达的不重复人数（如有）", "", ""),
            _field("Likes", "点赞", "likes", "点赞数", "4200", ""),
            _field("Comments", "评论", "comments", "评论数", "310", ""),
            _field("Shares", "分享", "shares", "分享数", "150", ""),
            _field("Saves", "收藏", "saves", "收藏数", "900", ""),
            _field("Link clicks", "链接点击", "clicks on the link", "链接点击数", "1300", ""),
            _field("Orders", "订单数", "orders by code or link", "通过优惠码或链接产生的订单数", "42", ""),
            _field("Revenue", "带货收入", "revenue by code or link", "通过优惠码或链接产生的收入", "12600.00", ""),
        ),
    ),
    Template(
        "commissions", "commissions.csv",
        {"en": "Commissions by order", "zh": "佣金明细（按订单）"},
        {"en": "One row per order or per partner and day, as creators, shops and affiliates are paid.",
         "zh": "每个订单或每个合作方每天一行，对应达人、店铺或联盟的结算。"},
        (
            _field("Date", "日期", "day of the order: YYYY-MM-DD", "下单日期：YYYY-MM-DD", "2026-06-03", "2026-06-04", required=True),
            *_PARTNER,
            _field("Affiliate network", "联盟平台", "network or shop that pays; empty if you pay yourself", "结算平台；自己结算则留空",
                   "", ("Partner Net", "某联盟"), name=True),
            _CAMPAIGN,
            _COUPON,
            _field("Order ID", "订单编号", "order the commission is for; empty for sums of a day", "佣金对应的订单；按天汇总则留空",
                   "1001", "1002", name=True),
            _field("Status", "状态", "pending, approved, paid or rejected", "待确认、已确认、已支付或已拒绝",
                   ("approved", "已确认"), ("pending", "待确认")),
            _field("Orders", "订单数", "orders in the row; 1 for one order", "本行的订单数；单个订单写 1", "1", "1"),
            _CURRENCY,
            _field("Order value", "订单金额", "revenue the commission is of", "计算佣金的订单金额", "300.00", "198.00"),
            _field("Commission", "佣金", "commission to pay", "应付佣金", "45.00", "29.70", required=True),
            _field("Network fee", "平台费", "fee of the network on top", "平台另收的费用", "", "3.00"),
        ),
    ),
    Template(
        "affiliate", "affiliate.csv",
        {"en": "Affiliate programme by partner", "zh": "联盟推广（按合作方）"},
        {"en": "One row per partner and period, as the network reports it. Days of two rows of one partner must not overlap.",
         "zh": "每个合作方每个周期一行，按联盟平台的报表填写。同一合作方的两行日期不要重叠。"},
        (
            _FIRST_DAY,
            _LAST_DAY,
            *_PARTNER,
            _field("Affiliate network", "联盟平台", "network that pays", "结算平台",
                   ("Partner Net", "某联盟"), ("Partner Net", "某联盟"), name=True),
            _CAMPAIGN,
            _field("Status", "状态", "pending, approved, paid or rejected", "待确认、已确认、已支付或已拒绝",
                   ("approved", "已确认"), ("pending", "待确认")),
            _field("Impressions", "曝光", "impressions, if known", "曝光次数（如有）", "20000", ""),
            _field("Clicks", "点击", "clicks on the partner's links", "合作方链接的点击数", "640", "210", required=True),
            _field("Orders", "订单数", "orders", "订单数", "12", "3"),
            _CURRENCY,
            _field("Order value", "订单金额", "revenue the commission is of", "计算佣金的订单金额", "3600.00", "750.00"),
            _field("Commission", "佣金", "commission to pay", "应付佣金", "360.00", "75.00", required=True),
            _field("Network fee", "平台费", "fee of the network on top", "平台另收的费用", "36.00", "7.50"),
        ),
    ),
    Template(
        "costs", "costs.csv",
        {"en": "Costs without a platform", "zh": "其他费用"},
        {"en": "One row per cost: tools, offline media, agencies, production. A cost of a day has the same first and last day.",
         "zh": "每笔费用一行：工具、线下媒体、代理、制作。只属于一天的费用，起始日与结束日相同。"},
        (
            _field("Cost ID", "费用编号", "your id of the cost; empty: vendor, category and first day",
                   "自编的费用编号；留空则用供应商、类别和起始日", "C-001", "C-002", name=True),
            _FIRST_DAY,
            _LAST_DAY,
            _CHANNEL,
            _CAMPAIGN,
            _field("Cost category", "费用类别", "tool, offline, agency, production or your own word",
                   "工具、线下、代理、制作，或自己的叫法", ("tool", "工具"), ("offline", "线下"), name=True, required=True),
            _field("Vendor", "供应商", "who is paid", "收款方", ("Mail Tool Ltd", "某工具公司"), ("Metro posters", "地铁海报"), name=True),
            _CURRENCY,
            _field("Cost", "费用", "amount, with tax as billed", "金额，含税，按账单", "600.00", "12000.00", required=True),
            _field("Invoice number", "发票号", "invoice", "发票号码", "", ""),
            _field("Note", "备注", "anything to remember", "备注", ("yearly plan, one month of it", "年费，其中一个月"), ""),
        ),
    ),
    Template(
        "touchpoints", "touchpoints.csv",
        {"en": "Touches and conversions of people", "zh": "触点与转化"},
        {"en": "One row per touch of a person with a channel, and one per conversion. The person's id may be anything that "
               "stays the same; only its salted hash is stored.",
         "zh": "每个人与渠道的一次接触为一行，每次转化为一行。人员编号可为任何固定的标识，只保存加盐哈希。"},
        (
            _field("Person ID", "人员编号", "id, address or phone that is the same in all rows of a person; only its hash is kept",
                   "同一人各行一致的编号、邮箱或手机号；只保存哈希", "person-1", "person-1", name=True, required=True),
            _field("Touched at", "触点时间", "YYYY-MM-DD HH:MM:SS, time of the shop or the account", "YYYY-MM-DD HH:MM:SS，店铺或账户时间",
                   "2026-06-01 09:30:00", "2026-06-03 21:05:00", required=True),
            _field("Touch type", "触点类型", "impression, click, visit or conversion", "曝光 impression、点击 click、访问 visit、转化 conversion",
                   "click", "conversion", name=True, required=True),
            _field("Source", "来源", "traffic source, such as newsletter", "流量来源，如 newsletter", "newsletter", "", name=True),
            _field("Medium", "媒介", "traffic medium, such as email", "流量媒介，如 email", "email", "", name=True),
            _field("UTM campaign", "活动标记", "utm_campaign", "utm_campaign", "spring-launch", "", name=True),
            _CHANNEL,
            _field("Ad campaign", "广告系列", "campaign of the ad platform, if any", "广告平台的广告系列（如有）", "", "", name=True),
            _field("Order ID", "订单编号", "order of a conversion", "转化对应的订单", "", "1001", name=True),
            _field("Conversions", "转化数", "of a conversion: 1; else empty", "转化行写 1，其余留空", "", "1"),
            _CURRENCY,
            _field("Conversion value", "转化价值", "value of the conversion", "转化的价值", "", "300.00"),
            _field("Touch cost", "触点成本", "cost of this touch, if known", "本次触点的成本（如有）", "0.80", ""),
        ),
    ),
    Template(
        "content_calendar", "content_calendar.csv",
        {"en": "Content calendar", "zh": "内容排期"},
        {"en": "One row per planned or published piece of content. Drop the whole calendar again whenever it changes.",
         "zh": "每个计划或已发布的内容一行。排期有变动时，把整份文件重新放入即可。"},
        (
            _field("Content ID", "内容编号", "your id; empty: title and planned time", "自编的编号；留空则用标题和计划时间",
                   "T-001", "T-002", name=True),
            _field("Title", "标题", "title", "标题", ("How we roast", "炒茶的一天"), ("Spring tasting", "春茶品鉴"), required=True),
            _CHANNEL,
            _field("Network", "平台", "network or site", "发布平台或网站", ("blog", "官网博客"), ("video site", "视频平台"), name=True),
            _CAMPAIGN,
            _field("Content type", "内容形式", "article, video, note …", "文章、视频、图文……", ("article", "文章"), ("video", "视频")),
            _field("Owner", "负责人", "who sees to it", "负责人", ("content team", "内容组"), ("content team", "内容组")),
            _field("Status", "状态", "idea, draft, approved, published or dropped", "选题、草稿、已审核、已发布或已取消",
                   ("published", "已发布"), ("draft", "草稿")),
            _field("Planned at", "计划时间", "YYYY-MM-DD or YYYY-MM-DD HH:MM", "YYYY-MM-DD 或 YYYY-MM-DD HH:MM",
                   "2026-06-02 10:00", "2026-06-20", required=True),
            _field("Published at", "发布时间", "YYYY-MM-DD or YYYY-MM-DD HH:MM; empty until then", "YYYY-MM-DD 或 YYYY-MM-DD HH:MM；未发布则留空",
                   "2026-06-02 10:05", ""),
            _URL,
            _CURRENCY,
            _field("Production cost", "制作费", "cost of production", "制作费用", "500.00", "2500.00"),
        ),
    ),
    Template(
        "fx_rates", "fx_rates.csv",
        {"en": "Exchange rates", "zh": "汇率"},
        {"en": "One row per day and pair: one unit of `from` costs `rate` units of `to`. The file lies at the top of the workspace. "
               "A rate holds for seven days at most.",
         "zh": "每天每个币种对一行：1 单位 from 等于 rate 单位 to。文件放在工作区根目录。每条汇率最多沿用七天。"},
        (
            _field("date", "date", "day of the rate: YYYY-MM-DD", "汇率日期：YYYY-MM-DD", "2000-01-03", "2000-01-03", required=True),
            _field("from", "from", "currency of the amounts: ISO 4217", "原币种，ISO 4217", "CNY", "EUR", required=True),
            _field("to", "to", "reporting currency: ISO 4217", "目标币种，ISO 4217", "USD", "USD", required=True),
            _field("rate", "rate", "units of `to` for one unit of `from`, with a point", "1 单位 from 折合的 to，用小数点",
                   "0.1208", "1.0090", required=True),
            _field("source", "source", "who published the rate", "汇率来源", ("delete this line", "请删除此行"),
                   ("delete this line", "请删除此行"), name=True),
        ),
        place="workspace",
    ),
)  # fmt: skip

TEMPLATES: Mapping[str, Template] = {template.name: template for template in _ALL}
"""By name."""


def template_csv(name: str, language: Language) -> str:
    """A template as csv: a byte order mark, so that a spreadsheet reads Chinese; the header; two example rows.

    Raises:
        KeyError: there is no such template; :data:`TEMPLATES` has them all.
    """
    fields = TEMPLATES[name].fields
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.header[language] for field in fields])
    for row in (0, 1):
        writer.writerow([field.cell(row, language) for field in fields])
    return "\ufeff" + out.getvalue()
