"""Bring an index in step with folders of articles, in one commit."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import BadRequest, FileRejected, IndexUnusable
from ..facts import find_article_figures
from ..facts.names import Gazetteer, find_names
from ..reading import Article, SourceFile, find_files, parse_articles, read_bytes
from ..text import Tokenizer
from .builder import SegmentBuilder
from .commit import Transaction
from .fingerprint import differences, fingerprint_of
from .folder import IndexFolder, IndexState

__all__ = ["IndexReport", "update_index"]

# A segment is written out when it holds this many units (about 12 MB of text): bounds the memory of a build to some 500 MB.
_UNITS_PER_SEGMENT = 4_000_000
# A file touched this shortly before it was last read may have been written again within the clock's grain: read it anew.
_RACY_NS = 2_000_000_000

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
    stale: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


def update_index(
    folders: Iterable[Path],
    index: Path,
    *,
    full: bool = False,
    user_dictionary: Path | None = None,
    user_gazetteer: Path | None = None,
    min_age: float = 0.0,
    progress: Progress | None = None,
) -> IndexReport:
    """Bring the index in step with the folders: afterwards it holds their articles and no others.

    Only files whose content changed are read into articles again, unless ``full`` is set, which builds everything anew
    (also over a damaged index). Files modified less than ``min_age`` seconds ago are left as the index has them, for they
    may still be being written; ``IndexReport.waiting`` counts them. ``progress(done, total)`` is called with numbers of files. Readers see the old state
    until all is done. Raises BadRequest for a missing folder, IndexBusy, and IndexUnusable (damaged, or made with
    another tokenizer: then ``full`` is needed).
    """
    began = time.perf_counter()
    # A folder named twice, in whatever way, is one folder.
    folders = list({_checked_folder(folder).resolve(): folder for folder in folders}.values())
    tokenizer, gazetteer = Tokenizer(user_dictionary), Gazetteer(user_gazetteer)
    fingerprint = fingerprint_of(tokenizer.fingerprint, gazetteer.fingerprint)
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    now = time.time_ns()
    plan = _Plan(IndexState(fingerprint, built_at, joins=gazetteer.joins), (now - int(min_age * 1e9), now))
    with IndexFolder(index).transaction(fresh=full) as transaction:
        old = transaction.state
        if old is not None and old.tokenizer != fingerprint:
            raise IndexUnusable(
                f"{index} 里的索引和现在的设置不同（{differences(old.tokenizer, fingerprint)}）：请运行 yansou index --full 重建。"
            )
        _add_files(transaction, plan, old, folders, tokenizer, gazetteer, progress)
        _remove_stale(plan, old)
        _count_renamed(plan, old)
        changed = bool(plan.renamed or plan.added or plan.changed or plan.removed or plan.stale)
        told = old is not None and (plan.state.rejected, plan.state.joins) == (old.rejected, old.joins)
        if changed or not told:
            transaction.delete_articles(plan.stale)
            transaction.publish_pending()
            transaction.merge_small()
            transaction.commit(plan.state)
        views = transaction.views()
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
        passages=sum(int(view.live.sum()) for view in views),
        figures=sum(int(view.live[view.arrays["figure.doc"]].sum()) for view in views),
        seconds=round(time.perf_counter() - began, 3),
        waiting=plan.waiting,
    )


def _checked_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise BadRequest(f"没有目录 {folder}：请写出存放文章的目录。")
    return folder


def _add_files(
    transaction: Transaction,
    plan: _Plan,
    old: IndexState | None,
    folders: list[Path],
    tokenizer: Tokenizer,
    gazetteer: Gazetteer,
    progress: Progress | None,
) -> None:
    builder = SegmentBuilder()
    found = [(str(folder), *find_files(folder)) for folder in folders]
    total = sum(len(sources) for _, sources, _ in found)
    done = 0
    for folder, sources, refused in found:
        plan.state.sources[folder] = {}
        plan.state.rejected[folder] = {item.path: ["", 0, 0, item.reason] for item in refused}
        for source in sources:
            for article in _read_changed(plan, old, folder, source):
                mentions = find_names(article, gazetteer)
                analyses = [tokenizer.analyze(passage.text) for passage in article.passages]
                builder.add(article, analyses, mentions, find_article_figures(article, mentions))
            if builder.units >= _UNITS_PER_SEGMENT:
                transaction.add_pending([builder.part()])
                builder = SegmentBuilder()
            done += 1
            if progress is not None:
                progress(done, total)
    if builder.passages:
        transaction.add_pending([builder.part()])


def _read_changed(plan: _Plan, old: IndexState | None, folder: str, source: SourceFile) -> Iterator[Article]:
    """Note what is known of a file in the plan, and yield its articles if they must be indexed.

    What was rejected is tried anew each time: that the file can be read now, or that another folder no longer has an
    article of the same path, does not show in its size and time.
    """
    known = old.sources.get(folder, {}).get(source.path) if old is not None else None
    sha256 = ""
    try:
        if plan.young[0] < source.mtime_ns <= plan.young[1]:
            plan.waiting += 1
            if known is not None:
                _keep(plan, folder, replace(source, size=known[1], mtime_ns=known[2]), known)
            elif old is not None and source.path in old.rejected.get(folder, {}):
                plan.state.rejected[folder][source.path] = old.rejected[folder][source.path]
            return
        if known is not None and known[1:3] == [source.size, source.mtime_ns] and not _racy(source, old):
            _keep(plan, folder, source, known)
            return
        data = read_bytes(source)
        sha256 = hashlib.sha256(data).hexdigest()
        if known is not None and known[0] == sha256:
            _keep(plan, folder, source, known)
            return
        articles = parse_articles(data, source.path)
        _note(plan, folder, source, sha256, [article.id for article in articles])
    except FileRejected as error:
        plan.state.rejected[folder][source.path] = [sha256, source.size, source.mtime_ns, error.reason]
        return
    if known is not None:
        plan.changed += 1
    else:
        plan.added += 1
    yield from articles


def _racy(source: SourceFile, old: IndexState | None) -> bool:
    assert old is not None
    built = datetime.fromisoformat(old.built_at).timestamp() * 1e9
    return source.mtime_ns > built - _RACY_NS


def _keep(plan: _Plan, folder: str, source: SourceFile, known: list[Any]) -> None:
    _note(plan, folder, source, known[0], known[3])
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
