"""Reprints: articles of nearly the same text, whatever their title, date and line breaks.

Two articles belong together if three quarters of their signatures agree (see ``store.signature``): half of an article is no
reprint, one with its last paragraph cut off is. They meet where a pair of numbers of the signature is equal; at that
likeness one of the sixteen pairs is, but for one case in half a million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from ..store.signature import NO_SIGNATURE, SIGNATURE, share

__all__ = ["ArticleKey", "Reprints"]

ArticleKey = tuple[int, int]
"""(segment, number of the article)"""

_ALIKE = 0.75
_BAND = 2


class Reprints:
    """The groups of one generation. Safe to share between threads."""

    def __init__(self, segments: Sequence[SegmentView]) -> None:
        self._segments = segments

    @cached_property
    def groups(self) -> list[AnyArray]:
        """For each segment and article the number of its group (int64); an article without reprints is one by itself."""
        sizes = [len(segment.arrays["article.first"]) for segment in self._segments]
        group = self._joined()
        return np.split(group, np.cumsum(sizes)[:-1]) if sizes else []

    def of(self, key: ArticleKey) -> list[ArticleKey]:
        """The other live articles of an article's group, the earliest first."""
        group = self.groups[key[0]][key[1]]
        found = []
        for number, (segment, groups) in enumerate(zip(self._segments, self.groups, strict=True)):
            members = np.flatnonzero((groups == group) & segment.live[segment.arrays["article.first"]])
            dates, ids = segment.arrays["article.date"], segment.arrays["article.id"]
            found += [(int(dates[i]) or 1 << 31, bytes(ids[i]), (number, i)) for i in members.tolist()]
        return [member for *_, member in sorted(found) if member != key]

    def _joined(self) -> AnyArray:
        """The group of each article, all segments one behind the other: the number of its first member."""
        signatures = np.concatenate([np.zeros(0, SIGNATURE), *(s.arrays["article.signature"] for s in self._segments)])
        live = np.concatenate(
            [np.zeros(0, bool), *(s.live[s.arrays["article.first"]] for s in self._segments)]
        )  # fmt: skip
        group = np.arange(len(signatures))
        candidates = np.flatnonzero(live & (signatures != NO_SIGNATURE))
        rows = np.ascontiguousarray(signatures[candidates]).view("<u4").reshape(len(candidates), -1)
        for left, right in self._pairs(rows):
            first, second = _root(group, candidates[left]), _root(group, candidates[right])
            if first != second and share(rows[left], rows[right]) >= _ALIKE:
                group[max(first, second)] = min(first, second)
        return np.asarray([_root(group, number) for number in range(len(group))], dtype=np.int64)

    @staticmethod
    def _pairs(rows: AnyArray) -> list[tuple[int, int]]:
        """Articles (by row) that meet in a pair of numbers, each with the first of those that do."""
        pairs: dict[tuple[int, int], None] = {}
        for first in range(0, rows.shape[1] if len(rows) else 0, _BAND):
            band = rows[:, first].astype(np.uint64) << np.uint64(32) | rows[:, first + 1]
            _, inverse, counts = np.unique(band, return_inverse=True, return_counts=True)
            met: defaultdict[int, list[int]] = defaultdict(list)
            for row in np.flatnonzero(counts[inverse] > 1).tolist():
                met[int(inverse[row])].append(row)
            pairs |= dict.fromkeys((group[0], other) for group in met.values() for other in group[1:])
        return list(pairs)


def _root(group: AnyArray, number: int) -> int:
    while group[number] != number:
        number = int(group[number])
    return number
