"""Where an index is: a folder, or a name on a cluster.

Whoever opens an index or brings it up to date is given a place and need not know which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .folder import IndexState
    from .part import Part

__all__ = ["Changes", "ClusterAddress", "Place", "Store", "store_at"]


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """An index on an OpenSearch cluster.

    ``urls`` are those of its nodes, ``name`` is the alias under which the index is read. ``ca`` is a file of certificates to
    trust instead of the system's. ``shards`` and ``replicas`` count for indexes that are made anew.
    """

    urls: tuple[str, ...]
    name: str = "yansou"
    ca: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    shards: int = 1
    replicas: int = 1

    def __str__(self) -> str:
        return f"{self.urls[0]} 的 {self.name}"


Place = Path | ClusterAddress


class Changes(Protocol):
    """Changes to an index that count together, once they are committed.

    ``state``: what it was made from, if it is there. ``batch``: how many passages are best added at a time.
    """

    state: IndexState | None
    batch: int

    def delete_articles(self, ids: set[str]) -> None:
        """Take away every passage of these articles that is there already."""

    def add_pending(self, parts: Sequence[Part]) -> None:
        """Add articles, which ``delete_articles`` does not see."""

    def publish_pending(self) -> None:
        """Let what was added count."""

    def merge_small(self) -> None:
        """Put right what many small changes leave behind."""

    def commit(self, state: IndexState) -> int:
        """Make the changes the next generation and return its number."""

    def counts(self) -> tuple[int, int]:
        """How many passages and how many figures there are after the changes."""


class Store(Protocol):
    """Where an index is written."""

    def transaction(self, *, fresh: bool = False) -> AbstractContextManager[Changes]:
        """Hold the writer's lock and collect changes. ``fresh`` starts from nothing. Raises IndexBusy and IndexUnusable."""


def store_at(place: Place | str) -> Store:
    """The store at a place."""
    if isinstance(place, ClusterAddress):
        from .cluster import ClusterStore

        return ClusterStore(place)
    from .folder import IndexFolder

    return IndexFolder(Path(place))
