"""Writing an index: one lock, new segments beside the old, one rename.

The segments that count are those of the state of the newest generation, never what a table of contents says: nothing is
unpickled, here or when an index is read. Whatever a commit leaves undone, and what a killed one left, the next one deletes.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC
from whoosh.util.filelock import FileLock, try_for

from ..errors import BadRequest, IndexBusy, IndexUnusable, YansouError
from ..text.pinyin import sounds
from . import disk
from .arrays import write_arrays
from .assemble import assemble
from .codec import ArraySegment
from .folder import IndexFolder, IndexState, SegmentEntry, check_arrays, open_segment, state_name, table_name
from .part import Part, part_of
from .schema import schema
from .segment import EXTENSION, SegmentView
from .sweep import needed, strangers, sweep
from .terms import Terms
from .verify import damages

__all__ = ["FULL_SEGMENT", "Transaction", "begin", "locked"]

# A segment of so many passages is not merged any more: it would need ever more memory and time for ever less.
FULL_SEGMENT = 1 << 19
# Whoosh calls an index, and begins the names of its files, so.
_INDEX_NAME = "MAIN"

_held: set[FileLock] = set()


@contextmanager
def locked(path: Path, *, timeout: float) -> Iterator[None]:
    """Hold the writer's lock of a folder. Raises IndexBusy when another has it for ``timeout`` seconds.

    The lock is the kernel's: it ends with the process that holds it, however that ends, and the file means nothing.
    """
    lock = FileLock(str(path / "MAIN_WRITELOCK"))
    if not try_for(lock.acquire, timeout=timeout, delay=0.1):
        raise IndexBusy(f"另一个程序正在写入 {path}：请等它写完再试。")
    _held.add(lock)
    try:
        yield
    finally:
        _held.discard(lock)
        lock.release()


def _let_go() -> None:
    """A child that is forked meanwhile would hold the lock for as long as it lives, also when its parent is killed."""
    for lock in _held:
        os.close(lock.fd)
        lock.fd = None
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def begin(folder: IndexFolder, *, fresh: bool, timeout: float) -> Iterator[Transaction]:
    """A transaction on the folder: see ``IndexFolder.transaction``."""
    disk.make_folder(folder.path)
    folder.check_owner()
    if folder.generation() < 0 and (others := strangers(folder.path)):
        raise BadRequest(
            f"目录 {folder.path} 里有别的东西（{others[0]} 等 {len(others)} 项），没有在里面建索引：请给索引一个空目录。"
        )
    # Locked before anything is read: what another writer commits in between would be overwritten.
    with locked(folder.path, timeout=timeout):
        generation = folder.generation()
        old = None if fresh or generation < 0 else folder.snapshot()
        folder.path.chmod(0o700)
        # Before anything is written, for they may be what fills the disk. Of a damaged index nobody knows what it needs.
        with suppress(OSError, IndexUnusable):
            state = old.state if old is not None else folder.state(generation) if generation >= 0 else None
            sweep(folder.path, needed(generation, state) if state is not None else set())
        transaction = Transaction(folder, old.state if old is not None else None)
        try:
            yield transaction
        except (YansouError, OSError):
            raise
        except Exception:
            # What looks like a bug may be an old segment that does not hold any more what was written.
            check_arrays(old.segments if old is not None else ())
            raise
        finally:
            transaction.close()


class Transaction:
    """Changes that will become the next generation together. ``state``: what the last one was made from, if it counts."""

    batch = FULL_SEGMENT

    def __init__(self, folder: IndexFolder, state: IndexState | None) -> None:
        self.state = state
        self._folder = folder
        self._path = folder.path
        self._generation = max(folder.generation(), 0) + 1
        self._files = dict(state.files) if state is not None else {}
        self._segments = [self._known(entry) for entry in (state.segments if state is not None else ())]
        self._pending: list[ArraySegment] = []
        self._written: list[Path] = []

    def _known(self, entry: SegmentEntry) -> ArraySegment:
        name, deleted = entry
        return ArraySegment(_INDEX_NAME, open_segment(self._path, entry).size, file_name=name, deleted=deleted)

    def views(self) -> list[SegmentView]:
        """The segments as they stand in this transaction."""
        return [self._view(segment) for segment in self._segments]

    def counts(self) -> tuple[int, int]:
        """How many passages and how many figures there are after the changes."""
        views = self.views()
        return (
            sum(int(view.live.sum()) for view in views),
            sum(int(view.live[view.arrays["figure.doc"]].sum()) for view in views),
        )

    def _view(self, segment: ArraySegment) -> SegmentView:
        return open_segment(self._path, _entry(segment))

    def delete_articles(self, ids: set[str]) -> None:
        """Mark every passage of these articles as deleted."""
        for segment, view in zip(self._segments, self.views(), strict=True):
            for article_id in ids:
                number = view.article_number(article_id)
                if number is not None:
                    for doc in view.article_docs(number):
                        segment.delete_document(doc)

    def add_pending(self, parts: Sequence[Part]) -> None:
        """Write a segment that joins the others at ``publish_pending``: ``delete_articles`` does not see it."""
        self._pending.append(self._write(parts))

    def publish_pending(self) -> None:
        """Let the pending segments count."""
        self._segments += self._pending
        self._pending = []

    def _write(self, parts: Sequence[Part]) -> ArraySegment:
        arrays = assemble(parts)
        name = f"{_INDEX_NAME}_{secrets.token_hex(8)}{EXTENSION}"
        with self._file(name) as file:
            write_arrays(cast("BinaryIO", file), arrays, {"sounds": sounds(Terms("chars", arrays))})
        return ArraySegment(_INDEX_NAME, len(arrays["passage.start"]), file_name=name)

    def merge_small(self) -> None:
        """Merge segments until each is at least twice as large as all smaller ones together.

        So the number of segments grows with the logarithm of the index, and every passage is copied that often. Segments
        that are full are left alone, and those that are mostly deleted rewritten.
        """
        growing = [segment for segment in self._segments if not _is_full(segment)]
        by_size = sorted(growing, key=lambda segment: segment.doc_count())
        taken = sum(1 for segment in by_size if segment.doc_count() == 0)
        smaller = 0
        for place, segment in enumerate(by_size):
            if place and segment.doc_count() < 2 * smaller:
                taken = place + 1
            elif segment.deleted_count() * 2 > segment.doc_count_all():
                taken = max(taken, place + 1)
            smaller += segment.doc_count()
        if not taken:
            return
        chosen = [segment for segment in self._segments if segment in by_size[:taken]]
        self._segments = [segment for segment in self._segments if segment not in chosen]
        live = [self._view(segment) for segment in chosen if segment.doc_count()]
        if live:
            check_arrays(live)  # damage must not get new checksums
            self._segments.append(self._write([part_of(view) for view in live]))

    def commit(self, state: IndexState) -> int:
        """Make the changes the next generation and return its number.

        An index that was built anew is read back first, and opened as its readers do when it is published. Raises
        IndexUnusable, and leaves the old one or puts it back, when the disk does not give back what was written.
        """
        table = table_name(self._generation)
        with self._file(f"{table}.new") as file:
            file.write(_table_of_contents(self._generation, self._segments))
        names = [segment.file_name() for segment in self._segments]
        files = {name: self._files[name] for name in names} | {table: self._files[f"{table}.new"]}
        state = replace(state, segments=tuple(_entry(segment) for segment in self._segments), files=files)
        with self._file(state_name(self._generation)) as file:
            file.write(state.to_bytes())
        if self.state is None:
            self._read_back(state)
        disk.publish(self._path / f"{table}.new", self._path / table)
        if self.state is None:
            self._open_or_retract()
        with suppress(OSError):  # it is committed; what could not be deleted, the next commit deletes
            sweep(self._path, needed(self._generation, state))
        return self._generation

    def _read_back(self, state: IndexState) -> None:
        for path in self._written:
            disk.forget(path)
        for file, problem in damages(self._path, state, table=f"{table_name(self._generation)}.new"):
            raise IndexUnusable(
                f"新索引写完后读回来不一致（{file}：{problem}），没有启用，原来的索引不变：请检查磁盘后再运行 yansou index --full。"
            )

    def _open_or_retract(self) -> None:
        """Without its table of contents a generation does not count: then the one before is the newest again."""
        try:
            opened = self._folder.snapshot().generation
            problem = "" if opened == self._generation else f"打开的是第 {opened} 代"
        except (YansouError, OSError) as error:
            problem = str(error)
        if problem:
            disk.remove(self._path / table_name(self._generation))
            disk.sync_folder(self._path)
            raise IndexUnusable(
                f"新索引启用后打不开（{problem}），已经换回原来的索引：请检查磁盘后再运行 yansou index --full。"
            )

    def close(self) -> None:
        """Without a commit, forget the changes and the files they wrote."""
        if not (self._path / table_name(self._generation)).exists():
            for path in self._written:
                with suppress(OSError):  # there is an error to tell already; the next commit deletes them
                    disk.remove(path)

    @contextmanager
    def _file(self, name: str) -> Iterator[disk.HashedFile]:
        self._written.append(self._path / name)
        with disk.new_file(self._path / name) as file:
            yield file
        self._files[name] = (file.size, file.sha256)


def _is_full(segment: ArraySegment) -> bool:
    return segment.doc_count_all() >= FULL_SEGMENT and segment.deleted_count() * 2 <= segment.doc_count_all()


def _entry(segment: ArraySegment) -> SegmentEntry:
    return segment.file_name(), sorted(segment.deleted_docs())


def _table_of_contents(generation: int, segments: list[ArraySegment]) -> bytes:
    """What Whoosh would write for this generation."""
    storage = RamStorage()
    TOC(schema(), segments, generation).write(storage, _INDEX_NAME)
    content: bytes = storage.files[table_name(generation)]
    return content
