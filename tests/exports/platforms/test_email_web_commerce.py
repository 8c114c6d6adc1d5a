"""E-mail tools, web analytics and shops: what is recognised, how it is typed, what of people is kept."""

# ruff: noqa: E501  (headers and rows stand as platforms write them)

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from mkt_pipeline.exports import Inspection, inspect, land, load_catalog
from mkt_pipeline.exports.catalog import kind_of, normalise, usable_rules
from mkt_pipeline.lake import DATASETS
from mkt_pipeline.workspace import Workspace
from tests.exports.conftest import SAMPLES, write_xlsx


def holds(shown: Inspection, platform: str, report: str, level: str, rows: int) -> None:
    assert shown.problem is None, shown.problem
    assert (shown.platform, shown.report, shown.level, shown.rows) == (platform, report, level, rows)
    assert (shown.unmapped_columns, shown.rejected) == ([], 0)


@pytest.fixture
def priced(workspace: Workspace) -> Workspace:
    """A workspace that knows the currency of tools whose files do not say it."""
    names = ("ga4", "klaviyo", "shopify", "woocommerce")
    accounts = "".join(f"  - {{platform: {name}, account_id: a, currency_code: EUR}}\n" for name in names)
    workspace.settings_file.write_text(f"name: Test\naccounts:\n{accounts}", encoding="utf-8")
    return workspace


# -- e-mail ---------------------------------------------------------------------------------------------------------

MAILCHIMP = "Title,Subject,Audience,Send Date,Send Weekday,Total Recipients,Successful Deliveries,Soft Bounces,Hard Bounces,Total Bounces,Times Forwarded,Forwarded Opens,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Abuse Complaints,Times Liked on Facebook,Folder Id,Unique Id,Total Orders,Total Gross Sales,Total Revenue"
MAILCHIMP_ROW = 'June,"Tea, now",All,{date},Thursday,"1,000",990,7,3,10,0,0,400,{rate},500,50,{rate},60,2,0,0,,abc123,3,$120.50,"$1,115.00"'


class TestMailchimp:
    @pytest.mark.parametrize(
        ("header", "date", "rate"),
        [
            (MAILCHIMP, '"Jun 01, 2023 09:46 pm"', "40.40"),
            (MAILCHIMP.replace("Audience", "List"), "6/1/23 21:46", "40.40%"),
            (MAILCHIMP.replace(" ", "_"), "6/1/2023 21:46", "40.4"),
            (MAILCHIMP, "2023/6/1 21:46", "40.4"),
        ],
    )
    def test_campaigns_over_the_years(self, drop, header: str, date: str, rate: str) -> None:
        shown = inspect(drop("campaigns.csv", f"{header}\n{MAILCHIMP_ROW.format(date=date, rate=rate)}\n"))
        holds(shown, "mailchimp", "campaigns", "mailing", 1)
        assert (shown.date_from, shown.currency) == ("2023-06-01", "USD")
        assert shown.totals == {
            "sends": 1000, "delivered": 990, "bounces_hard": 3, "bounces_soft": 7, "bounces": 10, "opens_unique": 400,
            "opens_total": 500, "clicks_unique": 50, "clicks_total": 60, "unsubscribes": 2, "complaints": 0, "forwards": 0,
            "forwarded_opens": 0, "orders": 3, "gross_sales": 120.5, "revenue": 1115.0,
        }  # fmt: skip

    def test_few_columns_in_another_order_saved_by_a_spreadsheet(self, drop) -> None:
        text = "Send_Date,Title,Total_Recipients,Unique_Opens,Unique_Clicks,Open_Rate,Mood\n2/24/17 11:29,A,145,43,9,29.66,x\n"
        shown = inspect(drop("campaigns.csv", text, "cp1252"))
        assert (shown.platform, shown.date_from, shown.unmapped_columns) == (
            "mailchimp",
            "2017-02-24",
            ["Mood"],
        )
        assert shown.totals == {"sends": 145, "opens_unique": 43, "clicks_unique": 9}

    def test_recipients_are_deliveries_and_bounces(self, drop) -> None:
        row = MAILCHIMP_ROW.format(date='"Jun 01, 2023 09:46 pm"', rate="40.40")
        shown = inspect(
            drop(
                "campaigns.csv",
                f"{MAILCHIMP}\n{row}\n{row.replace(',990,', ',991,').replace('abc123', 'abc124')}\n",
            )
        )
        assert (shown.problem, shown.rows) == (None, 2)
        assert "line 3: sends is not delivered + bounces" in shown.warnings

    def test_pull(self, drop, workspace, query) -> None:
        header = (
            "id,campaign_title,subject_line,type,list_id,list_name,send_time,emails_sent,abuse_reports,unsubscribed,bounces.hard_bounces,"
            "bounces.soft_bounces,bounces.syntax_errors,forwards.forwards_count,forwards.forwards_opens,opens.opens_total,opens.unique_opens,"
            "clicks.clicks_total,clicks.unique_clicks,clicks.unique_subscriber_clicks,ecommerce.total_orders,ecommerce.total_spent,"
            "ecommerce.total_revenue,account_id,account_name,currency_code,time_zone"
        )
        row = "42694e,June,Tea now,regular,l1,All,2026-06-01T13:46:00+00:00,1000,1,2,3,7,0,0,0,500,400,60,55,50,3,130,120.5,acc1,Tea,EUR,Europe/Berlin"
        drop("mailchimp.csv", f"{header}\n{row}\n")
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.warnings) == ("landed", "campaigns", [])
        assert query("SELECT mailing_id, account_id, currency_code, account_timezone, sent_at::VARCHAR, clicks_unique, revenue, extra FROM {email_campaign}") == [
            ("42694e", "acc1", "EUR", "Europe/Berlin", "2026-06-01 13:46:00", 50, Decimal("120.5"),
             '{"clicks.unique_clicks":"55","bounces.syntax_errors":"0","list_id":"l1","type":"regular"}'),
        ]  # fmt: skip

    def test_people_who_left_are_hashes_and_nothing_else(self, drop, workspace, query) -> None:
        header = (
            '"Email Address","First Name","Last Name",Phone,"Full Address",UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,MEMBER_RATING,'
            "OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
        )
        rows = "".join(
            f'{name}@tea.example,Lin,Wang,555-0100,"1 Tea St","2026-06-0{day} 10:00:00",June,abc123,NORMAL,2,,198.51.100.7,"2025-01-01 08:00:00",'
            f"198.51.100.7,31.2,121.4,8,8,Asia/Shanghai,CN,31,2026-06-02 10:00:00,1,e{day},likes oolong,vip\n"
            for day, name in ((1, "lin"), (2, "wu"))
        )
        drop("unsubscribed_members_export.csv", f"{header}\n{rows}")
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.warnings) == ("landed", "unsubscribed", [])
        assert query("SELECT event_type, count(*), count(DISTINCT recipient_hash), min(event_at)::VARCHAR, min(mailing_id) FROM {email_event} GROUP BY 1 ORDER BY 1") == [
            ("subscribe", 2, 2, "2025-01-01 08:00:00", None), ("unsubscribe", 2, 2, "2026-06-01 10:00:00", "abc123"),
        ]  # fmt: skip
        ((kept,),) = query("SELECT string_agg(to_json(e)::VARCHAR, '') FROM {email_event} AS e")
        for personal in ("tea.example", "Lin", "Wang", "555-0100", "Tea St", "198.51", "31.2", "oolong"):
            assert personal not in kept

    def test_openers_of_one_mailing(self, drop) -> None:
        shown = inspect(
            drop(
                "opened.csv",
                "Email Address,First Name,Last Name,Opens,Clicks\na@tea.example,A,B,3,1\nb@tea.example,A,B,1,0\n",
            )
        )
        holds(shown, "mailchimp", "opened", "recipient_event", 2)
        assert shown.totals == {"events": 4}
        assert [part["totals"] for part in shown.parts] == [{"events": 4}, {"events": 1}]

    def test_people_of_another_tool_are_not_taken_for_its_own(self, drop) -> None:
        shown = inspect(drop("r.csv", "Email,Opened,Open Date,Clicks\na@tea.example,Yes,2026-06-01,1\n"))
        assert shown.problem is not None and shown.problem["code"] == "E-SRC-06"


KLAVIYO = "Campaign Name,Tags,Subject,List,Send Time,Send Weekday,Total Recipients,Unique Placed Order,Placed Order Rate,Revenue,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Spam Complaints,Spam Complaints Rate,Successful Deliveries,Bounces,Bounce Rate,Campaign ID,Campaign Channel"


class TestKlaviyo:
    def test_mail_and_text_messages_in_one_file(self, drop, priced, query) -> None:
        text = (
            f"{KLAVIYO},Winning Variant?\n"
            'June,"tea, spring",Hello,"All, VIP",2026-06-01 09:38:00,Monday,1000.0,4.0,0.41%,280.27,455.0,45.96%,606.0,26.0,2.63%,35.0,17.0,1.0,0.10%,990.0,10.0,1.00%,01JNK,Email,\n'
            "Flash,,,All,2026-06-02 10:00:00,Tuesday,200.0,2.0,0.01,19.73,,,,30.0,0.15,31.0,3.0,,,198.0,2.0,0.01,01JQY,SMS,\n"
        )
        drop("campaigns.csv", text)
        (landed,) = land(priced)
        assert (landed.status, landed.platform, landed.report, landed.warnings) == (
            "landed",
            "klaviyo",
            "campaigns",
            [],
        )
        assert landed.totals == {"sends": 1200, "delivered": 1188, "bounces": 12, "opens_unique": 455, "opens_total": 606, "clicks_unique": 56,
                                 "clicks_total": 66, "unsubscribes": 20, "complaints": 1, "orders": 6, "revenue": 300.0}  # fmt: skip
        assert query("SELECT message_channel, mailing_id, period_start::VARCHAR FROM {email_campaign} ORDER BY 1") == [
            ("email", "01JNK", "2026-06-01"), ("sms", "01JQY", "2026-06-02"),
        ]  # fmt: skip

    def test_tab_separated_and_newer_words(self, drop) -> None:
        shown = inspect(
            drop(
                "c.csv",
                KLAVIYO.replace(",", "\t")
                + "\nA\t\tS\tL\t2024-07-11 14:00:00\tThursday\t12675.0\t31.0\t0.0025\t0\t6160.0\t0.4902\t8608.0\t70.0\t0.0056\t102.0\t37.0\t2.0\t0.0002\t12566.0\t109.0\t0.0086\tid1\tEmail\n",
            )
        )
        holds(shown, "klaviyo", "campaigns", "mailing", 1)
        assert (shown.delimiter, shown.totals["sends"], shown.totals["delivered"]) == ("\t", 12675, 12566)
        header = "Date,Campaign Message ID,Campaign Message Name,Send Date,Send Time,Total Recipients,Total Delivered,Total Opens,Unique Opens,Total Apple Privacy Opens,Open Rate,Total Clicks,Unique Clicks,Click Rate,Total Unsubscribes,Unique Unsubscribes,Spam Complaints,Bounces,Unsubscribe Rate,Total Placed Order,Avg Placed Order,Unique Placed Order,Total Placed Order Value,Placed Order Rate,Revenue Per Recipient (RPR),Tags,Subject,Preview Text,List,Excluded List,Day of Week,Campaign Message Channel"
        row = "2026-03-22,m1,Spring,2026-03-22,2026-03-22 10:00:00,100,99,60,50,20,0.5,9,8,0.08,3,2,0,1,0.02,5,0.05,4,0,0.04,0,,S,P,L,X,Sunday,Email"
        shown = inspect(drop("d.csv", f"{header}\n{row}\n"))
        holds(shown, "klaviyo", "campaigns", "mailing", 1)
        assert (shown.date_from, shown.totals["unsubscribes"], shown.totals["orders"]) == ("2026-03-22", 2, 5)

    def test_flows_need_their_days(self, drop) -> None:
        text = (
            "Flow ID,Flow Name,Flow Message ID,Flow Message Name,Flow Message Channel,Status,Delivered,Unique Opens,Open Rate,Unique Clicks,Click Rate,Placed Order,Placed Order Rate,Revenue,Revenue per Recipient,Unsub Rate,Complaint Rate,Bounce Rate,Tags\n"
            "f1,Welcome,m1,Welcome 1,email,live,500,250,0.5,40,0.08,6,0.012,0,0.61,0.002,0,0.01,\n"
        )
        assert inspect(drop("flows.csv", text)).problem["code"] == "E-SRC-08"
        shown = inspect(drop("flows 2026-05-01 2026-05-31.csv", text))
        holds(shown, "klaviyo", "flows", "flow_message", 1)
        assert (shown.totals, shown.date_to) == (
            {"delivered": 500, "opens_unique": 250, "clicks_unique": 40, "orders": 6, "revenue": 0.0},
            "2026-05-31",
        )


OTHER_MAIL = {
    "sendgrid-stats": ("sendgrid", "stats", "day", "date,requests,processed,delivered,opens,unique_opens,clicks,unique_clicks,bounces,blocks,spam_reports,unsubscribes,bounce_drops,spam_report_drops,unsubscribe_drops,invalid_emails,deferred\n2026-06-01,1000,998,985,500,400,60,50,9,4,1,2,0,0,0,0,3\n",
                       {"sends": 1000, "delivered": 985, "bounces_hard": 9, "bounces_soft": 4, "opens_unique": 400, "opens_total": 500, "clicks_unique": 50, "clicks_total": 60, "unsubscribes": 2, "complaints": 1}),
    "sendgrid-words": ("sendgrid", "stats", "day", "Date,Requests,Delivered,Opens,Unique Opens,Clicks,Unique Clicks,Bounces,Blocks,Spam Reports,Unsubscribes\n2026-06-01,1000,985,500,400,60,50,9,4,1,2\n",
                       {"sends": 1000, "delivered": 985, "bounces_hard": 9, "bounces_soft": 4, "opens_unique": 400, "opens_total": 500, "clicks_unique": 50, "clicks_total": 60, "unsubscribes": 2, "complaints": 1}),
    "sendgrid-single": ("sendgrid", "single_sends", "mailing", "Date,Campaign Name,Campaign ID,Requests,Delivered,Unique Opens,Bounces,Unsubscribes\n2026-06-01,June,77,1000,985,400,9,2\n",
                        {"sends": 1000, "delivered": 985, "bounces_hard": 9, "opens_unique": 400, "unsubscribes": 2}),
    "brevo": ("brevo", "campaigns", "mailing", "Campaign name;Subject;Sent date;Recipients;Delivered;Openers;Clickers;Unsubscribed;Complaints;Hard bounces;Soft bounces\nJune;Tea;01-06-2026 10:00:00;1000;985;400;60;2;1;9;6\n",
              {"sends": 1000, "delivered": 985, "bounces_hard": 9, "bounces_soft": 6, "opens_unique": 400, "clicks_total": 60, "unsubscribes": 2, "complaints": 1}),
    "hubspot": ("hubspot", "emails", "mailing", "Email name,Subject,Send date,Sent,Delivered,Opened,Clicked,Bounced,Unsubscribed,Spam reports,Open rate\nJune,Tea,2026-06-01 10:00,1000,985,400,50,15,2,1,40.6%\n",
                {"sends": 1000, "delivered": 985, "bounces": 15, "opens_unique": 400, "clicks_unique": 50, "unsubscribes": 2, "complaints": 1}),
    "constant_contact": ("constant_contact", "campaigns", "mailing", 'Campaign Name,Time Sent,Sends,Opens,Mobile Open Rate,Desktop Open Rate,Clicks,Bounces,Unsubscribes,Spam Reports\nJune,"Jun 1, 2026 at 10:00 AM",1000,400,60%,40%,50,15,2,1\n',
                         {"sends": 1000, "bounces": 15, "opens_unique": 400, "clicks_unique": 50, "unsubscribes": 2, "complaints": 1}),
    "campaign_monitor": ("campaign_monitor", "campaigns", "mailing", "CampaignID,Name,Subject,SentDate,Recipients,TotalOpened,UniqueOpened,Clicks,Bounced,Unsubscribed,SpamComplaints,Forwards,Likes,Mentions\nc1,June,Tea,2026-06-01 10:00:00,1000,500,400,60,15,2,1,3,0,0\n",
                         {"sends": 1000, "bounces": 15, "opens_unique": 400, "opens_total": 500, "clicks_total": 60, "unsubscribes": 2, "complaints": 1, "forwards": 3}),
    "activecampaign": ("activecampaign", "campaigns", "mailing", "id,name,sdate,send_amt,total_amt,opens,uniqueopens,linkclicks,uniquelinkclicks,subscriberclicks,hardbounces,softbounces,unsubscribes,forwards,replies\n7,June,2026-06-01T10:00:00-05:00,1000,1000,500,400,60,55,50,9,6,2,3,1\n",
                       {"sends": 1000, "bounces_hard": 9, "bounces_soft": 6, "opens_unique": 400, "opens_total": 500, "clicks_unique": 50, "clicks_total": 60, "unsubscribes": 2, "forwards": 3}),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_MAIL)
def test_other_mail_tools(drop, name: str) -> None:
    platform, report, level, text, totals = OTHER_MAIL[name]
    shown = inspect(drop("export.csv", text))
    holds(shown, platform, report, level, 1)
    assert (shown.totals, shown.date_from) == (totals, "2026-06-01")


def test_a_day_of_all_mail_stands_for_a_mailing(drop, workspace, query) -> None:
    drop("stats.csv", OTHER_MAIL["sendgrid-stats"][3])
    land(workspace)
    assert query("SELECT mailing_id, mailing_name, level FROM {email_campaign}") == [
        ("2026-06-01", "(all)", "day")
    ]


def test_mail_activity_by_person(drop, workspace, query) -> None:
    text = (
        "processed,message_id,event,api_key_id,recv_message_id,credential_id,subject,from,email,asm_group_id,template_id,originating_ip,reason,outbound_ip,"
        "outbound_ip_type,mx,url,attempt,user_agent,type,is_unique,username,categories,marketing_campaign_id,marketing_campaign_name\n"
        "2026-06-01 10:00:00,m1,open,k,r,c,Tea,shop@tea.example,lin@tea.example,,,198.51.100.7,,,,,,,Mozilla,,,u,,77,June\n"
        "2026-06-01 10:05:00,m1,spam_report,k,r,c,Tea,shop@tea.example,lin@tea.example,,,,,,,,,,,,,u,,77,June\n"
    )
    drop("activity.csv", text)
    (landed,) = land(workspace)
    assert (landed.status, landed.platform, landed.report, landed.warnings) == (
        "landed",
        "sendgrid",
        "activity",
        [],
    )
    assert query("SELECT event_type, mailing_id, mailing_name, length(recipient_hash), event_at::VARCHAR FROM {email_event} ORDER BY event_at") == [
        ("open", "77", "June", 32, "2026-06-01 10:00:00"), ("complaint", "77", "June", 32, "2026-06-01 10:05:00"),
    ]  # fmt: skip
    ((kept,),) = query("SELECT string_agg(to_json(e)::VARCHAR, '') FROM {email_event} AS e")
    assert not any(word in kept for word in ("tea.example", "198.51", "Mozilla"))


PLATFORMS = (
    "mailchimp", "klaviyo", "sendgrid", "brevo", "hubspot", "constant_contact", "campaign_monitor", "activecampaign", "ga4", "matomo",
    "baidu_tongji", "shopify", "woocommerce", "sycm", "own_templates",
)  # fmt: skip
PERSONAL = (
    "email",
    "e-mail",
    "email address",
    "to_email",
    "recipient",
    "phone",
    "user_id",
    "user_pseudo_id",
    "first name",
    "last name",
    "billing name",
    "person id",
)


@pytest.mark.parametrize("name", PLATFORMS)
def test_no_rule_keeps_a_person_in_clear(name: str) -> None:
    platform = load_catalog().platforms[name]
    rules = {
        id(rule): (rule, report) for report in platform.reports for rule in usable_rules(platform, report)
    }
    for rule, report in rules.values():
        personal = [header for header in rule.headers if normalise(header) in PERSONAL]
        assert not personal or kind_of(rule, DATASETS[report.dataset or ""]) == "hash", (
            report.report,
            personal,
        )


# -- web analytics --------------------------------------------------------------------------------------------------

GA4_PREAMBLE = "# ----------------------------------------\r\n# {}\r\n# Account: Tea\r\n# Property: tea.example\r\n# ----------------------------------------\r\n"
GA4_DATES = "# All Users\r\n# Start date: 20260601\r\n# End date: 20260607\r\n"
GA4_BLOCKS = {
    "old words": ("Session default channel group,Users,New users,Engaged sessions,Engagement rate,Engaged sessions per user,Average engagement time,Events per session,Event count,Conversions,Total revenue",
                  "Organic Search,9,8,7,0.5,1,20,5,60,3,45.5", "channel_group", {"new_users": 8, "users": 9, "engaged_sessions": 7, "event_count": 60, "conversions": 3.0, "conversion_value": 45.5}),
    "capitals": ("Session primary channel group (Default Channel Group),Sessions,Key events", "Direct,12,3", "channel_group", {"sessions": 12, "conversions": 3.0}),
    "first user": ("First user source / medium,New users,Active users,Event count,Key events,Total revenue", "google / cpc,5,6,70,2,10.5", "source_medium",
                   {"new_users": 5, "users": 6, "event_count": 70, "conversions": 2.0, "conversion_value": 10.5}),
    "hours": ("Date + hour (YYYYMMDDHH),Sessions,Active users", "2026060114,12,9", "property", {"sessions": 12, "users": 9}),
    "days": ("Date,Sessions", "20260602,12", "property", {"sessions": 12}),
    "devices": ("Device category,Active users,Engaged sessions,Engagement rate", "mobile,9,7,0.5", "device", {"users": 9, "engaged_sessions": 7}),
    "landing page": ("Landing page + query string,Sessions,Active users,New users,Average engagement time per session,Key events,Total revenue,Session key event rate", "/tea?a=1,12,9,8,20,3,45.5,0.1", "landing_page",
                     {"sessions": 12, "users": 9, "new_users": 8, "conversions": 3.0, "conversion_value": 45.5}),
    "events": ("Event name,Event count,Total users,Event count per active user,Total revenue", "purchase,3,2,1.5,45.5", "event", {"users": 2, "event_count": 3, "conversion_value": 45.5}),
    "two cuts": ("Session source / medium,Landing page,Sessions", "google / cpc,/tea,12", "traffic_detail", {"sessions": 12}),
    "source and channel group": ("Session source / medium,Session primary channel group (Default channel group),Sessions,Key events", "google / cpc,Paid Search,12,3",
                                 "source_medium_channel_group", {"sessions": 12, "conversions": 3.0}),
    "gender": ("Gender,Active users,New users,Engaged sessions per active user,Total revenue", "female,9,8,0.7,45.5", "breakdown", {"users": 9, "new_users": 8, "conversion_value": 45.5}),
    "items": ("Item name,Items viewed,Items added to cart,Items purchased,Item revenue", "Oolong,9,5,3,45.5", "item", {"conversion_value": 45.5}),
    "ad campaign": ("Session Google Ads campaign,Sessions,Google Ads clicks,Google Ads cost,Google Ads cost per click,Cost per key event,Return on ad spend", "Brand,12,14,7.5,0.5,2,3", "campaign", {"sessions": 12}),
    "browser": ("Browser,Active users,New users", "Chrome,9,8", "platform", {"users": 9, "new_users": 8}),
    "French": ("Page de destination\u00a0+ chaîne de requête,Sessions,Utilisateurs actifs,Nouveaux utilisateurs,Durée d'engagement moyenne par session,Événements clés,Revenu total", "/the,12,9,8,20,3,45.5", "landing_page",
               {"sessions": 12, "users": 9, "new_users": 8, "conversions": 3.0, "conversion_value": 45.5}),
    "French campaign": ("Campagne Google\u00a0Ads de la session,Sessions", "printemps,12", "campaign", {"sessions": 12}),
    "Chinese": ("会话主要渠道组（默认渠道组）,会话数,活跃用户,互动会话数,事件数,关键事件,总收入", "Direct,12,9,7,60,3,45.5", "channel_group",
                {"sessions": 12, "users": 9, "engaged_sessions": 7, "event_count": 60, "conversions": 3.0, "conversion_value": 45.5}),
}  # fmt: skip


class TestGa4:
    @pytest.mark.parametrize("name", GA4_BLOCKS)
    def test_blocks(self, drop, priced, name: str) -> None:
        header, row, level, totals = GA4_BLOCKS[name]
        shown = inspect(
            drop(
                "data-export.csv",
                GA4_PREAMBLE.format("Report CSV Export") + GA4_DATES + header + "\r\n" + row + "\r\n",
            ),
            priced,
        )
        assert shown.problem is None, shown.problem
        assert (shown.platform, shown.level, shown.rows, shown.unmapped_columns) == ("ga4", level, 1, [])
        assert (shown.totals, shown.account) == (totals, "tea.example")
        assert "2026-06-01" <= str(shown.date_from) <= str(shown.date_to) <= "2026-06-07"

    def test_tables_of_other_dimensions_never_share_a_level(self, drop) -> None:
        """Marts take one level of a period as a whole, so two tables of one level would be added up."""
        source, medium, pair, campaign, channel = (
            "Session source", "Session medium", "Session source / medium", "Session campaign", "Session default channel group",
        )  # fmt: skip
        cuts = [
            (source,), (pair,), (pair, campaign), (source, campaign), (source, channel), (pair, channel), (pair, campaign, channel),
            (pair, "Device category"), (pair, "Landing page"), (channel,), (campaign,), (medium,), ("Gender",), ("Browser",), ("Device category",),
        ]  # fmt: skip
        levels = []
        for cut in cuts:
            cells = ["google / cpc" if name == pair else "x" for name in cut]
            rows = f"{','.join(cut)},Sessions\r\n{','.join(cells)},12\r\n"
            shown = inspect(drop("t.csv", GA4_PREAMBLE.format("T") + GA4_DATES + rows))
            assert (shown.problem, shown.totals, shown.unmapped_columns) == (None, {"sessions": 12}, []), cut
            levels.append(shown.level)
        assert len(set(levels)) == len(cuts), levels
        assert "property" not in levels

    def test_a_comparison_is_no_total_and_a_cut_says_what_it_is(self, drop, workspace, query) -> None:
        rows = (
            "Gender,Device category,Active users,Sessions,,\r\nfemale,mobile,9,12,,\r\nmale,mobile,8,10,,\r\n"
        )
        # As a spreadsheet saves it again: separators to the width of the widest line.
        text = GA4_PREAMBLE.format("T") + GA4_DATES.replace("All Users", "Mobile traffic")
        drop("t.csv", "\ufeff" + text.replace("\r\n", ",,,,,\r\n") + rows)
        (landed,) = land(workspace)
        assert (landed.status, landed.warnings, landed.totals) == ("landed", [], {"sessions": 22})
        assert query("SELECT level, audience, account_id, device, breakdown_type, breakdown_value, sessions FROM {web_traffic} ORDER BY sessions") == [
            ("device", "Mobile traffic", "tea.example", "mobile", "gender", "male", 10),
            ("device", "Mobile traffic", "tea.example", "mobile", "gender", "female", 12),
        ]  # fmt: skip

    def test_chinese_preamble(self, drop) -> None:
        text = "# ----------------------------------------\n# 流量获取\n# 账号：清岚\n# 媒体资源：tea.example\n# ----------------------------------------\n# 所有用户\n# 开始日期：20260601\n# 结束日期：20260607\n会话来源/媒介,会话数\ngoogle / cpc,12\n"
        shown = inspect(drop("download.csv", text))
        assert (shown.problem, shown.account, shown.date_from, shown.date_to) == (
            None,
            "tea.example",
            "2026-06-01",
            "2026-06-07",
        )
        assert shown.totals == {"sessions": 12}

    @pytest.mark.parametrize(
        ("header", "total", "row"),
        [
            (
                "Session source / medium,Sessions,",
                ",34,Grand total",
                "google / cpc,12,\r\n(direct) / (none),10,",
            ),
            (
                "Session source / medium,Sessions,Totals",
                ",34,Grand total",
                "google / cpc,12,\r\n(direct) / (none),10,",
            ),
            ("Session source / medium,Sessions", "Grand total,34", "google / cpc,12\r\n(direct) / (none),10"),
        ],
    )
    def test_exploration_with_its_grand_total(self, drop, header: str, total: str, row: str) -> None:
        text = f"# ----------------------------------------\r\n# Tea property\r\n# Sources-Free form 1\r\n# 20230515-20230521\r\n# ----------------------------------------\r\n\r\n{header}\r\n{total}\r\n{row}\r\n"
        shown = inspect(drop("download.csv", text))
        # An exploration shows the first rows only, and totals of all: it need not add up.
        assert (shown.problem, shown.level, shown.rows, shown.totals_rows) == (None, "source_medium", 2, 1)
        assert (shown.totals, shown.control_totals) == ({"sessions": 22}, {"sessions": 34})
        assert (shown.date_from, shown.date_to) == ("2023-05-15", "2023-05-21")

    def test_exploration_of_days(self, drop, workspace, query) -> None:
        text = "# ----------------------------------------\n# Tea\n# F\n# 20230515-20230521\n# ----------------------------------------\n\nDate,Session source,Session medium,Session campaign,Sessions,Total users\n20230515,google,cpc,spring,5,4\n20230516,google,cpc,spring,7,6\n"
        drop("download.csv", text)
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.totals) == (
            "landed",
            "traffic_acquisition",
            {"sessions": 12},
        )
        assert query("SELECT level, utm_campaign, period_start::VARCHAR, users, attribution_scope FROM {web_traffic} ORDER BY 3") == [
            ("source_medium_campaign", "spring", "2023-05-15", 4, "session"), ("source_medium_campaign", "spring", "2023-05-16", 6, "session"),
        ]  # fmt: skip

    def test_pull(self, drop, workspace, query) -> None:
        header = "date,sessionSource,sessionMedium,sessionCampaignName,sessions,engagedSessions,activeUsers,newUsers,screenPageViews,keyEvents,totalRevenue,property,currency_code,time_zone"
        drop(
            "ga4.csv",
            f"{header}\n20260601,google,cpc,spring,30,20,25,10,90,3,45.5,123456789,EUR,Europe/Berlin\n20260602,(direct),(none),(not set),10,5,9,4,20,0,0,123456789,EUR,Europe/Berlin\n",
        )
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.warnings) == ("landed", "traffic_acquisition", [])
        assert landed.totals == {
            "sessions": 40,
            "engaged_sessions": 25,
            "pageviews": 110,
            "conversions": 3.0,
            "conversion_value": 45.5,
        }
        assert query("SELECT DISTINCT level, account_id, currency_code, account_timezone FROM {web_traffic}") == [
            ("source_medium_campaign", "123456789", "EUR", "Europe/Berlin"),
        ]  # fmt: skip

    def test_sample(self, samples: Path) -> None:
        shown = inspect(samples / "ga4" / "Reports_snapshot.csv")
        assert (shown.problem, shown.report, shown.level) == (None, "property", "property")
        assert shown.totals == {"users": 1291, "new_users": 1272, "event_count": 8019}


def warehouse_events() -> str:
    """Two events as the warehouse export writes them."""
    purchase = {
        "event_date": "20240910", "event_timestamp": "1725971700000000", "event_name": "purchase",
        "event_params": [
            {"key": "ga_session_id", "value": {"string_value": None, "int_value": "77", "float_value": None, "double_value": None}},
            {"key": "source", "value": {"string_value": "newsletter", "int_value": None, "float_value": None, "double_value": None}},
            {"key": "currency", "value": {"string_value": "EUR", "int_value": None, "float_value": None, "double_value": None}},
            {"key": "engagement_time_msec", "value": {"string_value": None, "int_value": "300", "float_value": None, "double_value": None}},
            {"key": "percent_scrolled", "value": {"string_value": None, "int_value": None, "float_value": 90.5, "double_value": 90.5}},
            {"key": "page_location", "value": {"string_value": "https://tea.example/thanks?email=lin%40mail.example&a=1", "int_value": None, "float_value": None, "double_value": None}},
        ],
        "user_id": "person-7", "user_pseudo_id": "1234.5678", "platform": "WEB", "stream_id": "1",
        "user_properties": [{"key": "plan", "value": {"string_value": "gold"}}],
        "device": {"category": "mobile", "advertising_id": "ad-secret", "web_info": {"browser": "Safari", "hostname": "tea.example"}},
        "geo": {"country": "Germany", "city": "Berlin"},
        "traffic_source": {"name": "first", "medium": "first", "source": "first"},
        "ecommerce": {"transaction_id": "T1", "purchase_revenue": 45.5, "purchase_revenue_in_usd": 50.25, "refund_value": 0.5, "total_item_quantity": "2"},
    }  # fmt: skip
    view = {
        **purchase,
        "event_name": "page_view",
        "event_params": purchase["event_params"][:1],
        "ecommerce": None,
    }  # type: ignore[index]
    return "\n".join(json.dumps(event) for event in (purchase, view)) + "\n"


class TestGa4Events:
    QUERY = (
        "SELECT event_name, period_start::VARCHAR, event_at::VARCHAR, length(visitor_hash), session_id, source, page_url, hostname, device, country, "
        "transaction_id, conversion_value, currency_code, engagement_ms FROM {web_event} ORDER BY event_name DESC"
    )
    ROWS = (
        (
            "purchase",
            "2024-09-10",
            "2024-09-10 12:35:00",
            32,
            "77",
            "newsletter",
            "https://tea.example/thanks?email=(removed)&a=1",
            "tea.example",
            "mobile",
            "Germany",
            "T1",
            Decimal("45.5"),
            "EUR",
            300,
        ),
        (
            "page_view",
            "2024-09-10",
            "2024-09-10 12:35:00",
            32,
            "77",
            None,
            None,
            "tea.example",
            "mobile",
            "Germany",
            None,
            None,
            None,
            None,
        ),
    )

    @pytest.mark.parametrize("kind", ["json", "parquet"])
    def test_warehouse_export(self, drop, workspace, query, tmp_path: Path, kind: str) -> None:
        content: str | bytes = warehouse_events()
        if kind == "parquet":
            source, target = tmp_path / "e.json", tmp_path / "e.parquet"
            source.write_text(str(content), encoding="utf-8")
            duckdb.sql(f"COPY (FROM read_json('{source}')) TO '{target}' (FORMAT parquet)")
            content = target.read_bytes()
        drop(f"events_20240910.{kind}", content)
        (landed,) = land(workspace)
        assert (landed.status, landed.platform, landed.report, landed.warnings) == (
            "landed",
            "ga4",
            "events_export",
            [],
        )
        assert query(self.QUERY) == list(self.ROWS)
        ((kept,),) = query("SELECT string_agg(to_json(e)::VARCHAR, '') FROM {web_event} AS e")
        assert not any(
            word in kept for word in ("person-7", "1234.5678", "ad-secret", "Berlin", "gold", '"first"')
        )

    def test_connector_seed(self, drop, workspace, query) -> None:
        seed = SAMPLES.parent / "connector-seeds" / "ga4" / "event_data.csv"
        if not seed.is_file():
            pytest.skip(f"no connector seed at {seed}")
        drop("event_data.csv", seed.read_bytes())
        (landed,) = land(workspace)
        assert (
            landed.status,
            landed.platform,
            landed.report,
            landed.rows,
            landed.rejected,
            landed.warnings,
        ) == ("landed", "ga4", "events_export", 6, 0, [])
        assert landed.totals == {"engagement_ms": 1400, "conversion_value": 79.98, "refunds": 0.0}
        assert query("SELECT count(DISTINCT visitor_hash), min(period_start)::VARCHAR, min(event_at)::VARCHAR, max(currency_code) FROM {web_event}") == [
            (4, "2024-09-10", "2024-09-10 12:35:00", "USD"),
        ]  # fmt: skip
        assert query("SELECT source, session_id, click_id FROM {web_event} WHERE event_name = 'scroll'") == [
            ("source2", "session_789", "gclid_ghi")
        ]


MATOMO_HEADERS = {
    "technical": ("date,nb_uniq_visitors,nb_users,nb_visits,nb_actions,nb_visits_converted,bounce_count,sum_visit_length,max_actions,bounce_rate,nb_actions_per_visit,avg_time_on_site", "2010-03-06,9,0,12,60,1,3,1369,9,25%,5,114"),
    "en": ("Date,Unique visitors,Users,Visits,Actions,Visits with Conversions,Bounces,Total time spent by visitors (in seconds),Maximum actions in one visit,Bounce Rate,Actions per Visit,Avg. Visit Duration (in seconds)", "2010-03-06,9,0,12,60,1,3,00:22:49,9,25%,5,00:01:54"),
    "de": ("Datum,Eindeutige Besucher,Benutzer,Besuche,Aktionen,Besuche mit Konversionen,Absprünge,Gesamtzeit der Besucher (in Sekunden),Absprungsrate,Aktionen pro Besuch", "2010-03-06,9,0,12,60,1,3,1369,25\u00a0%,5"),
    "fr": ("Date,Visiteurs uniques,Utilisateurs,Visites,Actions,Rebonds,Temps total passé par les visiteurs (en secondes),Taux de rebond,Actions par visite", "2010-03-06,9,0,12,60,3,1369,25 %,5"),
    "zh": ("日期,访客数,访问,活动,跳出次数,跳出率,平均活动次数,网站平均停留时间,转化率", "2010-03-06,9,12,60,3,25%,5,00:01:54,0%"),
    "zh-TW": ("日期,不重複訪客數,訪問數,活動數,跳出次數,跳出率,轉換率", "2010-03-06,9,12,60,3,25%,0%"),
}  # fmt: skip


class TestMatomo:
    @pytest.mark.parametrize("language", MATOMO_HEADERS)
    def test_languages_in_utf16_without_a_last_line_end(self, drop, language: str) -> None:
        header, row = MATOMO_HEADERS[language]
        shown = inspect(drop("Export.csv", b"\xff\xfe" + f"{header}\n{row}".encode("utf-16-le")))
        holds(shown, "matomo", "visits_summary", "property", 1)
        assert (shown.encoding, shown.date_from, shown.date_to) == ("UTF-16LE", "2010-03-06", "2010-03-06")
        expected = {"sessions": 12, "users": 9, "bounces": 3, "event_count": 60}
        seconds = {} if language.startswith("zh") else {"visit_seconds": 1369.0}
        assert shown.totals == expected | seconds

    def test_weeks(self, drop) -> None:
        shown = inspect(
            drop(
                "Export.csv",
                'date,nb_uniq_visitors,nb_visits\n"2009-12-28,2010-01-03",9,12\n"2010-01-04,2010-01-10",7,10\n',
                "utf-16",
            )
        )
        holds(shown, "matomo", "visits_summary", "property", 2)
        assert (shown.date_from, shown.date_to, shown.totals) == (
            "2009-12-28",
            "2010-01-10",
            {"sessions": 22},
        )

    def test_months(self, drop) -> None:
        shown = inspect(
            drop("Export.csv", "date,nb_uniq_visitors,nb_visits\n2010-02,9,12\n2010-03,7,10\n", "utf-16")
        )
        assert (shown.problem, shown.date_from, shown.date_to, shown.totals) == (
            None,
            "2010-02-01",
            "2010-03-31",
            {"sessions": 22},
        )

    @pytest.mark.parametrize(
        ("name", "level", "column"),
        [
            ("Export _ Campaigns _ June 2, 2023.csv", "campaign", "utm_campaign"),
            ("Export _ Channel Type _ Friday, June 2, 2023.csv", "channel_group", "channel_group"),
            ("Export _ Search Engines _ 2023-06-02.csv", "referrer", "source"),
            ("Export _ Entry pages _ 2023-06-02.csv", "landing_page", "landing_page"),
            ("Export _ Länder _ 2023-06-02.csv", "country", "country"),
            ("Export _ Something else _ 2023-06-02.csv", "label", "extra"),
        ],
    )
    def test_one_period_is_told_by_the_name(
        self, drop, workspace, query, name: str, level: str, column: str
    ) -> None:
        drop(
            name, "label,nb_uniq_visitors,nb_visits,nb_actions,metadata_segment\nspring,9,12,60,x\n", "utf-16"
        )
        (landed,) = land(workspace)
        assert (landed.status, landed.platform, landed.warnings) == ("landed", "matomo", [])
        label = '{"label":"spring"}' if column == "extra" else "spring"
        assert query(f"SELECT level, {column}, period_start::VARCHAR, period_end::VARCHAR, sessions FROM {{web_traffic}}") == [
            (level, label, "2023-06-02", "2023-06-02", 12),
        ]  # fmt: skip

    def test_no_period_at_all_is_asked_for(self, drop) -> None:
        assert (
            inspect(drop("Export.csv", "label,nb_uniq_visitors,nb_visits\nspring,9,12\n", "utf-16")).problem[
                "code"
            ]
            == "E-SRC-08"
        )

    def test_scheduled_report_is_a_stack(self, drop) -> None:
        text = (
            'Visits Summary\nUnique visitors,Visits,Actions,Bounce Rate,Revenue\n9,12,60,25%,"$13,361.11"\n\n'
            "Campaigns\nLabel,Visits,Actions\nspring,5,20\nsummer,2,9\n\n"
            "Websites\nLabel,Visits,Actions\nblog.example,3,7\n\nCountry\nCountry,Visits,Actions\nGermany,8,40\n"
        )
        shown = inspect(drop("report 2026-06-01 2026-06-30.csv", text))
        assert (shown.problem, shown.rows, shown.unmapped_columns, shown.warnings[1:]) == (None, 5, [], [])
        assert shown.totals == {"sessions": 12, "users": 9, "event_count": 60, "conversion_value": 13361.11}
        assert [(part["level"], part["totals"]["sessions"]) for part in shown.parts] == [
            ("property", 12),
            ("campaign", 7),
            ("referrer", 3),
            ("country", 8),
        ]

    def test_pull(self, drop) -> None:
        text = "date,nb_visits,nb_uniq_visitors,nb_actions,nb_pageviews,bounce_count,sum_visit_length,nb_visits_converted,nb_conversions,revenue,account_id,account_name,currency_code,time_zone\n2026-06-01,12,9,60,55,3,1369,1,2,45.5,1,Tea,EUR,Europe/Berlin\n"
        shown = inspect(drop("matomo.csv", text))
        holds(shown, "matomo", "visits_summary", "property", 1)
        assert shown.totals == {"sessions": 12, "users": 9, "bounces": 3, "pageviews": 55, "event_count": 60, "visit_seconds": 1369.0,
                                "conversions": 2.0, "conversion_value": 45.5}  # fmt: skip
        assert (shown.account, shown.currency) == ("1", "EUR")


class TestTongji:
    @pytest.mark.parametrize(
        ("header", "row", "report", "level"),
        [
            ("日期", "2026-06-01", "trend", "property"),
            ("日期,搜索引擎", "2026-06-01,百度", "search_engines", "source"),
            ("日期,来源类型", "2026-06-01,直接访问", "source_types", "channel_group"),
            ("日期,来源,媒介,计划,关键词,创意", "2026-06-01,a,b,c,d,e", "tracking", "source_medium_campaign"),
            ("日期,受访页面", "2026-06-01,/tea", "pages", "page_path"),
            ("日期,入口页面", "2026-06-01,/tea", "entry_pages", "landing_page"),
            ("日期,搜索词", "2026-06-01,乌龙茶", "search_terms", "keyword"),
            ("日期,地域", "2026-06-01,广东", "regions", "city"),
        ],
    )
    def test_reports(self, drop, header: str, row: str, report: str, level: str) -> None:
        blanks = "," * row.count(",")
        text = f'{header},浏览量(PV),访客数(UV),IP数,跳出率,平均访问时长,转化次数\r\n{row},"1,200",300,280,52.1%,00:03:25,4\r\n合计{blanks},"1,200",300,280,52.1%,00:03:25,4\r\n'
        shown = inspect(drop("百度统计.csv", text, "gb18030"))
        holds(shown, "baidu_tongji", report, level, 1)
        assert (shown.totals_rows, shown.encoding, shown.date_from) == (1, "GB18030", "2026-06-01")
        assert (shown.totals["pageviews"], shown.totals["users"], shown.totals["conversions"]) == (
            1200,
            300,
            4.0,
        )


# -- shops ----------------------------------------------------------------------------------------------------------

SHOPIFY = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References"


def shopify_row(**cells: str) -> str:
    return ",".join(cells.get(name, "") for name in SHOPIFY.split(","))


class TestShopify:
    def orders(self) -> str:
        first = {
            "Name": "#1001", "Email": "Lin@Tea.example", "Financial Status": "partially_refunded", "Paid at": "2026-02-21 10:31:00 +0500",
            "Fulfillment Status": "fulfilled", "Accepts Marketing": "yes", "Currency": "PKR", "Subtotal": "90.00", "Shipping": "5.00", "Taxes": "4.00",
            "Total": "99.00", "Discount Code": "LIN10", "Discount Amount": "10.00", "Created at": "2026-02-21 23:30:00 +0500", "Lineitem quantity": "2",
            "Lineitem name": "Oolong - 50 g", "Lineitem price": "40.00", "Lineitem sku": "OO-50", "Billing Name": "Lin Wang", "Billing Street": "1 Tea St",
            "Shipping Name": "Lin Wang", "Shipping Country": "PK", "Shipping Phone": "+92 300 555", "Notes": "ring twice", "Payment Method": "Card",
            "Refunded Amount": "20.00", "Vendor": "Tea", "Device ID": "dev-1", "Id": "5550001", "Tags": "vip", "Source": "web", "Phone": "+92 300 555",
            "Tax 1 Name": "VAT", "Tax 1 Value": "4.00",
        }  # fmt: skip
        second = {"Name": "#1001", "Email": "Lin@Tea.example", "Created at": "2026-02-21 23:30:00 +0500", "Lineitem quantity": "1", "Lineitem name": "Cup",
                  "Lineitem price": "20.00", "Lineitem sku": "CUP", "Lineitem discount": "0.00", "Vendor": "Tea"}  # fmt: skip
        third = {
            **first,
            "Name": "#1002",
            "Email": "wu@tea.example",
            "Total": "50.00",
            "Refunded Amount": "0.00",
            "Lineitem quantity": "1",
            "Discount Code": "",
            "Discount Amount": "0.00",
        }
        return "\n".join([SHOPIFY, *(shopify_row(**row) for row in (first, second, third))]) + "\n"

    def test_orders_and_their_lines(self, drop, priced, query) -> None:
        drop("orders_export_1.csv", self.orders())
        (landed,) = land(priced)
        assert (landed.status, landed.platform, landed.report, landed.warnings) == (
            "landed",
            "shopify",
            "orders",
            [],
        )
        assert query("SELECT order_id, revenue, refunds, discounts, currency_code, ordered_at::VARCHAR, period_start::VARCHAR, country, coupon_code, source FROM {order} ORDER BY 1") == [
            ("#1001", Decimal(99), Decimal(20), Decimal(10), "PKR", "2026-02-21 23:30:00", "2026-02-21", "PK", "LIN10", "web"),
            ("#1002", Decimal(50), Decimal(0), Decimal(0), "PKR", "2026-02-21 23:30:00", "2026-02-21", "PK", None, "web"),
        ]  # fmt: skip
        assert query("SELECT order_id, product_name, units, unit_price, sku FROM {order_line} ORDER BY 1, 2") == [
            ("#1001", "Cup", 1, Decimal(20), "CUP"), ("#1001", "Oolong - 50 g", 2, Decimal(40), "OO-50"), ("#1002", "Oolong - 50 g", 1, Decimal(40), "OO-50"),
        ]  # fmt: skip
        ((kept,),) = query(
            "SELECT (SELECT string_agg(to_json(o)::VARCHAR, '') FROM {order} AS o) || (SELECT string_agg(to_json(l)::VARCHAR, '') FROM {order_line} AS l)"
        )
        assert not any(
            word in kept
            for word in ("tea.example", "Tea.example", "Wang", "Tea St", '555"', "ring twice", "dev-1", "+92")
        )
        assert query("SELECT count(DISTINCT customer_hash), max(length(customer_hash)) FROM {order}") == [
            (2, 32)
        ]

    def test_lines_take_the_currency_of_their_order(self, drop, workspace, query) -> None:
        drop("orders_export_1.csv", self.orders())
        land(workspace)
        assert query("SELECT count(*), min(currency_code), count(currency_code) FROM {order_line}") == [
            (3, "PKR", 3)
        ]

    def test_product_sales_do_not_sum_orders(self, drop, priced) -> None:
        text = '"Day","Product title","Product variant SKU","Month","Net items sold","Gross sales","Discounts","Returns","Net sales","Taxes","Total sales","Orders"\n"2026-06-01","Oolong","OO","2026-06-01","3","120.00","-10.00","-5.00","105.00","8.00","113.00","2"\n"2026-06-01","","","2026-06-01","0","0.00","0.00","0.00","0.00","0.50","5.50","2"\n'
        shown = inspect(drop("Sales by product 2026.csv", text), priced)
        holds(shown, "shopify", "product_sales", "product", 2)
        assert shown.totals == {
            "units": 3,
            "gross_sales": 120.0,
            "discounts": 10.0,
            "revenue": 118.5,
            "net_sales": 105.0,
            "refunds": 5.0,
            "taxes": 8.5,
        }
        assert (shown.date_from, shown.date_to) == ("2026-06-01", "2026-06-01")

    def test_sales_and_sessions_by_day(self, drop) -> None:
        shown = inspect(
            drop(
                "sales.csv",
                "Day,Orders,Gross sales,Discounts,Returns,Net sales,Shipping charges,Duties,Additional fees,Taxes,Total sales\n2026-06-01,2,0,0,0,0,0,0,0,0,0\n",
            )
        )
        holds(shown, "shopify", "sales", "day", 1)
        shown = inspect(
            drop("sessions.csv", '"Day","Online store visitors","Sessions"\n"2026-06-01","90","120"\n')
        )
        holds(shown, "shopify", "sessions", "property", 1)
        assert shown.totals == {"sessions": 120, "users": 90}
        shown = inspect(
            drop(
                "utm.csv",
                "Day,UTM campaign,UTM source,UTM medium,UTM term,Online store visitors,Sessions,Sessions with cart additions,Sessions that reached checkout,Sessions that completed checkout,Average session duration,Pageviews\n2026-06-01,spring,meta,cpc,x,90,120,9,6,4,33,300\n",
            )
        )
        holds(shown, "shopify", "sessions_by_utm", "source_medium_campaign", 1)
        assert shown.totals == {"sessions": 120, "users": 90, "pageviews": 300, "conversions": 4.0}

    def test_hours_add_up_to_their_day(self, drop, priced) -> None:
        text = '"Hour","Orders","Total sales"\n"2026-06-01 10:00:00","2","30.00"\n"2026-06-01 11:00:00","1","12.50"\n'
        shown = inspect(drop("sales.csv", text), priced)
        holds(shown, "shopify", "sales", "day", 2)
        assert (shown.date_to, shown.totals) == ("2026-06-01", {"orders": 3, "revenue": 42.5})

    def test_customers_leave_nothing(self, drop, workspace) -> None:
        header = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address City,Phone,Total Spent,Total Orders,Note,Tax Exempt,Tags"
        drop(
            "customers_export.csv",
            f"{header}\n1,Lin,Wang,lin@tea.example,yes,Tea,1 Tea St,Xiamen,555-0100,100.0,2,likes oolong,no,vip\n",
        )
        (landed,) = land(workspace)
        assert (landed.status, landed.report, landed.rows) == ("landed", "customers", 0)
        kept = b"".join(
            path.read_bytes()
            for path in workspace.root.rglob("*")
            if path.is_file() and path.suffix != ".parquet"
        )
        for personal in (b"lin@tea", b"Wang", b"Tea St", b"Xiamen", b"555-0100", b"oolong"):
            assert personal not in kept


WOO = {
    "revenue in the browser": ("revenue_2026-06-22_period-custom_compare-previous_year_after-2026-06-01_before-2026-06-02_interval-day.csv", "revenue", "day",
                               'Date,Orders,Gross sales,Returns,Coupons,Net sales,Taxes,Shipping,Total sales\n2026-06-01 00:00:00,3,120,"\t-12.50",10,97.5,8,5,110.5\n2026-06-02 00:00:00,1,40,0,0,40,3,0,43\n',
                               {"orders": 4, "gross_sales": 160.0, "discounts": 10.0, "shipping": 5.0, "taxes": 11.0, "revenue": 153.5, "net_sales": 137.5, "refunds": 12.5}),
    "revenue on the server": ("wc-revenue-report-export-16868.csv", "revenue", "day",
                              "Date,Orders,Gross sales,Total sales,Returns,Coupons,Taxes,Shipping,Net Revenue\n2026-06-01 00:00:00,3,120,110.5,12.5,10,8,5,97.5\n2026-06-02 00:00:00,1,40,43,0,0,3,0,40\n",
                              {"orders": 4, "gross_sales": 160.0, "discounts": 10.0, "shipping": 5.0, "taxes": 11.0, "revenue": 153.5, "net_sales": 137.5, "refunds": 12.5}),
    "orders": ("orders_2026-06-22.csv", "orders", "order",
               'Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue,Attribution\n2026-06-01 10:00:00,1001,$97.50,completed,Lin Wang,new,2× Oolong,2,LIN10,97.5,Direct\n2026-06-02 11:00:00,1002,-$12.50,refunded,Wu Li,returning,1× Cup,1,,"\t-12.50",Direct\n',
               {"units": 3, "net_sales": 85.0}),
    "products": ("products_2026-06-22_after-2026-06-01_before-2026-06-30.csv", "products", "product",
                 "Product title,SKU,Items sold,N. Revenue,Orders,Category,Variations,Status,Stock\nOolong,OO,3,120,2,Tea,0,In stock,9\n", {"units": 3, "orders": 2, "net_sales": 120.0}),
    "categories": ("categories_2026-06-22_after-2026-06-01_before-2026-06-30.csv", "categories", "category", "Category,Items sold,Net Revenue,Products,Orders\nTea,3,120,2,2\n",
                   {"units": 3, "orders": 2, "net_sales": 120.0}),
    "coupons": ("coupons_2026-06-22_after-2026-06-01_before-2026-06-30.csv", "coupons", "coupon", "Coupon code,Orders,Amount discounted,Created,Expires,Type\nLIN10,2,20.00,2026-01-01,N/A,Percentage\n",
                {"orders": 2, "discounts": 20.0}),
    "Chinese": ("revenue_2026-06-22_after-2026-06-01_before-2026-06-02.csv", "revenue", "day", "日期,订单,销售总额,退货,优惠券,净销售额,税费,运费,总销售额\n2026-06-01 00:00:00,3,120,0,10,110,8,5,123\n",
                {"orders": 3, "gross_sales": 120.0, "discounts": 10.0, "shipping": 5.0, "taxes": 8.0, "revenue": 123.0, "net_sales": 110.0, "refunds": 0.0}),
}  # fmt: skip


class TestWooCommerce:
    @pytest.mark.parametrize("name", WOO)
    def test_reports(self, drop, priced, name: str) -> None:
        file_name, report, level, text, totals = WOO[name]
        shown = inspect(drop(file_name, text), priced)
        holds(shown, "woocommerce", report, level, text.count("\n") - 1)
        assert shown.totals == totals
        assert str(shown.date_from) == "2026-06-01"

    def test_a_guarded_refund_is_a_number(self, drop, priced, query) -> None:
        drop(*WOO["orders"][:1], WOO["orders"][3])
        (landed,) = land(priced)
        assert landed.status == "landed"
        assert query("SELECT order_id, net_sales, customer_type, extra FROM {order} ORDER BY 1") == [
            ("1001", Decimal("97.5"), "new", '{"Product(s)":"2× Oolong"}'), ("1002", Decimal("-12.5"), "returning", '{"Product(s)":"1× Cup"}'),
        ]  # fmt: skip

    def test_few_columns_are_told_by_the_name(self, drop, priced) -> None:
        text = "Date,Orders,Gross sales,Returns,Net sales\n2026-06-01 00:00:00,3,120,'-12.5,107.5\n"
        shown = inspect(drop("revenue_2026-07-01_after-2026-06-01_before-2026-06-30.csv", text), priced)
        holds(shown, "woocommerce", "revenue", "day", 1)
        assert shown.totals == {"orders": 3, "gross_sales": 120.0, "refunds": 12.5, "net_sales": 107.5}

    def test_weeks_cover_their_days(self, drop, priced) -> None:
        text = "Date,Orders,Gross sales,Returns,Coupons,Net sales,Taxes,Shipping,Total sales\n2026-06-01 00:00:00,3,120,0,0,120,0,0,120\n"
        shown = inspect(
            drop("revenue_2026-06-22_after-2026-06-01_before-2026-06-07_interval-week.csv", text), priced
        )
        assert (shown.problem, shown.date_from, shown.date_to) == (None, "2026-06-01", "2026-06-07")

    def test_customers_leave_nothing(self, drop, workspace, query) -> None:
        drop(
            "customers_2026-06-22.csv",
            "Name,Username,Last active,Sign Up,Email,Orders,Total spend,AOV,Country / Region,City,Region,Postal code\nLin,lin,2026-06-01,2025-01-01,lin@tea.example,3,120,40,CN,Xiamen,FJ,361000\n",
        )
        (landed,) = land(workspace)
        assert (landed.status, landed.report) == ("landed", "customers")
        assert query("SELECT count(*) FROM {order}") == [(0,)]


SYCM = ["统计日期", "商品ID", "商品名称", "主商品ID", "商品类型", "货号", "商品状态", "商品标签", "商品访客数", "商品浏览量", "平均停留时长", "商品详情页跳出率", "商品收藏人数", "商品加购件数", "商品加购人数",
        "下单买家数", "下单件数", "下单金额", "下单转化率", "支付买家数", "支付件数", "支付金额", "商品支付转化率", "支付新买家数", "支付老买家数", "老买家支付金额", "聚划算支付金额", "访客平均价值", "成功退款金额",
        "竞争力评分", "年累计支付金额", "月累计支付金额", "月累计支付件数", "搜索引导支付转化率", "搜索引导访客数", "搜索引导支付买家数"]  # fmt: skip


class TestSycm:
    def test_products(self, drop, workspace, query) -> None:
        def row(product: str, visitors: str, paid: str, refunded: str) -> list[str]:
            known = {"统计日期": "2026-06-18", "商品ID": product, "商品名称": "乌龙茶", "商品状态": "当前在线", "商品访客数": visitors, "商品浏览量": "26,024", "平均停留时长": "6.92",
                     "商品详情页跳出率": "78.15%", "支付买家数": "68", "支付件数": "109", "支付金额": paid, "成功退款金额": refunded, "下单金额": "17,191.00", "月累计支付金额": "280,941.00"}  # fmt: skip
            return [known.get(name, "-") for name in SYCM]

        notes = [["说明：数据来自生意参谋"], ["统计周期：2026-06-18"], ["终端：全部"], [""]]
        name = "【生意参谋平台】商品_全部_2026-06-18_2026-06-18.xlsx"
        write_xlsx(
            workspace.inbox / name,
            {
                "Sheet1": [
                    *notes,
                    SYCM,
                    row("1017116707008", "11,269", "15,217.00", "7,955.12"),
                    row("905381044899", "12,118", "12,331.00", "-"),
                ]
            },
        )
        shown = inspect(workspace.inbox / name)
        holds(shown, "sycm", "products", "product", 2)
        assert (shown.header_line, shown.currency, shown.date_from) == (5, "CNY", "2026-06-18")
        assert shown.totals == {"units": 218, "pageviews": 52048, "revenue": 27548.0, "refunds": 7955.12}, (
            "visitors and buyers are people"
        )
        land(workspace)
        assert query("SELECT product_id, product_visitors, buyers, revenue, refunds, account_timezone FROM {order_line} ORDER BY 1") == [
            ("1017116707008", 11269, 68, Decimal(15217), Decimal("7955.12"), "Asia/Shanghai"),
            ("905381044899", 12118, 68, Decimal(12331), None, "Asia/Shanghai"),
        ]  # fmt: skip

    def test_a_period_in_the_cell(self, drop) -> None:
        text = '统计日期,商品ID,商品名称,商品访客数,商品浏览量,支付买家数,支付金额\n2026-06-01 ~ 2026-06-07,1,乌龙茶,10,20,3,"1,200.00"\n'
        shown = inspect(drop("商品.csv", text, "gb18030"))
        holds(shown, "sycm", "products", "product", 1)
        assert (shown.date_from, shown.date_to) == ("2026-06-01", "2026-06-07")

    @pytest.mark.parametrize(
        ("header", "row", "report", "level"),
        [
            (
                "日期,计划ID,计划名字,展现量,点击量,花费,点击率,平均点击花费,总成交金额,总成交笔数,投入产出比",
                "2026-06-15,77,春季,598,47,6.46,0.0786,0.14,373.8,3,57.86",
                "wanxiangtai_plan",
                "campaign",
            ),
            (
                "日期,主体ID,主体类型,主体名称,展现量,点击量,花费,点击率,平均点击花费,千次展现花费,总预售成交金额,直接成交金额,总成交金额,总成交笔数,投入产出比",
                "2026-06-15,1048,商品,乌龙茶,598,47,6.46,0.0786,0.14,10.8,0,0,373.8,3,57.86",
                "wanxiangtai_product",
                "account",
            ),
        ],
    )
    def test_paid(self, drop, header: str, row: str, report: str, level: str) -> None:
        shown = inspect(drop("计划报表_20260622_101500.csv", f"{header}\n{row}\n", "gb18030"))
        holds(shown, "sycm", report, level, 1)
        assert shown.totals == {
            "impressions": 598,
            "clicks": 47,
            "spend": 6.46,
            "conversions": 3.0,
            "conversion_value": 373.8,
        }
        assert (shown.date_from, shown.currency) == ("2026-06-15", "CNY")


GA4_HEAD = "# ----------------------------------------\n# {}\n# Account: Tea\n# Property: tea.example\n# ----------------------------------------\n"


def _block(name, start, end, table):
    return f"# {name}\n# Start date: {start}\n# End date: {end}\n{table}\n\n"


def test_each_block_has_its_own_days_and_comparison(drop, workspace, query):
    june, may = ("20260601", "20260630"), ("20260501", "20260531")
    text = (
        GA4_HEAD.format("T")
        + _block("All Users", *june, "Session source / medium,Sessions\ngoogle / cpc,100")
        + _block("Mobile traffic", *june, "Session source / medium,Sessions\ngoogle / cpc,40")
        + _block("All Users", *may, "Session source / medium,Sessions\ngoogle / cpc,90")
    )
    drop("t.csv", text)
    (landed,) = land(workspace)
    assert (landed.status, landed.warnings) == ("landed", [])
    assert query(
        "SELECT audience, period_start::VARCHAR, period_end::VARCHAR, sessions FROM {web_traffic} ORDER BY sessions"
    ) == [
        ("Mobile traffic", "2026-06-01", "2026-06-30", 40),
        ("All Users", "2026-05-01", "2026-05-31", 90),
        ("All Users", "2026-06-01", "2026-06-30", 100),
    ]


def test_blocks_of_other_measures_or_other_cuts_repeat_nothing(drop):
    june = ("20260601", "20260630")
    tables = (
        "Event name,Event count\npurchase,9",
        "Event name,Key events\npurchase,3",
        "Gender,Active users\nfemale,5",
        "Age,Active users\n18-24,5",
        "Gender,Active users\nfemale,5",
    )
    shown = inspect(
        drop("t.csv", GA4_HEAD.format("T") + "".join(_block("All Users", *june, table) for table in tables))
    )
    assert [part["part"] for part in shown.parts] == ["1 Event name", "2 Event name", "3 Gender", "4 Age"]
    assert len(shown.warnings) == 1 and "'5 Gender'" in shown.warnings[0]


def test_an_exploration_whose_total_is_longer_by_its_label(drop):
    text = "# ---\n# Tea\n# Free form 1\n# 20230515-20230521\n# ---\n\nSession source / medium,Sessions\n,34,Grand total\ngoogle / cpc,12\n(direct) / (none),10\n"
    shown = inspect(drop("download.csv", text))
    assert (shown.problem, shown.rows, shown.rejected, shown.totals_rows, shown.totals) == (
        None,
        2,
        0,
        1,
        {"sessions": 22},
    )


def test_later_lines_of_an_order_take_its_day_and_currency(drop, workspace, query) -> None:
    drop(
        "orders_export_1.csv",
        "Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price\n"
        "#2,b@example.com,paid,USD,9.00,2026-06-03 10:00:00 +0500,1,Cup,9.00\n"
        "#1,a@example.com,paid,EUR,30.00,2026-06-02 10:00:00 +0500,2,Oolong,10.00\n"
        "#1,a@example.com,,,,,1,Green,10.00\n",
    )
    (landed,) = land(workspace)
    assert (landed.status, landed.rejected) == ("landed", 0)
    assert query(
        "SELECT order_id, product_name, currency_code, period_start::VARCHAR, row_number FROM {order_line} ORDER BY row_number"
    ) == [
        ("#2", "Cup", "USD", "2026-06-03", 1),
        ("#1", "Oolong", "EUR", "2026-06-02", 2),
        ("#1", "Green", "EUR", "2026-06-02", 3),
    ]
    assert query("SELECT order_id, revenue FROM {order} ORDER BY 1") == [("#1", 30), ("#2", 9)]


def test_years_are_periods(drop) -> None:
    shown = inspect(drop("2024.csv", "date,nb_visits,nb_uniq_visitors,nb_actions\n2024,10,9,30\n", "utf-16"))
    assert (shown.platform, shown.date_from, shown.date_to) == ("matomo", "2024-01-01", "2024-12-31")


def test_an_event_takes_the_first_source_that_is_stated(drop, workspace, query) -> None:
    drop(
        "events.jsonl",
        '{"event_date": "20260601", "event_timestamp": "1780308000000000", "event_name": "a", "user_pseudo_id": "1.1", '
        '"event_params": [{"key": "source", "value": {"string_value": "mail"}}], "collected_traffic_source": {"manual_source": "x"}}\n'
        '{"event_date": "20260601", "event_timestamp": "1780308000000001", "event_name": "b", "user_pseudo_id": "1.1", '
        '"event_params": [], "collected_traffic_source": {"manual_source": "news"}}\n',
    )
    (landed,) = land(workspace)
    assert (landed.status, landed.rejected) == ("landed", 0)
    assert query("SELECT event_name, source FROM {web_event} ORDER BY 1") == [("a", "mail"), ("b", "news")]
