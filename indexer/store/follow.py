"""Keep an index in step with its folders while files arrive."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadRequest, IndexBusy
from .analyst import AnalystOfLists
from .place import Place
from .update import IndexReport, update_index

__all__ = ["Trouble", "follow"]

# An update begins when nothing has changed for so long, in seconds: files come in bursts, and in pieces.
_QUIET = 1.0
# … or when changes have not ceased for so long. Files that are still being written are then left for later.
_PATIENCE = 10.0
# How often the folders are read through although nothing was heard: a network file system tells of no changes made
# elsewhere, and a flood of them can be too much for the kernel.
_LISTEN_LIMIT = 300.0
# The first pause after a failed update, and the longest; each is twice as long as the one before.
_FIRST_PAUSE, _LAST_PAUSE = 1.0, 60.0
# How often, in milliseconds, it is looked what was heard: bounds how long an interrupt waits.
_STEP_MS = 250


@dataclass(frozen=True, slots=True)
class Trouble:
    """An update that failed. It is tried again after ``pause`` seconds; the index is as it was."""

    error: Exception
    pause: float


def follow(
    folders: Iterable[Path],
    index: Place,
    *,
    user_dictionary: Path | None = None,
    user_gazetteer: Path | None = None,
) -> Iterator[IndexReport | Trouble]:
    """Bring the index in step with the folders, now and whenever files come, change or go.

    Gives the report of the first update, then one for each that changed something, and a ``Trouble`` for each that failed.
    Never ends by itself. Raises what ``update_index`` does if already the first update fails, unless another process was
    writing; and BadRequest where the system cannot watch so many folders.
    """
    folders = tuple(folders)
    lists = AnalystOfLists(user_dictionary, user_gazetteer)
    agenda = _Agenda()
    first = True
    rejected: tuple[object, ...] = ()
    while True:
        tree = _tree(folders, index)
        for changes in _listen(tree):
            if not agenda.is_due(bool(changes)):
                continue
            if _tree(folders, index) != tree:
                # Only an update that begins after listening does misses nothing.
                break
            try:
                report = update_index(folders, index, lists=lists, min_age=0.0 if first else _QUIET)
            except Exception as error:
                if first and not isinstance(error, IndexBusy):
                    raise
                yield Trouble(error, agenda.failed())
            else:
                agenda.done(waiting=report.waiting > 0)
                if first or _is_news(report, rejected):
                    yield report
                first, rejected = False, report.rejected


def _is_news(report: IndexReport, rejected: tuple[object, ...]) -> bool:
    return bool(report.added or report.changed or report.renamed or report.removed) or report.rejected != rejected


class _Agenda:
    """When the next update is due."""

    def __init__(self) -> None:
        self._due = 0.0
        self._pause = _FIRST_PAUSE
        self._failing = False
        self._heard: float | None = None
        self._quiet_since = 0.0

    def is_due(self, heard: bool) -> bool:
        now = time.monotonic()
        if heard:
            self._heard = self._heard or now
            self._quiet_since = now
        if now >= self._due:
            return True
        if self._heard is None or self._failing:
            return False
        return now - self._quiet_since >= _QUIET or now - self._heard >= _PATIENCE

    def done(self, *, waiting: bool) -> None:
        self._heard, self._failing, self._pause = None, False, _FIRST_PAUSE
        self._due = time.monotonic() + (_QUIET if waiting else _LISTEN_LIMIT)

    def failed(self) -> float:
        """Seconds until the next attempt."""
        pause, self._failing = self._pause, True
        self._due = time.monotonic() + pause
        self._pause = min(2 * pause, _LAST_PAUSE)
        return pause


def _tree(folders: Iterable[Path], index: Place) -> list[str]:
    """All folders that articles are read from. Not the index: every commit would be a change."""
    found = []
    for top in folders:
        for parent, names, _ in os.walk(top):
            inner = (name for name in names if not name.startswith("."))
            names[:] = sorted(name for name in inner if not _is_same(f"{parent}/{name}", index))
            found.append(parent)
    return found


def _is_same(folder: str, index: Place) -> bool:
    try:
        return isinstance(index, Path) and index.samefile(folder)
    except OSError:
        return False


def _listen(tree: list[str]) -> Iterator[object]:
    """What changed, or nothing, several times a second; listening begins before the first."""
    from watchfiles import watch

    # One by one: a recursive watch would follow symbolic links, to anywhere.
    try:
        yield from watch(
            *tree,
            recursive=False,
            watch_filter=lambda _change, path: not os.path.basename(path).startswith("."),  # noqa: PTH119
            debounce=4 * _STEP_MS,
            step=_STEP_MS,
            rust_timeout=_STEP_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
            debug=False,
        )
    except OSError as error:
        if "watch limit" not in str(error):
            raise
        raise BadRequest(
            f"系统不许监视这么多目录（{len(tree):,} 个）：请加大 fs.inotify.max_user_watches，"
            "或者用定时任务运行 yansou index。"
        ) from error
