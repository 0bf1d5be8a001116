"""Headers of every reply, caching, and errors as pages."""

import re

import pytest

from indexer.errors import IndexMissing, IndexUnusable

PATHS = (
    "/",
    "/search?q=时间谷",
    "/search?q=没有的",
    "/articles/a1",
    "/articles/none",
    "/help",
    "/figures",
    "/figures.csv",
    "/names/park",
    "/names/park/none",
    "/timeline?q=谷",
    "/api/v1/figures",
    "/api/v1/names?kind=none",
    "/opensearch.xml",
    "/none",
    "/static/style.css",
    "/static/none.css",
    "/static/../__init__.py",
    "/api/v1/search?q=时间谷",
    "/api/v1/search",
    "/api/v1/none",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_reply_is_guarded(get, path):
    headers = get(path).headers
    policy = dict(directive.split(" ", 1) for directive in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_crash_is_guarded_and_keeps_its_secrets(app_over, index):
    app = app_over(index)
    app.testing = False
    index.error = RuntimeError("the secret of the house")
    for path in ("/", "/search?q=a", "/api/v1/search?q=a"):
        response = app.test_client().get(path)
        assert response.status_code == 500
        assert "Content-Security-Policy" in response.headers
        assert "secret" not in response.get_data(as_text=True)


def test_revalidated_reply_is_guarded(get):
    tag = get("/search?q=谷").headers["ETag"]
    reply = get("/search?q=谷", headers={"If-None-Match": tag})
    assert reply.status == 304
    assert "Content-Security-Policy" in reply.headers


@pytest.mark.parametrize(
    ("path", "indexable"),
    [
        ("/", True),
        ("/help", True),
        ("/articles/a1", True),
        ("/articles/a1?q=谷", False),
        ("/articles/none", False),
        ("/search?q=谷", False),
        ("/api/v1/search?q=谷", False),
        ("/api/v1/status", False),
        ("/none", False),
    ],
)
def test_results_are_kept_out_of_search_engines(get, path, indexable):
    assert ("X-Robots-Tag" not in get(path).headers) == indexable


def test_replies_are_private_and_asked_about(get):
    assert get("/search?q=谷").headers["Cache-Control"] == "private, no-cache"


def test_styles_and_scripts_have_addresses_that_may_be_kept_for_ever(get):
    page = get("/")
    links = [tag["href"] for tag in page.all("link[rel=stylesheet]")] + [tag["src"] for tag in page.all("script")]
    assert [re.sub(r"\?v=[0-9a-f]+", "", link) for link in links] == [
        f"/static/{name}" for name in ("style.css", "pages.css", "room.css", "theme.js", "room.js")
    ]
    for link in links:
        assert "immutable" in get(link).headers["Cache-Control"]
    assert get("/static/style.css?v=old").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("error", [IndexMissing("/secret/index"), IndexUnusable("/secret/index: damaged")])
@pytest.mark.parametrize("path", ["/", "/search?q=谷", "/articles/a1"])
def test_index_out_of_order_is_a_calm_page(get, index, error, path):
    index.error = error
    reply = get(path)
    assert reply.status == 503
    assert reply.text("h1") == "档案暂时不能检索"
    assert "secret" not in reply.html


def test_nothing_can_be_posted(app_over, index):
    client = app_over(index).test_client()
    for path in ("/", "/search?q=谷", "/articles/a1", "/help"):
        assert client.post(path, data={"q": "谷"}).status_code == 405


def test_application_never_starts_in_debug_mode(app_over, index):
    assert app_over(index).debug is False
