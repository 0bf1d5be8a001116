"""A server's index: the next generation is prepared before it answers, and the one before answers meanwhile."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest

from indexer.errors import IndexMissing, IndexUnusable
from indexer.search import generations
from indexer.search.engine import open_index
from webui import create_app
from webui.current import prepare

PATIENCE = 20


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(generations, "_LOOK_SECONDS", 0.01)


@pytest.fixture
def home(tmp_path, update, write_files):
    """``add(number)`` commits one more article."""

    def add(number, **options):
        write_files(tmp_path / "corpus", {f"{number}.md": f"# 第{number}园\n\n第{number}个园区开园。\n"})
        return update([tmp_path / "corpus"], tmp_path / "index", **options)

    add(0)
    return tmp_path / "index", add


@pytest.fixture
def followed(home):
    """An index that is followed, a list of the generations that were prepared, and a gate that holds up the next."""
    prepared, gate = [], threading.Event()
    gate.set()

    def wait(index):
        prepared.append(index.status().generation)
        assert gate.wait(PATIENCE)
        prepared[-1] = (prepared[-1], index.search("园区").total)

    with open_index(home[0]) as index:
        index.follow(wait)
        yield index, prepared, gate
        gate.set()


def becomes(found, expected):
    """Wait until a call gives what is expected."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found() == expected:
            return True
        time.sleep(0.005)
    return False


def test_present_generation_is_prepared_at_once(followed):
    _, prepared, _ = followed
    assert prepared == [(1, 1)]


def test_generation_before_answers_until_the_next_is_prepared(home, followed):
    _, add = home
    index, prepared, gate = followed
    gate.clear()
    add(1)
    assert becomes(lambda: len(prepared), 2)
    for _ in range(3):
        assert index.search("园区").total == 1
        assert index.status().generation == 1
    gate.set()
    assert becomes(lambda: index.search("园区").total, 2)
    assert prepared[1] == (2, 2)


def test_rebuilt_index_is_followed_from_maps_of_deleted_files(home, followed):
    path, add = home
    index, prepared, gate = followed
    gate.clear()
    before = {file.name for file in path.glob("*.yan")}
    add(1, full=True)
    assert before.isdisjoint(file.name for file in path.glob("*.yan"))
    assert becomes(lambda: len(prepared), 2)
    assert index.search("第0个园区").total == 1
    gate.set()
    assert becomes(lambda: index.search("园区").total, 2)


def test_nobody_need_ask_for_a_generation_to_be_prepared(home, followed):
    _, add = home
    _, prepared, _ = followed
    add(1)
    assert becomes(lambda: prepared[-1], (2, 2))


def test_every_answer_is_of_one_generation(home, followed):
    _, add = home
    index, _, _ = followed
    wrong, done = [], threading.Event()

    def ask():
        while not done.is_set():
            results = index.search("园区开园", limit=50)
            numbers = sorted(int(hit.article.title[1:-1]) for hit in results.hits)
            if numbers != list(range(len(numbers))) or len(numbers) != results.total:
                wrong.append(numbers)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 9):
        add(number)
    assert becomes(lambda: index.search("园区").total, 9)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_damaged_generation_is_told_and_the_next_one_mends_it(home, followed):
    path, add = home
    index, prepared, gate = followed
    gate.clear()
    add(1)
    assert becomes(lambda: len(prepared), 2)
    gate.set()
    assert becomes(lambda: index.search("园区").total, 2)
    for file in path.glob("*.yan"):
        content = file.read_bytes()
        half = len(content) // 2
        file.write_bytes(content[:half] + bytes(byte ^ 1 for byte in content[half:]))
    for _ in range(2):
        with pytest.raises(IndexUnusable, match="yansou index --full"):
            index.search("园区")
    # The files of the damaged one are deleted: what is mapped of them must not answer.
    gate.clear()
    add(2, full=True)
    assert index.search("园区").total == 3
    gate.set()


def test_generation_that_is_damaged_before_it_is_prepared_never_answers(home, followed, monkeypatch):
    _, add = home
    index, prepared, _ = followed

    def find_damage(snapshot):
        raise IndexUnusable("passage.text")

    with monkeypatch.context() as patch:
        patch.setattr(index._generations._folder, "check", find_damage)
        add(1)
        assert becomes(lambda: index._generations._refused, 2)
        with pytest.raises(IndexUnusable, match=r"passage\.text"):
            index.search("园区")
    assert prepared == [(1, 1)]
    assert index.search("园区").total == 2


def test_generation_that_cannot_be_prepared_is_logged_and_answers(home, caplog):
    path, add = home

    def stumble(index):
        if index.status().generation > 1:
            raise ZeroDivisionError

    with open_index(path) as index:
        index.follow(stumble)
        add(1)
        assert becomes(lambda: index.search("园区").total, 2)
        assert becomes(lambda: [record.name for record in caplog.records], ["yansou.index"])
    assert "ZeroDivisionError" in caplog.text


def test_damaged_index_is_not_followed(home, monkeypatch):
    path, _ = home
    monkeypatch.setattr("indexer.store.folder._CHECKED_AT_OPENING", 0)
    with open_index(path) as index:
        monkeypatch.setattr("indexer.store.arrays.ArrayFile.check", lambda _: ["figure.doc"])
        with pytest.raises(IndexUnusable, match=r"figure\.doc"):
            index.follow(lambda _: pytest.fail("it was prepared"))


def test_index_that_goes_is_told_and_found_again(home, followed, tmp_path):
    path, _ = home
    index, _, _ = followed
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(IndexMissing):
        index.search("园区")
    (tmp_path / "elsewhere").rename(path)
    assert becomes(lambda: index.search("园区").total, 1)


def test_thread_ends_with_the_index(home):
    with open_index(home[0]) as index:
        index.follow(lambda _: None)
        assert "generations" in {thread.name for thread in threading.enumerate()}
    assert "generations" not in {thread.name for thread in threading.enumerate()}


def test_without_the_thread_whoever_asks_opens_the_newest(home, followed):
    _, add = home
    index, _, _ = followed
    index._generations.close()
    add(1)
    assert index.search("园区").total == 2


def test_newer_generation_that_a_request_opened_is_kept(home, followed):
    _, add = home
    index, prepared, gate = followed
    gate.clear()
    add(1)
    assert becomes(lambda: len(prepared), 2)
    index._generations._opened = None  # as if its files had been changed
    add(2)
    assert index.search("园区").total == 3
    gate.set()
    assert becomes(lambda: prepared[1], (2, 2))
    for _ in range(20):
        assert index.search("园区").total == 3
        time.sleep(0.005)


def test_what_is_kept_for_all_requests_is_never_worked_out_by_one(home, monkeypatch):
    path, add = home
    asked = []

    def note(of, name):
        before = getattr(of, name)
        monkeypatch.setattr(
            of, name, lambda *args: asked.append((name, threading.current_thread().name)) or before(*args)
        )

    from indexer.facts import names
    from indexer.search import reprints

    note(names, "join_uses")
    note(reprints.Reprints, "_joined")
    with open_index(path) as index:
        app = create_app(index)
        index.follow(partial(prepare, app))
        here = threading.current_thread().name
        assert sorted(asked) == [("_joined", here), ("join_uses", here)]
        asked.clear()
        add(1)
        assert becomes(lambda: index.search("园区").total, 2)
        for address in ("/", "/search?q=园区", "/names/park", "/api/v1/suggest?q=di"):
            assert app.test_client().get(address).status_code == 200
    assert sorted(asked) == [("_joined", "generations"), ("join_uses", "generations")]
