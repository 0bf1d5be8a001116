"""Kills, power cuts, full and broken disks, several writers: always the old or the new state, and it goes on from there.

The number of cases is printed at the end of the run (see ``conftest``); each test holds it to a least.
"""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.errors import IndexUnusable
from indexer.store import IndexFolder, disk

from .crashes import SCENARIOS, articles_in, change, settle
from .faults import Killed, WatchedDisk, contents, fails, kills, put_back, without_flushing

ROOT = Path(__file__).parent.parent.parent
SCENARIO = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def counted(record_property):
    """Notes how many cases a test tried, and fails if they are fewer than expected."""

    def note(kind, count, at_least):
        record_property("crash cases", (kind, count))
        assert count >= at_least

    return note


def test_killed_processes(counted):
    """Real kills, readers, writers and orphans: in a process of its own, which has no threads to fork."""
    command = [sys.executable, "-m", "tests.store.crashes"]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    counts = json.loads(run.stdout)
    counted("kills at an operation", counts["kills at an operation"], 60)
    counted("kills at random", counts["kills at random"], 10)
    counted("reads during commits", counts["reads during commits"], 2)
    counted("commits of writers at once", counts["commits of writers at once"], 18)
    counted("orphans", counts["orphans"], 1)


@SCENARIO
def test_power_cut_at_every_operation(path, scenario, counted):
    chance = random.Random(scenario.name)
    put_back(path, scenario.base())
    survivors = []
    with WatchedDisk(path, lambda watched, *_: survivors.append(watched.after_power_cut(chance))) as watched:
        scenario.act(path)
        after_the_commit = watched.after_power_cut(chance)
    with without_flushing():
        for files in (files for of in survivors for files in of):
            put_back(path, files)
            settle(path, scenario.old, scenario.after)
        for files in after_the_commit:
            put_back(path, files)
            settle(path, scenario.after)
    counted("power cuts", sum(map(len, survivors)) + len(after_the_commit), 40)


def test_power_cut_to_what_a_killed_writer_left(path, counted):
    """What a killed writer published may not be on the disk yet when the next one begins."""
    chance = random.Random(0)
    scenario = SCENARIOS[-1]
    put_back(path, scenario.base())
    with WatchedDisk(path) as watched:
        scenario.act(path)
    places = [kind for kind, _ in watched.operations]
    survivors = []
    for place in (*range(0, places.index("replace"), 5), *range(places.index("replace"), len(places))):
        put_back(path, scenario.base())
        with WatchedDisk(path, kills(place)) as watched:
            with pytest.raises(Killed):
                scenario.act(path)
            watched.dead, middle = False, articles_in(path)
            watched.strike = lambda watched, *_, middle=middle: survivors.append(
                (middle, chance.choice(watched.after_power_cut(chance)))
            )
            change(path, {5: "己"})
    with without_flushing():
        for middle, files in survivors:
            put_back(path, files)
            settle(path, scenario.old, middle, middle | {5: "己"})
    counted("power cuts after a kill", len(survivors), 100)


@SCENARIO
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["no-space", "input-output"])
def test_failure_of_every_operation(path, scenario, number, lasting, counted):
    place = 0
    with without_flushing():
        while True:
            put_back(path, scenario.base())
            with WatchedDisk(path, fails(place, number, lasting=lasting)) as watched:
                try:
                    scenario.act(path)
                    found = scenario.after
                except OSError as error:
                    found = articles_in(path) if error.errno == number else error
            if len(watched.operations) <= place:
                break
            if found == scenario.old and scenario.old is not None and watched.operations[place][0] != "unlink":
                assert contents(path) == scenario.base(), "a failed commit fills the disk"
            settle(path, found)
            assert found in (scenario.old, scenario.after)
            place += 1
    counted("failed operations", place, 10)


def test_disk_that_stays_full_does_not_fill_further(path):
    change(path, {1: "甲"})
    before = contents(path)
    for place in (0, 1, 3, 5):
        with pytest.raises(OSError, match="No space"), WatchedDisk(path, fails(place, errno.ENOSPC, lasting=True)):
            change(path, {2: "乙"})
        assert contents(path) == before


def test_leftovers_make_room_before_anything_is_written(path):
    change(path, {1: "甲"})
    (path / "MAIN_0123456789abcdef.yan").write_bytes(b"what a killed writer left")
    with WatchedDisk(path) as watched:
        change(path, {2: "乙"})
    kinds = [kind for kind, _ in watched.operations]
    assert kinds.index("unlink") < kinds.index("open")


def test_commit_of_one_article_reads_no_old_segment_again(path, monkeypatch):
    change(path, dict.fromkeys(range(3), "甲"))
    old = set(contents(path))
    hashed = []
    monkeypatch.setattr("indexer.store.commit.damages", lambda *args, **_: hashed.append(args))
    with WatchedDisk(path) as watched:
        change(path, {7: "乙"})
    assert not hashed
    assert [name for kind, name in watched.operations if kind == "write" and name in old] == []


def test_new_index_that_reads_back_wrong_is_not_published(path, monkeypatch):
    change(path, {1: "甲"})
    before = contents(path)

    def rot(written):
        if written.suffix == ".yan":
            data = bytearray(written.read_bytes())
            data[len(data) // 2] ^= 1
            written.write_bytes(data)

    with monkeypatch.context() as patch:
        patch.setattr(disk, "forget", rot)
        with pytest.raises(IndexUnusable, match=r"读回来不一致.*原来的索引不变"):
            change(path, {2: "乙"}, fresh=True)
    assert contents(path) == before
    settle(path, {1: "甲"})


@pytest.mark.parametrize("before", [{1: "甲"}, None], ids=["rebuilt", "first"])
def test_new_index_that_cannot_be_opened_is_taken_back(path, monkeypatch, before):
    if before is not None:
        change(path, before)
    files, generation = contents(path), IndexFolder(path).generation()
    publish = disk.publish

    def rot_as_it_is_published(new, table):
        publish(new, table)
        segment = max(path.glob("*.yan"), key=lambda segment: segment.stat().st_mtime_ns)
        segment.write_bytes(segment.read_bytes()[:-1])

    with monkeypatch.context() as patch:
        patch.setattr(disk, "publish", rot_as_it_is_published)
        with pytest.raises(IndexUnusable, match=r"启用后打不开.*换回原来的索引"):
            change(path, {2: "乙"}, fresh=True)
    assert contents(path) == (files or {})
    assert IndexFolder(path).generation() == generation
    change(path, {3: "丙"}, fresh=True)
    settle(path, {3: "丙"})


def test_previous_index_is_there_until_the_new_one_was_opened(path, monkeypatch):
    change(path, {1: "甲"})
    old = set(contents(path))
    there = []
    snapshot = IndexFolder.snapshot

    def note(folder):
        there.append((folder.generation(), old <= set(contents(path))))
        return snapshot(folder)

    monkeypatch.setattr(IndexFolder, "snapshot", note)
    change(path, {2: "乙"}, fresh=True)
    assert there == [(2, True)]
    assert not old & set(contents(path))


def test_lock_is_taken_before_anything_is_read(path, monkeypatch):
    change(path, {1: "甲"})
    from whoosh.util.filelock import FileLock

    acquire = FileLock.acquire

    def another_was_quicker(lock, *args):
        monkeypatch.setattr(FileLock, "acquire", acquire)
        change(path, {2: "乙"})
        return acquire(lock, *args)

    monkeypatch.setattr(FileLock, "acquire", another_was_quicker)
    change(path, {3: "丙"})
    assert articles_in(path) == {1: "甲", 2: "乙", 3: "丙"}


def test_lock_file_of_a_dead_process_means_nothing(path):
    change(path, {1: "甲"})
    (path / "MAIN_WRITELOCK").write_text(f"{os.getpid()}")
    settle(path, {1: "甲"})
