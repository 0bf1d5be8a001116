"""Renamed files, and files that are too young to be read."""

from __future__ import annotations

import os
import time

import pytest

from indexer import open_index
from indexer.store import IndexFolder

TEXTS = {"a.txt": "甲园区\n\n甲园区今天开工。", "b.txt": "乙园区\n\n乙园区昨天开工。"}


def age(path, seconds):
    os.utime(path, (time.time() - seconds,) * 2)


@pytest.fixture
def home(tmp_path, write_files, update):
    """A folder with two articles and an index of them."""
    write_files(tmp_path / "corpus", TEXTS)
    for name in TEXTS:
        age(tmp_path / "corpus" / name, 3600)
    update([tmp_path / "corpus"], tmp_path / "index")
    return tmp_path


def counts(report):
    return {name: getattr(report, name) for name in ("added", "changed", "renamed", "removed", "unchanged")}


def expected(**given):
    return dict.fromkeys(("added", "changed", "renamed", "removed", "unchanged"), 0) | given


def content(index):
    """Everything that a reader can see of an index, whatever its segments."""
    with open_index(index) as opened:
        hits = opened.search("园区", limit=200).hits
        articles = {hit.article.id: opened.article(hit.article.id).to_json() for hit in hits}
        return sorted((hit.article.id, hit.passage.id, hit.passage.text) for hit in hits), articles


@pytest.mark.parametrize(
    ("moves", "writes", "counted"),
    [
        pytest.param({"a.txt": "c.txt"}, {}, expected(renamed=1, unchanged=1), id="renamed"),
        pytest.param({"a.txt": "old/2021/a.txt"}, {}, expected(renamed=1, unchanged=1), id="moved-below"),
        pytest.param({"a.txt": "c.txt", "b.txt": "d.txt"}, {}, expected(renamed=2), id="both"),
        pytest.param(
            {"a.txt": "c.txt"},
            {"c.txt": "丙园区\n\n丙园区开工。"},
            expected(added=1, removed=1, unchanged=1),
            id="and-changed",
        ),
        # Both names stay in use: what each file holds has changed.
        pytest.param({"a.txt": "x", "b.txt": "a.txt", "x": "b.txt"}, {}, expected(changed=2), id="exchanged"),
        # One is gone and two have come: one of them is the old one.
        pytest.param(
            {"a.txt": "c.txt"}, {"d.txt": TEXTS["a.txt"]}, expected(added=1, renamed=1, unchanged=1), id="and-copied"
        ),
        pytest.param({}, {"c.txt": TEXTS["a.txt"]}, expected(added=1, unchanged=2), id="copied"),
    ],
)
def test_rename_is_told_and_gives_what_a_full_build_gives(home, update, write_files, moves, writes, counted):
    corpus = home / "corpus"
    for source, target in moves.items():
        (corpus / target).parent.mkdir(parents=True, exist_ok=True)
        (corpus / source).rename(corpus / target)
    write_files(corpus, writes)
    report = update([corpus], home / "index")
    assert counts(report) == counted
    assert report.to_json()["renamed"] == counted["renamed"]
    update([corpus], home / "fresh")
    assert content(home / "index") == content(home / "fresh")
    assert counts(update([corpus], home / "index"))["unchanged"] == report.articles


def test_young_files_are_left_as_they_were(home, update, write_files):
    corpus = home / "corpus"
    before = IndexFolder(home / "index").generation()
    write_files(corpus, {"a.txt": "甲园区\n\n甲园区写了一", "c.txt": "丙园区\n\n丙"})
    report = update([corpus], home / "index", min_age=60.0)
    assert (report.waiting, counts(report)) == (2, expected(unchanged=2))
    assert IndexFolder(home / "index").generation() == before
    for name in ("a.txt", "c.txt"):
        age(corpus / name, 61)
    report = update([corpus], home / "index", min_age=60.0)
    assert (report.waiting, counts(report)) == (0, expected(added=1, changed=1, unchanged=1))


def test_file_of_tomorrow_is_not_waited_for(home, update, write_files):
    write_files(home / "corpus", {"c.txt": "丙园区\n\n丙园区开工。"})
    age(home / "corpus" / "c.txt", -86400)
    assert update([home / "corpus"], home / "index", min_age=60.0).added == 1


def test_young_file_that_was_rejected_stays_rejected(home, update, write_files):
    write_files(home / "corpus", {"c.txt": ""})
    assert len(update([home / "corpus"], home / "index").rejected) == 1
    before = IndexFolder(home / "index").generation()
    write_files(home / "corpus", {"c.txt": "丙"})
    report = update([home / "corpus"], home / "index", min_age=60.0)
    assert [item.path for item in report.rejected] == ["c.txt"]
    assert IndexFolder(home / "index").generation() == before
