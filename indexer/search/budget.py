"""How much computing one question may cost: a limit that a server sets, and that the steps of a search look at.

Seconds of the thread's own time are counted, not those of the clock: a busy machine makes answers late, it must not make good
questions refused. Without ``limited`` there is no limit, so a command or a script works as long as it needs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import BadRequest

__all__ = ["check", "limited", "unmetered"]


class _Own(threading.local):
    until: float | None = None


_own = _Own()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Refuse, within the block and this thread, what takes longer to compute: ``check`` then raises BadRequest."""
    outer, _own.until = _own.until, time.thread_time() + seconds
    try:
        yield
    finally:
        _own.until = outer


@contextmanager
def unmetered() -> Iterator[None]:
    """Work that is kept for all later questions is not charged to the first one that needs it."""
    began = time.thread_time()
    try:
        yield
    finally:
        if _own.until is not None:
            _own.until += time.thread_time() - began


def check() -> None:
    """Raise BadRequest if the question has used up what it may cost. Steps of 0.1 s and more call it at their beginning."""
    if _own.until is not None and time.thread_time() > _own.until:
        raise BadRequest("这个查询要算的太多，已经停止：请减少词语、条件或排除的内容后再试。")
