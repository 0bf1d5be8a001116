"""An index that follows its folders: bursts, files in pieces, failures. What to wait for is real; the waits are short."""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from itertools import islice

import pytest

from indexer import open_index
from indexer.errors import BadRequest, IndexBusy, IndexUnusable
from indexer.store import follow as module
from indexer.store.follow import Trouble, follow
from indexer.store.update import update_index

ARTICLE = "江边{0}\n\n第{0}个园区今天开工。"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch, tokenizer):
    monkeypatch.setattr(module, "_QUIET", 0.3)
    monkeypatch.setattr(module, "_STEP_MS", 50)
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.1)
    monkeypatch.setattr("indexer.store.analyst.Tokenizer", lambda _: tokenizer)


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


@pytest.fixture
def reports(corpus):
    """What is told of the corpus; the first report is taken already, so that it is listened."""
    reports = follow([corpus], corpus.parent / "index")
    assert next(reports).articles == 0
    yield reports
    reports.close()


def later(action, *args, seconds=0.2):
    threading.Timer(seconds, action, args).start()


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def held(index):
    with open_index(index) as opened:
        return opened.status().articles


def test_first_update_is_told_even_if_nothing_is_new(corpus):
    put(corpus / "a.txt", ARTICLE.format(1))
    update_index([corpus], corpus.parent / "index")
    report = next(follow([corpus], corpus.parent / "index"))
    assert (report.unchanged, report.articles) == (1, 1)


def test_files_come_change_move_and_go(corpus, reports):
    later(put, corpus / "a.txt", ARTICLE.format(1))
    assert next(reports).added == 1
    later(put, corpus / "a.txt", ARTICLE.format(2))
    assert next(reports).changed == 1
    later((corpus / "a.txt").rename, corpus / "b.txt")
    assert next(reports).renamed == 1
    later((corpus / "b.txt").unlink)
    assert next(reports).removed == 1


def test_folders_that_come_are_listened_to(corpus, reports):
    later(put, corpus / "2024" / "05" / "a.txt", ARTICLE.format(1))
    assert next(reports).added == 1
    later(put, corpus / "2024" / "05" / "b.txt", ARTICLE.format(2))
    assert next(reports).added == 1


def test_burst_is_one_commit(corpus, reports):
    def burst():
        for number in range(30):
            put(corpus / f"{number}.txt", ARTICLE.format(number))

    later(burst)
    assert next(reports).added == 30


def test_file_in_pieces_is_read_when_it_is_whole(corpus, reports):
    pieces = 12

    def write():
        with (corpus / "slow.txt").open("w", encoding="utf-8") as file:
            for number in range(pieces):
                file.write(ARTICLE.format(number) + "\n\n")
                file.flush()
                time.sleep(0.1)

    later(write)
    assert next(reports).added == 1
    with open_index(corpus.parent / "index") as opened:
        assert opened.search(f"第{pieces - 1}个园区").rung == "exact"


def test_long_flood_does_not_hold_up_what_is_whole(corpus, reports, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.6)
    stop = threading.Event()

    def flood():
        with (corpus / "endless.txt").open("w", encoding="utf-8") as file:
            while not stop.wait(0.05):
                file.write(ARTICLE.format(1) + "\n\n")
                file.flush()

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        later(put, corpus / "whole.txt", ARTICLE.format(7))
        report = next(reports)
        assert (report.added, report.waiting) == (1, 1)
    finally:
        stop.set()
        thread.join()
    report = next(reports)
    assert (report.added, report.waiting) == (1, 0)


def test_bad_file_is_told_and_the_rest_goes_on(corpus, reports):
    def write():
        put(corpus / "bad.txt", "")
        put(corpus / "good.txt", ARTICLE.format(1))

    later(write)
    report = next(reports)
    assert [item.path for item in report.rejected] == ["bad.txt"]
    assert report.added == 1


def failing(monkeypatch, *errors):
    """Let the next updates fail so, and those after them do what they should."""
    queue = list(errors)

    def update(*args, **options):
        if queue:
            raise queue.pop(0)
        return update_index(*args, **options)

    monkeypatch.setattr(module, "update_index", update)


def test_failing_updates_are_told_and_tried_again_with_growing_pauses(corpus, reports, monkeypatch):
    errors = [IndexBusy("busy"), OSError(28, "No space left on device"), IndexUnusable("damaged"), ValueError("bug")]
    failing(monkeypatch, *errors)
    later(put, corpus / "a.txt", ARTICLE.format(1), seconds=0)
    *troubles, report = islice(reports, 5)
    assert [trouble.error for trouble in troubles] == errors
    assert [trouble.pause for trouble in troubles] == [0.1, 0.2, 0.4, 0.8]
    assert report.added == 1


def test_changes_do_not_shorten_the_pause(corpus, reports, monkeypatch):
    monkeypatch.setattr(module, "_FIRST_PAUSE", 1.0)
    failing(monkeypatch, IndexBusy("busy"), IndexBusy("busy"))
    later(put, corpus / "a.txt", ARTICLE.format(1), seconds=0)
    pause = next(reports).pause
    later(put, corpus / "b.txt", ARTICLE.format(2), seconds=0)
    began = time.monotonic()
    assert isinstance(next(reports), Trouble)
    assert time.monotonic() - began > 0.9 * pause


def test_writer_in_the_way_is_waited_for_from_the_start(corpus, monkeypatch):
    failing(monkeypatch, IndexBusy("busy"))
    first, second = islice(follow([corpus], corpus.parent / "index"), 2)
    assert isinstance(first, Trouble)
    assert second.articles == 0


@pytest.mark.parametrize("error", [BadRequest("x"), IndexUnusable("x"), OSError(13, "x"), ValueError("x")], ids=repr)
def test_other_failures_at_the_start_are_raised(corpus, monkeypatch, error):
    failing(monkeypatch, error)
    with pytest.raises(type(error)):
        next(follow([corpus], corpus.parent / "index"))


def test_folder_that_goes_and_comes_back(corpus, reports):
    put(corpus / "a.txt", ARTICLE.format(1))
    assert next(reports).added == 1
    later(shutil.rmtree, corpus)
    trouble = next(reports)
    assert isinstance(trouble, Trouble)
    assert str(corpus) in str(trouble.error)
    assert held(corpus.parent / "index") == 1
    put(corpus / "b.txt", ARTICLE.format(2))
    # The new file may be too young when the old one is found gone.
    done = [next(report for report in reports if not isinstance(report, Trouble))]
    done += [next(reports)] if not done[0].added else []
    assert (sum(report.added for report in done), sum(report.removed for report in done)) == (1, 1)
    assert held(corpus.parent / "index") == 1


def test_links_are_not_followed_and_hidden_files_not_heard(corpus, tmp_path):
    outside = tmp_path / "outside"
    put(outside / "deep" / "a.txt", "x")
    (corpus / "link").symlink_to(outside)
    (corpus / ".git").mkdir()
    (corpus / "2024").mkdir()
    assert module._tree([corpus], tmp_path / "index") == [str(corpus), f"{corpus}/2024"]


def test_index_among_the_articles_is_not_listened_to(corpus):
    index = corpus / "index"
    reports = follow([corpus], index)
    assert next(reports).articles == 0
    later(put, corpus / "a.txt", ARTICLE.format(1))
    assert next(reports).added == 1
    assert module._tree([corpus], index) == [str(corpus)]


def test_nothing_heard_for_long_is_looked_after(corpus, reports, monkeypatch):
    put(corpus / "a.txt", ARTICLE.format(1))
    assert next(reports).added == 1
    monkeypatch.setattr(module, "_LISTEN_LIMIT", 0.5)
    put(corpus / "b.txt", ARTICLE.format(2))
    assert next(reports).added == 1
    monkeypatch.setattr(module, "_listen", lambda _tree: iter(lambda: time.sleep(0.05) or (), None))
    put(corpus / "c.txt", ARTICLE.format(3))
    assert next(reports).added == 1


def test_too_many_folders_are_told_with_what_to_do(corpus, monkeypatch):
    def watch(*_paths, **_options):
        raise OSError('OS file watch limit reached. about ["/x"]')

    monkeypatch.setattr("watchfiles.watch", watch)
    with pytest.raises(BadRequest, match="max_user_watches"):
        next(follow([corpus], corpus.parent / "index"))


def test_idle_following_tells_nothing(corpus, reports, monkeypatch):
    put(corpus / "a.txt", ARTICLE.format(1))
    assert next(reports).added == 1
    monkeypatch.setattr(module, "_LISTEN_LIMIT", 0.2)
    calls = Counter()

    def counted(*args, **options):
        calls["update"] += 1
        if calls["update"] == 4:
            put(corpus / "end.txt", ARTICLE.format(9))
        return update_index(*args, **options)

    monkeypatch.setattr(module, "update_index", counted)
    put(corpus / "a.txt", ARTICLE.format(1))  # touched, the same
    assert next(reports).added == 1
    assert calls["update"] >= 4


def test_lists_are_loaded_once_and_again_when_they_change(corpus, monkeypatch, tokenizer):
    loaded = []
    monkeypatch.setattr("indexer.store.analyst.Tokenizer", lambda path: loaded.append(path) or tokenizer)
    names = corpus.parent / "names.txt"
    put(names, "add park 云台谷\n")
    reports = follow([corpus], corpus.parent / "index", user_gazetteer=names)
    assert next(reports).articles == 0
    for number in range(3):
        later(put, corpus / f"{number}.txt", ARTICLE.format(number))
        assert next(reports).added == 1
    assert loaded == [None]
    put(names, "add park 云台新谷\n")
    later(put, corpus / "9.txt", ARTICLE.format(9))
    trouble = next(reports)
    assert isinstance(trouble, Trouble)
    assert "yansou index --full" in str(trouble.error)
    assert loaded == [None, None]
    reports.close()
