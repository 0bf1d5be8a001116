"""Scores and counts of many passages."""

from __future__ import annotations

import numpy as np
from numba import njit, types, void
from numba.core.types import boolean, float32, float64, int32, int64, uint16, uint32, uint64

from ..postings import LENGTHS
from .lists import ones
from .signatures import COMPILED, LEAF, mapped, own

__all__ = ["add_scores", "best_in_context", "count_in_lists", "count_in_runs", "mark", "replace_least", "spread"]

# Of each passage: its title, its heading or -1, and whether the one before it is its neighbour.
_CONTEXT = mapped(uint32), mapped(int32), mapped(boolean)


@njit(void(own(float32), mapped(float32), mapped(uint16), mapped(uint32), mapped(uint16), float32), **COMPILED)
def add_scores(total, norms, lengths, docs, tf, weight):
    """Add to the scores of some passages what a term of that weight gives them."""
    size = min(len(total), len(lengths))
    if len(norms) < LENGTHS:
        raise IndexError("no such passages")
    for i in range(min(len(docs), len(tf))):
        doc = int64(docs[i])
        if doc >= size:
            raise IndexError("no such passage")
        times = np.float32(tf[i])
        total[doc] += weight * (times / (times + norms[lengths[doc]]))


@njit(void(own(boolean), mapped(uint32)), **COMPILED)
def spread(mask, firsts):
    """Have a mask hold the whole of each run whose first it holds."""
    for run in range(len(firsts)):
        first, end = int64(firsts[run]), int64(firsts[run + 1]) if run + 1 < len(firsts) else len(mask)
        if not 0 <= first <= end <= len(mask):
            raise IndexError("no such run")
        if first < end and mask[first]:
            mask[first:end] = True


@njit([void(own(boolean), mapped(number)) for number in (uint32, int64)], **COMPILED)
def mark(mask, docs):
    """Set the mask of some passages."""
    for i in range(len(docs)):
        doc = int64(docs[i])
        if not 0 <= doc < len(mask):
            raise IndexError("no such passage")
        mask[doc] = True


@njit(own(int64)(mapped(uint64), mapped(uint32), int64), **COMPILED)
def count_in_runs(bits, firsts, size):
    """How many of a set of passages, as bits, stand in each run, from where each begins to where the next one or ``size`` is."""
    counts = np.zeros(len(firsts), np.int64)
    for run in range(len(firsts)):
        first, end = int64(firsts[run]), int64(firsts[run + 1]) if run + 1 < len(firsts) else size
        if not 0 <= first <= end < len(bits) << 6:
            raise IndexError("no such run")
        before, count = bits[first >> 6] & ((uint64(1) << uint64(first & 63)) - uint64(1)), uint64(0)
        for word in range(first >> 6, end >> 6):
            count += ones(bits[word])
        count += ones(bits[end >> 6] & ((uint64(1) << uint64(end & 63)) - uint64(1)))
        counts[run] = count - ones(before)
    return counts


@njit(own(int64)(mapped(boolean), mapped(uint32), mapped(int64)), **COMPILED)
def count_in_lists(mask, docs, ends):
    """How many of the docs of each list, behind each other, are in a mask."""
    counts, start = np.zeros(len(ends), np.int64), 0
    for number in range(len(ends)):
        if not start <= ends[number] <= len(docs):
            raise IndexError("no such list")
        count = 0
        for i in range(start, ends[number]):
            if docs[i] >= len(mask):
                raise IndexError("no such passage")
            count += mask[docs[i]]
        counts[number], start = count, ends[number]
    return counts


@njit([void(own(number), number) for number in (float32, float64)], **LEAF)
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
    types.Tuple((own(int64), own(float32)))(mapped(float32), mapped(uint64), *_CONTEXT, *[float32] * 3, int64),
    **COMPILED,
)
def best_in_context(own_scores, bits, titles, headings, has_neighbour, of_title, of_heading, of_neighbour, limit):
    """The best of a set of passages, as bits, with all that are equal to the last of them, and their scores.

    A score is the passage's own with a share of what its title, its heading and the passage before it score.
    """
    size, count = min(len(own_scores), len(titles), len(headings), len(has_neighbour)), 0
    best = np.full(max(limit, 1), np.float32(-1))
    found, scores = np.empty(size, np.int64), np.empty(size, np.float32)
    for word in range(len(bits)):
        left = bits[word]
        while left:
            lowest = left & (~left + uint64(1))
            doc = (word << 6) + int64(ones(lowest - uint64(1)))
            left ^= lowest
            if doc >= size or titles[doc] >= size or headings[doc] >= size:
                raise IndexError("no such passage")
            # No branches: which passage has a heading or a neighbour cannot be guessed.
            title, heading, score = int64(titles[doc]), int64(headings[doc]), own_scores[doc]
            context = of_title * own_scores[title] * (title != doc)
            context += of_heading * own_scores[max(heading, 0)] * (heading >= 0)
            context += of_neighbour * own_scores[max(doc - 1, 0)] * has_neighbour[doc]
            score += context * (score > 0)
            if score >= best[0]:
                found[count], scores[count] = doc, score
                count += 1
                replace_least(best, score)
    kept = scores[:count] >= best[0]
    return found[:count][kept], scores[:count][kept]
