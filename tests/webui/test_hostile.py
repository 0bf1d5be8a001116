"""Hostile articles, indexed and shown: all of it is text, everywhere."""

import csv
import io
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests.webui.hostile import FILES, FORMULAS, LONG_WORD, MARK, SCRIPTS
from webui import create_app

# Elements that run, load, leave or restyle.
NEVER = {"iframe", "object", "embed", "base", "style", "img", "image", "frame", "math", "video", "foreignobject"}
ATTRIBUTES_WITH_ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "cite")


@pytest.fixture(scope="module")
def hostile(index_of):
    return index_of(FILES)


@pytest.fixture(scope="module")
def articles(hostile):
    return {hit.article.path: hit.article for hit in hostile.search(MARK, limit=100).hits}


@pytest.fixture
def open_page(browse, hostile):
    return browse(hostile)


def pages(articles):
    ids = [info.id for info in articles.values()]
    return [
        "/",
        f"/search?q={quote(MARK)}",
        f"/search?q={quote(MARK)}&sort=date&page=2",
        *(f"/articles/{each}?q={quote(MARK)}" for each in ids),
        *(f"/search?q={quote(each)}" for each in (*SCRIPTS, *FORMULAS, "\u202e" + MARK, "作者:<b>")),
        *(f"/figures?q={quote(each)}" for each in (MARK, *SCRIPTS[:4])),
        f"/timeline?q={quote(MARK)}",
        f"/names/project?prefix={quote(SCRIPTS[1])}",
        f"/names/park/{quote(SCRIPTS[2], safe='')}",
    ]


def test_corpus_is_indexed_whole(hostile, articles):
    assert hostile.status().rejected == ()
    assert set(articles) == set(FILES)


def test_pages_hold_nothing_that_runs(open_page, articles):
    for path in pages(articles):
        reply = open_page(path)
        assert reply.status in (200, 400, 404), path
        for tag in reply.page.find_all(True):
            assert tag.name not in NEVER, f"{tag.name} on {path}"
            assert not [name for name in tag.attrs if name.startswith("on") or name in ("style", "srcdoc")], path
            for name in ATTRIBUTES_WITH_ADDRESSES:
                if name in tag.attrs:
                    address = urlsplit(tag[name].strip())
                    assert address.scheme in ("", "http", "https"), f"{tag} on {path}"
                    assert address.netloc in ("", "localhost"), f"{tag} on {path}"
        for script in reply.all("script"):
            assert script.get_text() == "", path
            assert script["src"].startswith("/static/"), path


def test_articles_are_shown_as_they_are_printed(open_page, hostile, articles):
    for info in articles.values():
        shown = open_page(f"/articles/{info.id}").page.get_text()
        for marked in hostile.article(info.id).passages:
            assert marked.passage.text in shown


def test_titles_turn_no_window(open_page, articles):
    for info in articles.values():
        title = open_page(f"/articles/{info.id}").one("title").get_text()
        assert not set(title) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize("query", ["amp", "lt", "script", "alert", "quot", "b"])
def test_marks_do_not_reach_into_entities(open_page, articles, query):
    reply = open_page(f"/articles/{articles['scripts.md'].id}?q={query}")
    for mark in reply.all("mark"):
        assert mark.get_text().lower() == query
    assert "<mark>" not in reply.page.get_text()
    assert "&<mark" not in reply.html


def test_long_word_is_found_and_cut_short(open_page, hostile):
    reply = open_page(f"/search?q={quote(LONG_WORD[2100:2200])}")
    assert reply.status == 200
    assert len(reply.html) < 100_000


def test_api_gives_text_as_it_is(hostile):
    response = create_app(hostile).test_client().get(f"/api/v1/search?q={quote(MARK)}&limit=100")
    assert response.content_type == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert any("<script>" in hit["passage"]["text"] for hit in response.get_json()["hits"])


def test_no_cell_is_a_formula(hostile, articles):
    client = create_app(hostile).test_client()
    for path in (f"/figures.csv?q={quote(MARK)}", "/figures.csv"):
        response = client.get(path)
        assert response.status_code == 200
        rows = list(csv.reader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
        assert len(rows) > 3
        for cell in (cell for row in rows for cell in row):
            plain_number = cell.lstrip("-").replace(".", "", 1).isdigit()
            assert plain_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_addresses_of_articles_lead_back(open_page):
    links = [link["href"] for link in open_page(f"/search?q={quote(MARK)}").all("a[href^='/articles/']")]
    assert links
    for link in links:
        assert "<" not in unquote(urlsplit(link).path)
        assert open_page(link.partition("#")[0]).status == 200
