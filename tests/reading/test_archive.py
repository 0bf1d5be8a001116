"""Archives: their files under their paths, by the same rules; what leads out or blows up is named."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest

from indexer.errors import FileRejected
from indexer.reading.files import FORMATS
from indexer.reading.formats import archive as archive_module
from indexer.reading.formats import read as read_module
from indexer.reading.formats import read_articles

TEXT = "港口开工\n\n江州港位于城市东部。\n"


def read(data):
    reading = read_articles(data, "稿件/a.zip")
    prefix = "稿件/a.zip/"
    assert all(article.path.startswith(prefix) for article in reading.articles)
    found = [article.path.removeprefix(prefix) for article in reading.articles]
    return found, {error.path.removeprefix(prefix): error.reason for error in reading.rejected}


def entry(name, *, mode=0, content=TEXT):
    """A zip of a good file and one entry with this name, as it stands."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("good.txt", TEXT)
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        package.writestr(info, content)
    return data.getvalue()


def test_members_of_every_format_are_read(make):
    files = {
        "2021/a.txt": TEXT,
        "b.MD": f"# {TEXT}",
        "c.html": f"<h1>港口开工</h1><p>{TEXT}",
        "d.docx": make.docx(make.paragraph("港口开工")),
        "e.pdf": make.pdf([(50, 700, 10, "港口开工")]),
        "f.jpg": b"\xff\xd8",
        ".hidden.txt": TEXT,
        "__MACOSX/._a.txt": "x",
        "folder.txt/": "",
    }
    assert read(make.archive(files)) == (["2021/a.txt", "b.MD", "c.html", "d.docx", "e.pdf"], {})


def test_every_format_but_archives_is_read_in_archives():
    assert archive_module._READ | {".zip"} == set(FORMATS)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(entry("../out.txt"), {"…/out.txt": "压缩包之外"}, id="parent"),
        pytest.param(entry("a/../../out.txt"), {"a/…/…/out.txt": "压缩包之外"}, id="parent-inside"),
        pytest.param(entry("..\\out.txt"), {"…/out.txt": "压缩包之外"}, id="parent-by-backslash"),
        pytest.param(entry("/etc/out.txt"), {"etc/out.txt": "压缩包之外"}, id="root"),
        pytest.param(entry("C:\\out.txt"), {"C:/out.txt": "压缩包之外"}, id="drive"),
        pytest.param(entry("a\nb.txt"), {"a?b.txt": "控制字符"}, id="line-end-in-name"),
        pytest.param(entry("a\u202etxt.txt"), {"a?txt.txt": "控制字符"}, id="direction-mark-in-name"),
        pytest.param(entry("link.txt", mode=stat.S_IFLNK | 0o777, content="/etc/passwd"), {"link.txt": "符号链接"}, id="link"),
        pytest.param(entry("pipe.txt", mode=stat.S_IFIFO | 0o600), {"pipe.txt": "特殊文件"}, id="pipe"),
        pytest.param(entry("inner.zip", content=b"PK"), {"inner.zip": "压缩包里的压缩包"}, id="zip-in-zip"),
        pytest.param(entry("./good.txt"), {"good.txt": "同名"}, id="the-same-path-twice"),
        pytest.param(entry("bad.pdf"), {"bad.pdf": "不是完好的 PDF"}, id="damaged-member"),
        pytest.param(entry("empty.txt", content=""), {"empty.txt": "没有文字"}, id="empty-member"),
        pytest.param(entry("a" * 600 + ".txt"), {"a" * 500: "压缩包之外"}, id="endless-name"),
    ],
)  # fmt: skip
def test_a_member_that_must_not_be_read_is_named(data, told):
    found, rejected = read(data)
    assert found == ["good.txt"]
    assert list(rejected) == list(told)
    for path, reason in told.items():
        assert reason in rejected[path]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_without_the_mark_for_unicode_are_read(encoding):
    marked = entry("稿件一.txt")
    name = "稿件一.txt".encode(encoding)
    # The same length in both places, and the flag taken out.
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as package:
        package.writestr("x" * len(name), TEXT)
    data = plain.getvalue().replace(b"x" * len(name), name)
    assert read(data) == (["稿件一.txt"], {})
    assert read(marked)[0] == ["good.txt", "稿件一.txt"]


def test_an_encrypted_member_is_named():
    data = bytearray(entry("secret.txt"))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)
    assert read(bytes(data)) == (["good.txt"], {"secret.txt": "有密码，请先解除"})


def test_a_bomb_among_good_files_is_named(make):
    data = make.archive({"good.txt": TEXT, "bomb.txt": b"0" * (20 << 20)})
    assert read(data) == (["good.txt"], {"bomb.txt": "压缩比超过 200 倍，疑似压缩炸弹"})


def test_all_members_together_are_bounded(make, monkeypatch):
    data = make.archive({f"{number}.txt": TEXT for number in range(9)})
    monkeypatch.setattr(read_module, "_ARCHIVE_CHARACTERS", 50)
    with pytest.raises(FileRejected, match="压缩包里的文字超过 50 字"):
        read_articles(data, "a.zip")


def test_a_size_that_is_a_lie_gives_no_more_than_it_says():
    data = bytearray(entry("lie.txt", content=TEXT * 100))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 40)
    found, rejected = read(bytes(data))
    assert found == ["good.txt"]
    assert "损坏" in rejected["lie.txt"]


def test_too_many_members_reject_the_archive(make):
    data = make.archive({f"{number}.txt": "" for number in range(10_001)}, compression=zipfile.ZIP_STORED)
    with pytest.raises(FileRejected, match="10,001 项"):
        read_articles(data, "a.zip")


def test_what_takes_too_long_is_named_and_left(make, monkeypatch):
    monkeypatch.setattr(read_module, "_ARCHIVE_SECONDS", -1)
    with pytest.raises(FileRejected, match="没有一个文件能读，共 2 个"):
        read_articles(make.archive({"a.txt": TEXT, "b.txt": TEXT}), "a.zip")


def test_an_archive_without_articles_is_rejected(make):
    with pytest.raises(FileRejected, match="压缩包里没有可读的文件"):
        read_articles(make.archive({"a.jpg": b""}), "a.zip")
