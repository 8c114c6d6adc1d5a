"""mkt sources, mkt map, mkt anonymize, and what inspect says of a file that nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Mkt

UNKNOWN = "Tag;Kampagne;Impressionen;Klicks;Kosten\n01.06.2026;Sommer;1.234;56;12,50 €\n02.06.2026;Winter;766;44;7,50 €\n"  # noqa: E501
KNOWN = "Day,Campaign,Currency code,Impr.,Clicks,Cost\n2026-06-01,Quokka,USD,1000,10,5.50\n2026-06-02,Quokka,USD,2000,20,6.50\n"  # noqa: E501


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    path = tmp_path / "nova.csv"
    path.write_text(UNKNOWN, encoding="utf-8")
    return path


@pytest.fixture
def known(tmp_path: Path) -> Path:
    path = tmp_path / "campaigns.csv"
    path.write_text(KNOWN, encoding="utf-8")
    return path


def test_sources_lists_platforms_without_a_workspace(mkt: Mkt) -> None:
    answer = mkt("sources")
    assert answer.code == 0
    line = next(line for line in answer.out.splitlines() if line.startswith("mailchimp"))
    assert "Mailchimp" in line
    assert "newest day" not in answer.out
    assert "S seen in a real export" in answer.err
    assert "谷歌广告" in mkt("sources", "--lang", "zh").out


def test_sources_of_one_platform_lists_its_reports(mkt: Mkt) -> None:
    answer = mkt("sources", "google_ads")
    assert answer.code == 0
    row = next(line.split() for line in answer.out.splitlines() if line.startswith("search_term "))
    assert row[1:3] == ["ad_performance", "search_term"]
    assert "en:S" in row


def test_sources_shows_what_has_landed(mkt: Mkt, known: Path) -> None:
    assert mkt("init").code == 0
    assert mkt("land", known).code == 0
    [google] = mkt("sources", "google_ads", "--json").json()
    assert google["landed"] == {"files": 1, "rows": 2, "first_day": "2026-06-01", "newest_day": "2026-06-02"}
    line = next(line for line in mkt("sources").out.splitlines() if line.startswith("google_ads "))
    assert line.split()[-3:] == ["2", "2026-06-01", "2026-06-02"]


def test_sources_names_the_nearest_platform(mkt: Mkt) -> None:
    answer = mkt("sources", "gogle_ads", "--json")
    assert (answer.code, answer.error()["code"]) == (2, "E-CLI-21")
    assert "google_ads" in answer.error()["expected"]


def test_inspect_of_an_unknown_file_shows_the_problem_and_offers_a_draft(mkt: Mkt, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Frobnication,Wumpus level\nalpha,3\n", encoding="utf-8")
    answer = mkt("inspect", path)
    assert answer.code == 1
    assert "E-SRC-06" in answer.err
    assert answer.err.rstrip().splitlines()[-1].endswith("map odd.csv")
    assert mkt("inspect", path, "--json").json()["problem"]["code"] == "E-SRC-06"


def test_map_prints_a_draft_and_says_how_the_file_reads_with_it(mkt: Mkt, unknown: Path) -> None:
    answer = mkt("map", unknown)
    assert answer.code == 0
    assert answer.out.startswith("# A draft from nova.csv")
    assert "platform: nova\n" in answer.out
    assert "5 of 5 columns guessed, for the dataset ad_performance." in answer.err
    assert "With it the file is read: 2 rows, 2026-06-01 … 2026-06-02" in answer.err
    assert "Next: mkt map --save nova.csv" in answer.err


def test_map_saves_into_the_workspace_once(mkt: Mkt, unknown: Path, tmp_path: Path) -> None:
    assert mkt("map", unknown, "--save").code == 2  # there is no workspace yet
    assert mkt("init").code == 0
    answer = mkt("map", unknown, "--save", "--platform", "nova_ads")
    written = tmp_path / "data" / "catalog" / "nova_ads.yml"
    assert (answer.code, answer.out.strip()) == (0, str(written))
    shown = mkt("inspect", unknown, "--platform", "nova_ads", "--json").json()
    assert (shown["platform"], shown["rows"], shown["totals"]["spend"]) == ("nova_ads", 2, 20.0)
    before = written.read_text(encoding="utf-8")
    again = mkt("map", unknown, "--save", "--platform", "nova_ads", "--json")
    assert (again.code, again.error()["code"]) == (2, "E-CLI-20")
    assert written.read_text(encoding="utf-8") == before


def test_map_writes_where_it_is_told_and_names_the_platform_after_the_file(
    mkt: Mkt, unknown: Path, tmp_path: Path
) -> None:
    answer = mkt("map", unknown, "-o", tmp_path / "entries" / "star.yml", "--report", "daily", "--json")
    assert answer.code == 0
    assert {key: answer.json()[key] for key in ("platform", "report", "missing")} == {
        "platform": "star", "report": "daily", "missing": [],
    }  # fmt: skip
    assert (tmp_path / "entries" / "star.yml").read_text(encoding="utf-8") == answer.json()["entry"]


def test_anonymize_writes_a_copy_beside_the_file_once(mkt: Mkt, known: Path, tmp_path: Path) -> None:
    answer = mkt("anonymize", known)
    copy = tmp_path / "campaigns.anonymised.csv"
    assert (answer.code, answer.out.strip()) == (0, str(copy))
    assert "1 names replaced, 3 columns of numbers scaled, 2 rows." in answer.err
    text = copy.read_text(encoding="utf-8")
    assert "Quokka" not in text
    assert text.splitlines()[0] == KNOWN.splitlines()[0]
    before, after = (mkt("inspect", path, "--json").json() for path in (known, copy))
    assert after["report"] == before["report"]
    assert after["totals"] != before["totals"]
    again = mkt("anonymize", known, "--json")
    assert (again.code, again.error()["code"], again.error()["where"]) == (2, "E-CLI-20", str(copy))
    assert mkt("anonymize", known, "-o", tmp_path / "other.csv", "--seed", "1", "--json").json()["names"] == 1


def test_anonymize_says_when_no_report_fits(mkt: Mkt, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Frobnication,Wumpus level\nalpha,30\n", encoding="utf-8")
    answer = mkt("anonymize", path)
    assert answer.code == 0
    assert "no report of the catalog fits" in answer.err
    assert mkt("anonymize", tmp_path / "none.csv").code == 2
