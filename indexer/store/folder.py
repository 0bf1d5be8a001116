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
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex
from whoosh.index import IndexError as WhooshIndexError
from whoosh.util.filelock import try_for
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
FORMAT = 3
# How long a second writer waits for the first: longer than any update but a full one.
_LOCK_TIMEOUT = 10.0
# What reading a table of contents or a state that is cut off, zeroed or overwritten raises. MemoryError: from a length
# that was overwritten. Others than these were not seen in flipping each bit of both.
_DAMAGE = (
    WhooshIndexError, OSError, ValueError, TypeError, LookupError, EOFError, AttributeError, ImportError, NameError,
    ArithmeticError, AssertionError, MemoryError, RecursionError, pickle.UnpicklingError, struct.error,
)  # fmt: skip


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
        generation: int = _Handle(self._storage()).latest_generation()
        return generation

    def snapshot(self) -> Snapshot:
        """The newest generation. Raises IndexMissing, or IndexUnusable if it is damaged, foreign or not private."""
        for _ in range(10):
            generation = self.generation()
            if generation < 0:
                raise IndexMissing(f"{self.path} 里没有索引：请先运行 yansou index。")
            self._check_private()
            try:
                return self._open()
            except IndexUnusable:
                # A writer may have replaced this generation while it was being opened.
                if self.generation() == generation:
                    raise
        raise IndexUnusable(f"{self.path} 里的索引一直在改写：请再试一次。")

    def _open(self) -> Snapshot:
        try:
            toc = _Handle(self._storage())._read_toc()
            raw = json.loads((self.path / f"state_{toc.generation}.json").read_bytes())
            if raw.pop("format", None) != FORMAT or not all(isinstance(s, ArraySegment) for s in toc.segments):
                raise IndexUnusable(f"{self.path} 里的索引是另一个版本的格式：请运行 yansou index --full 重建。")
            views = tuple(_view(self.path, segment) for segment in toc.segments)
            return Snapshot(toc.generation, IndexState(**raw), views)
        except _DAMAGE as error:
            raise IndexUnusable(
                f"{self.path} 里的索引已损坏（{type(error).__name__}）：请运行 yansou index --full 重建。"
            ) from error

    @contextmanager
    def transaction(self, *, fresh: bool = False, timeout: float = _LOCK_TIMEOUT) -> Iterator[Transaction]:
        """Hold the writer's lock and collect changes; nothing shows before ``Transaction.commit``.

        ``fresh`` starts from nothing, and does so on a damaged index too; the old generation is read until the commit.
        Raises IndexBusy when another process still writes after ``timeout`` seconds, and IndexUnusable when the
        folder is not private or, without ``fresh``, damaged.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_owner()
        storage = self._storage()
        # Locked before anything is read: what another writer commits in between would be overwritten.
        lock = storage.lock("MAIN_WRITELOCK")
        if not try_for(lock.acquire, timeout=timeout, delay=0.1):
            raise IndexBusy(f"另一个程序正在写入 {self.path}：请等它写完再试。")
        try:
            old = None if fresh or self.generation() < 0 else self.snapshot()
            self.path.chmod(0o700)
            writer = SegmentWriter(_Handle(storage, empty=old is None), codec=ArrayCodec(), _lk=False)
            transaction = Transaction(self.path, writer, old.state if old is not None else None)
            try:
                yield transaction
            finally:
                transaction.close()
        finally:
            lock.release()

    def _storage(self) -> FileStorage:
        return _DurableStorage(str(self.path))

    def _check_private(self) -> None:
        self._check_owner()
        if self.path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise IndexUnusable(
                f"目录 {self.path} 别人也能写入，而打开索引会执行其中的内容：请先运行 chmod 700 {self.path}"
            )

    def _check_owner(self) -> None:
        if hasattr(os, "geteuid") and self.path.stat().st_uid != os.geteuid():
            raise IndexUnusable(f"目录 {self.path} 属于另一个用户：请换成自己的目录。")


class _Handle(FileIndex):  # type: ignore[misc]  # Whoosh ships no types
    """A FileIndex that is not read when it is made: there may be no generation yet, or a damaged one.

    ``empty``: for a writer, the newest generation, if there is one, holds nothing.
    """

    def __init__(self, storage: FileStorage, *, empty: bool = False) -> None:
        self.storage = storage
        self.indexname = "MAIN"
        self._empty = empty

    def _read_toc(self) -> TOC:
        if self._empty:
            return TOC(schema(), [], max(self.latest_generation(), 0))
        return TOC.read(self.storage, self.indexname, schema=schema())


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
        return [_view(self._path, segment) for segment in self._segments]

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
        with self._file(segment.file_name()) as file:
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
            self._segments.append(self._write(merge([_view(self._path, segment) for segment in live])))

    def commit(self, state: IndexState) -> int:
        """Make the changes the next generation and return its number."""
        generation: int = self._writer.generation
        with self._file(f"state_{generation}.json") as file:
            file.write(state.to_bytes())
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


def _view(path: Path, segment: ArraySegment) -> SegmentView:
    return SegmentView(ArrayFile(path / segment.file_name()), set(segment.deleted_docs()))


class _DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's file storage of tables of contents. They reach the disk before the rename that publishes them."""

    def open_file(self, name: str, *_: Any, **__: Any) -> StructFile:
        # Read whole: Whoosh does not close a table of contents that it fails to read.
        return StructFile(BytesIO((Path(self.folder) / name).read_bytes()), name=name)

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
