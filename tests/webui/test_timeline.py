"""The timeline of a query."""

from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.search.findings import TimelineEntry
from indexer.search.results import Hit
from webui.timeline_view import span_words

EVIL = '"><script>alert(1)</script>&amp;'


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2021-01-01", "2021-12-31", "2021年"),
        ("2021-10-01", "2021-10-31", "2021年10月"),
        ("2024-02-01", "2024-02-29", "2024年2月"),
        ("2023-02-01", "2023-02-27", "2023年2月1日至27日"),
        ("2021-10-16", "2021-10-16", "2021年10月16日"),
        ("2021-11-16", "2021-11-17", "2021年11月16日至17日"),
        ("2021-11-16", "2021-12-03", "2021年11月16日至12月3日"),
        ("2021-01-01", "2021-11-30", "2021年1月至11月"),
        ("2021-12-30", "2022-01-02", "2021年12月30日至2022年1月2日"),
        ("2016-01-01", "2020-12-31", "2016年1月至2020年12月"),
        ("2021", "2021", "2021年"),
        ("2021-10", "2021-10", "2021年10月"),
        ("unknown", "unknown", "unknown"),
        (EVIL, "2021-99-99", f"{EVIL}至2021年99月99日"),
    ],
)
def test_dates_are_as_short_as_can_be(start, end, words):
    assert span_words(start, end) == words


def test_passages_stand_under_the_years_and_months_they_speak_of(get):
    page = get("/timeline?q=总投资")
    assert [year.text for year in page.all(".timeline-year h2")] == ["2021年", "2023年", "2024年"]
    assert [month.text for month in page.all(".timeline-year h3")] == ["5月", "4月"]
    assert [when.text for when in page.all(".when time")] == ["2021年5月", "2023年4月", "2024年"]


def test_date_and_words_are_marked(get):
    first = get("/timeline?q=总投资").all(".event")[0]
    assert [mark.text for mark in first.select(".snippet mark")] == ["总投资", "2021年5月"]


def test_entry_leads_to_its_marked_place(get):
    link = get("/timeline?q=总投资").all(".event a")[0]["href"]
    assert (urlsplit(link).path, parse_qs(urlsplit(link).query), urlsplit(link).fragment) == (
        "/articles/a1", {"q": ["总投资"]}, "p4",
    )  # fmt: skip
    assert [mark.text for mark in get(link).all("#p4 mark")] == ["总投资"]


def test_printed_date_is_shown_where_it_says_something_else(get, index):
    info, passages = index.articles[0]
    hit = Hit(1.0, info, passages[5], ())
    index.fact_overrides = {"total": 1, "entries": (TimelineEntry("2023-01-01", "2023-12-31", "去年", hit),)}
    page = get("/timeline?q=谷")
    assert page.text(".when") == "2023年原文去年"
    assert page.one(".snippet mark").text == "去年"


def test_years_are_contents(get):
    links = get("/timeline?q=总投资").all(".contents a")
    assert [(link["href"], link.text) for link in links] == [
        ("#y2021", "2021年1"),
        ("#y2023", "2023年1"),
        ("#y2024", "2024年1"),
    ]


def test_more_than_can_be_listed_is_said(get, index):
    index.fact_overrides = {"total": 5000}
    assert "只列出前3条" in get("/timeline?q=总投资").text(".list")
    assert index.asked[-1] == {"query": "总投资", "limit": 200}


def test_query_without_dates_leads_to_the_search(get):
    page = get("/timeline?q=量子")
    assert page.status == 200
    assert "没有说到能定下来的日期" in page.text(".list")
    assert page.one(".list a")["href"].startswith("/search?q=")


def test_without_a_query_it_explains_itself(get, index):
    page = get("/timeline?q=%20")
    assert page.text("h1") == "时间线"
    assert not index.asked


def test_too_long_a_query_is_refused(get):
    assert get("/timeline?q=" + "谷" * 257).status == 400


def test_hostile_entry_stays_text(browse, hostile_index, tags_of):
    info, passages = hostile_index.articles[-1]
    entries = tuple(TimelineEntry(EVIL, EVIL, EVIL, Hit(1.0, info, each, ((0, 3),))) for each in passages)
    hostile_index.fact_overrides = {"total": 4, "entries": entries, "notes": (EVIL,), "interpreted": EVIL}
    reply = browse(hostile_index)("/timeline?q=靶")
    assert reply.status == 200
    assert not {"script", "iframe", "img", "b", "u", "i"} & {tag for tag, _ in tags_of(reply.html)}
