"""Articles to an index and back: schema, postings as arrays, commits. Whoosh is named here and nowhere else.

What writes is loaded when it is first used: a search needs neither the readers of files nor the word cutter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .folder import IndexFolder, IndexState, Snapshot
from .segment import SegmentView

if TYPE_CHECKING:
    from .update import IndexReport, update_index

__all__ = ["IndexFolder", "IndexReport", "IndexState", "SegmentView", "Snapshot", "update_index"]


def __getattr__(name: str) -> Any:
    if name not in ("IndexReport", "update_index"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import update

    return getattr(update, name)
