"""In which order passages stand: by the step of the ladder and then by BM25, or the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from .ladder import STEPS, Ladder, Mask, Reading, Step, count_passages
from .ranking import Tokens, best_in_context, scores, with_context, without_common

if TYPE_CHECKING:
    from .answer import Opened

__all__ = ["HEIGHTS", "READINGS", "Order", "Place", "explained", "fraction"]

Scores = TypeVar("Scores", float, AnyArray)
Place = tuple[float, int, int]
"""(score, segment, doc)"""

# BM25 at which the fraction of a score is one half: about that of a good match of a three-word query.
_HALF_SCORE = 20.0
# Whole parts of scores: literally as typed (100亿, where that was typed), literally in another way (一百亿), near, all, most.
READINGS: tuple[Reading, ...] = ("typed", *STEPS)
HEIGHTS = (4, 3, 2, 1, 0)
# Fewer passages are scored one by one; for more it is quicker to score all that have a token.
_FEW = 1000


class Order:
    """The order of what one query finds in one generation.

    The whole part of a score is the step on which the passage stands, so that none which merely shares words comes before
    one that has the string; the fraction grows with its BM25.
    """

    def __init__(self, opened: Opened, ladder: Ladder, tokens: Tokens) -> None:
        self._opened = opened
        self._ladder = ladder
        self._tokens = tokens
        self._scores: dict[Step, list[AnyArray]] = {}

    def first(self, step: Step, masks: Sequence[Mask], sort: str, count: int) -> list[Place]:
        """The first ``count`` places of passages that a step finds, by "relevance" or by "date".

        Of equal ones, by article id and ordinal, whatever the segments are.
        """
        if sort != "date":
            return self._best(step, masks, count)
        dates = [segment.doc_dates for segment in self._opened.segments]
        newest = _newest(dates, masks, count)
        found = self._best(step, newest, count_passages(newest))
        return sorted(found, key=lambda place: -int(dates[place[1]][place[2]]))[:count]

    def _best(self, step: Step, masks: Sequence[Mask], count: int) -> list[Place]:
        found: list[Place] = []
        for height, of_step in self._by_height(step, masks):
            if len(found) >= count:
                break
            found += self._best_of(step, of_step, height, count - len(found))
        return found

    def _by_height(self, step: Step, masks: Sequence[Mask]) -> Iterator[tuple[int, Sequence[Mask]]]:
        """The passages by the whole parts of their scores, the highest first."""
        index = READINGS.index(step)
        for height, stricter in zip(HEIGHTS[:index], READINGS[:index], strict=True):
            held = self._ladder.masks(stricter)
            if any(mask.any() for mask in held):  # on the step that a climb ends on, none does
                yield height, [mask & of for mask, of in zip(masks, held, strict=True)]
                masks = [mask & ~of for mask, of in zip(masks, held, strict=True)]
        yield HEIGHTS[index], masks

    def _best_of(self, step: Step, masks: Sequence[Mask], height: int, count: int) -> list[Place]:
        """The best by BM25."""
        segments = self._opened.segments
        each = [
            best_in_context(segment, own, mask, count)
            for segment, own, mask in zip(segments, self._own_scores(step), masks, strict=True)
        ]
        if not each:
            return []
        number = np.repeat(np.arange(len(each)), [len(docs) for docs, _ in each])
        doc, bm25 = (np.concatenate(column) for column in zip(*each, strict=True))
        ids, ordinals = _identities(segments, [docs for docs, _ in each])
        order = np.lexsort((ordinals, ids, -bm25))[:count]
        value = height + fraction(bm25[order].astype(np.float64))
        return list(zip(value.tolist(), number[order].tolist(), doc[order].tolist(), strict=True))

    def _own_scores(self, step: Step) -> list[AnyArray]:
        """Scores by their own text of at least the passages that the step finds, and of what is around them."""
        if step not in self._scores:
            opened, masks = self._opened, self._ladder.masks(step)
            needed = None
            if count_passages(masks) < _FEW:
                docs = map(np.flatnonzero, masks)
                needed = [with_context(segment, of) for segment, of in zip(opened.segments, docs, strict=True)]
            tokens = without_common(opened.segments, self._tokens, opened.statistics)
            self._scores[step] = scores(opened.segments, tokens, opened.statistics, needed)
        return self._scores[step]


def fraction(bm25: Scores) -> Scores:
    """BM25 as a number from 0 up to 1."""
    return bm25 / (bm25 + _HALF_SCORE)


def explained(score: float) -> tuple[Reading, float]:
    """What a score is made of: the reading on which the passage stands, and its BM25."""
    whole = int(score)
    part = score - whole
    return READINGS[HEIGHTS.index(whole)], _HALF_SCORE * part / (1 - part)


def _newest(dates: Sequence[AnyArray], masks: Sequence[Mask], count: int) -> list[Mask]:
    """Those of the passages that could be among the first ``count`` by date, all of one date together."""
    every = np.concatenate([np.zeros(0, np.uint32), *(of[mask] for of, mask in zip(dates, masks, strict=True))])
    if len(every) <= count:
        return list(masks)
    oldest = np.partition(every, len(every) - count)[len(every) - count]
    return [mask & (of >= oldest) for of, mask in zip(dates, masks, strict=True)]


def _identities(segments: Sequence[SegmentView], docs: Sequence[AnyArray]) -> tuple[AnyArray, AnyArray]:
    """Article id and ordinal of some passages of each segment."""
    each = [(segment.arrays, of) for segment, of in zip(segments, docs, strict=True)]
    ids = [arrays["article.id"][arrays["passage.article"][of]] for arrays, of in each]
    return np.concatenate(ids), np.concatenate([arrays["passage.ordinal"][of] for arrays, of in each])
