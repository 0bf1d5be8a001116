"""Reprints: which of the articles that are known has nearly the same text as one that comes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..signature import share
from .connection import Connection, groups
from .documents import ArticleDocument

__all__ = ["fold_reprints"]

# As in ``search.reprints``.
_ALIKE = 0.75
_ASKED_AT_ONCE = 10_000


def fold_reprints(connection: Connection, index: str, articles: Sequence[ArticleDocument]) -> None:
    """Give each article the ``fold`` of the first one known that has nearly the same text: in the index, or before it here."""
    wanted = sorted({band for article in articles for band in article.document["bands"]})
    by_band: dict[str, list[tuple[str, Any, str]]] = {}
    for group in groups(wanted, _ASKED_AT_ONCE):
        source = ["bands", "fold", "stored.signature"]
        for hit in connection.scan(index, {"terms": {"bands": group}}, source=source):
            _note(by_band, hit["_id"], hit["_source"])
    for article in articles:
        own = _numbers(article.document["stored"]["signature"])
        candidates = {
            one[0]: one for band in article.document["bands"] for one in by_band.get(band, ()) if one[0] != article.id
        }
        alike = [one for one in candidates.values() if share(own, one[1]) >= _ALIKE]
        if alike:
            fold = min(one[2] for one in alike)
            article.document["fold"] = fold
            for _, passage in article.passages:
                passage["fold"] = fold
        _note(by_band, article.id, article.document)


def _numbers(signature: str) -> Any:
    return np.frombuffer(base64.b64decode(signature).ljust(128, b"\0"), dtype="<u4")


def _note(by_band: dict[str, list[tuple[str, Any, str]]], article: str, document: dict[str, Any]) -> None:
    entry = (article, _numbers(document["stored"]["signature"]), document["fold"])
    for band in document["bands"]:
        by_band.setdefault(band, []).append(entry)
