"""Names for indexes on a test cluster, taken away when they are done with."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from indexer.store.cluster import Connection
from indexer.store.place import ClusterAddress

__all__ = ["new_places"]


@contextmanager
def new_places(*urls: str, shards: int = 1, replicas: int = 0) -> Iterator[Callable[[], ClusterAddress]]:
    """Gives a new name at each call."""
    used: list[ClusterAddress] = []

    def new() -> ClusterAddress:
        used.append(ClusterAddress(urls, f"t{secrets.token_hex(6)}", shards=shards, replicas=replicas))
        return used[-1]

    yield new
    for address in used:
        connection = Connection(address)
        connection.request("DELETE", f"/{address.name}-*", ignore_unavailable="true")
        connection.close()
