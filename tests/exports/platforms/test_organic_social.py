"""Organic social and content: each platform's shapes, with sums that can be added up in the head."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mkt_pipeline.exports import Inspection, inspect, land
from tests.exports.conftest import write_xlsx


def text_of(rows: Sequence[Sequence[Any]], delimiter: str = ",", *, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Rows as csv with CRLF."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(rows)
    return out.getvalue()


def holds(
    shown: Inspection, platform: str, report: str, level: str, rows: int, totals: dict[str, float]
) -> None:
    """The file is read as that report, with these sums, and nothing in it is unknown or refused."""
    assert shown.problem is None
    assert (shown.platform, shown.report, shown.level, shown.rows) == (platform, report, level, rows)
    assert (shown.unmapped_columns, shown.rejected, shown.rejects) == ([], 0, [])
    assert shown.totals == pytest.approx(totals)


class TestMetaBusinessSuite:
    @staticmethod
    def daily(title: str | None, delimiter: str = ",") -> bytes:
        """Three days with 1, 20 and 300; the clock of the last two is an hour off after a change of time."""
        days = ["2025-01-01T00:00:00", "2025-01-02T01:00:00", "2025-01-03T01:00:00"]
        quoting = csv.QUOTE_ALL if delimiter == "," else csv.QUOTE_NONE
        body = text_of(
            [("Date", "Primary"), *zip(days, (1, 20, 300), strict=True)], delimiter, quoting=quoting
        )
        mark = '"' if delimiter == "," else ""
        above = f"sep={delimiter}\r\n{mark}{title}{mark}\r\n" if title else ""
        return (above + body + "\r\n").encode("utf-16")

    @pytest.mark.parametrize("delimiter", [",", "\t"])
    @pytest.mark.parametrize(
        ("title", "report", "measure", "is_additive"),
        [
            ("Reach", "instagram_reach", "reach", False),
            ("Facebook reach", "facebook_reach", "reach", False),
            ("Facebook visits", "visits", "profile_visits", True),
            ("Instagram profile visits", "visits", "profile_visits", True),
            ("Instagram follows", "follows", "follows", True),
            ("Follows", "follows", "follows", True),
            ("Instagram new followers", "follows", "follows", True),
            ("Content interactions", "interactions", "engagements", True),
            ("Instagram link clicks", "link_clicks", "link_clicks", True),
            ("Views", "views", "views", True),
            ("Viewers", "viewers", "viewers", False),
        ],
    )
    def test_the_title_says_what_is_counted(
        self, drop, title: str, report: str, measure: str, is_additive: bool, delimiter: str
    ) -> None:
        shown = inspect(drop("Reach.csv", self.daily(title, delimiter)))
        holds(shown, "meta_business_suite", report, "account", 3, {measure: 321} if is_additive else {})
        assert (shown.encoding, shown.delimiter, shown.header_line) == ("UTF-16LE", delimiter, 3)
        assert (shown.date_from, shown.date_to) == ("2025-01-01", "2025-01-03")

    def test_network_and_days_as_written(self, drop, workspace, query) -> None:
        for title in ("Reach", "Facebook visits", "Instagram link clicks", "Views"):
            drop(f"{title}.csv", self.daily(title))
        assert {(result.status, *result.warnings) for result in land(workspace)} == {("landed",)}
        assert query(
            "SELECT report, network, coalesce(reach, profile_visits, link_clicks, views), period_start::VARCHAR FROM {social_account} "
            "WHERE period_end > DATE '2025-01-02' ORDER BY report"
        ) == [
            ("instagram_reach", "instagram", 300, "2025-01-03"), ("link_clicks", "instagram", 300, "2025-01-03"),
            ("views", None, 300, "2025-01-03"), ("visits", "facebook", 300, "2025-01-03"),
        ]  # fmt: skip

    def test_without_its_title_the_metric_is_unknown(self, drop) -> None:
        shown = inspect(drop("Reach.csv", self.daily(None)))
        assert shown.problem is not None
        assert shown.problem["code"] == "E-SRC-06"

    FACEBOOK = (
        "Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Caption type,Permalink,Is crosspost,Is share,"
        "Post type,Languages,Custom labels,Funded content status,Data comment,Date,{views},Reach,"
        '"Reactions, Comments and Shares",Reactions,Comments,Shares,Total clicks,Link Clicks,Other Clicks{again},'
        "Seconds viewed,Average Seconds viewed,Estimated earnings (USD)"
    )

    @pytest.mark.parametrize(
        ("views", "again", "measure"),
        [("Views", "", "views"), ("Views", ",Views", "views"), ("Impressions", "", "impressions")],
        ids=["2025", "views twice", "2024"],
    )
    def test_facebook_posts(self, drop, workspace, query, views: str, again: str, measure: str) -> None:
        header = self.FACEBOOK.format(views=views, again=again)
        extra = ",999" if again else ""
        rows = [
            '100000000000000001,55,Tea House,"Spring, ""first""\nflush",,0,03/18/2025 12:59,,https://f.example/1,0,0,Photos,,,,,Lifetime,'
            f"100,90,12,7,3,2,9,4,5{extra},,,",
            "100000000000000002,55,Tea House,Video,,61,04/02/2025 08:05,,https://f.example/2,0,0,Videos,,,,,Lifetime,"
            f"50,40,6,4,1,1,3,1,2{extra},120.5,2.5,1.25",
            f",,,,,,,,,,,,,,,An error occurred while computing metadata for content with ID 7,,,,,,,,,,{',' if again else ''},,,",
        ]
        name = "Mar-18-2025_Apr-14-2025_123456789.csv"
        path = drop(name, "\r\n".join([header, *rows]) + "\r\n", "utf-8-sig")
        shown = inspect(path)
        expected = {measure: 150, "engagements": 18, "likes": 11, "comments": 4, "shares": 3, "clicks_all": 12,
                    "link_clicks": 5, "watch_time_seconds": 120.5, "revenue": 1.25}  # fmt: skip
        holds(shown, "meta_business_suite", "post", "post", 2, expected)
        assert (shown.currency, shown.account, shown.encoding) == ("USD", "55", "UTF-8+BOM")
        assert (shown.date_from, shown.date_to) == ("2025-03-18", "2025-04-02")
        if again:
            return
        land(workspace)
        assert query(
            "SELECT post_id, network, account_id, published_at::VARCHAR, duration_seconds, post_text FROM {social_post} ORDER BY post_id"
        ) == [
            ("100000000000000001", "facebook", "55", "2025-03-18 12:59:00", 0.0, 'Spring, "first"\nflush'),
            ("100000000000000002", "facebook", "55", "2025-04-02 08:05:00", 61.0, "Video"),
        ]

    @pytest.mark.parametrize("is_turned", [False, True])
    def test_instagram_posts_in_any_order_of_columns(self, drop, is_turned: bool) -> None:
        header = [
            "Post ID",
            "Account ID",
            "Account username",
            "Account name",
            "Description",
            "Duration (sec)",
            "Publish time",
            "Permalink",
            "Post type",
            "Data comment",
            "Date",
            "Views",
            "Reach",
            "Likes",
            "Shares",
            "Follows",
            "Comments",
            "Saves",
        ]
        row = ["18000000000000001", "17", "tea", "Tea House", "Spring\n\n#tea", "15", "12/31/2025 23:30",
               "https://i.example/1", "IG reel", "", "Lifetime", "1,234", "900", "80", "7", "5", "6", "20"]  # fmt: skip
        table = [header[::-1], row[::-1]] if is_turned else [header, row]
        shown = inspect(drop("posts.csv", text_of(table), "utf-8-sig"))
        holds(shown, "meta_business_suite", "post", "post", 1,
              {"views": 1234, "reach": 900, "likes": 80, "shares": 7, "follows": 5, "comments": 6, "saves": 20})  # fmt: skip
        assert (shown.date_from, shown.account) == ("2025-12-31", "17")

    def test_audience_only_describes(self, drop) -> None:
        text = 'sep=,\n"Age & gender"\n"","Women","Men"\n"18-24","5.1%","6%"\n"25-34","20%","30.2%"\n\n"Top countries"\n"Brazil","Chile"\n"60%","3%"\n'
        shown = inspect(drop("Audience.csv", text, "utf-16"))
        assert (shown.problem, shown.platform, shown.report, shown.dataset) == (
            None,
            "meta_business_suite",
            "audience",
            None,
        )


class TestX:
    def test_an_account_by_day_newest_first(self, samples: Path) -> None:
        shown = inspect(samples / "x_twitter/account_overview_analytics.csv")
        assert shown.problem is None and shown.unmapped_columns == []
        assert (shown.platform, shown.report, shown.rows) == ("x", "account", 7)
        assert {name: shown.totals[name] for name in ("impressions", "engagements", "likes", "follows")} == {
            "impressions": 24749, "engagements": 448, "likes": 50, "follows": 13,
        }  # fmt: skip
        assert (shown.date_from, shown.date_to) == ("2025-08-20", "2025-08-26")

    def test_posts_of_the_old_format_have_no_unknown_column(self, drop) -> None:
        text = (
            '"Tweet id","Tweet permalink","Tweet text","time","impressions","likes","app opens","app installs","media engagements","promoted likes"\n'
            '"1498350000000000001","https://t.example/1","Tea","2022-02-28 17:39 +0000","376.0","3.0","0","0","7.0","-"\n'
        )
        name = "tweet_activity_metrics_tea_20220201_20220301_en.csv"
        holds(inspect(drop(name, text)), "x", "post", "post", 1, {"impressions": 376, "likes": 3})

    def test_impressions_and_engagements_alone_may_be_of_any_network(self, drop) -> None:
        shown = inspect(drop("a.csv", "Date,Impressions,Engagements\n2025-01-01,1,1\n"))
        assert shown.platform != "x"


class TestLinkedInPages:
    @pytest.mark.parametrize(("blank", "shares"), [(" ", "Shares"), (" ", "Reposts"), ("", "Reposts")])
    def test_workbook_of_content(self, tmp_path: Path, blank: str, shares: str) -> None:
        kinds = ("organic", "sponsored", "total")
        names = ["Impressions", "Clicks", "Reactions", "Comments", shares, "Engagement rate"]
        header = [
            "Date",
            *(f"{name}{blank}({kind})" for name in names for kind in kinds),
            "Unique impressions (organic)",
        ]
        days = [["06/01/2026", *[100, 20, 120], *[3, 1, 4], *[5, 0, 5], *[1, 0, 1], *[2, 0, 2], *[0.1, 0.05, 0.1], 80],
                ["06/13/2026", *[50, 0, 50], *[2, 0, 2], *[1, 0, 1], *[0, 0, 0], *[1, 0, 1], *[0.08, 0, 0.08], 40]]  # fmt: skip
        posts = [
            ["Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date", "Campaign start date", "Campaign end date",
             "Audience", "Impressions", "Views", "Offsite Views", "Clicks", "Click through rate (CTR)", "Likes", "Comments", "Reposts",
             "Follows", "Engagement rate", "Content Type"],
            ["Spring\nflush", "https://l.example/urn:li:activity:7300000000000000001", "Organic", "", "Ann Example", "06/13/2026", "", "", "All followers",
             90, "", "", 5, 0.055, 6, 1, 2, 1, 0.15, "Document"],
        ]  # fmt: skip
        path = write_xlsx(
            tmp_path / "tea_content_2026.xlsx",
            {"Metrics": [["Aggregated engagement metrics over time for organic and sponsored posts."], header, *days],
             "All posts": [["Engagement metrics for individual posts."], *posts]},
        )  # fmt: skip
        shown = inspect(path)
        holds(shown, "linkedin_pages", "page", "account", 2,
              {"impressions": 170, "clicks_all": 6, "likes": 6, "comments": 1, "shares": 3})  # fmt: skip
        assert (shown.date_from, shown.date_to, shown.header_line) == ("2026-06-01", "2026-06-13", 2)
        assert [(part["part"], part["report"], part["rows"]) for part in shown.parts] == [
            ("Metrics", "page", 2), ("All posts", "post", 1),
        ]  # fmt: skip
        assert shown.parts[1]["totals"] == {
            "impressions": 90, "clicks_all": 5, "likes": 6, "comments": 1, "shares": 2, "follows": 1,
        }  # fmt: skip

    def test_shares_of_totals_are_kept_and_names_of_staff_are_not(
        self, tmp_path: Path, workspace, query
    ) -> None:
        header = [
            "Date",
            "Impressions (organic)",
            "Impressions (sponsored)",
            "Impressions (total)",
            "Clicks(total)",
            "Engagement rate (total)",
        ]
        posts = [
            ["Post link", "Posted by", "Created date", "Impressions"],
            ["https://l.example/1", "Ann Example", "06/01/2026", 7],
        ]
        path = write_xlsx(
            tmp_path / "c.xlsx", {"Metrics": [header, ["06/01/2026", 6, 4, 10, 1, 0.1]], "All posts": posts}
        )
        (result,) = land(workspace, [path])
        assert (result.status, result.datasets) == ("landed", ["social_account", "social_post"])
        ((impressions, extra),) = query("SELECT impressions, extra FROM {social_account}")
        assert (impressions, json.loads(extra)) == (
            10,
            {"Impressions (organic)": "6", "Impressions (sponsored)": "4"},
        )
        assert query("SELECT post_id, impressions, extra, period_start::VARCHAR FROM {social_post}") == [
            ("https://l.example/1", 7, None, "2026-06-01"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("header", "row", "report", "totals"),
        [
            (["Date", "Sponsored followers", "Organic followers", "Auto-invited followers", "Total followers"], ["12/31/2025", 1, 5, 2, 8],
             "followers", {"follows": 8}),
            (["Date", "Sponsored followers", "Organic followers", "Total followers"], ["12/31/2025", 1, 5, 6], "followers", {"follows": 6}),
            (["Date", "Overview page views (desktop)", "Overview page views (total)", "Life unique visitors (total)", "Total page views (desktop)",
              "Total page views (mobile)", "Total page views (total)", "Total unique visitors (total)"], ["12/31/2025", 3, 9, 0, 4, 8, 12, 7],
             "visitors", {"profile_visits": 12}),
        ],
    )  # fmt: skip
    def test_followers_and_visitors(
        self, tmp_path: Path, header: list[str], row: list[object], report: str, totals: dict[str, float]
    ) -> None:
        sheets = {
            "New followers": [header, row],
            "Industry": [["Industry", "Total followers"], ["Tea", 100], ["Coffee", 3]],
        }
        shown = inspect(write_xlsx(tmp_path / "f.xlsx", sheets))
        holds(shown, "linkedin_pages", report, "account", 1, totals)
        assert shown.date_from == "2025-12-31"

    def test_a_creators_own_export_is_known_by_its_sheets(self, tmp_path: Path) -> None:
        path = write_xlsx(
            tmp_path / "Content_2025-01-01_2025-12-31_Ann.xlsx",
            {"ENGAGEMENT": [["Date", "Impressions", "Engagements"], ["1/14/2025", 100, 7], ["1/15/2025", 20, 1]],
             "FOLLOWERS": [["Total followers on 12/31/2025:", 900], [None, None], ["Date", "New followers"], ["1/14/2025", 3]],
             "DEMOGRAPHICS": [["Top Demographics", "Value", "Percentage"], ["Job titles", "Founder", "5%"]]},
        )  # fmt: skip
        shown = inspect(path)
        holds(
            shown,
            "linkedin_pages",
            "creator_engagement",
            "account",
            2,
            {"impressions": 120, "engagements": 8},
        )
        assert [(part["report"], part["totals"]) for part in shown.parts][1] == (
            "creator_followers",
            {"follows": 3},
        )


class TestTikTok:
    def test_overview(self, drop) -> None:
        text = (
            "Date,Video views,Reached audience,Profile views,Likes,Shares,Comments,Phone number clicks ,Leads submission,Net growth,New followers,Lost followers\n"
            "2025/10/30,100,90,3,10,1,2,0,1,4,5,1\n2025/10/31,50,NAN,--,5,0,1,NAN,0,-1,1,2\n"
        )
        shown = inspect(drop("overview.csv", text, "utf-8-sig"))
        holds(shown, "tiktok", "overview", "account", 2,
              {"video_views": 150, "profile_visits": 3, "likes": 15, "shares": 1, "comments": 3, "leads": 1, "follows": 6, "unfollows": 3})  # fmt: skip
        assert (shown.date_from, shown.date_to) == ("2025-10-30", "2025-10-31")

    @pytest.mark.parametrize(
        "header",
        ["Video title,Video link,Post time,Video views,Likes,Comments,Shares,Add to Favorites",
         "Video title,Video link,Post time,Total views,Total likes,Total comments,Total shares,Add to Favorites"],
    )  # fmt: skip
    def test_videos(self, drop, workspace, query, header: str) -> None:
        link = "https://t.example/video/7412345678901234567"
        drop("videos.csv", f'{header}\n"Tea, hot",{link},2025/10/31 18:19:10,"1,000",9,8,7,6\n', "utf-8-sig")
        (result,) = land(workspace)
        assert (result.status, result.report, result.warnings) == ("landed", "video", [])
        assert query(
            "SELECT post_id, post_text, published_at::VARCHAR, period_start::VARCHAR, video_views, likes, comments, shares, saves FROM {social_post}"
        ) == [(link, "Tea, hot", "2025-10-31 18:19:10", "2025-10-31", 1000, 9, 8, 7, 6)]

    def test_days_without_a_year_are_refused(self, tmp_path: Path) -> None:
        rows = [
            ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"],
            ["3月25日", 1, 1, 1, 1, 1],
        ]
        shown = inspect(write_xlsx(tmp_path / "Overview.xlsx", {"Sheet1": rows}))
        assert shown.problem is not None and shown.problem["code"] == "E-SRC-09"


class TestYouTube:
    VIDEOS = (
        "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Impressions,Impressions click-through rate (%),"
        "Average view duration,Engaged views,Stayed to watch (%),Likes,Shares,Estimated revenue (USD)\n"
        "Total,,,,115,2.5,3,900,4.5,0:01:18,100,60.1,9,2,1.5\n"
        'dQw4w9WgXcQ,"Tea, hot","Dec 18, 2022",274,80,2,2,600,4.6,0:01:30,70,61,5,1,1\n'
        'aaaaaaaaaaa,Coffee,"Feb 1, 2020",61,20,0.25,1,200,4,0:00:45,18,58,3,0,0.25\n'
    )
    TOTALS = "Date,Views\n2022-12-01,100\n2022-12-02,15\n"
    NAME = "Content 2022-12-01_2022-12-31 Tea House.zip"

    def zipped(self, folder: Path, parts: dict[str, str], name: str = NAME) -> Path:
        with zipfile.ZipFile(folder / name, "w") as archive:
            for part, text in parts.items():
                archive.writestr(part, text)
        return folder / name

    def test_zip_of_videos(self, tmp_path: Path, workspace, query) -> None:
        chart = 'Date,Content,Video title,Video publish time,Duration,Views\n2022-12-01,dQw4w9WgXcQ,"Tea, hot","Dec 18, 2022",274,70\n'
        path = self.zipped(
            tmp_path, {"Table data.csv": self.VIDEOS, "Totals.csv": self.TOTALS, "Chart data.csv": chart}
        )
        shown = inspect(path)
        holds(shown, "youtube", "totals", "account", 2, {"views": 115})
        assert shown.totals_rows == 1
        parts = {part["part"]: part for part in shown.parts}
        assert parts["Table data.csv"]["totals"] == pytest.approx(
            {
                "views": 100,
                "watch_time_seconds": 8100,
                "follows": 3,
                "impressions": 800,
                "likes": 8,
                "shares": 1,
                "revenue": 1.25,
            }
        )
        assert parts["Table data.csv"]["control_totals"]["views"] == 115
        (result,) = land(workspace, [path])
        assert (result.status, result.datasets) == ("landed", ["social_account", "social_post"])
        assert query(
            "SELECT level, post_id, published_at::VARCHAR, period_start::VARCHAR, period_end::VARCHAR, duration_seconds, average_view_seconds, "
            "watch_time_seconds, currency_code, account_name FROM {social_post} WHERE level = 'post_period' ORDER BY views DESC"
        ) == [
            (
                "post_period",
                "dQw4w9WgXcQ",
                "2022-12-18 00:00:00",
                "2022-12-01",
                "2022-12-31",
                274.0,
                90.0,
                7200.0,
                "USD",
                "Tea House",
            ),
            (
                "post_period",
                "aaaaaaaaaaa",
                "2020-02-01 00:00:00",
                "2022-12-01",
                "2022-12-31",
                61.0,
                45.0,
                900.0,
                "USD",
                "Tea House",
            ),
        ]

    @pytest.mark.parametrize(("rows", "is_cut_off"), [(500, True), (499, False)])
    def test_a_table_of_five_hundred_rows_is_cut_off(
        self, tmp_path: Path, rows: int, is_cut_off: bool
    ) -> None:
        videos = "".join(f"video{number},Tea,2022年12月18日,1\n" for number in range(rows))
        table = f"内容,视频标题,视频发布时间,观看次数\n总计,,,900\n{videos}"
        shown = inspect(self.zipped(tmp_path, {"Table data.csv": table}))
        holds(shown, "youtube", "content", "post_period", rows, {"views": rows})
        assert [("500 rows" in warning) for warning in shown.warnings] == [True] * is_cut_off

    def test_folder_of_videos(self, tmp_path: Path) -> None:
        folder = tmp_path / self.NAME.removesuffix(".zip")
        folder.mkdir()
        (folder / "Table data.csv").write_text(self.VIDEOS, encoding="utf-8")
        shown = inspect(folder)
        assert shown.problem is None
        assert (shown.report, shown.rows, shown.totals_rows, shown.totals["views"]) == ("content", 2, 1, 100)
        assert (shown.date_from, shown.date_to, shown.account) == ("2022-12-01", "2022-12-31", "Tea House")

    def test_days_that_do_not_reach_the_total_are_refused(self, tmp_path: Path) -> None:
        parts = {"Table data.csv": self.VIDEOS, "Totals.csv": self.TOTALS.replace(",15", ",14")}
        shown = inspect(self.zipped(tmp_path, parts))
        assert (
            shown.problem is not None and "115" in shown.problem["found"] and "114" in shown.problem["found"]
        )

    @pytest.mark.parametrize(
        ("dimension", "value", "kind"),
        [
            ("Traffic source", "YouTube search", "traffic_source"),
            ("Geography", "US", "geo"),
            ("Viewer age", "18–24 years", "age"),
            ("Device type", "Mobile phone", "device"),
            ("Subscription status", "Subscribed", "subscription_status"),
        ],
    )
    def test_any_dimension(
        self, tmp_path: Path, workspace, query, dimension: str, value: str, kind: str
    ) -> None:
        table = f"{dimension},Views,Watch time (hours),Average view duration\nTotal,115,2,0:01:00\n{value},90,1.5,0:01:00\nother,5,0.25,0:00:30\n"
        path = self.zipped(
            tmp_path,
            {"Table data.csv": table, "Totals.csv": self.TOTALS},
            f"{dimension} 2022-12-01_2022-12-02 Tea.zip",
        )
        (result,) = land(workspace, [path])
        assert (result.status, result.warnings) == ("landed", [])
        assert query(
            "SELECT breakdown_type, breakdown_value, views, watch_time_seconds, period_start::VARCHAR, period_end::VARCHAR FROM {social_account} "
            "WHERE level = 'breakdown' ORDER BY views DESC"
        ) == [
            (kind, value, 90, 5400.0, "2022-12-01", "2022-12-02"),
            (kind, "other", 5, 900.0, "2022-12-01", "2022-12-02"),
        ]

    @pytest.mark.parametrize(
        ("name", "header", "is_youtube"),
        [
            ("Totals (1).csv", "Date,Likes", True),
            ("export.csv", "Date,Views,Watch time (hours)", True),
            ("export.csv", "Date,Impressions,Engagements", False),
        ],
    )
    def test_a_generic_header_needs_the_name_or_watch_time(
        self, drop, name: str, header: str, is_youtube: bool
    ) -> None:
        shown = inspect(drop(name, f"{header}\n2026-01-01,{','.join('1' * header.count(','))}\n"))
        assert (shown.platform == "youtube") == is_youtube

    def test_table_without_a_period(self, samples: Path) -> None:
        shown = inspect(samples / "youtube_studio/Table data.csv")
        assert shown.problem is not None and shown.problem["code"] == "E-SRC-08"
        assert (shown.report, shown.rows, shown.totals_rows) == ("breakdown", 201, 1)
        assert shown.totals["views"] == 14344009
        assert shown.totals["watch_time_seconds"] / 3600 == pytest.approx(1078604.379, abs=1e-3)
        assert shown.control_totals["views"] == 15503810

    def test_totals_by_day(self, samples: Path) -> None:
        shown = inspect(samples / "youtube_studio/Totals.csv")
        holds(shown, "youtube", "totals", "account", 365, {"views": 15503810})
        assert (shown.date_from, shown.date_to) == ("2020-12-31", "2021-12-30")

    def test_both_parts_of_the_sample_tie(self, samples: Path, tmp_path: Path) -> None:
        names = ["Table data.csv", "Totals.csv"]
        parts = {name: (samples / "youtube_studio" / name).read_text(encoding="utf-8") for name in names}
        shown = inspect(self.zipped(tmp_path, parts, "Geography 2020-12-31_2021-12-30 Tea.zip"))
        holds(shown, "youtube", "totals", "account", 365, {"views": 15503810})


class TestDouyin:
    HEADER = (
        "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "封面点击率", "2s跳出率", "平均播放时长",
        "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量",
    )  # fmt: skip

    @pytest.mark.parametrize("status", ["审核状态", "发布状态"])
    def test_list_of_works(self, tmp_path: Path, workspace, query, status: str) -> None:
        header = [status if name == "审核状态" else name for name in self.HEADER]
        rows = [
            [
                "春茶 上新",
                "2025-09-26 19:30:00",
                "视频",
                "公开",
                "1000",
                "0.074074",
                "0.5",
                "-",
                "0.2",
                "8.209459",
                "90",
                "8",
                "7",
                "6",
                "5",
                "4",
            ],
            [
                "图文",
                "2025-09-27 08:00:00",
                "图文",
                "公开",
                "20",
                "-",
                "-",
                "0.1",
                "-",
                "-",
                "1",
                "0",
                "0",
                "0",
                "-",
                "0",
            ],
        ]
        path = write_xlsx(tmp_path / "作品列表.xlsx", {"Sheet1": [header, *rows]})
        shown = inspect(path)
        holds(shown, "douyin", "post", "post", 2,
              {"video_views": 1020, "likes": 91, "shares": 8, "comments": 7, "saves": 6, "profile_visits": 5, "follows": 4})  # fmt: skip
        land(workspace, [path])
        assert query(
            "SELECT post_id, completion_rate, average_view_seconds, account_timezone, period_start::VARCHAR FROM {social_post} ORDER BY video_views DESC"
        ) == [
            (
                "春茶 上新 2025-09-26 19:30:00",
                pytest.approx(0.074074),
                pytest.approx(8.209459),
                "Asia/Shanghai",
                "2025-09-26",
            ),
            ("图文 2025-09-27 08:00:00", None, None, "Asia/Shanghai", "2025-09-27"),
        ]

    @pytest.mark.parametrize(
        ("metric", "measure"),
        [("播放量", "video_views"), ("作品点赞", "likes"), ("主页访问", "profile_visits")],
    )
    def test_curves_by_day(self, tmp_path: Path, metric: str, measure: str) -> None:
        path = write_xlsx(
            tmp_path / "数据.xlsx", {"Sheet1": [["日期", metric], ["2026-06-01", "7"], ["2026-06-02", "5"]]}
        )
        holds(inspect(path), "douyin", "account", "account", 2, {measure: 12})

    def test_live_sessions_have_a_level_of_their_own(self, tmp_path: Path, workspace, query) -> None:
        rows = [
            ["主播昵称", "主播抖音号", "直播开始时间", "直播结束时间", "直播时长(分钟)", "直播间曝光次数", "直播间曝光人数", "直播间观看人数", "直播间观看次数",
             "评论次数", "新增粉丝数", "直播间成交金额", "净成交金额", "投放消耗(店铺绑定)", "1小时退款率"],
            ["茶馆", "tea001", "2026-06-01 20:00:00", "2026-06-01 22:00:00", "120", "5000", "4000", "900", "1000", "30", "12", "¥2,000.50", "1800", "300", "5%"],
        ]  # fmt: skip
        (result,) = land(workspace, [write_xlsx(tmp_path / "直播.xlsx", {"s": rows})])
        assert (result.status, result.report, result.warnings) == ("landed", "live_session", [])
        ((level, seconds, views, reach, extra),) = query(
            "SELECT level, duration_seconds, views, reach, extra FROM {social_post}"
        )
        assert (level, seconds, views, reach) == ("live", 7200.0, 1000, 900)
        assert {
            "直播间成交金额": "¥2,000.50",
            "净成交金额": "1800",
            "投放消耗(店铺绑定)": "300",
        }.items() <= json.loads(extra).items()


class TestXiaohongshu:
    def test_sample(self, samples: Path, workspace, query) -> None:
        path = samples / "xiaohongshu/笔记列表明细表.xlsx"
        shown = inspect(path)
        holds(shown, "xiaohongshu", "note", "post", 41,
              {"impressions": 67588, "views": 12686, "likes": 348, "comments": 40, "saves": 232, "follows": 137, "shares": 68,
               "danmaku": shown.totals["danmaku"]})  # fmt: skip
        assert shown.header_line == 2
        land(workspace, [path])
        assert query(
            "SELECT count(DISTINCT post_id), max(published_at)::VARCHAR, max(account_timezone) FROM {social_post}"
        ) == [(41, "2026-07-11 03:09:05", "Asia/Shanghai")]

    def test_curves_are_known_by_their_sheets(self, tmp_path: Path) -> None:
        def curve(first: float, second: float) -> list[list[object]]:
            return [["日期", "数值"], ["2026年06月01日", first], ["2026年06月02日", second]]

        sheets = {"账号总体观看数据": [["指标", "数值"], ["曝光", 130], ["封面点击率(%)", 5.5]],
                  "曝光趋势": curve(100, 30), "观看趋势": curve(7, 2), "封面点击率趋势": curve(5.1, 6.2), "总完播率趋势": curve(20.5, 21)}  # fmt: skip
        shown = inspect(write_xlsx(tmp_path / "近30日观看数据.xlsx", sheets))
        assert shown.problem is None and shown.platform == "xiaohongshu" and shown.warnings == []
        assert [(part["report"], part["totals"]) for part in shown.parts] == [
            ("daily_impressions", {"impressions": 130}), ("daily_views", {"views": 9}),
        ]  # fmt: skip
        assert (shown.date_from, shown.date_to) == ("2026-06-01", "2026-06-02")

    @pytest.mark.parametrize(("rows", "is_cut_off"), [(1000, True), (999, False)])
    def test_a_list_of_a_thousand_notes_is_cut_off(self, drop, rows: int, is_cut_off: bool) -> None:
        notes = "".join(f"笔记{number},2026年07月11日03时09分05秒,2,1\n" for number in range(rows))
        shown = inspect(drop("笔记.csv", "笔记标题,首次发布时间,曝光,观看量\n" + notes))
        assert (shown.problem, shown.totals) == (None, {"impressions": 2 * rows, "views": rows})
        assert [("1,000 rows" in warning) for warning in shown.warnings] == [True] * is_cut_off


class TestWechatChannels:
    HEADER = ("视频描述", "视频ID", "发布时间", "完播率", "平均播放时长", "播放量", "推荐", "喜欢", "评论量", "分享量", "关注量",
              "转发聊天和朋友圈", "设为铃声", "设为状态", "设为朋友圈封面")  # fmt: skip
    NEWER = ("企微链接点击次数", "企微链接点击人数", "添加到通讯录次数", "添加到通讯录人数")

    @pytest.mark.parametrize("is_newer", [False, True])
    def test_videos(self, drop, workspace, query, is_newer: bool) -> None:
        header = [*self.HEADER, *(self.NEWER if is_newer else ())]
        row = ["两周年\n#茶", "export/UzFfBgAA-1", "2025/09/27", "11.14%", "32.50秒", "1817", "42", "33", "5", "25", "9", "25", "0", "0", "0",
               *([""] * 4 if is_newer else [])]  # fmt: skip
        path = drop("视频号动态数据明细.csv", text_of([header, row], quoting=csv.QUOTE_ALL), "utf-8-sig")
        holds(inspect(path), "wechat_channels", "video", "post", 1,
              {"video_views": 1817, "likes": 33, "comments": 5, "shares": 25, "follows": 9})  # fmt: skip
        land(workspace)
        assert query(
            "SELECT post_id, completion_rate, average_view_seconds, period_start::VARCHAR FROM {social_post}"
        ) == [("export/UzFfBgAA-1", pytest.approx(0.1114), 32.5, "2025-09-27")]


class TestWechatOfficial:
    def test_the_channel_of_all_is_a_total(self, tmp_path: Path, workspace, query) -> None:
        header = [
            "日期",
            "渠道",
            "阅读次数",
            "阅读人数",
            "分享次数",
            "分享人数",
            "阅读原文次数",
            "阅读原文人数",
            "收藏次数",
            "收藏人数",
            "群发篇数",
        ]
        rows = [
            ["2026-06-01", "全部", 30, 25, 3, 3, 2, 2, 1, 1, 1], ["2026-06-01", "朋友圈", 10, 9, 1, 1, 0, 0, 0, 0, 0],
            ["2026-06-01", "公众号消息", 20, 18, 2, 2, 2, 2, 1, 1, 1], ["2026-06-02", "全部", 5, 5, 0, 0, 0, 0, 0, 0, 0],
            ["2026-06-02", "搜一搜", 5, 5, 0, 0, 0, 0, 0, 0, 0],
        ]  # fmt: skip
        path = write_xlsx(tmp_path / "流量.xlsx", {"Sheet1": [header, *rows]})
        shown = inspect(path)
        holds(
            shown,
            "wechat_official",
            "traffic",
            "account",
            3,
            {"views": 35, "shares": 3, "link_clicks": 2, "saves": 1},
        )
        assert (shown.totals_rows, shown.control_totals["views"]) == (2, 35)
        land(workspace, [path])
        assert query("SELECT content_source, sum(views)::BIGINT FROM {social_account} GROUP BY 1 ORDER BY 2 DESC") == [
            ("公众号消息", 20), ("朋友圈", 10), ("搜一搜", 5),
        ]  # fmt: skip

    def test_the_channel_of_all_alone_is_the_data(self, drop) -> None:
        text = "日期,渠道,阅读次数,阅读人数,分享次数\n2026-06-01,全部,30,25,3\n2026-06-02,全部,5,5,0\n"
        shown = inspect(drop("流量.csv", text, "gb18030"))
        holds(shown, "wechat_official", "traffic", "account", 2, {"views": 35, "shares": 3})
        assert (shown.totals_rows, shown.date_to) == (0, "2026-06-02")

    def test_a_table_of_articles_beside_the_days(self, tmp_path: Path) -> None:
        rows = [
            [
                "日期",
                "渠道",
                "阅读人数",
                "分享人数",
                "跳转阅读原文人数",
                "微信收藏人数",
                "发表篇数",
                None,
                "传播渠道",
                "日期",
                "内容标题",
                "阅读人数",
                "阅读人数占比",
            ],
            ["20260601", "全部", 30, 3, 2, 4, 1, None, "全部", "20260601", "春茶", 30, 1],
            ["20260601", "朋友圈", 10, 3, 2, 3, 0, None, "朋友圈", "20260601", "春茶", 9, 0.3],
            [None, None, None, None, None, None, None, None, "搜一搜", "20260601", "春茶", 1, 0.03],
        ]
        shown = inspect(write_xlsx(tmp_path / "数据趋势.xlsx", {"Sheet1": rows}))
        holds(shown, "wechat_official", "traffic", "account", 1, {"reach": 10, "saves": 3})
        assert (shown.totals_rows, shown.control_totals["saves"]) == (1, 4)

    def test_articles_of_2026(self, drop) -> None:
        text = (
            "内容标题,发表日期,阅读人数,分享人数,阅读后关注人数,送达人数,送达完成率,阅读完成率,内容url\n"
            "春茶,20260601,642,51,7,1000,0.12,0.4,http://w.example/s/1\n"
        )
        holds(inspect(drop("total.csv", text)), "wechat_official", "article", "post", 1,
              {"reach": 642, "follows": 7, "delivered": 1000})  # fmt: skip

    def test_without_channels(self, drop) -> None:
        shown = inspect(
            drop(
                "tendency.csv",
                "日期,阅读次数,阅读人数,分享次数,跳转原文次数,收藏人数,发表篇数\n20260601,30,25,3,2,1,1\n20260602,5,5,0,0,0,0\n",
            )
        )
        holds(
            shown,
            "wechat_official",
            "traffic",
            "account",
            2,
            {"views": 35, "shares": 3, "link_clicks": 2, "saves": 1},
        )
        assert (shown.date_from, shown.date_to) == ("2026-06-01", "2026-06-02")

    def test_articles(self, tmp_path: Path, workspace, query) -> None:
        header = ["内容标题", "发表时间", "总阅读人数", "总阅读次数", "总分享人数", "总分享次数", "阅读后关注人数", "送达人数", "公众号消息阅读次数", "送达阅读率",
                  "首次分享次数", "分享产生阅读次数", "首次分享率", "每次分享带来阅读次数", "阅读完成率", "内容url"]  # fmt: skip
        row = [
            "春茶",
            "20260601",
            100,
            120,
            8,
            9,
            3,
            5000,
            80,
            "2%",
            4,
            30,
            "1%",
            3.3,
            "45.5%",
            "http://w.example/s/1",
        ]
        path = write_xlsx(tmp_path / "已通知内容.xlsx", {"Sheet1": [header, row]})
        holds(inspect(path), "wechat_official", "article", "post", 1,
              {"reach": 100, "views": 120, "shares": 9, "follows": 3, "delivered": 5000})  # fmt: skip
        land(workspace, [path])
        assert query(
            "SELECT post_id, post_url, completion_rate, published_at::VARCHAR FROM {social_post}"
        ) == [
            ("春茶 2026-06-01 00:00:00", "http://w.example/s/1", pytest.approx(0.455), "2026-06-01 00:00:00")
        ]

    def test_followers_in_a_web_table_named_xls(self, drop) -> None:
        cells = [
            ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"],
            ["2026-06-01", "5", "2", "3", "1003"],
        ]
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        page = f'<html><head><meta charset="utf-8"></head><body><table>{rows}</table></body></html>'
        holds(inspect(drop("user_analysis.xls", page)), "wechat_official", "followers", "account", 1,
              {"follows": 5, "unfollows": 2, "followers": 1003})  # fmt: skip

    def test_details_of_one_article_only_describe(self, tmp_path: Path) -> None:
        rows = [["标题", "春茶", None], ["数据概况", None, None], ["阅读(次)", 121, None], ["赞赏(分)", 500, None], ["数据趋势明细", None, None],
                ["日期", "传播渠道", "阅读人数"], ["2026-06-01", "全部", 100], ["2026-06-01", "朋友圈", 100]]  # fmt: skip
        shown = inspect(write_xlsx(tmp_path / "春茶.xlsx", {"Sheet1": rows}))
        assert (shown.problem, shown.report, shown.dataset) == (None, "article_details", None)


class TestBilibili:
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_videos(self, drop, workspace, query, encoding: str) -> None:
        text = (
            "视频标题,发布时间,播放量,游客播放占比,粉丝观看率,封标点击率,3秒跳出率,互动率,平均播放进度,涨粉量,播转粉率,点赞量,评论量,弹幕量,收藏量,投币量,转发量\n"
            '"泡茶,入门",2026年05月29日 12:40:34,1000,80%,5%,3.5星,30%,6%,40%,12,1.2%,90,8,7,60,5,4\n'
        )
        path = drop("近期稿件对比.csv", text, encoding)
        holds(inspect(path), "bilibili", "video", "post", 1,
              {"video_views": 1000, "follows": 12, "likes": 90, "comments": 8, "danmaku": 7, "saves": 60, "shares": 4})  # fmt: skip
        land(workspace)
        assert query("SELECT post_id, period_start::VARCHAR FROM {social_post}") == [
            ("泡茶,入门 2026-05-29 12:40:34", "2026-05-29")
        ]

    def test_every_measure_that_can_be_chosen(self, drop) -> None:
        text = (
            "稿件名称,发布日期,播放量,粉丝点击率,游客点击率,粉丝3秒跳出率,游客3秒跳出率,粉丝互动率,游客互动率,取关量,点赞数,投币数,完播率\n"
            "茶,2026-05-29,10,3%,4%,20%,21%,5%,6%,1,2,3,40%\n"
        )
        holds(inspect(drop("b.csv", text)), "bilibili", "video", "post", 1, {"video_views": 10, "likes": 2})

    def test_curves_stay_apart(self, drop) -> None:
        text = "时间,播放量,累计粉丝,点赞,收藏,硬币,评论,弹幕,分享\n累计,90,500,9,9,9,9,9,9\n2026-06-01,10,500,1,1,0,0,2,0\n"
        shown = inspect(drop("历史累计数据趋势.csv", text, "utf-8-sig"))
        assert (shown.problem, shown.platform, shown.level) == (None, "bilibili", "account_curve")
        assert (shown.rows, shown.totals_rows, shown.totals["video_views"]) == (1, 1, 10)


@pytest.mark.parametrize("zone", ["douyin", "xiaohongshu", "wechat_channels", "wechat_official", "bilibili"])
def test_days_of_chinese_platforms_are_chinas(zone: str) -> None:
    from mkt_pipeline.exports import load_catalog

    assert load_catalog().platforms[zone].timezone == "Asia/Shanghai"


def test_an_unknown_column_is_kept_and_named(drop, workspace, query) -> None:
    text = "视频标题,发布时间,播放量,点赞量,心情\n茶,2026-05-29,10,1,好\n"
    shown = inspect(drop("x.csv", text))
    assert (shown.problem, shown.unmapped_columns) == (None, ["心情"])
    land(workspace)
    assert query("SELECT extra, period_start FROM {social_post}") == [('{"心情":"好"}', dt.date(2026, 5, 29))]
