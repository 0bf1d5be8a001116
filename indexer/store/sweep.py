"""Files in an index folder that no generation needs: what a killed writer left, and generations that were replaced."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import IndexMissing
from . import disk
from .folder import LOCK_TIMEOUT, IndexFolder, IndexState, state_name, table_name
from .place import ClusterAddress, Place

__all__ = ["GarbageReport", "Leftover", "collect_garbage", "leftovers", "needed", "strangers", "sweep"]

# Our files, finished or not, and what Whoosh's own writer would call a piece of an index. Anything else is left alone.
_OURS = re.compile(r"_MAIN_[0-9]+\.toc(\..+)?|state_[0-9]+\.json(\..+)?|MAIN_[0-9a-z]+\.[A-Za-z0-9_.]+")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file, or an index of a cluster, that no generation needs. ``size`` in bytes."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class GarbageReport:
    """What ``collect_garbage`` deleted."""

    removed: tuple[Leftover, ...]

    @property
    def size_bytes(self) -> int:
        return sum(leftover.size for leftover in self.removed)

    def to_json(self) -> dict[str, Any]:
        files = [{"file": leftover.file, "bytes": leftover.size} for leftover in self.removed]
        return {"removed": files, "bytes": self.size_bytes}


def needed(generation: int, state: IndexState) -> set[str]:
    """Names of the files of a generation."""
    return {state_name(generation), table_name(generation), *(name for name, _ in state.segments)}


def leftovers(path: Path, keep: set[str]) -> list[Leftover]:
    """Files of an index in a folder that are not to be kept. While somebody writes, his new files are among them."""
    found = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name in keep or not _OURS.fullmatch(entry.name) or entry.is_dir(follow_symlinks=False):
                continue
            with suppress(FileNotFoundError):  # a writer was quicker
                found.append(Leftover(entry.name, entry.stat(follow_symlinks=False).st_size))
    return sorted(found, key=lambda leftover: leftover.file)


def strangers(path: Path) -> list[str]:
    """What lies in a folder and is nothing of an index: whoever named it meant another. Hidden files do not count."""
    ours = re.compile(rf"{_OURS.pattern}|MAIN_WRITELOCK|lost\+found|\..*")
    return sorted(name for name in os.listdir(path) if not ours.fullmatch(name))  # noqa: PTH208


def sweep(path: Path, keep: set[str]) -> list[Leftover]:
    """Delete what is not to be kept, and return it. Only for whoever holds the writer's lock.

    What is kept may have been published by a writer that was killed before it flushed the folder: this comes first.
    """
    found = leftovers(path, keep)
    if found:
        disk.sync_folder(path)
    for leftover in found:
        disk.remove(path / leftover.file)
    return found


def collect_garbage(place: Place) -> GarbageReport:
    """Delete the files that no generation needs, under the writer's lock; on a cluster, indexes (see ``cluster.upkeep``).

    Raises IndexMissing when the folder holds nothing of an index, IndexBusy, and IndexUnusable when the index is damaged, so
    that nobody can tell what it needs.
    """
    if isinstance(place, ClusterAddress):
        from .cluster import upkeep

        return upkeep.collect(place)
    path = place
    folder = IndexFolder(path)
    if folder.generation() < 0 and not (path.is_dir() and leftovers(path, set())):
        raise IndexMissing(f"{path} 里没有索引：请先运行 yansou index。")
    folder.check_private()
    from .commit import locked  # which uses this module

    with locked(path, timeout=LOCK_TIMEOUT):
        generation = folder.generation()
        keep = needed(generation, folder.state(generation)) if generation >= 0 else set()
        return GarbageReport(tuple(sweep(path, keep)))
