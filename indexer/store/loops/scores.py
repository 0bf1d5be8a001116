"""Scores and counts of many passages."""

from __future__ import annotations

import numpy as np
from numba import njit, types, void
from numba.core.types import boolean, float32, float64, int32, int64, uint8, uint16, uint32, uint64

from .signatures import COMPILED, LEAF, mapped, own

__all__ = ["add_scores", "best_in_context", "count_in_lists", "count_in_runs", "replace_least"]


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


@njit(own(int64)(mapped(uint8), mapped(uint32)), **COMPILED)
def count_in_runs(mask, firsts):
    """How many of a mask, as bytes, stand in each run, from where each begins to where the next one does."""
    counts = np.zeros(len(firsts), np.int64)
    for run in range(len(firsts)):
        first, end = int64(firsts[run]), int64(firsts[run + 1]) if run + 1 < len(firsts) else len(mask)
        if not 0 <= first <= end <= len(mask):
            raise IndexError("no such run")
        count = 0
        for doc in range(uint64(first), uint64(end)):  # unsigned: places from the end on would stand in the way of SIMD
            count += int64(mask[doc])
        counts[run] = count
    return counts


@njit(own(int64)(mapped(boolean), mapped(int64), mapped(int64)), **COMPILED)
def count_in_lists(mask, docs, ends):
    """How many of the docs of each list, behind each other, are in a mask."""
    counts, start = np.zeros(len(ends), np.int64), 0
    for number in range(len(ends)):
        if not start <= ends[number] <= len(docs):
            raise IndexError("no such list")
        count = 0
        for i in range(start, ends[number]):
            if not 0 <= docs[i] < len(mask):
                raise IndexError("no such passage")
            count += mask[docs[i]]
        counts[number], start = count, ends[number]
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


@njit(
    types.Tuple((own(int64), own(float64)))(
        mapped(float64), mapped(int64), mapped(uint32), mapped(int32), mapped(boolean), float64, float64, float64, int64
    ),
    **COMPILED,
)
def best_in_context(own_scores, docs, titles, headings, has_neighbour, of_title, of_heading, of_neighbour, limit):
    """The best of some rising docs, with all that are equal to the last of them, and their scores.

    A score is the passage's own with a share of what its title, its heading and the passage before it score.
    """
    size = min(len(own_scores), len(titles), len(headings), len(has_neighbour))
    best, every = np.full(max(limit, 1), -1.0), np.empty(len(docs), np.float64)
    for i in range(len(docs)):
        doc = docs[i]
        if not 0 <= doc < size or titles[doc] >= size or headings[doc] >= size:
            raise IndexError("no such passage")
        # No branches: which passage has a heading or a neighbour cannot be guessed.
        title, heading, score = int64(titles[doc]), int64(headings[doc]), own_scores[doc]
        context = of_title * own_scores[title] * (title != doc)
        context += of_heading * own_scores[max(heading, 0)] * (heading >= 0)
        context += of_neighbour * own_scores[max(doc - 1, 0)] * has_neighbour[doc]
        score += context * (score > 0)
        every[i] = score
        if score > best[0]:
            replace_least(best, score)
    kept = np.flatnonzero(every >= best[0])
    return docs[kept], every[kept]
