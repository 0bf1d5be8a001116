"""Bringing an index in step with folders: what changes, what stays, what is left out."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import BadRequest, FileRejected, IndexUnusable
from indexer.reading import read_bytes
from indexer.search.engine import open_index
from indexer.store import IndexFolder
from indexer.text import Tokenizer

ONE = "# 江边开园\n\n园区今天开园，投资100亿元。\n"
TWO = "# 两年回顾\n\n开园两年，投产的有九家。\n"
THREE = "# 第三篇\n\n没有来的有三家。\n"
UNREADABLE = b"\xff\xfe\x00"


class Home:
    """A corpus folder with its index."""

    def __init__(self, path, update, write_files):
        self.corpus, self.index = path / "corpus", path / "index"
        self.corpus.mkdir(parents=True)
        self._update, self._write = update, write_files

    def write(self, files, folder=None):
        self._write(folder or self.corpus, files)

    def update(self, *folders, **options):
        return self._update(folders or [self.corpus], self.index, **options)

    def titles(self):
        with open_index(self.index) as index:
            return sorted({hit.article.title for hit in index.search("类型:标题", limit=200).hits})


@pytest.fixture
def home(tmp_path, update, write_files):
    return Home(tmp_path, update, write_files)


def counts(report):
    return report.added, report.changed, report.removed, report.unchanged, len(report.rejected)


def test_first_update_adds_everything(home):
    home.write({"a.md": ONE, "sub/b.md": TWO})
    report = home.update()
    assert counts(report) == (2, 0, 0, 0, 0)
    assert (report.articles, report.passages) == (2, 4)
    assert home.titles() == ["两年回顾", "江边开园"]


def test_update_of_nothing_new_commits_nothing(home):
    home.write({"a.md": ONE, "bad.txt": UNREADABLE})
    home.update()
    with open_index(home.index) as index:
        before = index.status().generation
        assert counts(home.update()) == (0, 0, 0, 1, 1)
        assert index.status().generation == before


def test_changed_file_replaces_its_articles(home):
    home.write({"a.md": ONE, "b.md": TWO})
    home.update()
    home.write({"a.md": THREE})
    assert counts(home.update()) == (0, 1, 0, 1, 0)
    assert home.titles() == ["两年回顾", "第三篇"]


def test_change_within_the_clocks_grain_is_seen(home):
    home.write({"a.md": ONE})
    home.update()
    before = (home.corpus / "a.md").stat()
    home.write({"a.md": ONE.replace("100", "200")})
    os.utime(home.corpus / "a.md", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert counts(home.update()) == (0, 1, 0, 0, 0)


def test_touched_file_is_unchanged_and_read_once(home, monkeypatch):
    home.write({"a.md": ONE})
    home.update()
    segments = IndexFolder(home.index).snapshot().state.segments
    os.utime(home.corpus / "a.md", (10**9, 10**9))
    assert counts(home.update()) == (0, 0, 0, 1, 0)
    generation = IndexFolder(home.index).generation()
    assert IndexFolder(home.index).snapshot().state.segments == segments
    monkeypatch.setattr("indexer.store.analyst.read_bytes", lambda source: pytest.fail(f"{source.path} was read"))
    assert counts(home.update()) == (0, 0, 0, 1, 0)
    assert IndexFolder(home.index).generation() == generation


def test_file_as_young_as_its_index_is_read_until_it_is_older(home, monkeypatch):
    home.write({"a.md": ONE})
    home.update()
    read = []
    monkeypatch.setattr(
        "indexer.store.analyst.read_bytes", lambda source: read.append(source.path) or read_bytes(source)
    )
    home.update()  # within the grain still: nothing is known that was not
    assert (read, IndexFolder(home.index).generation()) == (["a.md"], 1)
    first = IndexFolder(home.index).snapshot().state.built_at
    # A second later the first index is still too near to the file, the next one not any more.
    time.sleep(1.1)
    monkeypatch.setattr("indexer.store.update._racy", lambda _, state: state.built_at == first)
    assert [counts(home.update()) for _ in range(3)] == [(0, 0, 0, 1, 0)] * 3
    assert (read, IndexFolder(home.index).generation()) == (["a.md"] * 2, 2)


def test_renamed_file_keeps_its_article_under_a_new_id(home):
    home.write({"a.md": ONE})
    home.update()
    with open_index(home.index) as index:
        before = index.search("开园").hits[0].article
    (home.corpus / "a.md").rename(home.corpus / "b.md")
    report = home.update()
    assert (report.renamed, counts(report)) == (1, (0, 0, 0, 0, 0))
    with open_index(home.index) as index:
        after = index.search("开园").hits[0].article
    assert (after.title, after.path) == (before.title, "b.md")
    assert after.id != before.id
    assert home.titles() == ["江边开园"]


def test_changed_article_keeps_its_id(home):
    home.write({"a.md": ONE})
    home.update()
    with open_index(home.index) as index:
        before = index.search("开园").hits[0].article.id
        home.write({"a.md": ONE.replace("今天", "昨天")})
        home.update()
        assert index.search("昨天开园").hits[0].article.id == before
        assert len(index.article(before).passages) == 2


def test_removed_file_takes_its_articles_along(home):
    home.write({"a.md": ONE, "b.md": TWO})
    home.update()
    (home.corpus / "a.md").unlink()
    assert counts(home.update()) == (0, 0, 1, 1, 0)
    assert home.titles() == ["两年回顾"]


def test_last_file_removed_leaves_an_empty_index(home):
    home.write({"a.md": ONE})
    home.update()
    (home.corpus / "a.md").unlink()
    report = home.update()
    assert (report.articles, report.passages) == (0, 0)
    with open_index(home.index) as index:
        assert index.search("开园").total == 0
        assert index.status().dates is None
        assert index.suggest("开") == ()


def test_empty_folder_makes_an_empty_index(home):
    assert counts(home.update()) == (0, 0, 0, 0, 0)
    assert home.titles() == []


def test_file_that_becomes_unreadable_is_taken_out_and_told(home):
    home.write({"a.md": ONE, "b.md": TWO})
    home.update()
    home.write({"a.md": UNREADABLE})
    report = home.update()
    assert [item.path for item in report.rejected] == ["a.md"]
    assert report.rejected[0].reason
    assert home.titles() == ["两年回顾"]
    with open_index(home.index) as index:
        assert [path for path, _ in index.status().rejected] == ["a.md"]


def test_rejected_file_that_is_mended_comes_in(home):
    home.write({"a.md": UNREADABLE})
    home.update()
    home.write({"a.md": ONE})
    assert counts(home.update()) == (1, 0, 0, 0, 0)
    assert home.titles() == ["江边开园"]


def test_rejected_file_comes_in_when_it_can_be_read_though_it_looks_the_same(home, monkeypatch):
    home.write({"a.md": ONE})
    os.utime(home.corpus / "a.md", (10**9, 10**9))
    with monkeypatch.context() as patch:
        patch.setattr("indexer.store.analyst.read_bytes", deny)
        assert [item.path for item in home.update().rejected] == ["a.md"]
    assert counts(home.update()) == (1, 0, 0, 0, 0)


def deny(source):
    raise FileRejected(source.path, "cannot be read: Permission denied")


def test_same_path_in_two_folders_is_told(home, tmp_path):
    other = tmp_path / "other"
    home.write({"a.md": ONE})
    home.write({"a.md": ONE, "b.md": TWO}, other)
    report = home.update(home.corpus, other)
    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.rejected[0].path == "a.md"
    assert "另一个目录" in report.rejected[0].reason
    assert home.titles() == ["两年回顾", "江边开园"]


def test_same_path_in_two_folders_with_other_titles_is_fine(home, tmp_path):
    home.write({"a.md": ONE})
    home.write({"a.md": TWO}, tmp_path / "other")
    assert counts(home.update(home.corpus, tmp_path / "other")) == (2, 0, 0, 0, 0)


def test_file_comes_in_when_the_other_of_its_path_is_gone(home, tmp_path):
    other = tmp_path / "other"
    home.write({"a.md": ONE})
    home.write({"a.md": ONE}, other)
    home.update(home.corpus, other)
    (home.corpus / "a.md").unlink()
    assert counts(home.update(home.corpus, other)) == (1, 0, 1, 0, 0)
    assert home.titles() == ["江边开园"]


def test_first_folder_wins_though_the_other_was_there_before(home, tmp_path):
    other = tmp_path / "other"
    home.write({"a.md": ONE}, other)
    home.update(home.corpus, other)
    home.write({"a.md": ONE.replace("今天", "昨天")})
    report = home.update(home.corpus, other)
    assert counts(report) == (1, 0, 1, 0, 1)
    with open_index(home.index) as index:
        assert index.search("开园").total == 2  # title and body, once
        assert index.search("昨天开园").rung == "exact"
    assert counts(home.update(home.corpus, other)) == (0, 0, 0, 1, 1)


def test_folder_named_twice_is_read_once(home):
    home.write({"a.md": ONE})
    assert counts(home.update(home.corpus, home.corpus / ".." / "corpus")) == (1, 0, 0, 0, 0)
    assert home.titles() == ["江边开园"]


SPELLINGS = {
    "relative": "corpus",
    "from-here": "./corpus",
    "with-a-slash": "corpus/",
    "absolute": "{home}/corpus",
    "round-about": "{home}/corpus/../corpus",
    "by-a-link": "link",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_folder_is_the_same_however_it_is_spelled(home, monkeypatch, spelling):
    home.write({"a.md": ONE, "sub/b.md": TWO})
    age(home.corpus)
    home.update()
    home.corpus.with_name("link").symlink_to(home.corpus)
    monkeypatch.chdir(home.corpus.parent)
    generation = IndexFolder(home.index).generation()
    monkeypatch.setattr("indexer.store.analyst.read_bytes", lambda source: pytest.fail(f"{source.path} was read"))
    assert counts(home.update(Path(spelling.format(home=home.corpus.parent)))) == (0, 0, 0, 2, 0)
    assert IndexFolder(home.index).generation() == generation


def age(folder):
    """Let the files of a folder have been written long ago."""
    for path in folder.rglob("*.*"):
        os.utime(path, (10**9, 10**9))


def test_moved_folder_is_compared_and_not_built_anew(home, monkeypatch):
    home.write({"a.md": ONE, "b.md": TWO, "c.md": THREE})
    age(home.corpus)
    home.update()
    home.corpus = home.corpus.rename(home.corpus.with_name("elsewhere"))
    # Of the same size and time as before, and not the same.
    home.write({"b.md": TWO.replace("九", "八")})
    age(home.corpus)
    report = home.update()
    assert (report.renamed, counts(report)) == (0, (0, 1, 0, 2, 0))
    with open_index(home.index) as index:
        assert index.search("投产的有八家").rung == "exact"
        assert index.search("开园").total == 3
    monkeypatch.setattr("indexer.store.analyst.read_bytes", lambda source: pytest.fail(f"{source.path} was read"))
    assert counts(home.update()) == (0, 0, 0, 3, 0)


def test_other_folder_is_not_taken_for_a_moved_one(home, tmp_path):
    home.write({"a.md": ONE, "b.md": TWO, "c.md": THREE})
    home.update()
    home.write({"a.md": ONE, "d.md": "# 第四篇\n\n来的有四家。\n"}, tmp_path / "other")
    report = home.update(tmp_path / "other")
    assert (report.renamed, counts(report)) == (1, (1, 0, 2, 0, 0))
    assert home.titles() == ["江边开园", "第四篇"]


def test_folder_left_out_takes_its_articles_along(home, tmp_path):
    home.write({"a.md": ONE})
    home.write({"b.md": TWO}, tmp_path / "other")
    home.update(home.corpus, tmp_path / "other")
    assert counts(home.update(tmp_path / "other")) == (0, 0, 1, 1, 0)
    assert home.titles() == ["两年回顾"]


def test_missing_folder_is_told_before_anything_is_made(home, tmp_path):
    with pytest.raises(BadRequest, match=r"没有目录 .*nowhere"):
        home.update(tmp_path / "nowhere")
    assert not home.index.exists()


def test_other_tokenizer_is_told_and_full_rebuilds(home, tmp_path):
    home.write({"a.md": ONE})
    home.update()
    (tmp_path / "words.txt").write_text("江边开园\n", encoding="utf-8")
    with pytest.raises(IndexUnusable, match=r"（词典 \w{12} → \w{12}）.*yansou index --full"):
        home.update(user_dictionary=tmp_path / "words.txt")
    assert home.titles() == ["江边开园"]
    assert counts(home.update(user_dictionary=tmp_path / "words.txt", full=True)) == (1, 0, 0, 0, 0)
    with open_index(home.index) as index:
        assert index.status().tokenizer.startswith(Tokenizer(tmp_path / "words.txt").fingerprint)


def test_full_reads_everything_anew(home):
    home.write({"a.md": ONE, "b.md": TWO})
    home.update()
    assert counts(home.update(full=True)) == (2, 0, 0, 0, 0)
    assert home.titles() == ["两年回顾", "江边开园"]


def test_large_corpus_is_written_in_several_segments(home, monkeypatch):
    monkeypatch.setattr("indexer.store.update._BATCH_BYTES", 100)
    home.write({f"{number}.md": f"# 题{number}\n\n正文{number}写在这里，第{number}篇。\n" for number in range(12)})
    home.update()
    with open_index(home.index) as index:
        assert index.search("写在这里").total == 12
        assert index.search("第7篇").hits[0].article.title == "题7"


def test_progress_counts_files(home, tmp_path):
    home.write({"a.md": ONE, "b.md": TWO})
    home.write({"c.md": THREE}, tmp_path / "other")
    seen = []
    home.update(home.corpus, tmp_path / "other", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_failure_in_reading_leaves_the_index_as_it_was(home, monkeypatch):
    home.write({"a.md": ONE})
    home.update()
    home.write({"b.md": TWO})

    def bug(data, path):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("indexer.store.analyst.read_articles", bug)
        with pytest.raises(ZeroDivisionError):
            home.update()
    assert home.titles() == ["江边开园"]
    assert counts(home.update()) == (1, 0, 0, 1, 0)


def test_update_waits_for_its_turn_and_sees_what_the_other_did(home, monkeypatch):
    """Two updates at once must not index a file twice: the second reads the state when it has the lock."""
    home.write({"a.md": ONE})
    inner = []

    def update_first(lock):
        if not inner:
            inner.append(None)
            home.update()
        return acquire(lock)

    from whoosh.util.filelock import FileLock

    acquire = FileLock.acquire
    with monkeypatch.context() as patch:
        patch.setattr(FileLock, "acquire", update_first)
        assert counts(home.update()) == (0, 0, 0, 1, 0)
    with open_index(home.index) as index:
        assert index.search("投资").total == 1


# -- an updated index answers as one built anew ------------------------------------------------------------------------

WORDS = ["园区", "投资", "100亿元", "一百亿", "开园", "5G", "衡阳市", "，", "。", "\n\n", "产业園區"]
CONTENT = st.builds(
    "# {}\n\n{}。\n".format, st.sampled_from(["甲题", "园区", "投资"]), st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join)
)  # fmt: skip
FILE = st.sampled_from(["a.md", "b.md", "c.md", "d/e.md"])
STEP = st.dictionaries(FILE, st.one_of(st.none(), st.just(UNREADABLE), CONTENT), min_size=1, max_size=3)
QUERIES = ["园区", "投资 开园", "100亿", "5g", "衡阳 园区 -投资", "产业园区开园"]


def answers(path):
    with open_index(path) as index:
        found = [index.search(query, limit=50) for query in QUERIES]
    return [
        (
            results.rung, results.wider, results.total, results.facets, results.suggestions,
            [(hit.article, hit.passage, hit.highlights) for hit in results.hits],
            [pytest.approx(hit.score, abs=1e-9) for hit in results.hits],
        )
        for results in found
    ]  # fmt: skip


@settings(max_examples=25)
@given(steps=st.lists(STEP, min_size=2, max_size=5))
def test_updated_index_answers_as_one_built_anew(tmp_path_factory, update, write_files, steps):
    home = Home(tmp_path_factory.mktemp("model"), update, write_files)
    for step in steps:
        for name, content in step.items():
            if content is None:
                (home.corpus / name).unlink(missing_ok=True)
            else:
                home.write({name: content})
        updated = home.update()
    anew = update([home.corpus], home.index.with_name("anew"))
    assert (updated.articles, updated.passages) == (anew.articles, anew.passages)
    assert updated.rejected == anew.rejected
    assert answers(home.index) == answers(home.index.with_name("anew"))
