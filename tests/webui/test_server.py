"""The application under its real server, started the way the command starts it."""

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pytest

from indexer import update_index
from indexer.errors import BadRequest, IndexMissing
from webui.server import serve

START = "import sys; from webui.server import serve; serve(sys.argv[1], port=0, ready=lambda at: print(at, flush=True))"


@pytest.fixture(scope="module")
def index_path(tmp_path_factory):
    home = tmp_path_factory.mktemp("served")
    (home / "corpus").mkdir()
    (home / "corpus" / "one.txt").write_text("江边表谷开园\n\n江边表谷今天开园，首批企业有十二家。\n", encoding="utf-8")
    update_index([home / "corpus"], home / "index")
    return home / "index"


@pytest.fixture
def address(index_path):
    server = subprocess.Popen(
        [sys.executable, "-c", START, str(index_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that runs in the background has SIGINT ignored, and so would the server have it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield server.stdout.readline().strip()
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=20)
    assert (server.returncode, out, err) == (0, "", "")


def test_serves_until_interrupted_and_prints_nothing(address):
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/", address)
    with urllib.request.urlopen(address + "search?q=%E8%A1%A8%E8%B0%B7") as reply:
        html = reply.read().decode()
        assert reply.headers["Content-Security-Policy"]
        assert "<mark>表谷</mark>" in html


def test_endless_address_is_refused_before_it_is_read(address):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(address + "search?q=" + "x" * 100_000)
    with refusal.value as reply:
        assert reply.code == 431


@pytest.mark.parametrize(("copies", "status"), [(20, 200), (200, 413)])
def test_list_as_long_as_the_page_allows_passes_the_server(address, copies, status):
    """200 lines of a list are up to 150 kB: more than the headers that the server takes, less than any harm."""
    lines = "\n".join(["江边表谷", *("没有的名称" * copies + str(n) for n in range(199))])
    body = urllib.parse.urlencode({"list": lines, "form": "csv"}).encode()
    try:
        with urllib.request.urlopen(address + "batch", data=body) as reply:
            answer = reply.status, "\n江边表谷,2,1," in reply.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            answer = refusal.code, False
    assert answer == (status, status == 200)


def test_missing_index_is_said_before_listening(tmp_path):
    with pytest.raises(IndexMissing):
        serve(tmp_path / "none", port=0, ready=lambda _: pytest.fail("it listens"))


def test_debug_mode_is_refused(index_path, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(BadRequest, match="FLASK_DEBUG"):
        serve(index_path, port=0, ready=lambda _: pytest.fail("it listens"))
