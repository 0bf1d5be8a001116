"""Passages of the cluster as a segment in memory: what an answer ranks, marks and counts is here, and by our own code."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np

from ...reading.article import Article, Passage
from ...text import Analysis, structure
from ..arrays import AnyArray, ArrayFile
from ..assemble import assemble
from ..blobs import encode_blob
from ..builder import META_FIELDS, SegmentBuilder
from ..facts import COLUMNS
from ..part import Part
from ..segment import SegmentView

__all__ = ["Key", "segment_of"]

Key = tuple[str, int]
"""(article id, ordinal)"""


class _Memory:
    """Arrays that are in no file."""

    def __init__(self, arrays: dict[str, AnyArray]) -> None:
        self.arrays = arrays
        self.meta: dict[str, Any] = {"sounds": {}}
        self.path = Path("(memory)")

    def check(self) -> list[str]:
        return []


def segment_of(
    passages: Mapping[Key, Mapping[str, Any]], metas: Mapping[str, Mapping[str, Any]], *, tokens: bool = True
) -> tuple[SegmentView, dict[Key, int]]:
    """A segment of some passages, as they are stored, and where each stands in it.

    ``metas``: what is known of their articles. Articles come in the order of their ids, and passages as printed. A passage
    whose predecessor is not among them is not joined to anything. Without ``tokens`` they can be read and not searched.
    """
    by_article: defaultdict[str, list[int]] = defaultdict(list)
    for article, ordinal in sorted(passages):
        by_article[article].append(ordinal)
    builder = SegmentBuilder()
    places: dict[Key, int] = {}
    for article, ordinals in by_article.items():
        places |= {(article, ordinal): builder.passages + n for n, ordinal in enumerate(ordinals)}
        of_article = [passages[article, ordinal] for ordinal in ordinals]
        builder.add(
            _article(metas[article], ordinals, of_article),
            [_analysis(each["stored"], tokens=tokens) for each in of_article],
        )
    part = builder.part()
    _add_facts(part, [(places[key], passages[key]["stored"]) for key in sorted(passages)])
    view = SegmentView(cast("ArrayFile", _Memory(assemble([part]))))
    return view, places


def _article(meta: Mapping[str, Any], ordinals: list[int], documents: list[Mapping[str, Any]]) -> Article:
    place = {ordinal: number for number, ordinal in enumerate(ordinals)}
    found = []
    for ordinal, document in zip(ordinals, documents, strict=True):
        stored = document["stored"]
        found.append(
            Passage(
                f"{meta['id']}-{ordinal}",
                document["kind"],
                ordinal,
                stored["text"],
                place.get(stored["heading"]),
                bool(stored["joined"]) and ordinal - 1 in place,
            )
        )
    values: dict[str, Any] = {
        name: tuple(meta[name]) if isinstance(meta[name], list) else meta[name] for name in META_FIELDS
    }
    return Article(**values, passages=tuple(found))


def _analysis(stored: Mapping[str, Any], *, tokens: bool) -> Analysis:
    return (
        structure(stored["text"], stored["words"].split(" ") if stored["words"] else [])
        if tokens
        else Analysis("", [], [], [], [], [])
    )


def _add_facts(part: Part, stored: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    rows: dict[str, list[tuple[Any, ...]]] = {"figure": [], "mention": []}
    texts: dict[str, list[bytes]] = {"figure": [], "mention": []}
    names: dict[tuple[str, str], int] = {}
    for doc, of in stored:
        for *numbers, fact in of["figures"]:
            rows["figure"].append((doc, *_infinite(numbers)))
            texts["figure"].append(_json(fact))
        for start, end, kind, name, fact in of["mentions"]:
            rows["mention"].append((doc, start, end, names.setdefault((kind, name), len(names))))
            texts["mention"].append(_json(fact))
    for table, types in COLUMNS.items():
        columns = zip(*rows[table], strict=True) if rows[table] else ((),) * len(types)
        for (name, dtype), column in zip(types.items(), columns, strict=True):
            part.columns[f"{table}.{name}"] = np.asarray(column, dtype=dtype)
        part.columns |= encode_blob(f"{table}.json", texts[table])
    part.names = [_json(name) for name in names]


def _infinite(numbers: list[Any]) -> list[Any]:
    from .documents import INFINITE

    low, high, *rest = numbers
    return [-np.inf if low <= -INFINITE else low, np.inf if high >= INFINITE else high, *rest]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
