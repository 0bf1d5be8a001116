"""A folder with a good and a bad file of every format, through the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import open_index

COMMAND = str(Path(sys.executable).with_name("yansou"))
BODY = "江州港位于城市东部，去年完成货物吞吐量三千二百万吨。"


@pytest.fixture
def corpus(tmp_path, make, write_files):
    good = {
        "good.txt": f"文本开工\n\n{BODY}",
        "good.md": f"# 标记开工\n\n{BODY}",
        "good.html": f"<title>网页开工</title><h1>网页开工</h1><p>{BODY}",
        "good.htm": f"<h1>旧页开工</h1><p>{BODY}".encode("gb18030"),
        "good.docx": make.docx(make.paragraph("文档开工", "a3"), make.paragraph(BODY)),
        "good.pdf": make.pdf([(50, 700, 20, "版面开工"), (50, 600, 10, BODY)]),
        "good.zip": make.archive({"2021/a.txt": f"包内开工\n\n{BODY}", "bad.docx": b"PK", "../out.txt": "x"}),
    }
    bad = {
        "bad.txt": b"\xff\xfe\x00",
        "bad.md": "",
        "bad.html": b"<div>" * 100_000 + b"x",
        "bad.htm": b"",
        "bad.docx": make.archive({"word/document.xml": b" " * (40 << 20)}),
        "bad.pdf": b"%PDF-1.7\n" + os.urandom(99),
        "bad.zip": make.archive({"bad.pdf": b""}),
    }
    write_files(tmp_path / "corpus", good | bad)
    (tmp_path / "corpus/link.pdf").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "corpus/pipe.docx")
    return tmp_path / "corpus"


def index(corpus, *options):
    environment = os.environ | {"YANSOU_INDEX": str(corpus.parent / "index"), "COLUMNS": "80", "PYTHONUTF8": "1"}
    ran = subprocess.run(
        [COMMAND, "index", str(corpus), *options], capture_output=True, text=True, env=environment, check=False
    )
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 0, ran.stderr
    return ran


def test_one_bad_file_of_each_format_holds_nothing_up(corpus):
    report = json.loads(index(corpus, "--json").stdout)
    assert [report[key] for key in ("added", "changed", "removed", "unchanged", "articles")] == [7, 0, 0, 0, 7]
    reasons = {item["path"]: item["reason"] for item in report["rejected"]}
    assert sorted(reasons) == sorted(
        [f"bad.{suffix}" for suffix in ("txt", "md", "html", "htm", "docx", "pdf", "zip")]
        + ["good.zip/bad.docx", "good.zip/…/out.txt", "link.pdf", "pipe.docx"]
    )
    # In Chinese, in one line, without anything of Python's.
    for reason in reasons.values():
        assert any("\u4e00" <= char <= "\u9fff" for char in reason)
        assert reason.isprintable()
        assert "Error" not in reason
    with open_index(corpus.parent / "index") as opened:
        hits = opened.search("货物吞吐量三千二百万吨", limit=20).hits
        assert sorted(hit.article.path for hit in hits) == [
            "good.docx", "good.htm", "good.html", "good.md", "good.pdf", "good.txt", "good.zip/2021/a.txt",
        ]  # fmt: skip


def test_a_second_run_finds_nothing_new_and_tells_the_same(corpus):
    first = json.loads(index(corpus, "--json").stdout)
    second = json.loads(index(corpus, "--json").stdout)
    assert [second[key] for key in ("added", "changed", "removed", "unchanged", "articles")] == [0, 0, 0, 7, 7]
    assert second["rejected"] == first["rejected"]


def test_an_archive_that_is_gone_takes_its_members_and_reasons(corpus):
    index(corpus)
    (corpus / "good.zip").unlink()
    report = json.loads(index(corpus, "--json").stdout)
    assert (report["removed"], report["articles"]) == (1, 6)
    assert not [item for item in report["rejected"] if item["path"].startswith("good.zip")]


def test_the_reasons_are_shown_to_the_reader(corpus):
    shown = index(corpus).stderr
    assert "拒收 11 个文件" in shown
    assert "压缩炸弹" in shown
