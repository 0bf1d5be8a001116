"""Yansou's engine: a folder of articles goes in, highlighted passages come out.

    from indexer import open_index
    with open_index("index") as index:
        results = index.search("船山时间谷 投资", limit=10)

What is imported here is loaded when it is first used: a command that only prints its help needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .search.engine import Index, open_index
    from .search.status import Status
    from .store import IndexReport, update_index
    from .store.kernels import compile_loops

__all__ = ["Index", "IndexReport", "Status", "compile_loops", "open_index", "update_index"]

_HOMES = {
    "Index": "search.engine",
    "IndexReport": "store",
    "Status": "search.status",
    "compile_loops": "store.kernels",
    "open_index": "search.engine",
    "update_index": "store",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
