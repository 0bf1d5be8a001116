"""An index made by several processes: the same as by one, and none of them outlives the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.errors import BadRequest, WorkerLost
from indexer.facts.names import Gazetteer
from indexer.reading import find_files
from indexer.store import IndexFolder
from indexer.store.analyst import Analyst, Recipe, Result, Task
from indexer.store.pipeline import _ENTRY, _Failure, _Worker, work_on

COMMAND = str(Path(sys.executable).with_name("yansou"))


def article(number):
    return (
        f"# 第{number}号园区开工\n\n本报讯（记者 张三）{2000 + number}年，江州高新技术产业园引进企业{number + 2}家，"
        f"总投资超{number + 10}.5亿元。\n\n江州市委书记李四说，云谷科技有限公司的 GB/T 39117-2020 项目已建成{number}座厂房。\n"
    )


FILES = {f"{number:02}.md": article(number) for number in range(30)} | {
    "空.txt": "",
    "乱.txt": b"\x00\xff\x00\xfe" * 50,
}


@dataclass
class Bundle:
    tasks: list[Task]


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of three files, and workers for however few."""
    monkeypatch.setattr("indexer.store.update._BATCH_BYTES", 1200)
    monkeypatch.setattr("indexer.store.update._LEAST_BYTES", 0)


@pytest.fixture
def corpora(tmp_path, write_files):
    """Two folders; of the second, one file is already in the first."""
    first, second = tmp_path / "甲", tmp_path / "乙"
    write_files(first, FILES)
    write_files(second, {f"又{number}.md": article(number + 40) for number in range(8)} | {"07.md": article(7)})
    return [first, second]


@pytest.fixture
def analyst(tokenizer):
    return Analyst(tokenizer, Gazetteer())


@pytest.fixture
def recipe(analyst):
    return Recipe(analyst.fingerprint)


def made(path):
    """All that an index is, but for times and the names of its files."""
    state = IndexFolder(path).snapshot().state
    segments = [(path / name).read_bytes() for name, _ in state.segments]
    return segments, [deleted for _, deleted in state.segments], state.sources, state.rejected


def settle(corpora):
    """Have no file look as if it were written just now: which of those are read anew is for the clock to say."""
    for path in (path for corpus in corpora for path in corpus.iterdir()):
        age = 1_000_000_000 + path.stat().st_size
        os.utime(path, (age, age))


def bundles(folder, size):
    tasks = [Task(source) for source in find_files(folder)[0]]
    return [Bundle(tasks[start : start + size]) for start in range(0, len(tasks), size)]


def test_index_does_not_depend_on_the_number_of_workers(small_batches, corpora, tmp_path, update, write_files):
    paths = {jobs: tmp_path / f"index{jobs}" for jobs in (1, 2, 3)}
    settle(corpora)
    first = {jobs: update(corpora, path, jobs=jobs).to_json() | {"seconds": 0} for jobs, path in paths.items()}
    assert first[1] == first[2] == first[3]
    assert (first[1]["added"], len(first[1]["rejected"])) == (38, 3)
    assert made(paths[1]) == made(paths[2]) == made(paths[3])
    # Some changed, some touched, some gone: batches in which not every file is read.
    write_files(corpora[0], {"03.md": article(3) + "\n又一段。\n", "04.md": article(4)})
    (corpora[0] / "20.md").unlink()
    (corpora[0] / "07.md").unlink()  # the other folder's comes in
    settle(corpora)
    second = {jobs: update(corpora, path, jobs=jobs).to_json() | {"seconds": 0} for jobs, path in paths.items()}
    assert second[1] == second[2] == second[3]
    assert (second[1]["changed"], second[1]["removed"] + second[1]["renamed"]) == (1, 2)
    assert made(paths[1]) == made(paths[2]) == made(paths[3])


def test_file_that_is_there_already_is_rejected_wherever_batches_end(corpora, tmp_path, update, monkeypatch):
    for size in (1, 2000, 1 << 20):
        monkeypatch.setattr("indexer.store.update._BATCH_BYTES", size)
        report = update(corpora, tmp_path / f"index{size}")
        assert ("07.md", "另一个目录的同名文件里已有这个标题的文章") in {(r.path, r.reason) for r in report.rejected}
        assert report.articles == 38


def test_few_files_start_no_worker(corpora, tmp_path, update, monkeypatch):
    def refuse(*_):
        raise AssertionError("a worker was started")

    monkeypatch.setattr("indexer.store.pipeline._Worker", refuse)
    assert update(corpora, tmp_path / "index", jobs=2).added == 38


def test_batches_under_way_are_bounded(corpora, analyst, recipe):
    taken = []

    def supply():
        for bundle in bundles(corpora[0], 2):
            taken.append(bundle)
            yield bundle

    with closing(work_on(supply(), analyst, recipe, 2)) as results:
        for number, (bundle, result) in enumerate(results):
            assert bundle is taken[number]
            assert len(result.files) == len(bundle.tasks)
            assert len(taken) <= number + 4
    assert len(taken) == 16


def test_worker_that_is_killed_is_a_clear_error(small_batches, corpora, tmp_path, update, monkeypatch):
    workers = []

    class Seen(_Worker):
        def __init__(self, recipe):
            super().__init__(recipe)
            workers.append(self._process)

    def kill(done, total):
        if done == 1:
            os.kill(workers[0].pid, signal.SIGKILL)

    path = tmp_path / "index"
    update(corpora[1:], path)
    before = made(path)
    monkeypatch.setattr("indexer.store.pipeline._Worker", Seen)
    with pytest.raises(WorkerLost, match=r"被信号 9 终止.*个文件；索引没有改动.*--jobs 1"):
        update(corpora, path, jobs=2, progress=kill)
    assert all(process.returncode is not None for process in workers)
    assert made(path) == before
    assert update(corpora, path, jobs=1).added == 30


def test_error_in_a_worker_comes_back_with_its_traceback(corpora, analyst):
    changed = Recipe("yansou 0")
    with (
        pytest.raises(BadRequest, match="词典或名录在建索引的时候改了") as raised,
        closing(work_on(bundles(corpora[0], 5), analyst, changed, 2)) as results,
    ):
        list(results)
    [note] = raised.value.__notes__
    assert note.startswith("In a worker process:\nTraceback")
    assert "analyst.py" in note


def test_error_that_cannot_be_pickled_keeps_its_text():
    class Local(Exception):
        pass

    error = _Failure.of(Local("第三页")).error()
    assert isinstance(error, RuntimeError)
    assert "Local: 第三页" in error.__notes__[0]


def test_error_of_the_writer_ends_the_workers(small_batches, corpora, tmp_path, update, monkeypatch):
    ended = []
    end = _Worker.end
    monkeypatch.setattr(_Worker, "end", lambda worker: ended.append(worker) or end(worker))

    def bug(done, total):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        update(corpora, tmp_path / "index", jobs=2, progress=bug)
    assert len(ended) == 2
    assert all(worker._process.returncode is not None for worker in ended)


def test_files_that_must_not_be_read_again_are_no_task(corpora, analyst, recipe):
    with closing(work_on([Bundle([]), *bundles(corpora[1], 9)], analyst, recipe, 2)) as results:
        (_, nothing), (_, something) = results
    assert nothing == Result()
    assert something.part is not None


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_no_worker_outlives_the_command(sent, tmp_path, write_files):
    write_files(tmp_path / "corpus", {f"{number}.md": article(number) * 40 for number in range(400)})
    command = [COMMAND, "index", str(tmp_path / "corpus"), "--index", str(tmp_path / "index"), "--jobs", "2"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    )
    workers: set[int] = set()
    give_up = time.monotonic() + 60
    while len(workers) < 2 and process.poll() is None and time.monotonic() < give_up:
        workers = children_of(process.pid)
        time.sleep(0.01)
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert len(workers) == 2, said.decode()
    if sent == signal.SIGINT:
        assert (process.returncode, said.decode()) == (130, "已中断。\n")
    while any(map(lives, workers)) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not any(map(lives, workers))


def children_of(pid):
    try:
        return {
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        }
    except (FileNotFoundError, ProcessLookupError):
        return set()


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_worker_whose_writer_goes_at_once_says_nothing():
    command = [sys.executable, "-P", "-s", "-c", _ENTRY, json.dumps(sys.path)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
