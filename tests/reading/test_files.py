"""Which files are read."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from indexer.errors import BadRequest, FileRejected
from indexer.reading import files as files_module
from indexer.reading import find_files, read_bytes
from indexer.reading.files import FORMATS


def write(folder, *names, content="港口"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def paths(folder):
    return [source.path for source in find_files(folder)[0]]


def test_text_files_come_sorted_by_relative_path(tmp_path):
    write(tmp_path, "b.txt", "a/z.md", "a/港口.TXT", "a.md")
    assert paths(tmp_path) == ["a.md", "a/z.md", "a/港口.TXT", "b.txt"]


def test_other_types_and_hidden_names_are_passed_over(tmp_path):
    write(tmp_path, "a.doc", "b.txt.bak", ".c.txt", ".git/d.txt", "README")
    (tmp_path / "folder.txt").mkdir()
    assert find_files(tmp_path) == ([], [])


def test_every_format_is_found(tmp_path):
    write(tmp_path, *(f"a{suffix}" for suffix in FORMATS))
    assert paths(tmp_path) == ["a.docx", "a.htm", "a.html", "a.md", "a.pdf", "a.txt", "a.zip"]


def test_links_are_not_followed_and_those_that_lead_out_are_named(tmp_path):
    write(tmp_path, "outside/secret.txt", "corpus/a.txt", "corpus/sub/b.txt")
    corpus = tmp_path / "corpus"
    for name, target in {
        "out.txt": "../outside/secret.txt",
        "in.txt": "a.txt",
        "gone.txt": "nothing.txt",
        "round.txt": "round.txt",
        "folder": "../outside",
        "again": "sub",
        "up": "..",
        "passwd.html": "/etc/passwd",
    }.items():
        (corpus / name).symlink_to(target)
    found, rejected = find_files(corpus)
    assert [source.path for source in found] == ["a.txt", "sub/b.txt"]
    told = {error.path: error.reason for error in rejected}
    assert sorted(told) == ["folder", "gone.txt", "out.txt", "passwd.html", "round.txt", "up"]
    assert "指向目录之外" in told["out.txt"]
    assert "失效" in told["gone.txt"]


def test_special_files_are_named(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(tmp_path / "socket.md"))
        found, rejected = find_files(tmp_path)
    assert found == []
    assert [(error.path, error.reason) for error in rejected] == [
        (name, "不是普通文件（管道、套接字或设备）") for name in ("pipe.txt", "socket.md")
    ]


def test_a_folder_exchanged_for_a_link_after_listing_is_not_entered(tmp_path):
    write(tmp_path, "corpus/sub/a.txt", "outside/a.txt")
    [source] = find_files(tmp_path / "corpus")[0]
    shutil.rmtree(tmp_path / "corpus/sub")
    (tmp_path / "corpus/sub").symlink_to("../outside")
    with pytest.raises(FileRejected, match="无法读取"):
        read_bytes(source)


def test_size_and_time_are_told(tmp_path):
    write(tmp_path, "a.txt", content="abc")
    os.utime(tmp_path / "a.txt", ns=(1, 1_700_000_000_123_456_789))
    [source] = find_files(tmp_path)[0]
    assert (source.size, source.mtime_ns) == (3, (tmp_path / "a.txt").stat().st_mtime_ns)
    assert read_bytes(source) == b"abc"


def test_one_file_is_a_folder_of_one(tmp_path):
    write(tmp_path, "a.txt", "b.txt")
    assert paths(tmp_path / "b.txt") == ["b.txt"]


def test_a_missing_folder_is_a_bad_request(tmp_path):
    with pytest.raises(BadRequest, match="不是目录"):
        find_files(tmp_path / "nowhere")


def test_too_large_a_file_is_rejected(tmp_path, monkeypatch):
    monkeypatch.setattr(files_module, "MAX_FILE_BYTES", 10)
    write(tmp_path, "a.txt", content="0123456789")
    write(tmp_path, "b.txt", content="0123456789x")
    found, rejected = find_files(tmp_path)
    assert [source.path for source in found] == ["a.txt"]
    assert [error.path for error in rejected] == ["b.txt"]
    assert "请拆成几个文件" in rejected[0].reason


def test_a_file_that_grew_is_rejected_when_read(tmp_path, monkeypatch):
    write(tmp_path, "a.txt", content="short")
    [source] = find_files(tmp_path)[0]
    monkeypatch.setattr(files_module, "MAX_FILE_BYTES", 10)
    write(tmp_path, "a.txt", content="now far too long")
    with pytest.raises(FileRejected, match="超过"):
        read_bytes(source)


@pytest.mark.parametrize("replacement", ["link", "pipe", "nothing"])
def test_a_file_replaced_after_listing_is_rejected(tmp_path, replacement):
    write(tmp_path, "a.txt", "secret")
    [source] = find_files(tmp_path)[0]
    Path(source.absolute).unlink()
    if replacement == "link":
        Path(source.absolute).symlink_to(tmp_path / "secret")
    elif replacement == "pipe":
        os.mkfifo(source.absolute)
    with pytest.raises(FileRejected) as caught:
        read_bytes(source)
    assert caught.value.path == "a.txt"


def test_a_name_that_is_no_unicode_is_rejected(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"\xff.txt")).write_text("x", encoding="utf-8")
    except OSError:
        pytest.skip("this file system only takes Unicode names")
    found, rejected = find_files(tmp_path)
    assert (found, [error.path for error in rejected]) == ([], ["?.txt"])
