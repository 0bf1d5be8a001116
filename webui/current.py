"""What the application holds for every request: the index, and what is worked out from it once a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from indexer import Index
    from indexer.search.holdings import Holdings
    from webui.examples import Example, WorkingExamples
    from webui.holdings_view import KnownHoldings

__all__ = ["examples", "holdings", "index"]


def index() -> Index:
    return cast("Index", current_app.extensions["yansou"])


def examples() -> tuple[Example, ...]:
    """Example queries that find something."""
    return cast("WorkingExamples", current_app.extensions["yansou.examples"])()


def holdings() -> Holdings:
    """What the archive holds, counted once a commit."""
    return cast("KnownHoldings", current_app.extensions["yansou.holdings"])()
