"""Which generation of an index answers.

For a command or a script it is the newest, opened by the call that first finds it there. A server follows: a thread looks
for new generations, compares them with their checksums and works out what is kept for all questions, and only then lets
them answer. Meanwhile the one before answers, from maps of its files that stay when the writer deletes them.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ..errors import IndexUnusable, YansouError
from ..store import IndexFolder
from ..store.fingerprint import searchable
from .answer import Opened

__all__ = ["Answering", "Comparison", "Fixed", "Generations"]

# Larger indexes are not compared for each command: this much is 0.6 s of a second processor.
_COMPARED_BESIDE = 1 << 30
# How often it is looked for a new generation: a listing of a folder of some ten files, 20 µs.
_LOOK_SECONDS = 0.25


class Answering(Protocol):
    """Which generation answers, of whatever store."""

    def newest(self) -> Opened:
        """The generation that answers now."""

    def follow(self, prepare: Callable[[Opened], object]) -> None:
        """For a server: prepare generations before they answer."""

    def close(self) -> None:
        """Let go of what is held."""


class Generations:
    """The generations of a folder. Safe to share between threads.

    Raises IndexMissing or IndexUnusable, now and in ``newest``, when there is none that can be read.
    """

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._follower: threading.Thread | None = None
        self._closed = threading.Event()
        self._looked = float("-inf")
        # The generation that could not be prepared: whoever asks is told why, by opening it.
        self._refused: int | None = None
        self._opened: Opened | None = self._open()

    def newest(self) -> Opened:
        """The generation that answers now."""
        opened = self._opened
        if opened is not None and (self._is_watched() or self._may_answer(opened)):
            return opened
        with self._lock:
            opened = self._opened
            if opened is None or not self._may_answer(opened):
                # What somebody has changed never answers again, though a writer may delete its files.
                self._opened = None
                self._opened = opened = self._open()
            return opened

    def follow(self, prepare: Callable[[Opened], object]) -> None:
        """From now on have each generation prepared in a thread before it answers; the present one is before this returns.

        ``prepare`` asks the questions whose answers are kept. Raises IndexUnusable if the present one is damaged, and what
        ``prepare`` raises.
        """
        opened = self.newest()
        self._folder.check(opened.snapshot)
        prepare(opened)
        self._follower = threading.Thread(target=self._follow, args=(prepare,), name="generations", daemon=True)
        self._follower.start()

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        if self._follower is not None:
            self._follower.join()

    def _is_watched(self) -> bool:
        """Whether the thread has just looked at the generation that answers, which no question need do again."""
        return (
            self._refused is None
            and self._follower is not None
            and self._follower.is_alive()
            and time.monotonic() - self._looked < 2 * _LOOK_SECONDS
        )

    def _may_answer(self, opened: Opened) -> bool:
        generation = self._folder.generation()
        if generation == opened.snapshot.generation:
            return self._folder.is_untouched(opened.snapshot)
        if self._follower is None or not self._follower.is_alive() or generation < 0 or generation == self._refused:
            return False
        return self._folder.is_untouched(opened.snapshot, or_gone=True)

    def _open(self) -> Opened:
        snapshot = self._folder.snapshot()
        if not searchable(snapshot.state.tokenizer):
            raise IndexUnusable(
                f"{self._folder.path} 里的索引是用另一个分词器建的（{snapshot.state.tokenizer}）：请运行 yansou index --full 重建。"
            )
        if self._follower is not None:
            self._folder.check(snapshot)
        return Opened(snapshot)

    def _follow(self, prepare: Callable[[Opened], object]) -> None:
        while not self._closed.wait(_LOOK_SECONDS):
            generation = self._folder.generation()
            self._looked = time.monotonic()
            opened = self._opened
            if opened is not None and not self._folder.is_untouched(opened.snapshot, or_gone=True):
                self._opened = opened = None
            if generation < 0 or generation == self._refused:
                continue
            if opened is None or generation != opened.snapshot.generation:
                self._advance(generation, prepare)

    def _advance(self, generation: int, prepare: Callable[[Opened], object]) -> None:
        try:
            with _without_collection():
                opened = self._open()
                prepare(opened)
        except Exception as error:
            self._refused = generation
            if not isinstance(error, YansouError):
                import logging  # which a search does not need

                logging.getLogger("yansou.index").exception("generation %d could not be prepared", generation)
            return
        with self._lock:
            self._refused = None
            # A request may have had to open a newer one meanwhile.
            if self._opened is None or self._opened.snapshot.generation != self._folder.generation():
                self._opened = opened


@contextmanager
def _without_collection() -> Iterator[None]:
    """Have no garbage looked for meanwhile: a generation is made of 100,000 objects that stay, and a look at all there are
    stops every thread for a tenth of a second."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class Comparison:
    """An index compared with its checksums in a thread, beside what is asked of it.

    What was compared when it was opened is not compared again; what is larger than 1 GiB is not compared at all.
    """

    def __init__(self, folder: IndexFolder, opened: Opened) -> None:
        self._folder = folder
        self._snapshot = opened.snapshot
        self._damage: IndexUnusable | None = None
        self._thread = threading.Thread(target=self._compare, name="comparison", daemon=True)
        self._is_due = sum(size for _, _, size, _ in opened.snapshot.marks) <= _COMPARED_BESIDE
        if self._is_due:
            self._thread.start()

    def _compare(self) -> None:
        try:
            self._folder.check(self._snapshot)
        except IndexUnusable as error:
            self._damage = error

    def outcome(self) -> None:
        """Wait for the end. Raises IndexUnusable if the index is damaged."""
        if self._is_due:
            self._thread.join()
        if self._damage is not None:
            raise self._damage


class Fixed:
    """One generation, whatever is committed."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def newest(self) -> Opened:
        """The generation."""
        return self._opened

    def follow(self, prepare: Callable[[Opened], object]) -> None:
        """It has no successor to wait for."""
        prepare(self._opened)

    def close(self) -> None:
        """Nothing to end."""
