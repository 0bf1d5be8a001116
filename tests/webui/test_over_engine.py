"""The pages and the API over a real index."""

import json
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from indexer import open_index, update_index
from webui.examples import EXAMPLES, HELP

SHIPPED = Path(__file__).parents[2] / "corpus"

FIRST = """\
---
title: 江边表谷开园
date: 2021-05-08
source: 试验晚报
authors: [闻一, 谭二]
---

江边表谷今天开园，首批进来的企业有十二家，总投资6.5亿元。

# 先建厂房，后修路

园区先建厂房，路是后修的。投资方说，机器等不起。
"""
SECOND = """\
---
title: 表谷两年账
date: 2023-04
source: 试验晚报
---

江边表谷开园两年，投产的企业有九家，没有来的有三家。
"""
HOSTILE = """\
---
title: <script>alert(1)</script>
source: '"><img src=x onerror=alert(2)>'
---

正文里有 <b>标签</b>、实体 &amp; 和 &lt;i&gt;，还有 "><svg onload=alert(3)> 与江边表谷。
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in (("first.md", FIRST), ("second.md", SECOND), ("hostile.txt", HOSTILE)):
        (folder / name).write_text(text, encoding="utf-8")
    return _indexed(folder, tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return _indexed(SHIPPED, tmp_path_factory.mktemp("shipped"))


@pytest.fixture
def get(browse, tiny):
    with open_index(tiny) as index:
        yield browse(index)


def _indexed(folder, home):
    path = home / "index"
    update_index([folder], path)
    return path


def test_search_finds_and_marks(get):
    page = get("/search?q=江边表谷")
    assert page.status == 200
    assert {mark.text for mark in page.all(".snippet mark")} == {"江边表谷"}
    assert len(page.all(".passage") + page.all(".hit h2 mark")) == int(
        page.one("head title").text.split("，")[1].split()[0]
    )


def test_card_opens_the_article_at_its_passage(get):
    card = get("/search?q=机器等不起").all(".hit h2 a")[0]
    passage = get(card["href"].partition("#")[0]).one(f"#{urlsplit(card['href']).fragment}")
    assert [mark.text for mark in passage.select("mark")] == ["机器等不起"]


def test_facet_leads_to_as_many_as_it_counts(get):
    page = get("/search?q=江边表谷 OR 投资")
    facets = page.all(".facets a:not(.dossier-link)")
    assert len(facets) >= 2
    for facet in facets:
        assert f"，{facet.select_one('.count').text} 段" in get(facet["href"]).one("head title").text


def test_wider_step_can_be_followed(get):
    page = get("/search?q=表谷 十二家")
    wider = [link["href"] for link in page.all(".understood a") if "放宽到" in link.text]
    assert wider
    assert get(wider[0]).one("h1")


def test_title_in_the_query_leads_to_the_article(get):
    assert get("/search?q=表谷两年账").all(".hit h2")[0].text == "表谷两年账"


def test_hostile_article_is_text(get, tags_of):
    results = get("/search?q=标签")
    link = results.one(".hit h2 a")
    assert link.text == "<script>alert(1)</script>"
    article = get(link["href"].partition("#")[0])
    for hop in article.all(".hop"):
        hop.decompose()
    # What looks like markup after reading: the reader drops tags that close, and reads entities.
    assert '<i>，还有 "><svg onload=alert(3)> 与江边表谷。' in article.one("#p1").get_text()
    assert '"><img src=x onerror=alert(2)>' in article.one(".story .meta").get_text()
    for page in (results, article):
        assert not {tag for tag, _ in tags_of(page.html)} & {"script", "img", "i"}
        assert not [tag for tag, attributes in tags_of(page.html) if "onload" in attributes or "onerror" in attributes]


@pytest.mark.parametrize("query", ["amp", "lt", "&", "<b>", "<script>alert(1)</script>", '"><img', "%", "\\", "'"])
def test_hostile_query_is_a_search_like_any_other(get, tags_of, query):
    reply = get(f"/search?q={quote(query)}")
    assert reply.status == 200
    assert "script" not in {tag for tag, _ in tags_of(reply.html)}
    assert reply.one("#q")["value"] == query


def test_api_answers_as_the_engine_does(get, tiny):
    answer = json.loads(get("/api/v1/search?q=江边表谷&limit=2").html)
    with open_index(tiny) as index:
        expected = index.search("江边表谷", limit=2).to_json()
    assert answer.pop("next")
    assert answer | {"took_ms": 0} == expected | {"took_ms": 0}


def test_status_counts_the_archive(get):
    status = json.loads(get("/api/v1/status").html)
    assert status["articles"] == 3
    assert "收录3篇文章" in get("/").text(".holdings")


def test_new_commit_ends_the_life_of_kept_replies(tmp_path, browse):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "first.md").write_text(FIRST, encoding="utf-8")
    path = _indexed(corpus, tmp_path)
    with open_index(path) as index:
        get = browse(index)
        before = get("/search?q=江边表谷")
        (corpus / "second.md").write_text(SECOND, encoding="utf-8")
        update_index([corpus], path)
        after = get("/search?q=江边表谷", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status == 200
    assert len(after.all(".hit")) > len(before.all(".hit"))


def test_every_example_finds_something_in_the_shipped_corpus(shipped, browse):
    with open_index(shipped) as index:
        shown = browse(index)("/").all(".examples a")
    assert [link.text for link in shown] == [example.query for example in EXAMPLES]


@pytest.mark.parametrize(
    "example", [each for section in HELP for each in section.examples], ids=lambda each: each.query
)
def test_every_example_of_the_help_finds_something(shipped, browse, example):
    with open_index(shipped) as index:
        link = next(link for link in browse(index)("/help").all(".examples a") if link.text == example.query)
        assert parse_qs(urlsplit(link["href"]).query) == {"q": [example.query]}
        results = index.search(example.query)
    assert results.total > 0
    assert results.rung != "most"


def test_every_figure_leads_to_its_mark(shipped, browse):
    with open_index(shipped) as index:
        get = browse(index)
        rows = [
            row for page in (1, 2) for row in get(f"/figures?sort=-value&page={page}").all(".figures-table tbody tr")
        ]
        assert len(rows) == 100
        for row in rows:
            surface, link = row.th.a.text, row.th.a["href"]
            assert [mark.text for mark in row.select(".sentence mark")] == [surface]
            passage = get(link.partition("#")[0]).one(f"#{urlsplit(link).fragment}")
            # A search marks what it looks up; a percent sign is no word.
            assert surface.rstrip("%") in [mark.text for mark in passage.select("mark")], link


def test_facets_of_figures_lead_to_as_many_as_they_count(shipped, browse):
    with open_index(shipped) as index:
        get = browse(index)
        facets = get("/figures?q=投资").all(".facets a")
        assert len(facets) > 10
        for facet in facets:
            count = facet.select_one(".count").text
            assert get(facet["href"]).all("h1 .nowrap")[0].text == f"{count} 条", facet["href"]


def test_csv_has_what_the_table_has(shipped, browse):
    with open_index(shipped) as index:
        get = browse(index)
        lines = get("/figures.csv?q=总投资>=10亿元&sort=value").html.split("\r\n")
        page = get("/figures?q=总投资>=10亿元&sort=value")
    shown = [row.th.a.text for row in page.all(".figures-table tbody tr")]
    assert shown
    assert [line.split(",")[0] for line in lines[1:-1]] == shown


@pytest.mark.parametrize("kind", ["park", "project", "organization", "person", "place"])
def test_every_name_has_a_dossier_whose_passages_hold_it(shipped, browse, kind):
    with open_index(shipped) as index:
        get = browse(index)
        links = get(f"/names/{kind}").all(".names-table tbody a")
        assert links
        for link in links[:15]:
            page = get(link["href"])
            assert (page.status, page.one("h1").text) == (200, link.text)
            assert page.all(".cards mark"), link.text
            place = page.all(".card h2 a")[0]["href"]
            assert get(place.partition("#")[0]).one(f"#{urlsplit(place).fragment}").select("mark"), place
            for onward in page.all(".views a, .company a, .statement a"):
                assert get(onward["href"].partition("#")[0]).status == 200, onward["href"]


def test_timeline_goes_forward_and_leads_to_its_places(shipped, browse):
    with open_index(shipped) as index:
        get = browse(index)
        page = get("/timeline?q=衡阳")
        dates = [time["datetime"] for time in page.all(".when time")]
        assert len(dates) > 10
        assert dates == sorted(dates)
        for event in page.all(".event")[:10]:
            link = event.a["href"]
            assert get(link.partition("#")[0]).one(f"#{urlsplit(link).fragment}").select("mark"), link


def test_names_in_a_search_lead_to_their_dossiers(shipped, browse):
    with open_index(shipped) as index:
        get = browse(index)
        page = get("/search?q=数字经济")
        links = page.all(".facets .dossier-link") + page.all(".hit .told a:not(.fact)")
        assert len(links) > 10
        for link in links:
            assert get(link["href"]).status == 200, link["href"]
