"""The folder an index lives in: private, committed by one rename, and opened as a whole or not at all.

    _MAIN_<n>.toc       Whoosh's table of contents of generation n: which segments, which deletions
    MAIN_<id>.yan       a segment (see ``builder``), never changed once written
    state_<n>.json      what generation n was made from: tokenizer, source files with their hashes, rejected files

A commit writes its new segments, then ``state_<n+1>.json``, then renames ``_MAIN_<n+1>.toc`` into place. Before that
rename the old generation is whole, behind it the new one is. Every file is on the disk before the rename, and the
rename is before anything of the old generation is deleted.
"""

from __future__ import annotations

import json
import os
import pickle
import stat
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError, FileIndex, LockError
from whoosh.writing import SegmentWriter

from ..errors import IndexBusy, IndexMissing, IndexUnusable
from ..text.pinyin import sounds
from .arrays import AnyArray, ArrayFile, write_arrays
from .builder import merge
from .codec import ArrayCodec, ArraySegment
from .postings import Family
from .schema import schema
from .segment import SegmentView

__all__ = ["IndexFolder", "IndexState", "Snapshot", "Transaction"]

# Raised when the arrays or the meaning of the state change: an older index must then be rebuilt.
FORMAT = 1
# How long a second writer waits for the first: longer than any update but a full one.
_LOCK_TIMEOUT = 10.0
# What reading a table of contents that is cut off, zeroed or overwritten raises (measured, see docs/decisions.md).
_DAMAGE = (OSError, ValueError, TypeError, IndexError, EOFError, AttributeError, ImportError, struct.error)
_TOC_DAMAGE = (*_DAMAGE, pickle.UnpicklingError, AssertionError, KeyError)


@dataclass(frozen=True, slots=True)
class IndexState:
    """What a generation was made from.

    ``sources``: folder -> path -> [SHA-256, size, mtime_ns, [article ids]]; ``rejected``: folder -> path ->
    [SHA-256, size, mtime_ns, reason], where an unreadable file has an empty hash.
    """

    tokenizer: str
    built_at: str
    sources: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    rejected: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        values = {name: getattr(self, name) for name in ("tokenizer", "built_at", "sources", "rejected")}
        return json.dumps({"format": FORMAT} | values, ensure_ascii=False).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation, opened: it stays readable whatever is committed later."""

    generation: int
    state: IndexState
    segments: tuple[SegmentView, ...]


class IndexFolder:
    """An index on disk. ``path`` need not exist before the first transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def generation(self) -> int:
        """Number of the newest generation; -1 if there is none. Costs one listing of the folder."""
        generation: int = FileIndex.latest_generation(_Handle(self._storage()))
        return generation

    def snapshot(self) -> Snapshot:
        """The newest generation. Raises IndexMissing, or IndexUnusable if it is damaged, foreign or not private."""
        for _ in range(10):
            generation = self.generation()
            if generation < 0:
                raise IndexMissing(f"There is no index in {self.path}: run `yansou index` first.")
            self._check_private()
            try:
                return self._open()
            except IndexUnusable:
                # A writer may have replaced this generation while it was being opened.
                if self.generation() == generation:
                    raise
        raise IndexUnusable(f"The index in {self.path} is being rewritten without a pause: try again.")

    def _open(self) -> Snapshot:
        try:
            toc = FileIndex(self._storage(), schema=schema())._read_toc()
            raw = json.loads((self.path / f"state_{toc.generation}.json").read_bytes())
        except (*_TOC_DAMAGE, EmptyIndexError) as error:
            raise IndexUnusable(
                f"The index in {self.path} is damaged ({type(error).__name__}): run `yansou index --full`."
            ) from error
        if raw.pop("format", None) != FORMAT or not all(isinstance(s, ArraySegment) for s in toc.segments):
            raise IndexUnusable(f"The index in {self.path} has another format: run `yansou index --full`.")
        views = tuple(
            SegmentView(ArrayFile(self.path / segment.file_name()), set(segment.deleted_docs()))
            for segment in toc.segments
        )
        return Snapshot(toc.generation, IndexState(**raw), views)

    @contextmanager
    def transaction(self, *, fresh: bool = False) -> Iterator[Transaction]:
        """Hold the writer's lock and collect changes; nothing shows before ``Transaction.commit``.

        ``fresh`` starts from nothing, and does so on a damaged index too; the old generation is read until the commit.
        Raises IndexBusy when another process writes, IndexUnusable when the folder is not private.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_owner()
        self.path.chmod(0o700)
        storage = self._storage()
        index = self._index_for_writing(storage, fresh)
        try:
            writer = SegmentWriter(index, codec=ArrayCodec(), timeout=_LOCK_TIMEOUT)
        except LockError as error:
            raise IndexBusy(f"Another process is writing to {self.path}: wait until it has finished.") from error
        if fresh:
            writer.segments = []
        transaction = Transaction(self.path, writer)
        try:
            yield transaction
        finally:
            transaction.close()

    def _index_for_writing(self, storage: FileStorage, fresh: bool) -> FileIndex:
        if self.generation() < 0:
            return FileIndex.create(storage, schema())
        try:
            return FileIndex(storage, schema=schema())
        except _TOC_DAMAGE as error:
            if not fresh:
                raise IndexUnusable(f"The index in {self.path} is damaged: run `yansou index --full`.") from error
            # Nothing can be read of it; what it was made from is still in the corpus folders.
            for file in [*self.path.glob("_MAIN_*.toc*"), *self.path.glob("MAIN_*")]:
                if file.name != "MAIN_WRITELOCK":
                    file.unlink()
            return FileIndex.create(storage, schema())

    def _storage(self) -> FileStorage:
        return _DurableStorage(str(self.path))

    def _check_private(self) -> None:
        self._check_owner()
        if self.path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise IndexUnusable(
                f"The folder {self.path} can be written by others, and opening an index runs what stands in it: "
                f"chmod 700 {self.path}"
            )

    def _check_owner(self) -> None:
        if hasattr(os, "geteuid") and self.path.stat().st_uid != os.geteuid():
            raise IndexUnusable(f"The folder {self.path} belongs to another user: use a folder of your own.")


class _Handle(FileIndex):  # type: ignore[misc]  # Whoosh ships no types
    """A FileIndex that may have no generation yet: asked for the latest one, it does not read it."""

    def __init__(self, storage: FileStorage) -> None:
        self.storage = storage
        self.indexname = "MAIN"


class Transaction:
    """Changes that will become the next generation together."""

    def __init__(self, path: Path, writer: SegmentWriter) -> None:
        self._path = path
        self._writer = writer
        self._segments: list[ArraySegment] = list(writer.segments)
        self._pending: list[ArraySegment] = []
        self._committed = False

    def views(self) -> list[SegmentView]:
        """The segments as they stand in this transaction."""
        return [self._view(segment) for segment in self._segments]

    def _view(self, segment: ArraySegment) -> SegmentView:
        return SegmentView(ArrayFile(self._path / segment.file_name()), set(segment.deleted_docs()))

    def delete_articles(self, ids: set[str]) -> None:
        """Mark every passage of these articles as deleted."""
        for segment, view in zip(self._segments, self.views(), strict=True):
            for article_id in ids:
                number = view.article_number(article_id)
                if number is not None:
                    for doc in view.article_docs(number):
                        segment.delete_document(doc)

    def add_pending(self, arrays: Mapping[str, AnyArray]) -> None:
        """Write a segment that joins the others at ``publish_pending``: ``delete_articles`` does not see it."""
        self._pending.append(self._write(arrays))

    def publish_pending(self) -> None:
        """Let the pending segments count."""
        self._segments += self._pending
        self._pending = []

    def _write(self, arrays: Mapping[str, AnyArray]) -> ArraySegment:
        segment = ArraySegment(self._writer.indexname, len(arrays["passage.start"]))
        with _durable_file(self._path / segment.file_name()) as file:
            write_arrays(file, arrays, {"sounds": sounds(Family("chars", dict(arrays)).terms())})
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
            self._segments.append(self._write(merge([self._view(segment) for segment in live])))

    def commit(self, state: IndexState) -> int:
        """Make the changes the next generation and return its number."""
        generation: int = self._writer.generation
        with _durable_file(self._path / f"state_{generation}.json") as file:
            file.write(state.to_bytes())
        _sync_folder(self._path)
        self._writer.commit(mergetype=lambda _writer, _segments: self._segments)
        self._committed = True
        for old in self._path.glob("state_*.json"):
            if old.name != f"state_{generation}.json":
                old.unlink(missing_ok=True)
        return generation

    def close(self) -> None:
        """Release the lock; without a commit, forget the changes and the files they wrote."""
        if not self._committed and not self._writer.is_closed:
            self._writer.cancel()
            known = {segment.file_name() for segment in self._writer.segments}
            for segment in self._segments + self._pending:
                if segment.file_name() not in known:
                    (self._path / segment.file_name()).unlink(missing_ok=True)


class _DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's file storage, with what it leaves to luck: files reach the disk before the rename that publishes them."""

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


@contextmanager
def _durable_file(path: Path) -> Iterator[Any]:
    try:
        with path.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
