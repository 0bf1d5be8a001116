"""Commits to interrupt, and what must hold afterwards. As a program: real kills, of processes that do nothing else.

    python -m tests.store.crashes [--minutes M]      one line of JSON: how many cases of each kind were tried

Every case ends in ``settle``: the folder opens as the old state or as the new one, whole; its checksums agree; nobody holds the
lock; the next commit works, and nothing is left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indexer.errors import IndexMissing
from indexer.reading.article import Article, Passage
from indexer.store.builder import SegmentBuilder
from indexer.store.folder import IndexFolder, IndexState, Origins
from indexer.store.sweep import leftovers, needed
from indexer.store.verify import verify_index
from indexer.text import Tokenizer

from .faults import WatchedDisk, contents, put_back, without_flushing

__all__ = ["SCENARIOS", "Scenario", "articles_in", "change", "settle"]

_tokenizer = Tokenizer()


@cache
def parts(number, text):
    """A segment of one article, in parts."""
    id_ = f"{number:012x}"
    passages = (Passage(f"{id_}-0", "title", 0, f"第{number}篇"), Passage(f"{id_}-1", "body", 1, text))
    builder = SegmentBuilder()
    builder.add(Article(id_, passages[0].text, f"{id_}.txt", passages), [_tokenizer.analyze(p.text) for p in passages])
    return [builder.part()]


def change(path, articles, *, fresh=False, merge=False, timeout=0.0):
    """Commit articles, given as number -> text; None removes one. A number that is there already is replaced."""
    with IndexFolder(path).transaction(fresh=fresh, timeout=timeout) as transaction:
        held = {id_: text for id_, text in _held(transaction.state).items() if int(id_, 16) not in articles}
        for number, text in articles.items():
            if text is not None:
                transaction.add_pending(parts(number, text))
                held[f"{number:012x}"] = text
        transaction.delete_articles({f"{number:012x}" for number in articles})
        transaction.publish_pending()
        if merge:
            transaction.merge_small()
        transaction.commit(state_of(held))


def state_of(texts):
    """The state of an index of these articles: a file each, which is its own hash."""
    sources = {"corpus": {f"{id_}.txt": [text, 0, 0, [id_]] for id_, text in texts.items()}}
    return IndexState("cutter", "2022-01-01T00:00:00+00:00", Origins((sources, {})))


def _held(state):
    if state is None:
        return {}
    return {entry[3][0]: entry[0] for files in state.sources.values() for entry in files.values()}


def articles_in(path):
    """Number -> text of every live article, read from the segments; None without an index."""
    try:
        snapshot = IndexFolder(path).snapshot()
    except IndexMissing:
        return None
    found = {}
    for segment in snapshot.segments:
        for doc in range(segment.size):
            if segment.live[doc] and segment.arrays["passage.ordinal"][doc] == 1:
                found[int(segment.meta(int(segment.arrays["passage.article"][doc]))["id"], 16)] = segment.text(doc)
    assert found == {int(id_, 16): text for id_, text in _held(snapshot.state).items()}
    return found


@dataclass(frozen=True, eq=False)
class Scenario:
    """A change to an index: ``before`` are the commits that made it."""

    name: str
    before: tuple[dict[int, str], ...]
    act: Callable[[Path], None]
    after: dict[int, str]

    @property
    def old(self):
        if not self.before:
            return None
        return {number: text for commit in self.before for number, text in commit.items()}

    @cache  # noqa: B019  # a handful of scenarios, for the whole run
    def base(self):
        """The files of the index before the change."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            for commit in self.before:
                change(path, commit)
            return contents(path)


SCENARIOS = (
    Scenario("first", (), lambda path: change(path, {1: "甲", 2: "乙"}), {1: "甲", 2: "乙"}),
    Scenario("add", ({1: "甲", 2: "乙"},), lambda path: change(path, {3: "丙"}), {1: "甲", 2: "乙", 3: "丙"}),
    Scenario("replace and remove", ({1: "甲", 2: "乙"},), lambda path: change(path, {1: "丁", 2: None}), {1: "丁"}),
    Scenario(
        "merge",
        ({1: "甲"}, {2: "乙"}),
        lambda path: change(path, {3: "丙"}, merge=True),
        {1: "甲", 2: "乙", 3: "丙"},
    ),
    Scenario("full", ({1: "甲"}, {2: "乙"}), lambda path: change(path, {4: "戊"}, fresh=True), {4: "戊"}),
)


def settle(path, *states):
    """Fail unless the folder holds one of these states, whole, and goes on from it."""
    found = articles_in(path)
    assert found in states, f"neither old nor new: {found}"
    if found is not None:
        assert verify_index(path).damaged == ()
    change(path, {99: "后来"})
    assert articles_in(path) == (found or {}) | {99: "后来"}
    folder = IndexFolder(path)
    generation = folder.generation()
    assert leftovers(path, needed(generation, folder.state(generation))) == []
    return found


# -- real kills ----------------------------------------------------------------------------------------------------------


def _die(watched, place, kind, path):
    os.kill(os.getpid(), signal.SIGKILL)


def _in_child(work):
    """Process id of a child that does this and ends."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def _result(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at_every_operation(home):
    """SIGKILL before each operation of each scenario. Returns how many kills."""
    count = 0
    for scenario in SCENARIOS:
        place, status = 0, -signal.SIGKILL
        while status:
            path = home / "index"
            put_back(path, scenario.base())

            def work(path=path, scenario=scenario, place=place):
                def strike(watched, at, kind, name):
                    if at == place:
                        _die(watched, at, kind, name)

                with WatchedDisk(path, strike):
                    scenario.act(path)

            status = _result(_in_child(work))
            assert status in (0, -signal.SIGKILL), f"{scenario.name} at {place}"
            settle(path, scenario.old, scenario.after)
            count += status != 0
            place += 1
    return count


def kill_at_random_times(home, seconds, seed=0):
    """SIGKILL to a process that commits one change after another, at any time. Returns how many kills."""
    chance = random.Random(seed)
    path, end, count = home / "index", time.monotonic() + seconds, 0
    put_back(path, None)
    change(path, {1: "0", 2: "0"})
    while time.monotonic() < end or count < 10:
        child = _in_child(lambda: _commit_for_ever(path))
        time.sleep(chance.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        assert _result(child) == -signal.SIGKILL
        found = articles_in(path)
        assert found[1] == found[2], f"half a commit: {found}"
        settle(path, found)
        count += 1
    return count


def _commit_for_ever(path):
    number = int(articles_in(path)[1])
    while True:
        number += 1
        change(path, {1: str(number), 2: str(number)}, merge=number % 3 == 0, fresh=number % 5 == 0)


def read_while_others_write(home, seconds, readers=2):
    """Processes that open the index again and again while another commits. Returns how often it was read."""
    path, end = home / "index", time.monotonic() + seconds
    put_back(path, None)
    change(path, {1: "0", 2: "0"})
    pipes = [os.pipe() for _ in range(readers)]

    def read(pipe):
        count, last = 0, 0
        # On a busy machine the writer may come late.
        while time.monotonic() < end or (last == 0 and time.monotonic() < end + 20):
            found = articles_in(path)
            assert found.keys() - {99} == {1, 2}, found
            assert found[1] == found[2], found
            assert int(found[1]) >= last, "an older state came back"
            count, last = count + 1, int(found[1])
        os.write(pipe, f"{count} {last}".encode())

    writer = _in_child(lambda: _commit_for_ever(path))
    children = [_in_child(lambda pipe=pipe: read(pipe[1])) for pipe in pipes]
    results = [_result(child) for child in children]
    os.kill(writer, signal.SIGKILL)
    assert _result(writer) == -signal.SIGKILL
    assert not any(results)
    counts = [tuple(map(int, os.read(pipe[0], 100).split())) for pipe in pipes]
    assert min(last for _, last in counts) > 0, "nothing was committed meanwhile"
    return sum(count for count, _ in counts)


def write_together(home, writers=3, each=6):
    """Processes that all add one to what they find. Returns how many commits they made."""
    path = home / "index"
    put_back(path, None)
    change(path, {1: "0"})

    def work():
        for _ in range(each):
            with IndexFolder(path).transaction() as transaction:
                number = int(_held(transaction.state)[f"{1:012x}"]) + 1
                transaction.add_pending(parts(1, str(number)))
                transaction.delete_articles({f"{1:012x}"})
                transaction.publish_pending()
                transaction.commit(state_of({f"{1:012x}": str(number)}))

    children = [_in_child(work) for _ in range(writers)]
    results = [_result(child) for child in children]
    assert not any(results)
    settle(path, {1: str(writers * each)})
    return writers * each


def orphans_hold_no_lock(home):
    """A child that was forked while its parent wrote lives on after the parent's death, without the lock."""
    path = home / "index"
    put_back(path, None)
    change(path, {1: "甲"})
    told, tell = os.pipe()

    def work():
        with IndexFolder(path).transaction():
            child = os.fork()
            if child == 0:
                os.write(tell, f"{os.getpid()} ".encode())
                time.sleep(60)
                os._exit(0)
            time.sleep(60)

    parent = _in_child(work)
    orphan = int(os.read(told, 100))
    os.kill(parent, signal.SIGKILL)
    _result(parent)
    try:
        settle(path, {1: "甲"})
    finally:
        os.kill(orphan, signal.SIGKILL)
    return 1


def main(minutes=1 / 60):
    parser = argparse.ArgumentParser(description="Interrupts commits to a small index, and says how many times.")
    parser.add_argument("--minutes", type=float, default=minutes, help="for kills at random times, then for readers")
    seconds = parser.parse_args().minutes * 60
    home = Path(tempfile.mkdtemp())
    try:
        with without_flushing():  # a killed process loses nothing that it wrote
            counts = {
                "kills at an operation": kill_at_every_operation(home),
                "kills at random": kill_at_random_times(home, seconds, seed=time.time_ns()),
                "reads during commits": read_while_others_write(home, seconds),
                "commits of writers at once": write_together(home),
                "orphans": orphans_hold_no_lock(home),
            }
    finally:
        shutil.rmtree(home)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
