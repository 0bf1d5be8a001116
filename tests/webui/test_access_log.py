"""The log: one line a request, whatever the client sends."""

import logging

import pytest

from webui.access_log import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/search?q=时间谷", "/search?q=时间谷", id="chinese-is-readable"),
        pytest.param("a\nb\r\tc", "a\\x0ab\\x0d\\x09c", id="line-ends"),
        pytest.param("\x1b[31mred", "\\x1b[31mred", id="escape-sequence"),
        pytest.param("\x9b31m", "\\x9b31m", id="c1-control"),
        pytest.param("a\u202eb\u2028", "a\\u202eb\\u2028", id="direction-and-line-separator"),
        pytest.param("a\\nb", "a\\x5cnb", id="backslash-is-no-escape"),
        pytest.param("𠮷\U000e0001", "𠮷\\U000e0001", id="beyond-the-basic-plane"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text, expected):
    assert printable(text) == expected


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search?q=时间谷", 200),
        ("/search?q=a%0A127.0.0.1%20GET%20/admin%20200", 200),
        ("/a%0Ab", 404),
        ("/search?q=%ff%fe%1b[31m", 200),
        ("/api/v1/search?q=" + "x" * 5000, 400),
    ],
)
def test_every_request_is_one_line(get, caplog, path, status):
    with caplog.at_level(logging.INFO, "yansou.access"):
        assert get(path).status == status
    lines = [record.getMessage() for record in caplog.records if record.name == "yansou.access"]
    assert len(lines) == 1
    assert lines[0].isprintable()
    assert f" {status} " in lines[0]
    assert len(lines[0]) < 1000


def test_reply_tells_its_time(get):
    name, _, duration = get("/").headers["Server-Timing"].partition(";dur=")
    assert name == "app"
    assert 0 < float(duration) < 10_000
