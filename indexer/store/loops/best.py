"""The best passages of some lists: what cannot be among them is passed over unread.

Of each block of a list it is known what no score in it is above (Ding and Suel, Faster Top-k Document Retrieval Using Block-Max
Indexes, 2011), and a score that some posting in it has. Before anything is read, the best blocks of a list tell a score that
enough passages reach.

A call hands over the parts of every array, and counts who holds each: some 200 ns. So there is none for each passage, nor for
each block but to read it.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types, void
from numba.core.types import boolean, float32, float64, int64, uint16, uint32, uint64

from ..postings import LENGTHS
from .blocks import BLOCK_END, BLOCK_FROM, COLUMNS_OF, FILES, LISTS, ROW, WEIGHTS, read_block
from .lists import ones
from .scores import replace_least
from .signatures import COMPILED, INNER, LEAF, mapped, own

__all__ = ["best_of_all", "best_of_any"]

# A little above a greatest score: what is added up in another order may come out a little higher.
_ABOVE = np.float32(1.00001)
# Passages that are looked for together in the other lists; at first fewer, which soon make a good score known.
_BATCH = 1024
# What BM25 adds to a frequency in a passage of each length; of the passages: their lengths, which are live, by how much more a
# posting may weigh than the best of its block (see ``postings``), and whether all are live.
_PASSAGES = types.Tuple((mapped(float32), mapped(uint16), mapped(boolean), float64, boolean))
# Blocks of all lists, one list behind the other: where each list's begin, what no score in a block is above, and the last
# passage that can stand in it.
_BLOCKS = types.Tuple((own(int64), own(float32), own(int64)))
# Of each list: the block it is at, how many postings of it are read, at which of them it is, and these.
_CURSORS = types.Tuple((own(int64), own(int64), own(int64), own(uint32, 2), own(uint16, 2)))
_BEST = types.Tuple((own(int64), own(float32)))


@njit(void(own(float32), own(int64), float32, int64), **LEAF)
def _replace_worst(scores, docs, score, doc):
    """Put a passage in the place of the worst: a heap with the worst at its top."""
    place, size = 0, len(scores)
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and scores[child + 1] < scores[child]:
            child += 1
        if scores[child] >= score:
            break
        scores[place], docs[place] = scores[child], docs[child]
        place = child
    scores[place], docs[place] = score, doc


@njit([types.Tuple((_BLOCKS, float32))(files, LISTS, WEIGHTS, _PASSAGES, int64) for files in FILES], **INNER)
def _blocks(files, lists, weights, passages, limit):
    """The blocks of the lists, and a score that in one of them so many passages reach."""
    norms, size, slack, whole = passages[0], len(passages[1]), passages[3], passages[4]
    before, freq, length = files[5], files[6], files[7]
    known, reached = min(len(files[4]), len(before), len(freq), len(length)), np.float32(0)
    if len(norms) < LENGTHS or size != len(passages[2]):
        raise IndexError("no such passages")
    first = np.zeros(len(lists) + 1, np.int64)
    for t in range(len(lists)):
        start, end = lists[t, BLOCK_FROM], lists[t, BLOCK_END]
        if not 0 <= start <= end <= known:
            raise IndexError("no such blocks")
        first[t + 1] = first[t] + max(end - start, 1)
    bounds, lasts, best = np.empty(first[-1], np.float32), np.empty(first[-1], np.int64), np.zeros(limit, np.float64)
    for t in range(len(lists)):
        start, blocks, to = lists[t, BLOCK_FROM], lists[t, BLOCK_END] - lists[t, BLOCK_FROM], first[t]
        bounds[to], lasts[first[t + 1] - 1] = weights[t] * _ABOVE, size - 1
        best[:] = 0
        for block in range(blocks):
            ratio = freq[start + block] / norms[length[start + block]]
            bounds[to + block] = weights[t] * _ABOVE * np.float32(ratio * slack / (1 + ratio * slack))
            if block:
                lasts[to + block - 1] = before[start + block]
            if ratio > best[0]:
                replace_least(best, ratio)
        if whole:
            reached = max(reached, weights[t] / _ABOVE * np.float32(best[0] / (1 + best[0])))
    return (first, bounds, lasts), reached


@njit(_CURSORS(int64, int64), **INNER)
def _cursors(lists, entries):
    at, postings = np.zeros((3, lists), np.int64), 2 * entries
    return at[0], at[1], at[2], np.empty((lists, postings), np.uint32), np.empty((lists, postings), np.uint16)


@njit(types.Tuple((float32, int64))(_BLOCKS, _CURSORS, int64, int64, int64, own(float32)), **LEAF)
def _bounds_in(blocks, cursors, start, end, size, bounds):
    """Put into ``bounds`` what no score of each list is above between two passages; lists that are behind come to ``start``.

    Returns their sum, and up to where no list has a passage behind ``end``.
    """
    first, of_block, lasts = blocks
    at_block, read, at, docs, _ = cursors
    together, following = np.float32(0), size
    for t in range(len(bounds)):
        block, most = first[t] + at_block[t], np.float32(0)
        while block + 1 < first[t + 1] and lasts[block] < start:
            block += 1
        if block > first[t] + at_block[t]:
            at_block[t] = block - first[t]
            read[t] = at[t] = 0
        while at[t] < read[t] and docs[t, at[t]] < start:
            at[t] += 1
        if at[t] < read[t] and docs[t, at[t]] >= end:
            following = min(following, int64(docs[t, at[t]]))
        elif read[t] == 0 or at[t] < read[t] or block + 1 < first[t + 1]:
            most, following = of_block[block], end
            while block + 1 < first[t + 1] and lasts[block] + 1 < end:
                block += 1
                most = max(most, of_block[block])
        bounds[t] = most
        together += most
    return together, following


@njit(float32(own(float32), own(int64), int64), **LEAF)
def _sum(bounds, order, begin):
    """What the lists from a place in their order on can give together; 0, and not almost, where there are none."""
    together = np.float32(0)
    for i in range(begin, len(order)):
        together += bounds[order[i]]
    return together


@njit(void(own(float32), own(int64)), **LEAF)
def _order(bounds, order):
    """Sort the numbers of the lists, the one with the greatest bound first."""
    for i in range(1, len(order)):
        t, place = order[i], i
        while place and bounds[order[place - 1]] < bounds[t]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = t


@njit(
    [
        void(
            files, ROW, float32, _PASSAGES, _BLOCKS, _CURSORS, int64, int64, int64, int64,
            own(float32), own(uint64), float32,
        )
        for files in FILES
    ],
    **LEAF,
)  # fmt: skip
def _add(files, row, weight, passages, blocks, cursors, t, entries, start, end, sums, touched, wanted):
    """Add the scores of a list between two passages to ``sums``, but for blocks that have none above ``wanted``.

    The passages that have a sum are a set of bits, ``touched``.
    """
    norms, lengths, live = passages[0], passages[1], passages[2]
    (first, bounds, lasts), (at_block, all_read, all_at, all_docs, all_times) = blocks, cursors
    docs, times, size = all_docs[t], all_times[t], len(lengths)
    block, read, at = first[t] + at_block[t], all_read[t], all_at[t]
    while True:
        if read == 0 and bounds[block] > wanted:
            read, at = read_block(files, row, block - first[t], docs, times, entries, size), 0
        while at < read and docs[at] < end:
            doc = int64(docs[at])
            place = doc - start
            if doc >= start and live[doc]:
                touched[place >> 6] |= uint64(1) << uint64(place & 63)
                tf = np.float32(times[at])
                sums[place] += weight * (tf / (tf + norms[lengths[doc]]))
            at += 1
        if at < read or block + 1 == first[t + 1] or lasts[block] + 1 >= end:
            break
        block += 1
        read = at = 0
    at_block[t], all_read[t], all_at[t] = block - first[t], read, at


@njit(int64(own(float32), own(uint64), int64, float32, own(int64), own(float32)), **LEAF)
def _take(sums, touched, start, wanted, docs, scores):
    """Put the ``touched`` passages whose sum is above ``wanted``, rising, and these sums into ``docs`` and ``scores``.

    Returns how many there are. No sum is left.
    """
    count = 0
    for word in range(len(touched)):
        bits = touched[word]
        touched[word] = 0
        while bits:
            lowest = bits & (~bits + uint64(1))
            place = (word << 6) + int64(ones(lowest - uint64(1)))
            bits ^= lowest
            if sums[place] > wanted and count < len(docs):
                docs[count], scores[count] = start + place, sums[place]
                count += 1
            sums[place] = 0
    return count


@njit(
    [
        int64(
            files, ROW, float32, _PASSAGES, _BLOCKS, _CURSORS, int64, int64,
            own(int64), own(float32), int64, float32, boolean,
        )
        for files in FILES
    ],
    **LEAF,
)  # fmt: skip
def _complete(files, row, weight, passages, blocks, cursors, t, entries, docs, scores, count, wanted, must):
    """Add what a list gives to the scores of some rising ``docs``, and keep those that come above ``wanted``.

    With ``must`` only those that are in the list. Returns how many are left.
    """
    norms, lengths = passages[0], passages[1]
    (first, bounds, lasts), (at_block, all_read, all_at, all_docs, all_times) = blocks, cursors
    own_docs, times, size = all_docs[t], all_times[t], len(lengths)
    block, end, read, at, kept = first[t] + at_block[t], first[t + 1], all_read[t], all_at[t], 0
    for i in range(count):
        doc, score, held = docs[i], scores[i], False
        if lasts[block] < doc and block + 1 < end:
            while block + 1 < end and lasts[block] < doc:
                block += 1
            read = at = 0
        if score + bounds[block] > wanted:
            if read == 0:
                read, at = read_block(files, row, block - first[t], own_docs, times, entries, size), 0
            while at + 8 <= read and own_docs[at + 7] < doc:
                at += 8
            while at < read and own_docs[at] < doc:
                at += 1
            if at < read and own_docs[at] == doc:
                tf = np.float32(times[at])
                score += weight * (tf / (tf + norms[lengths[doc]]))
                held = True
        if score > wanted and (held or not must):
            docs[kept], scores[kept] = doc, score
            kept += 1
    at_block[t], all_read[t], all_at[t] = block - first[t], read, at
    return kept


@njit(int64(own(float32), own(int64), int64, own(int64), own(float32), int64), **LEAF)
def _keep(best, best_docs, found, docs, scores, count):
    """Put what is better than the worst of the best into its place; returns how many ever were."""
    for i in range(count):
        if scores[i] > best[0]:
            _replace_worst(best, best_docs, scores[i], docs[i])
            found += 1
    return found


@njit(float32(_BLOCKS, own(int64), int64), **LEAF)
def _reach(blocks, beside, block):
    """What no passage in a block of the first list is above that is in all lists.

    ``beside``: of each list a block that has passages of this one or before it; they come to this one.
    """
    first, bounds, lasts = blocks
    reach = bounds[block]
    for t in range(1, len(beside)):
        at, most = beside[t], np.float32(0)
        while block and at + 1 < first[t + 1] and lasts[at] <= lasts[block - 1]:
            at += 1
        beside[t] = at
        while True:
            most = max(most, bounds[at])
            if at + 1 == first[t + 1] or lasts[at] >= lasts[block]:
                break
            at += 1
        reach += most
    return reach


@njit([_BEST(files, LISTS, WEIGHTS, _PASSAGES, int64, int64) for files in FILES], **INNER)
def _best_of_all(files, lists, weights, passages, limit, entries):
    norms, lengths, live, whole = passages[0], passages[1], passages[2], passages[4]
    size, terms = len(lengths), len(lists)
    blocks, reached = _blocks(files, lists, weights, passages, limit)
    first, bounds, _ = blocks
    best, best_docs, found = np.full(limit, -1, dtype=np.float32), np.full(limit, -1, dtype=np.int64), 0
    # What enough passages reach by one word need not be reached by passages that have all.
    good = reached if terms == 1 else np.float32(0)
    cursors, beside = _cursors(terms, entries), first[:terms].copy()
    own_docs, times = cursors[3][0], cursors[4][0]
    each, tops = np.arange(terms), np.array([bounds[first[t] : first[t + 1]].max() for t in range(terms)], np.float32)
    docs, scores, count = np.empty(_BATCH + 2 * entries, np.int64), np.empty(_BATCH + 2 * entries, np.float32), 0
    batch = entries
    for block in range(first[1]):
        reach = _reach(blocks, beside, block)
        if reach > good:
            wanted = good - (reach - bounds[block])
            for i in range(read_block(files, lists[0], block, own_docs, times, entries, size)):
                doc, tf = int64(own_docs[i]), np.float32(times[i])
                if doc >= size:
                    raise IndexError("no such passage")
                score = weights[0] * (tf / (tf + norms[lengths[doc]]))
                if score > wanted and (whole or live[doc]):
                    docs[count], scores[count] = doc, score
                    count += 1
        if count < batch and block + 1 < first[1]:
            continue
        for t in range(1, terms):
            wanted = good - _sum(tops, each, t + 1)
            count = _complete(
                files, lists[t], weights[t], passages, blocks, cursors, t, entries, docs, scores, count, wanted, True
            )
        found, count, batch = _keep(best, best_docs, found, docs, scores, count), 0, min(terms * batch, _BATCH)
        good = max(good, best[0]) if found >= limit else good
    kept = best_docs >= 0
    return best_docs[kept], best[kept]


@njit([_BEST(files, LISTS, WEIGHTS, _PASSAGES, int64, int64, int64) for files in FILES], **INNER)
def _best_of_any(files, lists, weights, passages, limit, entries, window):
    if len(lists) == 1:
        return _best_of_all(files, lists, weights, passages, limit, entries)
    blocks, good = _blocks(files, lists, weights, passages, limit)
    best, best_docs, found = np.full(limit, -1, dtype=np.float32), np.full(limit, -1, dtype=np.int64), 0
    cursors, size, terms = _cursors(len(lists), entries), len(passages[1]), len(lists)
    for t in range(terms):
        if blocks[0][t + 1] - blocks[0][t] == 1:  # a short list: one knows where it has nothing
            cursors[1][t] = read_block(files, lists[t], 0, cursors[3][t], cursors[4][t], entries, size)
    bounds, order = np.zeros(terms, np.float32), np.arange(terms)
    sums, touched = np.zeros(window, np.float32), np.zeros((window >> 6) + 1, np.uint64)
    docs, scores = np.empty(window, np.int64), np.empty(window, np.float32)
    start = 0
    while start < size:
        end = min(start + window, size)
        left, following = _bounds_in(blocks, cursors, start, end, size, bounds)
        if left <= good:
            start = max(end, following)
            continue
        _order(bounds, order)
        together, added = left, 0
        # Any passage that is good is in one of the first lists, as those behind them together cannot make it so.
        while added < terms and left > good:
            t, wanted = order[added], good - (together - bounds[order[added]])
            _add(files, lists[t], weights[t], passages, blocks, cursors, t, entries, start, end, sums, touched, wanted)
            added += 1
            left = _sum(bounds, order, added)
        count = _take(sums, touched, start, good - left, docs, scores)
        while added < terms and count:
            t, added = order[added], added + 1
            wanted = good - _sum(bounds, order, added)
            count = _complete(
                files, lists[t], weights[t], passages, blocks, cursors, t, entries, docs, scores, count, wanted, False
            )
        found = _keep(best, best_docs, found, docs, scores, count)
        good = max(good, best[0]) if found >= limit else good
        start = end
    kept = best_docs >= 0
    return best_docs[kept], best[kept]


# Arrays come one by one from outside: to take a tuple of them apart costs more than a query.


@njit([_BEST(*columns, LISTS, WEIGHTS, *_PASSAGES, int64, int64, int64) for columns in COLUMNS_OF], **COMPILED)
def best_of_any(
    codes, bits, ranks, freq, block_code, block_before, block_freq, block_length,
    lists, weights, norms, lengths, live, slack, whole, limit, entries, window,
):  # fmt: skip
    """Docs and scores of the best live passages that hold any of the terms, in no order; ``entries``: postings of a block.

    A window of passages at a time: where all lists together cannot reach the worst of the best so far it is passed over
    unread; else the lists that can reach it are added up, and the others asked only for what stands there (Turtle and Flood,
    Query Evaluation: Strategies and Optimizations, 1995).
    """
    files = codes, bits, ranks, freq, block_code, block_before, block_freq, block_length
    passages = norms, lengths, live, slack, whole
    return _best_of_any(files, lists, weights, passages, limit, entries, window)


@njit([_BEST(*columns, LISTS, WEIGHTS, *_PASSAGES, int64, int64) for columns in COLUMNS_OF], **COMPILED)
def best_of_all(
    codes, bits, ranks, freq, block_code, block_before, block_freq, block_length,
    lists, weights, norms, lengths, live, slack, whole, limit, entries,
):  # fmt: skip
    """Docs and scores of the best live passages that hold all of the terms, in no order; the first list is the rarest.

    Its passages are looked for in the other lists, of which only the blocks are read in which one may stand and which could
    make a good score.
    """
    files = codes, bits, ranks, freq, block_code, block_before, block_freq, block_length
    passages = norms, lengths, live, slack, whole
    return _best_of_all(files, lists, weights, passages, limit, entries)
