"""Bombs, damaged files and a child that misbehaves: one rejected file each, and the next one is read."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import FileRejected
from indexer.reading.formats import Reading, read_articles
from indexer.reading.formats import converter as converter_module
from indexer.reading.formats import read as read_module
from indexer.reading.formats.converter import Converter, shared_converter
from indexer.reading.formats.frames import Limits, pack

GOOD = "<title>港口开工</title><h1>港口开工</h1><p>江州港位于城市东部，去年完成货物吞吐量三千二百万吨。".encode()
TIGHT = Limits(cpu=1, wall=20, output=1 << 20)


@pytest.fixture
def tight():
    """A converter with limits that are reached soon."""
    converter = Converter(TIGHT)
    yield converter
    converter.close()


def rejected(convert, *arguments):
    with pytest.raises(FileRejected) as caught:
        convert(*arguments)
    return caught.value.reason


def laughs():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "ha">{entities}]>'


def outside():
    return '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def _pdf_with(make, packed):
    stream = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"
    return make.assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            stream,
        ]
    )


def _endless_form(make):
    draw = make.stream(b"/X Do " * 100)
    form = draw.replace(
        b"<<", b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>", 1
    )
    return make.assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
            draw,
            form,
        ]
    )


BOMBS = {
    "nested tags": ("a.html", lambda _: b"<div>" * 1_000_000 + "港口".encode(), "嵌套过深"),
    "nested brackets": ("a.html", lambda _: b"<" * 1_000_000 + "港口".encode(), ""),
    "one tag with a million attributes": (
        "a.html",
        lambda _: b"<p " + b" ".join(b"a%d=1" % n for n in range(1_000_000)) + ">港口".encode(),
        "",
    ),
    "entities that grow": (
        "a.docx",
        lambda make: make.docx(make.paragraph("&l9;"), before=laughs()),
        "DTD|XML 有错",
    ),
    "an entity from a file": ("a.docx", lambda make: make.docx(make.paragraph("&f;"), before=outside()), "DTD"),
    "a document of zeros": (
        "a.docx",
        lambda make: make.archive({"word/document.xml": b" " * (40 << 20)}),
        "压缩炸弹",
    ),
    "nested XML": (
        "a.docx",
        lambda make: make.docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000),
        "XML 有错|压缩炸弹",
    ),
    "a page of zeros": (
        "a.pdf",
        lambda make: _pdf_with(make, zlib.compress(b" " * (2 << 30 >> 2), 9)),
        "没有文字|损坏|崩溃|内存|仍未完成",
    ),
    "a page that draws itself": ("a.pdf", _endless_form, "没有文字|损坏|崩溃|仍未完成"),
    "pages in a circle": (
        "a.pdf",
        lambda make: make.assemble_pdf(
            [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 >>"]
        ),
        "页|损坏|不是完好",
    ),
    "a table of contents in a circle": (
        "a.pdf",
        lambda make: make.pdf([(50, 700, 10, "x")]).replace(b"/Size", b"/Prev 9 /Size"),
        "",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_one_rejected_file(name, make, tight, monkeypatch):
    monkeypatch.setattr(read_module, "shared_converter", lambda: tight)
    path, build, reason = BOMBS[name]
    data = build(make)
    began = time.monotonic()
    if reason:
        assert re.search(reason, rejected(read_articles, data, path))
    else:
        reads_or_rejects(data, path)
    assert time.monotonic() - began < tight.limits.wall + 10
    assert read_articles(GOOD, "b.html").articles[0].title == "港口开工"


def test_a_conversion_that_takes_too_long_is_ended(tight, make):
    assert "仍未完成" in rejected(tight.convert, "pdf", _endless_form(make), "a.pdf")
    assert tight.convert("web_page", GOOD, "b.html")


def test_a_conversion_that_takes_too_much_memory_is_ended(make):
    converter = Converter(Limits(memory=150 << 20))
    data = b"<p>" + b"<b>x</b>" * 4_000_000
    reason = rejected(converter.convert, "web_page", data, "a.html")
    assert "内存" in reason or "没有文字" in reason
    assert converter.convert("web_page", GOOD, "b.html")
    converter.close()


def test_too_much_output_is_refused(tight):
    data = b"<p>" + "港口".encode() * 300_000
    assert rejected(tight.convert, "web_page", data, "a.html") == "转换出的内容超过 1 MiB，已放弃"


def test_the_text_of_one_file_is_bounded(monkeypatch):
    monkeypatch.setattr(converter_module, "MAX_FILE_BYTES", 50)
    assert "转换出的文字超过" in rejected(read_articles, GOOD, "a.html")


def test_a_missing_library_is_told_with_what_to_install(monkeypatch, tmp_path):
    (tmp_path / "lxml.py").write_text("raise ModuleNotFoundError('no lxml')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    converter = Converter()
    assert "pip install 'yansou[formats]'" in rejected(converter.convert, "web_page", GOOD, "a.html")
    assert converter.convert("archive", _empty_zip(), "a.zip") == []
    converter.close()


def _empty_zip():
    return b"PK\x05\x06" + bytes(18)


ANSWERS = {
    "dies at once": b"",
    "is no message": "港口港口港口港口".encode(),
    "is too long": struct.pack(">QQ", 10, 1 << 60),
    "is no JSON": struct.pack(">QQ", 3, 0) + b"{{{",
    "is nested without end": struct.pack(">QQ", 50_000, 0) + b"[" * 50_000,
    "is no object": pack([]),
    "has no parts": pack({}),
    "has parts that are none": pack({"parts": [1, 2]}),
    "has two texts": pack({"parts": [{"path": "", "size": 1}, {"path": "", "size": 1}]}, b"ab"),
    "has a part that is longer": pack({"parts": [{"path": "", "size": 99}]}, b"ab"),
    "has a part of negative size": pack({"parts": [{"path": "", "size": -1}]}, b"ab"),
    "has a size that is none": pack({"parts": [{"path": "", "size": "x"}]}, b"ab"),
    "leads out": pack({"parts": [{"path": "../a", "size": 1}]}, b"a"),
    "leads to the root": pack({"parts": [{"path": "/etc/passwd", "size": 1}]}, b"a"),
    "has an odd failure": pack({"failure": {"a": []}}),
    "was ended by an odd signal": pack({"failure": "died", "signal": [1]}),
    "is unfinished": pack({"parts": []}, b"abc")[:-1],
}
_STUB = "import socket, sys; s = socket.socket(fileno=0); s.recv(1 << 20); s.sendall(bytes.fromhex(sys.argv[1]))"


@pytest.mark.parametrize("name", ANSWERS)
def test_what_the_child_says_is_checked(name):
    converter = Converter(command=[sys.executable, "-c", _STUB.replace("sys.argv[1]", repr(ANSWERS[name].hex()))])
    reason = rejected(converter.convert, "web_page", GOOD, "a.html")
    assert "文件可能已损坏" in reason or "不合格式" in reason
    converter.close()


def test_a_child_that_cannot_be_started_is_told():
    converter = Converter(command=["/nowhere/python"])
    assert "转换程序无法启动" in rejected(converter.convert, "web_page", GOOD, "a.html")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("while True: pass", id="never-answers"),
        pytest.param("import time; time.sleep(600)", id="sleeps"),
        pytest.param("import os, time; os.fork(); time.sleep(600)", id="has-children"),
    ],
)
def test_a_child_that_hangs_is_killed(code, monkeypatch):
    monkeypatch.setattr(converter_module, "_GRACE_SECONDS", 0)
    converter = Converter(Limits(wall=1), command=[sys.executable, "-c", code])
    assert rejected(converter.convert, "web_page", GOOD, "a.html") == "处理超过 1 秒，已放弃"
    converter.close()


def test_a_child_that_was_killed_is_replaced():
    converter = Converter()
    converter.convert("web_page", GOOD, "a.html")
    os.killpg(converter._process.pid, signal.SIGKILL)
    converter._process.wait()
    assert converter.convert("web_page", GOOD, "a.html")
    converter.close()


def test_an_interrupted_conversion_leaves_no_answer_behind(monkeypatch):
    converter = Converter()

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(converter_module, "receive", interrupt)
        with pytest.raises(KeyboardInterrupt):
            converter.convert("web_page", GOOD.replace("港口".encode(), "旧事".encode()), "a.html")
    [part] = converter.convert("web_page", GOOD, "a.html")
    assert "港口开工" in part.data.decode()
    converter.close()


def test_the_child_reads_and_connects_nothing(tmp_path):
    """What a conversion can do, asked of the fork itself."""
    code = """
import os, socket
from indexer.reading.formats import child
from indexer.reading.formats.frames import Limits
child._confine(Limits())
tried = {}
for name, act in {"open": lambda: open("/etc/passwd"), "socket": socket.socket, "pipe": os.pipe}.items():
    try:
        act()
        tried[name] = "done"
    except OSError:
        tried[name] = "refused"
os.write(1, repr(tried).encode())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "{'open': 'refused', 'socket': 'refused', 'pipe': 'refused'}"


SAMPLES = {
    "a.html": lambda _: GOOD,
    "a.docx": lambda make: make.docx(make.paragraph("港口开工", "a3"), make.paragraph("江州港位于城市东部。")),
    "a.pdf": lambda make: make.pdf([(50, 700, 20, "港口开工"), (50, 600, 10, "江州港位于城市东部，去年完成。")]),
    "a.zip": lambda make: make.archive({"a.txt": "港口开工\n\n江州港位于城市东部。", "b.html": GOOD}),
}


@pytest.mark.parametrize("path", SAMPLES)
@pytest.mark.parametrize("tenths", range(10))
def test_a_file_cut_off_is_read_or_rejected(path, tenths, make):
    data = SAMPLES[path](make)
    reads_or_rejects(data[: len(data) * tenths // 10], path)


def reads_or_rejects(data, path):
    try:
        reading = read_articles(data, path)
    except FileRejected as error:
        reading = Reading([], [error])
    for article in reading.articles:
        assert article.title
        assert article.path == path or article.path.startswith(f"{path}/")
    for error in reading.rejected:
        assert error.path == path or error.path.startswith(f"{path}/")
        assert error.reason.isprintable()


@pytest.mark.parametrize("path", SAMPLES)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_read_or_rejected(path, data, make):
    damaged = bytearray(SAMPLES[path](make))
    places = st.integers(0, len(damaged) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=20)):
        damaged[place] = value
    reads_or_rejects(bytes(damaged), path)


@pytest.mark.parametrize("path", SAMPLES)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300))
def test_random_bytes_are_read_or_rejected(path, data):
    starts = {"a.html": b"<!doctype html>", "a.docx": b"PK\x03\x04", "a.pdf": b"%PDF-1.7\n", "a.zip": b"PK\x03\x04"}
    reads_or_rejects(starts[path] + data, path)


def test_threads_may_share_a_converter():
    with ThreadPoolExecutor(4) as pool:
        parts = list(
            pool.map(lambda n: shared_converter().convert("web_page", GOOD + b"<p>%d" % n, "a.html"), range(40))
        )
    assert [part.data.decode().rsplit(maxsplit=1)[1] for [part] in parts] == list(map(str, range(40)))


def test_a_fork_has_a_converter_of_its_own():
    shared_converter().convert("web_page", GOOD, "a.html")
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            [part] = shared_converter().convert("web_page", GOOD, "a.html")
            shared_converter().close()
            os.write(writer, part.data[:10])
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(process, 0)[1] == 0
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read()
    assert shared_converter().convert("web_page", GOOD, "a.html")
