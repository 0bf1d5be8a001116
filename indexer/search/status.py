"""What an index holds, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..store import IndexFolder

if TYPE_CHECKING:
    from .answer import Opened

__all__ = ["Status", "printed_date", "status_of"]


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds. ``dates``: the earliest and latest date of its articles, if any has one.

    ``leftovers``: how many files in its folder the newest generation does not need, and their bytes: those of a writer that is
    at work, or what one left that was killed. ``cluster``: health, nodes and shards of the one that holds the index.
    """

    articles: int
    passages: int
    generation: int
    dates: tuple[str, str] | None
    tokenizer: str
    size_bytes: int
    built_at: str
    rejected: tuple[tuple[str, str], ...]
    leftovers: tuple[int, int]
    cluster: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__ if name != "cluster" or self.cluster is not None}
        return values | {
            "rejected": [{"path": path, "reason": reason} for path, reason in self.rejected],
            "leftovers": {"files": self.leftovers[0], "bytes": self.leftovers[1]},
        }


def status_of(opened: Opened, folder: IndexFolder) -> Status:
    """What a generation in a folder holds."""
    from ..store.sweep import leftovers, needed

    state = opened.snapshot.state
    left = leftovers(folder.path, needed(opened.snapshot.generation, state))
    dates = np.concatenate([[0], *(segment.doc_dates[segment.live] for segment in opened.segments)])
    dated = dates[dates > 0]
    return Status(
        articles=sum(len(entry[3]) for files in state.sources.values() for entry in files.values()),
        passages=opened.statistics.passages,
        generation=opened.snapshot.generation,
        dates=(printed_date(int(dated.min())), printed_date(int(dated.max()))) if len(dated) else None,
        tokenizer=state.tokenizer,
        size_bytes=sum(size for size, _ in state.files.values()),
        built_at=state.built_at,
        rejected=tuple((path, entry[3]) for of in state.rejected.values() for path, entry in sorted(of.items())),
        leftovers=(len(left), sum(leftover.size for leftover in left)),
    )


def printed_date(date: int) -> str:
    """20211000 -> 2021-10."""
    text = f"{date // 10000:04d}-{date // 100 % 100:02d}-{date % 100:02d}"
    return text.removesuffix("-00").removesuffix("-00")
