"""The folder an index lives in: private, committed by one rename, and opened as a whole or not at all.

    state_<n>.json      generation n: its files with size and SHA-256, its segments and what is deleted of each, tokenizer;
                        in the second line source files with their hashes and rejected files, in the third the CRC-32 of both
    MAIN_<id>.yan       a segment (see ``builder``), never changed once written
    _MAIN_<n>.toc       Whoosh's table of contents of generation n, which says the same of the segments

The index is the highest ``n`` that has a table of contents. A commit (see ``commit``) writes its new segments, then
``state_<n+1>.json``, then renames ``_MAIN_<n+1>.toc`` into place. Before that rename the old generation is whole, behind it
the new one is. Reading needs neither Whoosh nor a pickle: the table of contents is there for Whoosh's own tools.

Opening compares what costs nothing (checksum of the state, sizes, heads of the segments) and, of an index that is small, all
checksums. ``verify`` reads everything.
"""

from __future__ import annotations

import json
import os
import re
import stat
import zlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import IndexMissing, IndexUnusable
from .arrays import ArrayFile
from .segment import EXTENSION, SegmentView

if TYPE_CHECKING:
    from .commit import Transaction

__all__ = [
    "FORMAT",
    "LOCK_TIMEOUT",
    "IndexFolder",
    "IndexState",
    "Origins",
    "OtherFormat",
    "SegmentEntry",
    "Snapshot",
    "check_arrays",
    "damaged",
    "open_segment",
    "state_name",
    "table_name",
]

# Raised when the arrays or the meaning of the state change: an older index must then be rebuilt.
FORMAT = 9
# How long a second writer waits for the first: longer than any update but a full one.
LOCK_TIMEOUT = 10.0
# Segments up to this many bytes together are compared with their checksums when they are opened: that takes 15 ms at most.
_CHECKED_AT_OPENING = 32 << 20
# How often an opening starts anew because a writer replaced the generation meanwhile: no writer commits as often as that.
_ATTEMPTS = 100
_TABLE = re.compile(r"_MAIN_([0-9]+)\.toc")
_SEGMENT = re.compile(rf"MAIN_[0-9a-z]+{re.escape(EXTENSION)}")

SegmentEntry = tuple[str, list[int]]
"""(file name, numbers of the deleted passages)"""


SourceTable = dict[str, dict[str, list[Any]]]
"""folder -> path -> what is known of a file"""


class Origins:
    """The files that a generation was made from, two tables that may be changed.

    ``sources``: folder -> path -> [SHA-256, size, mtime_ns, [article ids]]; ``rejected``: folder -> path ->
    [SHA-256, size, mtime_ns, reason], where an unreadable file has an empty hash. Given as they are, or as the line of a state
    file, which is read when one is asked for: a search needs none of them.
    """

    def __init__(self, given: tuple[SourceTable, SourceTable] | bytes) -> None:
        self._given = given

    @cached_property
    def tables(self) -> tuple[SourceTable, SourceTable]:
        """Sources and rejected. Raises IndexUnusable when the line is not what was written."""
        if not isinstance(self._given, bytes):
            return self._given
        try:
            sources, rejected = json.loads(self._given.decode("utf-8", "surrogatepass"))
        except (ValueError, TypeError, RecursionError) as error:
            raise IndexUnusable("索引里来源文件的清单已损坏：请运行 yansou index --full 重建。") from error
        return sources, rejected


@dataclass(frozen=True, slots=True)
class IndexState:
    """A generation: what it was made from and what it consists of.

    ``joins``: pairs of names that the user's gazetteer joins. Filled in by the commit: ``segments``, and ``files``, the size and
    SHA-256 of every other file of the generation.
    """

    tokenizer: str
    built_at: str
    origins: Origins = field(default_factory=lambda: Origins(({}, {})))
    joins: tuple[tuple[str, str], ...] = ()
    segments: tuple[SegmentEntry, ...] = ()
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def sources(self) -> SourceTable:
        """The files that articles were read from (see ``Origins``)."""
        return self.origins.tables[0]

    @property
    def rejected(self) -> SourceTable:
        """The files that could not be read."""
        return self.origins.tables[1]

    def to_bytes(self) -> bytes:
        """The content of a state file."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "origins"}
        body = _json({"format": FORMAT} | values) + b"\n" + _json(self.origins.tables)
        return body + f"\n{zlib.crc32(body):08x}\n".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> IndexState:
        """The state in a file. Raises ValueError when it is damaged, and of that OtherFormat when it is another format's."""
        body, _, checksum = data.removesuffix(b"\n").rpartition(b"\n")
        if data != body + f"\n{zlib.crc32(body):08x}\n".encode():
            raise ValueError(f"checksum {checksum[:8]!r}")
        head, _, origins = body.partition(b"\n")
        values = json.loads(head.decode("utf-8", "surrogatepass"))
        if (found := values.pop("format", None)) != FORMAT:
            raise OtherFormat(found)
        entries = tuple((str(name), list(map(int, deleted))) for name, deleted in values.pop("segments"))
        files = {str(name): (int(size), str(sha256)) for name, (size, sha256) in values.pop("files").items()}
        if not all(_SEGMENT.fullmatch(name) and name in files for name, _ in entries):
            raise ValueError("segments")
        joins = tuple((str(left), str(right)) for left, right in values.pop("joins"))
        return cls(**values, origins=Origins(origins), joins=joins, segments=entries, files=files)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


class OtherFormat(ValueError):
    """A state that is whole, and written by another version."""


Mark = tuple[str, int, int, int]
"""What tells a file from another, and from itself rewritten: its name, inode, size and time of change."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation, opened: it stays readable whatever is committed later. ``marks`` are those of its segments' files."""

    generation: int
    state: IndexState
    segments: tuple[SegmentView, ...]
    marks: tuple[Mark, ...] = ()


class IndexFolder:
    """An index on disk. ``path`` need not exist before the first transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Segments that were compared with their checksums: of a new generation, only the new ones need be.
        self._sound: set[Mark] = set()
        # Segments of the last generation that was opened: the next one has most of them, with all that is known of them.
        self._opened: dict[tuple[Mark, tuple[int, ...]], SegmentView] = {}

    def generation(self) -> int:
        """Number of the newest generation; -1 if there is none. Costs one listing of the folder."""
        try:
            found = [int(match[1]) for name in os.listdir(self.path) if (match := _TABLE.fullmatch(name))]  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return -1
        return max(found, default=-1)

    def snapshot(self) -> Snapshot:
        """The newest generation. Raises IndexMissing, or IndexUnusable if it is damaged, foreign or not private."""
        for _ in range(_ATTEMPTS):
            generation = self.generation()
            if generation < 0:
                raise IndexMissing(f"{self.path} 里没有索引：请先运行 yansou index。")
            self.check_private()
            try:
                return self._open(generation)
            except IndexUnusable:
                # A writer may have replaced this generation while it was being opened.
                if self.generation() == generation:
                    raise
        raise IndexUnusable(f"{self.path} 里的索引一直在改写：请再试一次。")

    def state(self, generation: int) -> IndexState:
        """What a generation was made from. Raises IndexUnusable when that cannot be read."""
        try:
            return IndexState.from_bytes((self.path / state_name(generation)).read_bytes())
        except OtherFormat as error:
            raise IndexUnusable(
                f"{self.path} 里的索引是另一个版本的格式（{error}，现在是 {FORMAT}）：请运行 yansou index --full 重建。"
            ) from error
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise IndexUnusable(f"{self.path} 里的索引已损坏：请运行 yansou index --full 重建。") from error

    def _open(self, generation: int) -> Snapshot:
        state = self.state(generation)
        marks = tuple(_mark(self.path / name, state.files[name][0]) for name, _ in state.segments)
        keys = [(mark, tuple(deleted)) for mark, (_, deleted) in zip(marks, state.segments, strict=True)]
        segments = tuple(
            self._opened.get(key) or open_segment(self.path, entry)
            for key, entry in zip(keys, state.segments, strict=True)
        )
        self._opened = dict(zip(keys, segments, strict=True))
        snapshot = Snapshot(generation, state, segments, marks)
        if sum(mark[2] for mark in marks if mark not in self._sound) <= _CHECKED_AT_OPENING:
            self.check(snapshot)
        return snapshot

    def check(self, snapshot: Snapshot) -> None:
        """Compare the arrays of a generation with their checksums, but for those of segments that were compared before.

        Raises IndexUnusable.
        """
        pairs = zip(snapshot.segments, snapshot.marks, strict=True)
        check_arrays(segment for segment, mark in pairs if mark not in self._sound)
        self._sound = set(snapshot.marks)

    def is_untouched(self, snapshot: Snapshot, *, or_gone: bool = False) -> bool:
        """Whether the files of a generation are still those that were opened; costs some microseconds.

        If not, a writer has replaced the generation, or somebody else has changed it, which its maps would show. With
        ``or_gone`` a file may be missing: its map stays.
        """
        try:
            found = [_found(self.path / name) for name, *_ in snapshot.marks]
        except OSError:
            return False
        return all(now == mark or (or_gone and now is None) for now, mark in zip(found, snapshot.marks, strict=True))

    def transaction(self, *, fresh: bool = False, timeout: float = LOCK_TIMEOUT) -> AbstractContextManager[Transaction]:
        """Hold the writer's lock and collect changes; nothing shows before ``Transaction.commit``.

        ``fresh`` starts from nothing, and does so on a damaged index too; the old generation is read until the commit.
        Raises IndexBusy when another process still writes after ``timeout`` seconds, and IndexUnusable when the
        folder is not private or, without ``fresh``, damaged.
        """
        from .commit import begin  # Whoosh, which a search does not need

        return begin(self, fresh=fresh, timeout=timeout)

    def check_private(self) -> None:
        """Raise IndexUnusable if somebody else could have put something into the folder."""
        self.check_owner()
        if self.path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise IndexUnusable(f"目录 {self.path} 别人也能写入，其中的索引不可信：请先运行 chmod 700 {self.path}")

    def check_owner(self) -> None:
        """Raise IndexUnusable if the folder belongs to another user."""
        if hasattr(os, "geteuid") and self.path.stat().st_uid != os.geteuid():
            raise IndexUnusable(f"目录 {self.path} 属于另一个用户：请换成自己的目录。")


def state_name(generation: int) -> str:
    """Name of the file that says what a generation is."""
    return f"state_{generation}.json"


def table_name(generation: int) -> str:
    """Name of the file that makes a generation count."""
    return f"_MAIN_{generation}.toc"


def open_segment(path: Path, entry: SegmentEntry) -> SegmentView:
    """A segment of the index in a folder. Raises IndexUnusable when its file is missing or damaged."""
    file = ArrayFile(path / entry[0])
    try:
        return SegmentView(file, set(entry[1]))
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise damaged(entry[0], f"内容不对：{error}") from error


def _mark(path: Path, size: int) -> Mark:
    """The mark of a file. Raises IndexUnusable if it does not have this size."""
    try:
        found = _found(path)
    except OSError as error:
        raise damaged(path.name, error.strerror or str(error)) from error
    if found is None:
        raise damaged(path.name, "文件不见了")
    if found[2] != size:
        raise damaged(path.name, f"大小是 {found[2]} 字节，应是 {size} 字节")
    return found


def _found(path: Path) -> Mark | None:
    """The mark of a file as it is; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return path.name, found.st_ino, found.st_size, found.st_mtime_ns


def check_arrays(segments: Iterable[SegmentView]) -> None:
    """Read every array of some segments; raise IndexUnusable if one is not as it was written."""
    for segment in segments:
        if wrong := segment.file.check():
            raise damaged(segment.file.path.name, f"校验和不符：{'、'.join(wrong[:3])}")


def damaged(name: str, problem: str) -> IndexUnusable:
    """What to raise for a damaged file."""
    return IndexUnusable(f"索引文件 {name} 已损坏（{problem}）：请运行 yansou index --full 重建。")
