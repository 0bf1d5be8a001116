"""Bring an index in step with folders of articles, in one commit."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ..errors import BadRequest, FileRejected, IndexUnusable
from ..reading import SourceFile, find_files
from .analyst import Analyst, AnalystOfLists, FileResult, Recipe, Result, Task
from .fingerprint import differences
from .folder import IndexState, Origins
from .part import Part
from .pipeline import cores, work_on
from .place import Changes, Place, store_at

__all__ = ["IndexReport", "update_index"]

# Files are read in batches of so many bytes. It bounds the memory of a build, at some 50 bytes for each under way, and is
# the same for any number of workers: so is the index.
_BATCH_BYTES = 2 << 20
# Less than this is read before workers have started.
_LEAST_BYTES = 3 << 20
# A segment of a build ends at so many positions (100 MB of text), or passages: it bounds the memory of the writer.
_POSITIONS_PER_SEGMENT = 32_000_000
# A file touched this shortly before it was last read may have been written again within the clock's grain: read it anew.
_RACY_NS = 2_000_000_000
# No file has this time of change.
_UNKNOWN = -1

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rejected:
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update did. ``added`` to ``unchanged`` count files; ``articles`` and ``passages`` the whole index after it.

    ``renamed`` files have the content of one that is gone; they are neither added nor removed. ``waiting`` ones are too
    young to be read: the index has them as before.
    """

    added: int
    changed: int
    renamed: int
    removed: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    articles: int
    passages: int
    figures: int
    seconds: float
    waiting: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"rejected": [asdict(item) for item in self.rejected]}


@dataclass
class _Plan:
    """What an update found in the folders, file by file."""

    state: IndexState
    # Files modified between the two moments, in ns since the epoch, may still be being written.
    young: tuple[int, int] = (0, 0)
    waiting: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    renamed: int = 0
    # Whether a file that was as young as the old state, and so had to be read, is not so any more.
    aged: bool = False
    stale: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


def update_index(
    folders: Iterable[Path],
    index: Place | str,
    *,
    full: bool = False,
    user_dictionary: Path | None = None,
    user_gazetteer: Path | None = None,
    min_age: float = 0.0,
    jobs: int | None = None,
    progress: Progress | None = None,
    lists: AnalystOfLists | None = None,
) -> IndexReport:
    """Bring the index in step with the folders: afterwards it holds their articles and no others.

    Only files whose content changed are read into articles again, unless ``full`` is set, which builds everything anew
    (also over a damaged index). Files modified less than ``min_age`` seconds ago are left as the index has them, for they
    may still be being written; ``IndexReport.waiting`` counts them. ``jobs``: in how many processes they are read at most,
    by default as many as there are processors; few files are always read in this one. The index does not depend on it.
    ``progress(done, total)`` is called with numbers of files. ``lists``, for whoever updates often, takes the place of the
    dictionary and the gazetteer. Readers see the old state until all is done. Raises
    BadRequest for a missing folder, IndexBusy, IndexUnusable (damaged, or made with another tokenizer: then ``full`` is
    needed), and WorkerLost if one of the processes dies.
    """
    began = time.perf_counter()
    # A folder named twice, in whatever way, is one folder; and the same one as in the run before.
    folders = list(dict.fromkeys(_checked_folder(folder).resolve() for folder in folders))
    lists = lists or AnalystOfLists(user_dictionary, user_gazetteer)
    analyst = lists.current()
    fingerprint = analyst.fingerprint
    recipe = Recipe(fingerprint, *lists.lists)
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    now = time.time_ns()
    plan = _Plan(IndexState(fingerprint, built_at, joins=analyst.joins), (now - int(min_age * 1e9), now))
    with store_at(index).transaction(fresh=full) as transaction:
        before = transaction.state
        if before is not None and before.tokenizer != fingerprint:
            raise IndexUnusable(
                f"{index} 里的索引和现在的设置不同（{differences(before.tokenizer, fingerprint)}）：请运行 yansou index --full 重建。"
            )
        listings = {str(folder): find_files(folder) for folder in folders}
        old = _found_again(before, {folder: {file.path for file in files} for folder, (files, _) in listings.items()})
        _add_files(transaction, plan, old, listings, analyst, recipe, jobs or cores(), progress)
        _remove_stale(plan, old)
        _count_renamed(plan, old)
        changed = bool(plan.renamed or plan.added or plan.changed or plan.removed or plan.stale)
        # What a file was found to be is told to the next run even if all is as before: else it would read the file again.
        told = before is not None and not plan.aged and _tells(plan.state) == _tells(before)
        if changed or not told:
            transaction.delete_articles(plan.stale)
            transaction.publish_pending()
            transaction.merge_small()
            transaction.commit(plan.state)
        passages, figures = transaction.counts()
    rejected = [
        Rejected(path, entry[3]) for files in plan.state.rejected.values() for path, entry in sorted(files.items())
    ]
    return IndexReport(
        added=plan.added,
        changed=plan.changed,
        renamed=plan.renamed,
        removed=plan.removed,
        unchanged=plan.unchanged,
        rejected=tuple(rejected),
        articles=sum(len(entry[3]) for files in plan.state.sources.values() for entry in files.values()),
        passages=passages,
        figures=figures,
        seconds=round(time.perf_counter() - began, 3),
        waiting=plan.waiting,
    )


def _tells(state: IndexState) -> tuple[object, ...]:
    return state.sources, state.rejected, state.joins


def _found_again(old: IndexState | None, paths: Mapping[str, Collection[str]]) -> IndexState | None:
    """The old state, with a folder that was moved under its new name.

    That is a folder which is not known, has half of the paths of one that is not named any more, and is the one that has most
    of them. What is in its files is compared, whatever their sizes and times are: it might be another one.
    """
    if old is None:
        return None
    sources, rejected = dict(old.sources), dict(old.rejected)
    for folder in paths.keys() - old.sources.keys():
        gone = {name: len(sources[name].keys() & paths[folder]) for name in sources.keys() - paths.keys()}
        name = max(sorted(gone), key=lambda name: gone[name], default=None)
        if name is not None and sources[name] and 2 * gone[name] >= len(sources[name]):
            files = sources.pop(name)
            sources[folder] = {path: [sha256, size, _UNKNOWN, ids] for path, (sha256, size, _, ids) in files.items()}
            rejected[folder] = rejected.pop(name, {})
    return replace(old, origins=Origins((sources, rejected)))


def _checked_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise BadRequest(f"没有目录 {folder}：请写出存放文章的目录。")
    return folder


@dataclass(frozen=True, slots=True)
class _Source:
    """A file as it was found, what the old state knows of it, and what is to be done with it."""

    folder: str
    file: SourceFile
    known: list[Any] | None
    fate: Literal["read", "keep", "wait"]


@dataclass
class _Batch:
    """Files that follow each other; ``tasks`` are those that must be read, ``bytes`` their size."""

    sources: list[_Source] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    bytes: int = 0

    def add(self, source: _Source) -> None:
        self.sources.append(source)
        if source.fate == "read":
            self.tasks.append(Task(source.file, source.known[0] if source.known is not None else ""))
            self.bytes += source.file.size


def _add_files(
    transaction: Changes,
    plan: _Plan,
    old: IndexState | None,
    listings: Mapping[str, tuple[list[SourceFile], list[FileRejected]]],
    analyst: Analyst,
    recipe: Recipe,
    jobs: int,
    progress: Progress | None,
) -> None:
    sources = []
    for folder, (files, refused) in listings.items():
        plan.state.sources[folder] = {}
        plan.state.rejected[folder] = {item.path: ["", 0, 0, item.reason] for item in refused}
        sources += [_source(plan, old, folder, file) for file in files]
    batches = list(_batches(sources))
    if sum(batch.bytes for batch in batches) < _LEAST_BYTES:
        jobs = 1
    done = 0
    parts: list[Part] = []
    with closing(work_on(batches, analyst, recipe, min(jobs, len(batches)))) as results:
        for batch, first in results:
            result = _without_doubles(plan, batch, first, analyst)
            if result.part is not None:
                parts.append(result.part)
            if (
                sum(part.positions for part in parts) >= _POSITIONS_PER_SEGMENT
                or sum(part.passages for part in parts) >= transaction.batch
            ):
                transaction.add_pending(parts)
                parts = []
            outcomes = iter(result.files)
            for source in batch.sources:
                _take(plan, old, source, next(outcomes) if source.fate == "read" else None)
                done += 1
                if progress is not None:
                    progress(done, len(sources))
    if parts:
        transaction.add_pending(parts)


def _source(plan: _Plan, old: IndexState | None, folder: str, file: SourceFile) -> _Source:
    """What is to be done with a file.

    What was rejected is tried anew each time: that the file can be read now, or that another folder no longer has an
    article of the same path, does not show in its size and time.
    """
    known = old.sources.get(folder, {}).get(file.path) if old is not None else None
    if plan.young[0] < file.mtime_ns <= plan.young[1]:
        return _Source(folder, file, known, "wait")
    same = known is not None and known[1:3] == [file.size, file.mtime_ns] and not _racy(file, old)
    return _Source(folder, file, known, "keep" if same else "read")


def _batches(sources: Iterable[_Source]) -> Iterator[_Batch]:
    batch = _Batch()
    for source in sources:
        batch.add(source)
        if batch.bytes >= _BATCH_BYTES:
            yield batch
            batch = _Batch()
    if batch.sources:
        yield batch


def _without_doubles(plan: _Plan, batch: _Batch, result: Result, analyst: Analyst) -> Result:
    """The result of a batch without the files whose articles stand in a file before. That is rare: they are left out by
    working on the batch again.
    """
    without: set[int] = set()
    while more := _doubles(plan, batch, result) - without:
        without |= more
        result = analyst.work(batch.tasks, without)
    return result


def _doubles(plan: _Plan, batch: _Batch, result: Result) -> set[int]:
    """Numbers of the tasks whose articles stand in a file before."""
    doubles: set[int] = set()
    seen: set[str] = set()
    number = 0
    for source in batch.sources:
        ids = _ids_of(source, result.files[number] if source.fate == "read" else None)
        if seen.isdisjoint(ids) and plan.ids.isdisjoint(ids):
            seen.update(ids)
        elif source.fate == "read":
            doubles.add(number)
        number += source.fate == "read"
    return doubles


def _ids_of(source: _Source, result: FileResult | None) -> Sequence[str]:
    """The articles that a file is known to have, or was found to have."""
    if source.known is not None and (result is None or result.sha256 == source.known[0]):
        known: list[str] = source.known[3]
        return known
    return result.ids if result is not None else ()


def _take(plan: _Plan, old: IndexState | None, source: _Source, result: FileResult | None) -> None:
    """Note in the plan what became of a file; ``result`` is None for one that was not read."""
    file, known = source.file, source.known
    sha256 = result.sha256 if result is not None else ""
    try:
        if source.fate == "wait":
            plan.waiting += 1
            if known is not None:
                _keep(plan, old, source.folder, replace(file, size=known[1], mtime_ns=known[2]), known)
            elif old is not None and file.path in old.rejected.get(source.folder, {}):
                plan.state.rejected[source.folder][file.path] = old.rejected[source.folder][file.path]
            return
        if known is not None and (result is None or sha256 == known[0]):
            plan.aged |= result is not None and _racy(file, old) and not _racy(file, plan.state)
            _keep(plan, old, source.folder, file, known)
            return
        assert result is not None
        if result.reason:
            raise FileRejected(file.path, result.reason)
        _note(plan, source.folder, file, sha256, list(result.ids))
        plan.state.rejected[source.folder].update({path: ["", 0, 0, reason] for path, reason in result.rejected})
    except FileRejected as error:
        plan.state.rejected[source.folder][file.path] = [sha256, file.size, file.mtime_ns, error.reason]
        return
    if known is not None:
        plan.changed += 1
    else:
        plan.added += 1


def _racy(source: SourceFile, state: IndexState | None) -> bool:
    assert state is not None
    return source.mtime_ns > _built_ns(state.built_at) - _RACY_NS


@lru_cache(maxsize=2)  # asked for each file of an archive
def _built_ns(built_at: str) -> float:
    return datetime.fromisoformat(built_at).timestamp() * 1e9


def _keep(plan: _Plan, old: IndexState | None, folder: str, source: SourceFile, known: list[Any]) -> None:
    _note(plan, folder, source, known[0], known[3])
    if old is not None and source.path.lower().endswith(".zip"):
        inside = f"{source.path}/"
        members = {path: entry for path, entry in old.rejected.get(folder, {}).items() if path.startswith(inside)}
        plan.state.rejected[folder].update(members)
    plan.unchanged += 1


def _note(plan: _Plan, folder: str, source: SourceFile, sha256: str, ids: list[str]) -> None:
    """Put a file into the next state. Raises FileRejected where a folder before this one has the same articles."""
    if not plan.ids.isdisjoint(ids):
        raise FileRejected(source.path, "另一个目录的同名文件里已有这个标题的文章")
    plan.ids.update(ids)
    plan.state.sources[folder][source.path] = [sha256, source.size, source.mtime_ns, ids]


def _remove_stale(plan: _Plan, old: IndexState | None) -> None:
    """Find the articles of the old state that are gone or replaced, and count the files that are gone."""
    if old is None:
        return
    for folder, files in old.sources.items():
        kept = plan.state.sources.get(folder, {})
        for path, entry in files.items():
            if path not in kept:
                plan.removed += 1
            if kept.get(path, [None])[0] != entry[0]:
                plan.stale.update(entry[3])


def _count_renamed(plan: _Plan, old: IndexState | None) -> None:
    """Count a file that came with the content of one that went as renamed.

    Its articles are read anew all the same: their ids hold the path.
    """
    if old is None or not (plan.added and plan.removed):
        return
    come, gone = _contents(plan.state, old), _contents(old, plan.state)
    plan.renamed = (come & gone).total()
    plan.added -= plan.renamed
    plan.removed -= plan.renamed


def _contents(of: IndexState, but: IndexState) -> Counter[str]:
    """The hashes of the files of one state that are at no such place in the other."""
    return Counter(
        entry[0]
        for folder, files in of.sources.items()
        for path, entry in files.items()
        if path not in but.sources.get(folder, {}) and path not in but.rejected.get(folder, {})
    )
