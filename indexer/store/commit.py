"""Writing an index: one lock, new segments beside the old, one rename. Whoosh's writer keeps the books.

The segments that count are those of the state of the newest generation, never what a table of contents says: nothing is
unpickled, here or when an index is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.util.filelock import try_for
from whoosh.writing import SegmentWriter

from ..errors import IndexBusy
from ..text.pinyin import sounds
from .arrays import write_arrays
from .assemble import assemble
from .codec import ArrayCodec, ArraySegment
from .folder import IndexFolder, IndexState, SegmentEntry, open_segment
from .part import Part, part_of
from .schema import schema
from .segment import SegmentView
from .terms import Terms

__all__ = ["Transaction", "begin"]


@contextmanager
def begin(folder: IndexFolder, *, fresh: bool, timeout: float) -> Iterator[Transaction]:
    """A transaction on the folder: see ``IndexFolder.transaction``."""
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.check_owner()
    storage = _DurableStorage(str(folder.path))
    # Locked before anything is read: what another writer commits in between would be overwritten.
    lock = storage.lock("MAIN_WRITELOCK")
    if not try_for(lock.acquire, timeout=timeout, delay=0.1):
        raise IndexBusy(f"另一个程序正在写入 {folder.path}：请等它写完再试。")
    try:
        old = None if fresh or folder.generation() < 0 else folder.snapshot()
        folder.path.chmod(0o700)
        segments = (
            [_segment(entry, view) for entry, view in zip(old.state.segments, old.segments, strict=True)] if old else []
        )
        table = TOC(schema(), segments, max(folder.generation(), 0))
        writer = SegmentWriter(_Handle(storage, table), codec=ArrayCodec(), _lk=False)
        transaction = Transaction(folder.path, writer, old.state if old is not None else None)
        try:
            yield transaction
        finally:
            transaction.close()
    finally:
        lock.release()


class _Handle(FileIndex):  # type: ignore[misc]  # Whoosh ships no types
    """A FileIndex whose table of contents is given and not read."""

    def __init__(self, storage: FileStorage, table: TOC) -> None:
        self.storage = storage
        self.indexname = "MAIN"
        self._table = table

    def _read_toc(self) -> TOC:
        return self._table


class Transaction:
    """Changes that will become the next generation together. ``state``: what the last one was made from, if it counts."""

    def __init__(self, path: Path, writer: SegmentWriter, state: IndexState | None) -> None:
        self.state = state
        self._path = path
        self._writer = writer
        self._segments: list[ArraySegment] = list(writer.segments)
        self._pending: list[ArraySegment] = []
        self._written: list[Path] = []

    def views(self) -> list[SegmentView]:
        """The segments as they stand in this transaction."""
        return [self._view(segment) for segment in self._segments]

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
        segment = ArraySegment(self._writer.indexname, len(arrays["passage.start"]))
        with self._file(segment.file_name()) as file:
            write_arrays(file, arrays, {"sounds": sounds(Terms("chars", arrays))})
        return segment

    def merge_small(self) -> None:
        """Merge segments until each is at least twice as large as all smaller ones together.

        So the number of segments grows with the logarithm of the index, and every passage is copied that often. Segments
        that are mostly deleted are rewritten as well.
        """
        by_size = sorted(self._segments, key=lambda segment: segment.doc_count())
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
        live = [segment for segment in chosen if segment.doc_count()]
        if live:
            self._segments.append(self._write([part_of(self._view(segment)) for segment in live]))

    def commit(self, state: IndexState) -> int:
        """Make the changes the next generation and return its number."""
        generation: int = self._writer.generation
        with self._file(f"state_{generation}.json") as file:
            file.write(replace(state, segments=tuple(_entry(segment) for segment in self._segments)).to_bytes())
        _sync_folder(self._path)
        self._writer.commit(mergetype=lambda _writer, _segments: self._segments)
        # What Whoosh does not sweep: states, and tables that a writer was killed over before it could rename them.
        for old in [*self._path.glob("state_*.json"), *self._path.glob("_MAIN_*.toc.*")]:
            if old.name != f"state_{generation}.json":
                old.unlink(missing_ok=True)
        return generation

    def close(self) -> None:
        """Without a commit, forget the changes and the files they wrote."""
        if not self._writer.is_closed:
            self._writer.cancel()
        if not (self._path / f"_MAIN_{self._writer.generation}.toc").exists():
            for path in self._written:
                path.unlink(missing_ok=True)

    @contextmanager
    def _file(self, name: str) -> Iterator[Any]:
        self._written.append(self._path / name)
        with self._written[-1].open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


def _entry(segment: ArraySegment) -> SegmentEntry:
    return segment.file_name(), sorted(segment.deleted_docs())


def _segment(entry: SegmentEntry, view: SegmentView) -> ArraySegment:
    return ArraySegment("MAIN", view.size, file_name=entry[0], deleted=entry[1])


class _DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's file storage of tables of contents. They reach the disk before the rename that publishes them."""

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **kwargs: Any) -> Any:
        file = super().create_file(name, excl=excl, mode=mode, **kwargs)
        close: Callable[[], None] = file.close

        def close_durably() -> None:
            if not file.is_closed:
                file.flush()
                os.fsync(file.fileno())
            close()

        file.close = close_durably
        return file

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        _sync_folder(Path(self.folder))
        super().rename_file(oldname, newname, safe=safe)
        _sync_folder(Path(self.folder))


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
