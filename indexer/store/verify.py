"""Reading a whole index again, to tell whether every byte is the one that was written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import IndexMissing, IndexUnusable
from .folder import FORMAT, IndexFolder, IndexState, OtherFormat, SegmentEntry, open_segment, state_name, table_name
from .place import ClusterAddress, Place

__all__ = ["Damage", "VerifyReport", "damages", "verify_index"]


@dataclass(frozen=True, slots=True)
class Damage:
    """A file of the index, or an index of a cluster, and, in a few words of Chinese, what is wrong with it."""

    file: str
    problem: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What ``verify_index`` read: the generation, how many files (or indexes of a cluster) and bytes, and what is damaged."""

    generation: int
    files: int
    size_bytes: int
    damaged: tuple[Damage, ...]

    def to_json(self) -> dict[str, Any]:
        damaged = [{"file": item.file, "problem": item.problem} for item in self.damaged]
        return {"generation": self.generation, "files": self.files, "bytes": self.size_bytes, "damaged": damaged}


def verify_index(place: Place) -> VerifyReport:
    """Read every file of the newest generation and compare it with what was committed.

    Raises IndexMissing where there is no index, and IndexUnusable for one of another format or in a folder that is not
    private. What writers replace meanwhile is no damage. On a cluster, counts are compared (see ``cluster.upkeep``), which
    raises ClusterAway where they cannot be told.
    """
    if isinstance(place, ClusterAddress):
        from .cluster import upkeep

        return upkeep.verify(place)
    path = place
    folder = IndexFolder(path)
    while True:
        generation = folder.generation()
        if generation < 0:
            raise IndexMissing(f"{path} 里没有索引：请先运行 yansou index。")
        folder.check_private()
        report = _verify(path, generation)
        if not report.damaged or folder.generation() == generation:
            return report


def _verify(path: Path, generation: int) -> VerifyReport:
    name, data = state_name(generation), b""
    try:
        data = (path / name).read_bytes()
        state = IndexState.from_bytes(data)
    except OSError as error:
        return VerifyReport(generation, 1, 0, (Damage(name, _unreadable(error)),))
    except OtherFormat as error:
        raise IndexUnusable(
            f"{path} 里的索引是另一个版本的格式（{error}，现在是 {FORMAT}）：请运行 yansou index --full 重建。"
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return VerifyReport(generation, 1, len(data), (Damage(name, "内容和校验和不符"),))
    size = len(data) + sum(size for size, _ in state.files.values())
    found = [Damage(*damage) for damage in damages(path, state, table=table_name(generation))]
    if not found and (problem := _count_problem(path, state)) is not None:
        found = [Damage(name, problem)]
    return VerifyReport(generation, 1 + len(state.files), size, tuple(found))


def damages(path: Path, state: IndexState, *, table: str) -> Iterator[tuple[str, str]]:
    """Files of a generation that are not as the state has them, and in what. ``table``: the name of the table of contents now."""
    entries = dict(state.segments)
    for name, (size, sha256) in state.files.items():
        problem = _file_problem(path / (name if name in entries else table), size, sha256)
        if problem is None and name in entries:
            problem = _segment_problem(path, (name, entries[name]))
        if problem is not None:
            yield name, problem


def _segment_problem(path: Path, entry: SegmentEntry) -> str | None:
    try:
        wrong = open_segment(path, entry).file.check()
    except IndexUnusable as error:
        return str(error)
    return f"数组 {'、'.join(wrong)} 的校验和不符" if wrong else None


def _count_problem(path: Path, state: IndexState) -> str | None:
    """Whether the articles of the segments are those of the source files."""
    held: list[bytes] = []
    for entry in state.segments:
        segment = open_segment(path, entry)
        held += segment.arrays["article.id"][np.unique(segment.arrays["passage.article"][segment.live])].tolist()
    wanted = [id_.encode() for files in state.sources.values() for source in files.values() for id_ in source[3]]
    if sorted(held) == sorted(wanted):
        return None
    return f"按来源文件应有 {len(wanted)} 篇文章，各段里有 {len(held)} 篇，相同的有 {len(set(held) & set(wanted))} 篇"


def _file_problem(path: Path, size: int, sha256: str) -> str | None:
    try:
        with path.open("rb") as file:
            found = file.seek(0, 2)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return _unreadable(error)
    if found != size:
        return f"大小是 {found} 字节，应是 {size} 字节"
    return None if digest == sha256 else "内容和写入时的 SHA-256 不符"


def _unreadable(error: OSError) -> str:
    return "文件不见了" if isinstance(error, FileNotFoundError) else f"读不出来（{error.strerror}）"
