"""What is refused before a page is made: foreign hosts, endless addresses, storms, and what costs too much."""

import threading

import pytest
from werkzeug.exceptions import HTTPException

from indexer.errors import IndexMissing, IndexUnusable
from indexer.search import budget
from webui import create_app
from webui.limits import MAX_CLIENTS, RateLimit, Slots, client_key, is_loopback

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def status_of(app, path="/", method="GET", **options):
    return app.test_client().open(path, method=method, **options).status_code


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("localhost", 200, id="localhost"),
        pytest.param("LOCALHOST:8000", 200, id="any-case-and-port"),
        pytest.param("localhost.", 200, id="rooted-name"),
        pytest.param("127.0.0.1:8000", 200, id="loopback"),
        pytest.param("[::1]:8000", 200, id="ipv6"),
        pytest.param("192.0.2.10", 200, id="an-address-cannot-be-rebound"),
        pytest.param("archive.example", 200, id="configured"),
        pytest.param("archive.example.evil.example", 421, id="longer-name"),
        pytest.param("evil.example", 421, id="rebound-name"),
        pytest.param("127.0.0.1.evil.example", 421, id="address-as-a-name"),
        pytest.param("localhost@evil.example", 421, id="user-part"),
        pytest.param("[::1].evil.example", 421, id="name-behind-brackets"),
        pytest.param("", 421, id="none"),
    ],
)
def test_only_own_names_are_answered(index, host, status):
    app = create_app(index, allowed_hosts=["archive.example"])
    assert status_of(app, headers={"Host": host}) == status
    api = app.test_client().get("/api/v1/search?q=谷", headers={"Host": host})
    assert api.status_code == status
    if status == 421:
        assert api.content_type == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/", "/search?q=谷", "/figures", "/names/park", "/timeline?q=谷", "/help", "/static/style.css"]
)
def test_nothing_can_be_written(index, method, path):
    assert status_of(create_app(index), path, method, data=b"x") == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["search?q=谷", "figures", "names", "articles/a1", "suggest?q=谷", "status"])
def test_api_says_so_as_a_problem(index, method, path):
    response = create_app(index).test_client().open(f"/api/v1/{path}", method=method, json={"q": "谷"})
    assert response.status_code == 405
    assert response.content_type == "application/problem+json"
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("?q=" + "x" * 20_000, 414, id="endless-query-string"),
        pytest.param("?q=" + "x" * 257, 400, id="long-query"),
        pytest.param("?q=谷&" + "&".join(f"a{n}=1" for n in range(40)), 400, id="many-parameters"),
        pytest.param("?" + "&" * 10_000, 400, id="separators-only"),
        pytest.param("?q=谷&limit=100000", 400, id="endless-page"),
        pytest.param("?q=谷&offset=999999", 400, id="deep-page"),
        pytest.param("?q=谷&limit=-1", 400, id="negative"),
        pytest.param("?q=谷&limit=１0", 400, id="full-width-digit"),
        pytest.param("?q=谷&sort=price", 400, id="unknown-sort"),
        pytest.param("?q=谷&debug=1", 400, id="unknown-parameter"),
    ],
)
def test_bounds_of_the_api(index, address, status):
    response = create_app(index).test_client().get("/api/v1/search" + address)
    assert response.status_code == status
    problem = response.get_json(force=True)
    assert response.content_type == "application/problem+json"
    assert problem["status"] == status
    assert problem["detail"]
    assert set(problem) == {"type", "title", "status", "detail", "instance"}


@pytest.mark.parametrize(("asked", "shown"), [("-1", 1), ("0", 1), ("x", 1), ("1e9", 1), ("999999", 100), ("١", 1)])
def test_bounds_of_a_page_number(browse, many, asked, shown):
    reply = browse(many)(f"/search?q=谷&page={asked}")
    assert reply.status == 200
    assert many.asked[-1]["offset"] == (shown - 1) * 10


@pytest.mark.parametrize("path", ["/console", "/?__debugger__=yes&cmd=resource&f=style.css", "/api/console"])
def test_there_is_no_debugger(get, path):
    reply = get(path)
    assert reply.status == (200 if path.startswith("/?") else 404)
    assert "debugger" not in reply.html.lower()


@pytest.mark.parametrize(
    "path",
    ["/articles/../../etc/passwd", "/articles/%2e%2e%2f", "/articles/..%5c", "/articles/%00", "/articles/CON",
     "/articles/" + "9" * 10_000, "/static/%2e%2e/__init__.py", "/static/..%2f__init__.py", "/names/park/..%2f..%2f"],
)  # fmt: skip
def test_paths_lead_nowhere(get, path):
    assert get(path).status == 404


# -- how often ---------------------------------------------------------------------------------------------------------


def test_storm_is_stopped_and_told_when_to_return(index):
    app = create_app(index, requests_per_minute=60)
    client = app.test_client()
    replies = [client.get("/api/v1/search?q=谷", environ_base=ELSEWHERE) for _ in range(30)]
    statuses = [reply.status_code for reply in replies]
    assert statuses[:10] == [200] * 10
    assert statuses[11:] == [429] * 19
    assert replies[-1].content_type == "application/problem+json"
    assert int(replies[-1].headers["Retry-After"]) == 1
    page = client.get("/", environ_base=ELSEWHERE)
    assert (page.status_code, page.content_type) == (429, "text/html; charset=utf-8")
    assert "请求太频繁" in page.get_data(as_text=True)
    # Others are served, and so is this machine.
    assert client.get("/", environ_base={"REMOTE_ADDR": "203.0.113.8"}).status_code == 200
    assert client.get("/").status_code == 200


def test_style_sheets_count_for_nothing(index):
    client = create_app(index, requests_per_minute=1).test_client()
    assert {client.get("/static/style.css", environ_base=ELSEWHERE, buffered=True).status_code for _ in range(50)} == {
        200
    }


def test_bucket_fills_again():
    now = [0.0]
    rate = RateLimit(120, clock=lambda: now[0])
    assert [rate.take("a") for _ in range(20)] == [0] * 20
    assert rate.take("a") == 1
    now[0] += 0.5
    assert [rate.take("a"), rate.take("a")] == [0, 1]
    now[0] += 3600
    assert [rate.take("a") for _ in range(21)] == [0] * 20 + [1]


def test_slow_rate_tells_a_long_wait():
    now = [0.0]
    rate = RateLimit(1, clock=lambda: now[0])
    assert [rate.take("a") for _ in range(11)] == [0] * 10 + [60]


def test_table_of_clients_is_bounded():
    rate = RateLimit(60)
    for n in range(MAX_CLIENTS + 500):
        rate.take(str(n))
    assert len(rate) == MAX_CLIENTS


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        (None, ""),
        ("x" * 1000, "x" * 64),
    ],
)
def test_what_counts_as_one_client(address, key):
    assert client_key(address) == key


@pytest.mark.parametrize(
    ("address", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False), (None, False)],
)  # fmt: skip
def test_what_is_this_machine(address, loopback):
    assert is_loopback(address) is loopback


# -- how much at a time ------------------------------------------------------------------------------------------------


def test_one_client_has_half_of_the_turns():
    slots = Slots(4, patience=0.01)
    assert [slots.enter("a"), slots.enter("a"), slots.enter("a")] == [True, True, False]
    assert [slots.enter("b"), slots.enter("b")] == [True, True]
    assert [slots.enter("c"), slots.enter(None)] == [False, False]
    slots.leave("a")
    assert slots.enter("c")


def test_turn_is_waited_for():
    slots = Slots(1, patience=10)
    assert slots.enter("a")
    came = []
    waiting = threading.Thread(target=lambda: came.append(slots.enter("b")))
    waiting.start()
    slots.leave("a")
    waiting.join(10)
    assert came == [True]


def test_crowd_of_one_client_is_refused_at_once():
    slots = Slots(2, patience=30)
    assert slots.enter("a")
    waiting = [threading.Thread(target=slots.enter, args=["a"])]
    waiting[0].start()
    while slots._present["a"] < 2:
        pass
    assert slots.enter("a") is False  # without waiting 30 seconds
    slots.leave("a")
    waiting[0].join(10)


def test_busy_server_says_when_to_return_and_still_helps(index):
    app = create_app(index, threads=1)
    inside, done = threading.Event(), threading.Event()
    search = index.search

    def slow(*args, **kwargs):
        inside.set()
        done.wait(20)
        return search(*args, **kwargs)

    index.search = slow
    first = threading.Thread(target=lambda: app.test_client().get("/search?q=谷"))
    first.start()
    inside.wait(20)
    try:
        busy = app.test_client().get("/api/v1/search?q=谷", environ_base=ELSEWHERE)
        page = app.test_client().get("/search?q=谷", environ_base=ELSEWHERE)
        assert status_of(app, "/help") == 200
        assert status_of(app, "/static/style.css", buffered=True) == 200
    finally:
        done.set()
        first.join(20)
    assert (busy.status_code, busy.content_type) == (503, "application/problem+json")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert "现在有些忙" in page.get_data(as_text=True)
    assert status_of(app, "/search?q=谷") == 200


def test_turn_is_given_back_after_every_error(index):
    app = create_app(index, threads=1)
    app.testing = False
    for error in (RuntimeError("bug"), IndexUnusable("damaged"), HTTPException()):
        index.error = error
        for _ in range(3):
            app.test_client().get("/search?q=谷")
    index.error = None
    assert status_of(app, "/search?q=谷") == 200


def test_request_computes_on_a_budget(index):
    def costly(*args, **kwargs):
        while True:
            budget.check()

    index.search = costly
    client = create_app(index).test_client()
    reply = client.get("/search?q=谷")
    assert reply.status_code == 400
    assert "这个查询要算的太多" in reply.get_data(as_text=True)
    assert "这个查询要算的太多" in client.get("/api/v1/search?q=谷").get_json(force=True)["detail"]
    budget.check()  # outside of a request there is no limit


# -- an index out of order ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [IndexMissing("/secret"), IndexUnusable("/secret")])
def test_index_out_of_order_leaves_the_help(browse, index, error):
    index.error = error
    index.__class__ = type("Broken", (type(index),), {"etag": property(lambda self: self._fail())})
    get = browse(index)
    for path in ("/", "/search?q=谷", "/figures", "/names/park", "/timeline?q=谷", "/articles/a1"):
        reply = get(path)
        assert (reply.status, reply.headers["Retry-After"]) == (503, "30"), path
        assert "secret" not in reply.html
    api = get("/api/v1/status")
    assert (api.status, api.headers["Content-Type"]) == (503, "application/problem+json")
    assert get("/help").status == 200
    assert get("/opensearch.xml").status == 200
    assert get("/static/style.css").status == 200
