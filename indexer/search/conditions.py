"""Which passages satisfy a condition: on the article, on the kind of passage, on a name, on a figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from weakref import WeakKeyDictionary

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from ..store.segment import KINDS
from ..text import fold
from .budget import check
from .filters import NAME_KINDS, Choice, Filter
from .namebook import NameBook
from .quantities import Quantity, matching_rows

__all__ = ["CONDITIONS", "Conditions"]

CONDITIONS = Filter | Choice | Quantity
Literal = Callable[[int, str], AnyArray]


class Conditions:
    """Evaluates conditions on the segments of one generation.

    Knows nothing of the query it is asked for: what points in a circle, and the arrays it holds, would stay until the
    collector comes by.
    """

    def __init__(self, segments: Sequence[SegmentView], names: NameBook) -> None:
        self._segments = segments
        self._names = names
        self._rows: dict[tuple[int, Quantity], AnyArray] = {}
        self._row_sets: dict[tuple[int, Quantity], frozenset[int]] = {}

    def rows(self, segment: SegmentView, condition: Quantity) -> AnyArray:
        """Rows of the figures that satisfy a condition, worked out once."""
        key = (id(segment), condition)
        if key not in self._rows:
            self._rows[key] = matching_rows(segment, condition)
        return self._rows[key]

    def is_met(self, segment: SegmentView, row: int, condition: Quantity) -> bool:
        """Whether one figure of the segment satisfies a condition."""
        key = (id(segment), condition)
        if key not in self._row_sets:
            self._row_sets[key] = frozenset(self.rows(segment, condition).tolist())
        return row in self._row_sets[key]

    def mask(self, number: int, condition: Filter | Choice | Quantity, literal: Literal) -> AnyArray:
        """For each passage of a segment, whether it satisfies the condition; ``literal`` finds those that hold a text."""
        check()
        segment = self._segments[number]
        if isinstance(condition, Choice):
            return reduce(np.logical_or, [self.mask(number, each, literal) for each in condition.filters])
        if isinstance(condition, Quantity):
            mask = np.zeros(segment.size, dtype=bool)
            mask[segment.arrays["figure.doc"][self.rows(segment, condition)]] = True
            return mask | literal(number, condition.literal) if condition.literal else mask
        if condition.field in NAME_KINDS:
            mask = np.zeros(segment.size, dtype=bool)
            mask[self._names.docs(number, self._names.find(condition.field, condition.value))] = True
            return mask
        return self._of_article(number, segment, condition, literal)

    def _of_article(self, number: int, segment: SegmentView, condition: Filter, literal: Literal) -> AnyArray:
        mask: AnyArray
        if condition.field == "kind":
            mask = segment.arrays["passage.kind"] == KINDS.index(condition.value)
        elif condition.field == "date":
            dates = segment.doc_dates
            mask = (dates >= condition.low) & (dates <= condition.high) & (dates > 0)
        elif condition.field == "title":
            mask = literal(number, condition.value)[segment.title_doc]
        else:
            wanted = fold(condition.value).text
            holding = [any(wanted in name for name in names) for names in _authors(segment)]
            mask = np.asarray(holding, dtype=bool)[segment.arrays["passage.article"]]
        return mask


_read_authors: WeakKeyDictionary[SegmentView, list[list[str]]] = WeakKeyDictionary()


def _authors(segment: SegmentView) -> list[list[str]]:
    """Authors and photographers of each article, folded: read once, for all conditions and queries."""
    if segment not in _read_authors:
        metas = map(segment.meta, range(len(segment.arrays["article.first"])))
        _read_authors[segment] = [
            [fold(name).text for name in (*meta["authors"], *meta["photographers"])] for meta in metas
        ]
    return _read_authors[segment]
