"""What the application holds for every request: the index, and what is worked out from it once a commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from flask import Flask, current_app

from indexer.search.budget import unmetered

if TYPE_CHECKING:
    from indexer import Index
    from indexer.search.holdings import Holdings
    from webui.examples import Example

__all__ = ["OnceACommit", "examples", "holdings", "index", "prepare"]

T = TypeVar("T")


class OnceACommit(Generic[T]):
    """What ``work`` makes of an index, kept as long as the index does not change."""

    def __init__(self, work: Callable[[Index], T]) -> None:
        self._work = work
        # Of two generations: one answers while the next is prepared.
        self._known: dict[str, T] = {}

    def of(self, index: Index) -> T:
        etag = index.etag
        if etag not in self._known:
            with unmetered():
                value = self._work(index)
            self._known = dict([*self._known.items(), (etag, value)][-2:])
            return value
        return self._known[etag]


def index() -> Index:
    return cast("Index", current_app.extensions["yansou"])


def examples() -> tuple[Example, ...]:
    """Example queries that find something."""
    return cast("OnceACommit[tuple[Example, ...]]", current_app.extensions["yansou.examples"]).of(index())


def holdings() -> Holdings:
    """What the archive holds."""
    return cast("OnceACommit[Holdings]", current_app.extensions["yansou.holdings"]).of(index())


def prepare(app: Flask, index: Index) -> None:
    """Ask of an index what is kept for all requests."""
    for kept in ("yansou.examples", "yansou.holdings"):
        app.extensions[kept].of(index)
