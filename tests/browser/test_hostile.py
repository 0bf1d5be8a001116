"""Articles and queries that attack are text in a real browser: nothing runs, nothing is asked for, nothing is reported."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from indexer import open_index

# Each leaves a trace in ``window.attacked`` if it runs, or asks another host, which the visitor notices.
ATTACKS = (
    "<script>window.attacked = 1</script>",
    "<img src=x onerror='window.attacked = 2'>",
    "<img/src=x onerror=window.attacked=9>",
    "<svg/onload=window.attacked=3>",
    "<iframe srcdoc='<script>parent.attacked = 4</script>'></iframe>",
    "</title></textarea></main><script>window.attacked = 5</script>",
    "<style>body { display: none }</style><base href='https://elsewhere.invalid/'>",
    "<a href='javascript:window.attacked=6' autofocus onfocus='window.attacked=7'>点这里</a>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.invalid/'>",
    "&lt;script&gt;window.attacked = 8&lt;/script&gt;",
    "{{ 7 * 7 }}{% raw %}",
    "右到左\u202e倒过来\u2066隔开",
    "=cmd|' /C calc'!A0",
)
FIELDS = "".join(f"{field}: 靶{ATTACKS[0]}{ATTACKS[3]}\n" for field in ("title", "author", "source", "series"))
PARAGRAPHS = (f"第{number}处靶子{attack}，总投资{number}亿元。" for number, attack in enumerate(ATTACKS, 1))
TEXT = f"---\n{FIELDS}---\n\n" + "\n\n".join(PARAGRAPHS)


def batched(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


PATHS = {
    "start": "/",
    "results": "/search?q=靶",
    "article": "/articles/{article}?q=靶",
    "figures": "/figures?q=总投资",
    "timeline": "/timeline?q=靶",
    "names": "/names/park",
    "query": "/search?q={attack}",
    "query-of-article": "/articles/{article}?q={attack}",
    "query-of-figures": "/figures?q={attack}",
    "unknown-article": "/articles/{attack}",
    "unknown-name": "/names/park/{attack}",
}


@pytest.fixture(scope="module")
def hostile_index(tmp_path_factory, update, write_files):
    """The folder of an index of one hostile article."""
    home = tmp_path_factory.mktemp("hostile")
    write_files(home / "corpus", {"<b onclick=x>靶.txt": TEXT})
    update([home / "corpus"], home / "index")
    return home / "index"


@pytest.fixture(scope="module")
def hostile(hostile_index):
    """The hostile article, as it was read."""
    with open_index(hostile_index) as index:
        return index.article(index.search("靶").hits[0].article.id)


@pytest.fixture(scope="module")
def target(served, hostile_index):
    """The address of a server over the hostile article."""
    return served(hostile_index)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_nothing_of_it_runs(visitor, target, hostile, path):
    visit = visitor(target)
    # As many at once as a query may be long.
    attacks = ["".join(part) for part in batched(ATTACKS, 3)] if "{attack}" in path else [""]
    for attack in attacks:
        page = visit.page()
        # Pages that do not exist are 404, and refused paths 400: all of them are pages of ours.
        page.on("dialog", lambda dialog: visit.problems.append(f"dialog: {dialog.message}"))
        visit.expected_status = 404
        page.goto(target + path.replace("{attack}", quote(attack, safe="")).replace("{article}", hostile.article.id))
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("window.attacked") is None
        assert page.locator("script").count() == 2
        assert (
            page.locator("main img, main iframe, main style, main base, main [onclick], a[href^='javascript:']").count()
            == 0
        )
        page.close()


def test_article_is_shown_as_it_was_printed(visitor, target, hostile):
    printed = [each.passage.text for each in hostile.passages]
    # What the reader takes out as mark-up never comes here; these are the ones that do.
    assert sum(attack in text for attack in ATTACKS for text in printed) >= 6
    page = visitor(target)(f"/articles/{hostile.article.id}")
    shown = page.evaluate("[...document.querySelectorAll('.story > p')].map((each) => each.textContent)")
    assert shown == printed[1:]
    assert page.evaluate("document.querySelector('.story h1').textContent") == printed[0]
    assert "<script>" in printed[0]


def test_suggestions_are_text(visitor, target):
    page = visitor(target)("/")
    suggestions = [{"text": attack, "kind": "park", "count": 1} for attack in ATTACKS]
    page.route("**/suggest*", lambda route: route.fulfill(json={"query": "靶", "suggestions": suggestions}))
    page.locator("#q").press_sequentially("靶")
    expect(page.locator("search [role=option]")).to_have_count(len(ATTACKS))
    shown = page.evaluate("[...document.querySelectorAll('[role=option] bdi')].map((each) => each.textContent)")
    assert shown == list(ATTACKS)
    assert page.evaluate("window.attacked") is None
