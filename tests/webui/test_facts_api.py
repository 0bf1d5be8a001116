"""Figures and names as JSON: shapes, bounds, problems, revalidation."""

import json

import pytest


@pytest.fixture
def api(get):
    def ask(path, **options):
        reply = get(f"/api/v1{path}", **options)
        reply.json = json.loads(reply.response.data) if reply.response.data else None
        return reply

    return ask


def as_json(answer):
    return json.loads(json.dumps(answer.to_json()))


def test_figures_are_what_the_index_answers(api, index):
    reply = api("/figures?q=船山时间谷&kind=money&target=false&sort=-value&limit=5&offset=0")
    assert index.asked[-1] == {
        "query": "船山时间谷", "limit": 5, "offset": 0, "sort": "-value", "kind": "money", "metric": None,
        "subject": None, "year": None, "target": False,
    }  # fmt: skip
    assert reply.json == as_json(index.figures("船山时间谷", kind="money", target=False, sort="-value")) | {
        "next": None
    }
    assert list(reply.json) == ["query", "interpreted", "total", "figures", "facets", "sums", "notes", "next"]


def test_figure_has_the_documented_names(api):
    figure = api("/figures?metric=营业收入").json["figures"][0]
    assert {name: figure[name] for name in ("surface", "value", "unit", "bound", "kind", "period", "target", "span")} == {
        "surface": "128亿元", "value": 12800000000.0, "unit": "元", "bound": None, "kind": "money", "period": "上年",
        "target": False, "span": [40, 45],
    }  # fmt: skip
    start, end = figure["span"]
    assert figure["passage"]["text"][start:end] == "128亿元"


def test_figures_need_no_query(api):
    assert api("/figures").json["total"] == 7


def test_names_are_what_the_index_answers(api, index):
    reply = api("/names?kind=park&prefix=时间&limit=3")
    assert index.asked[-1] == {"kind": "park", "limit": 3, "offset": 0, "prefix": "时间"}
    assert reply.json == {
        "total": 1,
        "names": [{"kind": "park", "name": "船山时间谷", "aliases": ["时间谷"], "mentions": 6, "articles": 3}],
        "next": None,
    }


def test_names_of_all_kinds(api):
    assert [name["kind"] for name in api("/names").json["names"]] == ["park", "park", "person"]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        pytest.param("/figures?q=" + "谷" * 257, "257", id="long-query"),
        pytest.param("/figures?limit=0", "参数 limit", id="limit-too-small"),
        pytest.param("/figures?limit=101", "参数 limit", id="limit-too-large"),
        pytest.param("/figures?offset=995&limit=10", "1000", id="too-deep"),
        pytest.param("/figures?sort=price", "'price'", id="unknown-sort"),
        pytest.param("/figures?target=1", "参数 target", id="unknown-target"),
        pytest.param("/figures?metric=", "参数 metric", id="empty-filter"),
        pytest.param("/figures?subject=" + "谷" * 201, "参数 subject", id="endless-filter"),
        pytest.param("/figures?colour=red", "colour", id="unknown-parameter"),
        pytest.param("/names?kind=parks", "'parks'", id="unknown-kind"),
        pytest.param("/names?kind=", "参数 kind", id="empty-kind"),
        pytest.param("/names?q=a", "参数 q", id="names-take-no-query"),
        pytest.param("/names?limit=x", "参数 limit", id="names-limit"),
    ],
)
def test_unusable_parameter_is_named(api, path, named):
    reply = api(path)
    assert reply.status == 400
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert named in reply.json["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/figures?q=谷",
        "/api/v1/names?kind=park",
        "/figures",
        "/figures.csv",
        "/names/park",
        "/names/park/船山时间谷",
        "/timeline?q=谷",
    ],
)
def test_unchanged_reply_is_not_sent_again(get, index, path):
    first = get(path)
    asked = len(index.asked)
    second = get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status, second.html) == (304, "")
    assert len(index.asked) == asked
    index.etag = "generation-2"
    assert get(path, headers={"If-None-Match": first.headers["ETag"]}).status == 200


@pytest.mark.parametrize(
    "path", ["/figures", "/figures.csv?q=a", "/names/park", "/names/park/a", "/timeline?q=a", "/api/v1/names"]
)
def test_what_was_asked_stays_out_of_search_engines(get, path):
    assert get(path).headers["X-Robots-Tag"] == "noindex, nofollow"
