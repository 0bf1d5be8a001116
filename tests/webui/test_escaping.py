"""Hostile articles and hostile queries stay text on every page."""

from urllib.parse import quote

import pytest

PATHS = ("/", "/search?q={}", "/search?q={}+日期:1999", "/articles/evil?q={}", "/articles/{}", "/none?q={}", "/{}")
PATHS += ("/figures?q={}", "/figures?metric={}&kind={}", "/names/park?prefix={}", "/names/person/{}", "/timeline?q={}")
QUERIES = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "single-quote": "' onmouseover='alert(1)",
    "entity": "&lt;script&gt;",
    "template": "{{ 7*7 }}{% raw %}",
    "javascript": "javascript:alert(1)",
    "closing": "</title></textarea></main>",
    "direction": "\u202e倒",
    "null": "a\x00b",
    "word-of-the-hostile-article": "靶",
    "title-of-the-hostile-article": "标题",
}
# Everything the templates themselves write; nothing else may appear, whatever is searched or shown.
OUR_TAGS = """
    html head meta title link body a header div span form search label input button nav main footer p h1 h2 section
    ul ol li dl dt dd mark bdi time b article figure figcaption details summary svg rect
    table thead tbody tr th td line text circle aside h3 select option pre textarea caption
"""
OUR_ATTRIBUTES = """
    lang charset name content rel href type title class id tabindex aria-hidden aria-label aria-labelledby aria-current
    role method action for value maxlength dir enterkeyhint autocapitalize autocomplete spellcheck autofocus datetime
    start viewbox preserveaspectratio width height scope aria-sort data-label download x y x1 y1 x2 y2 cx cy r text-anchor
    data-suggest data-place data-copy aria-pressed size placeholder rows accept enctype
"""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_no_markup_comes_from_outside(browse, hostile_index, tags_of, path, query):
    reply = browse(hostile_index)(path.replace("{}", quote(query, safe="")))
    tags = tags_of(reply.html)
    assert {tag for tag, _ in tags} <= set(OUR_TAGS.split())
    assert {name for _, attributes in tags for name in attributes} <= set(OUR_ATTRIBUTES.split())
    links = [attributes.get("href", "") for _, attributes in tags]
    assert not [link for link in links if link.strip().lower().startswith(("javascript:", "data:", "//"))]


def test_hostile_article_is_shown_as_printed(browse, hostile_index):
    info, passages = hostile_index.articles[-1]
    page = browse(hostile_index)("/articles/evil")
    shown = [page.one(f"#p{n}").get_text().removeprefix("图片说明") for n in range(len(passages))]
    assert shown == [passage.text for passage in passages]
    meta = page.one(".story .meta").get_text()
    assert info.authors[0] in meta
    assert info.photographers[0] in meta
    assert info.source in meta
    assert info.date in meta


def test_hostile_article_is_shown_as_printed_in_results(browse, hostile_index):
    page = browse(hostile_index)("/search?q=结束")
    info, passages = hostile_index.articles[-1]
    assert page.one(".hit h2").get_text() == info.title
    assert page.one(".snippet").get_text() == passages[1].text
    assert page.one(".snippet mark").text == "结束"


@pytest.mark.parametrize("query", ["amp", "lt", "gt", "quot", "#34", "39", "b", "&", "<", ">", "script"])
def test_search_does_not_reach_into_entities(browse, hostile_index, query):
    """Marking escaped text would turn ``&amp;`` into ``&<mark>amp</mark>;``."""

    page = browse(hostile_index)(f"/articles/evil?q={quote(query)}")
    body = page.one("#p1")
    for hop in page.all(".hop"):
        hop.decompose()
    text = hostile_index.articles[-1][1][1].text
    assert body.get_text() == text
    assert [mark.text for mark in body.select("mark")] == [query] * text.count(query)


def test_change_of_direction_is_isolated(browse, hostile_index):
    page = browse(hostile_index)("/search?q=靶\u202e")
    for tag in page.page.find_all(string=lambda text: "\u202e" in text):
        # A block ends the change by itself; inside a line only <bdi> does.
        holder = tag.find_parent(["bdi", "p", "h2"])
        assert holder is not None
        assert holder.name in ("bdi", "h2") or "snippet" in holder["class"]
    assert "\u202e" not in page.one("head title").text


def test_hostile_suggestions_and_notes_stay_text(browse, hostile_index, tags_of):
    evil = '"><script>alert(1)</script>'
    hostile_index.overrides = {
        "suggestions": (evil,),
        "notes": (evil,),
        "interpreted": evil,
        "corrected": evil + "!",
    }
    for query in ("结束", "没有的"):
        reply = browse(hostile_index)(f"/search?q={query}")
        assert reply.one(".suggestions a").text == evil
        assert {tag for tag, _ in tags_of(reply.html)} <= set(OUR_TAGS.split())


def test_name_of_the_archive_is_escaped(hostile_index):
    from webui import create_app

    html = create_app(hostile_index, title="<b>报</b>").test_client().get("/").get_data(as_text=True)
    assert "<b>报</b>" not in html
    assert "&lt;b&gt;报&lt;/b&gt;" in html
