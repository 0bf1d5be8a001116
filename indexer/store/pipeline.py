"""Batches worked on by several processes at once, their results in the order of the batches.

    update_index ── batches ──▶ thread 1 ── tasks ──▶ process 1: Analyst.work ──┐
       (writes)                 thread 2 ── tasks ──▶ process 2: Analyst.work ──┤
          ▲──────────────── results, first batch first ─────────────────────────┘

A worker is a fresh Python, not a fork: an update may run beside threads (of a server, of the watcher, of NumPy), whose
locks a fork would copy as they happen to be, and the writer's lock on the index is nothing a worker should hold. Nor is
it multiprocessing's spawn, which runs the user's main module again. It has a pipe for tasks and one for results, its
standard error is ours, and no other descriptor. It stands in a session of its own, so that Ctrl-C in a terminal is
for the writer alone, which then ends its workers; and it ends by itself when the pipe of tasks does, however the writer
went.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from queue import SimpleQueue
from typing import Any, BinaryIO, Protocol, TypeVar, cast

from ..errors import WorkerLost
from .analyst import Analyst, Recipe, Result, Task

__all__ = ["Batch", "cores", "serve", "work_on"]

# The path comes first, for without it the worker does not find this package.
_ENTRY = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); import indexer.store.pipeline as p; p.serve()"
# Batches that are finished wait for an earlier one: more of them would cost memory, fewer would have workers wait.
_SPARE = 1


class Batch(Protocol):
    @property
    def tasks(self) -> Sequence[Task]: ...


AnyBatch = TypeVar("AnyBatch", bound=Batch)


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work_on(
    batches: Iterable[AnyBatch], analyst: Analyst, recipe: Recipe, workers: int
) -> Generator[tuple[AnyBatch, Result]]:
    """Each batch with its result, in their order; ``workers`` below 2: worked out in this process.

    At most ``workers + 2`` batches are under way or wait. Raises what a worker raised, with a note of where, and WorkerLost
    when one dies. Close the iterator to end the workers before the last batch.
    """
    if workers < 2:
        for batch in batches:
            yield batch, analyst.work(batch.tasks)
        return
    crew = _Crew(recipe, workers)
    try:
        waiting: deque[tuple[AnyBatch, Future[Result]]] = deque()
        for batch in batches:
            waiting.append((batch, crew.submit(batch.tasks)))
            if len(waiting) > workers + _SPARE:
                first, result = waiting.popleft()
                yield first, result.result()
        while waiting:
            first, result = waiting.popleft()
            yield first, result.result()
    finally:
        crew.dismiss()


class _Crew:
    """Worker processes, and a thread for each that hands it a batch and waits."""

    def __init__(self, recipe: Recipe, size: int) -> None:
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="worker")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers: list[_Worker] = []
        try:
            for _ in range(size):
                self._workers.append(_Worker(recipe))
                self._idle.put(self._workers[-1])
        except BaseException:
            self.dismiss()
            raise

    def submit(self, tasks: Sequence[Task]) -> Future[Result]:
        return self._threads.submit(self._work, tasks)

    def _work(self, tasks: Sequence[Task]) -> Result:
        if not tasks:
            return Result()
        worker = self._idle.get()
        try:
            return worker.work(tasks)
        finally:
            self._idle.put(worker)

    def dismiss(self) -> None:
        """End every worker, whatever it is doing."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        self._threads.shutdown()
        for worker in self._workers:
            worker.close()


class _Worker:
    def __init__(self, recipe: Recipe) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # this Python, with a constant
            [sys.executable, "-P", "-s", "-c", _ENTRY, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._tasks, self._results = (cast("BinaryIO", pipe) for pipe in (self._process.stdin, self._process.stdout))
        self._preface: list[object] = [recipe]

    def work(self, tasks: Sequence[Task]) -> Result:
        try:
            for message in (*self._preface, tasks):
                pickle.dump(message, self._tasks)
            self._preface = []
            self._tasks.flush()
            answer = _receive(self._results)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
            raise WorkerLost(_how_lost(self._process.wait(), tasks)) from error
        if isinstance(answer, _Failure):
            raise answer.error()
        result: Result = answer
        return result

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Give the pipes back, when no thread reads them any more."""
        for pipe in (self._tasks, self._results):
            with suppress(BrokenPipeError):  # a task may still be in the buffer
                pipe.close()


def _how_lost(status: int, tasks: Sequence[Task]) -> str:
    how = f"被信号 {-status} 终止" if status < 0 else f"意外退出（状态 {status}）"
    return (
        f"分析文章的进程{how}，当时在读 {tasks[0].source.path} 等 {len(tasks):,} 个文件；索引没有改动。"
        "可能是内存不足：请用 --jobs 1 再试。"
    )


@dataclass(frozen=True, slots=True)
class _Failure:
    """An exception on its way to the other process, which cannot have its traceback."""

    pickled: bytes | None
    text: str

    @classmethod
    def of(cls, error: Exception) -> _Failure:
        text = "".join(traceback.format_exception(error))
        try:
            pickled = pickle.dumps(error)
            _receive(BytesIO(pickled))
        except Exception:
            return cls(None, text)  # not every exception can be pickled; the text says what it was
        return cls(pickled, text)

    def error(self) -> Exception:
        error: Exception = RuntimeError("a worker failed") if self.pickled is None else _receive(BytesIO(self.pickled))
        error.add_note(f"In a worker process:\n{self.text}")
        return error


def _receive(pipe: BinaryIO) -> Any:
    return pickle.load(pipe)  # noqa: S301  # both ends are ours


def serve() -> None:
    """Be a worker: answer batches from standard input on standard output, until the writer ends it or is gone."""
    batches: SimpleQueue[Sequence[Task]] = SimpleQueue()
    # The writer may go at any time.
    with suppress(BrokenPipeError), os.fdopen(os.dup(1), "wb") as results:
        os.dup2(2, 1)  # what a library prints is no result
        try:
            recipe: Recipe = _receive(sys.stdin.buffer)
        except (EOFError, pickle.UnpicklingError):
            return  # the writer went before it had said all
        threading.Thread(target=_listen, args=(sys.stdin.buffer, batches), daemon=True).start()
        # The collector would go through all that a batch has gathered again and again, and find nothing: batches are
        # bounded, and what goes in circles is collected between them.
        gc.disable()
        analyst: Analyst | None = None
        while True:
            batch = batches.get()
            try:
                if analyst is None:
                    analyst = recipe.analyst()
                    gc.freeze()  # its dictionaries stay: no collection need go through them
                answer: Result | _Failure = analyst.work(batch)
            except Exception as error:
                answer = _Failure.of(error)
            pickle.dump(answer, results, protocol=pickle.HIGHEST_PROTOCOL)
            results.flush()
            del batch, answer
            gc.collect()


def _listen(tasks: BinaryIO, batches: SimpleQueue[Sequence[Task]]) -> None:
    """Take batches, and end the process with the pipe they come from: a batch may take long that nobody waits for."""
    try:
        while True:
            batches.put(_receive(tasks))
    except (EOFError, pickle.UnpicklingError):
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
