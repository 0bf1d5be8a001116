"""The JSON API: shapes, bounds, problems, revalidation."""

import json

import pytest

from indexer.errors import IndexMissing, IndexUnusable


@pytest.fixture
def api(get):
    def ask(path, **options):
        reply = get(f"/api/v1{path}", **options)
        reply.json = json.loads(reply.response.data) if reply.response.data else None
        return reply

    return ask


def test_search_is_the_results_as_json(api, index):
    reply = api("/search?q=时间谷&limit=2&offset=1&sort=date")
    following = "/api/v1/search?limit=2&offset=3&q=%E6%97%B6%E9%97%B4%E8%B0%B7&sort=date"
    assert reply.json == index.search("时间谷", limit=2, offset=1, sort="date").to_json() | {"next": following}
    assert list(reply.json)[:5] == ["query", "interpreted", "rung", "total", "took_ms"]


def test_search_passes_the_step_on(api, index):
    api("/search?q=时间谷&rung=most")
    assert index.asked[-1] == {"query": "时间谷", "limit": 10, "offset": 0, "sort": "relevance", "rung": "most"}


def test_spelling_can_be_kept(api, index):
    api("/search?q=时间谷&verbatim=1")
    assert index.asked[-1]["verbatim"] is True


@pytest.mark.parametrize(
    ("address", "named"),
    [
        pytest.param("/search?q=时间谷&q=游丝", "q", id="query"),
        pytest.param("/search?q=时间谷&limit=2&limit=2", "limit", id="the-same-value"),
        pytest.param("/figures?kind=money&year=2021&kind=count", "kind", id="filter"),
        pytest.param("/suggest?q=a&q=", "q", id="empty"),
    ],
)
def test_parameter_given_twice_is_a_problem(api, address, named):
    reply = api(address)
    assert (reply.status, reply.headers["Content-Type"]) == (400, "application/problem+json")
    assert reply.json["detail"] == f"参数 {named} 给了不止一次，每个只能给一次。"


def test_chinese_is_not_escaped(api):
    reply = api("/search?q=时间谷")
    assert "时间谷里的第一批表匠" in reply.html
    assert "\\u" not in reply.html


def test_article_has_its_passages_and_highlights(api):
    article = api("/articles/a1?q=游丝").json
    assert article["article"]["title"] == "时间谷里的第一批表匠"
    assert [passage["kind"] for passage in article["passages"]] == [
        "title", "body", "caption", "heading", "body", "body",
    ]  # fmt: skip
    first = article["passages"][1]
    assert [first["text"][start:end] for start, end in first["highlights"]] == ["游丝"]


def test_article_without_a_query_has_no_highlights(api):
    assert not any(passage["highlights"] for passage in api("/articles/a1").json["passages"])


def test_suggestions_carry_kinds_and_counts(api):
    assert api("/suggest?q=船山").json == {
        "query": "船山",
        "suggestions": [
            {"text": "船山时间谷", "kind": "park", "count": 4},
            {"text": "船山", "kind": None, "count": 4},
        ],
    }
    assert len(api("/suggest?q=船山&limit=1").json["suggestions"]) == 1


def test_status_is_what_the_index_says(api, index):
    assert api("/status").json == json.loads(json.dumps(index.status().to_json()))


@pytest.mark.parametrize(
    ("path", "named"),
    [
        pytest.param("/search", "参数 q", id="no-query"),
        pytest.param("/search?q=%20", "参数 q", id="blank-query"),
        pytest.param("/search?q=" + "谷" * 257, "257", id="long-query"),
        pytest.param("/search?q=a&limit=0", "参数 limit", id="limit-too-small"),
        pytest.param("/search?q=a&limit=101", "参数 limit", id="limit-too-large"),
        pytest.param("/search?q=a&limit=ten", "'ten'", id="limit-no-number"),
        pytest.param("/search?q=a&limit=1e2", "'1e2'", id="limit-float"),
        pytest.param("/search?q=a&limit=１", "参数 limit", id="limit-full-width"),
        pytest.param("/search?q=a&limit=", "参数 limit", id="limit-empty"),
        pytest.param("/search?q=a&offset=-1", "参数 offset", id="offset-negative"),
        pytest.param("/search?q=a&offset=" + "9" * 5000, "参数 offset", id="offset-endless"),
        pytest.param("/search?q=a&offset=995&limit=10", "1000", id="too-deep"),
        pytest.param("/search?q=a&sort=price", "'price'", id="unknown-sort"),
        pytest.param("/search?q=a&rung=exactly", "'exactly'", id="unknown-rung"),
        pytest.param("/search?q=a&colour=red", "colour", id="unknown-parameter"),
        pytest.param("/suggest?q=", "参数 q", id="suggest-nothing"),
        pytest.param("/suggest?q=a&limit=21", "参数 limit", id="suggest-too-many"),
        pytest.param("/articles/a1?q=" + "谷" * 257, "257", id="article-long-query"),
    ],
)
def test_unusable_parameter_is_named(api, path, named):
    reply = api(path)
    assert reply.status == 400
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert set(reply.json) == {"type", "title", "status", "detail", "instance"}
    assert reply.json["status"] == 400
    assert named in reply.json["detail"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/api/v1/articles/none", "GET", 404),
        ("/api/v1/nowhere", "GET", 404),
        ("/api/nowhere", "GET", 404),
        ("/api/v1/search?q=a", "POST", 405),
        ("/api/v1/articles/a1", "DELETE", 405),
    ],
)
def test_other_refusals_are_problems_too(app_over, index, path, method, status):
    response = app_over(index).test_client().open(path, method=method)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert json.loads(response.data)["instance"] == path.partition("?")[0]
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize("error", [IndexMissing("/secret/index"), IndexUnusable("/secret/index: damaged")])
@pytest.mark.parametrize("path", ["/search?q=a", "/articles/a1", "/suggest?q=a", "/status"])
def test_index_out_of_order_is_a_503_that_keeps_its_secrets(api, index, error, path):
    index.error = error
    reply = api(path)
    assert reply.status == 503
    assert reply.headers["Retry-After"] == "30"
    assert "secret" not in reply.html


def test_unchanged_reply_is_not_sent_again(api, index):
    first = api("/search?q=时间谷")
    asked = len(index.asked)
    second = api("/search?q=时间谷", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status, second.html) == (304, "")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert len(index.asked) == asked  # nor computed again


def test_commit_and_query_change_the_tag(api, index):
    tags = {api("/search?q=时间谷").headers["ETag"], api("/search?q=投资").headers["ETag"]}
    index.etag = "generation-2"
    tags.add(api("/search?q=时间谷").headers["ETag"])
    assert len(tags) == 3


def test_refusal_carries_no_tag(api):
    assert "ETag" not in api("/search?q=a&limit=0").headers


@pytest.mark.parametrize(
    ("path", "list_name"),
    [("/search?q=谷&limit=2", "hits"), ("/figures?limit=3", "figures"), ("/names?limit=2&kind=park", "names")],
)
def test_next_links_lead_through_everything(api, path, list_name):
    first = api(path).json
    found, following = first[list_name], first["next"]
    while following:
        part = api(following.removeprefix("/api/v1")).json
        found, following = found + part[list_name], part["next"]
    assert len(found) == first["total"]
    assert len({str(each) for each in found}) == len(found)
