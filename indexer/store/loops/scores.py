"""Scores and counts of many passages."""

from __future__ import annotations

import numpy as np
from numba import njit, void
from numba.core.types import boolean, float32, float64, int32, int64, uint8, uint16, uint32

from .signatures import COMPILED, LEAF, mapped, own

__all__ = ["add_scores", "in_context", "kth_best", "replace_least", "tally"]


@njit(
    [
        void(own(float64), mapped(float32), mapped(docs, "A"), mapped(freq, "A"), float64)
        for docs, freq in ((uint32, uint16), (int64, int64))
    ],
    **COMPILED,
)
def add_scores(total, norm, docs, tf, weight):
    """Add to the scores of some passages what a term of that weight gives them."""
    size = min(len(total), len(norm))
    for i in range(min(len(docs), len(tf))):
        doc = int64(docs[i])
        if not 0 <= doc < size:
            raise IndexError("no such passage")
        times = np.float32(tf[i])
        total[doc] += weight * (times / (times + norm[doc]))


@njit(
    own(float64)(
        mapped(float64),
        mapped(int64, "A"),
        mapped(uint32),
        mapped(int32),
        mapped(boolean),
        float64,
        float64,
        float64,
    ),
    **COMPILED,
)
def in_context(own, docs, titles, headings, has_neighbour, of_title, of_heading, of_neighbour):
    """Scores of some passages with a share of what their title, their heading and the passage before them score."""
    size = min(len(own), len(titles), len(headings), len(has_neighbour))
    found = np.zeros(len(docs), dtype=np.float64)
    for i in range(len(docs)):
        doc = docs[i]
        if not 0 <= doc < size or titles[doc] >= size or headings[doc] >= size:
            raise IndexError("no such passage")
        if own[doc] > 0:
            score = own[doc]
            if titles[doc] != doc:
                score += of_title * own[titles[doc]]
            if headings[doc] >= 0:
                score += of_heading * own[headings[doc]]
            if has_neighbour[doc] and doc:
                score += of_neighbour * own[doc - 1]
            found[i] = score
    return found


@njit([own(int64)(mapped(int64), mapped(number), int64) for number in (uint8, int64)], **COMPILED)
def tally(docs, values, most):
    """How many of the passages have each value, of which there are ``most``."""
    counts = np.zeros(most, dtype=np.int64)
    for doc in docs:
        if not (0 <= doc < len(values) and 0 <= values[doc] < most):
            raise IndexError("no such passage")
        counts[values[doc]] += 1
    return counts


@njit(void(own(float64), float64), **LEAF)
def replace_least(heap, value):
    """Put a value in the place of the least: a heap with the least at its top."""
    place, child, count = 0, 1, len(heap)
    while child < count:
        if child + 1 < count and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[place] = heap[child]
        place, child = child, 2 * child + 1
    heap[place] = value


@njit(float64(mapped(float64), int64), **COMPILED)
def kth_best(values, count):
    """The least of the ``count`` greatest values, of which there are more."""
    best = np.sort(values[:count])
    for value in values[count:]:
        if value > best[0]:
            replace_least(best, value)
    return best[0]
