"""Which generation of an archive on a cluster answers: the one under the alias, looked for once a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ...errors import IndexUnusable
from ...store.cluster import Connection
from ...store.cluster.generation import newest
from ...store.cluster.guard import check_tokens
from ...store.fingerprint import searchable
from ...store.place import ClusterAddress
from ..answer import Opened
from .opened import ClusterOpened
from .session import Kept

__all__ = ["ClusterGenerations"]

# A commit shows after so long; asking costs a millisecond.
_LOOK_SECONDS = 1.0


class ClusterGenerations:
    """The generations under an alias. Safe to share between threads; each question has an ``Opened`` of its own.

    Raises IndexMissing, IndexUnusable and ClusterAway, now and in ``newest``.
    """

    def __init__(self, address: ClusterAddress) -> None:
        self._connection = Connection(address)
        self._lock = threading.Lock()
        self._looked = 0.0
        self._kept = self._look(None)

    def newest(self) -> Opened:
        """The generation that answers now, for one question."""
        with self._lock:
            if time.monotonic() - self._looked >= _LOOK_SECONDS:
                self._kept = self._look(self._kept)
            return ClusterOpened(self._kept)

    def follow(self, prepare: Callable[[Opened], object]) -> None:
        """Ask the questions whose answers are kept."""
        prepare(self.newest())

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def _look(self, known: Kept | None) -> Kept:
        generation = newest(self._connection)
        self._looked = time.monotonic()
        if known is not None and known.generation == generation:
            return known
        if not searchable(generation.tokenizer):
            raise IndexUnusable(
                f"集群 {self._connection.address} 里的索引是用另一个分词器建的（{generation.tokenizer}）：请运行 yansou index --full 重建。"
            )
        if known is None or known.generation.stamp != generation.stamp:
            check_tokens(self._connection, generation)
        return Kept(self._connection, generation)
