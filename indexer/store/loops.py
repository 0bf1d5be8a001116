"""The innermost loops as machine code, compiled by Numba. Whether they are used, ``kernels`` says.

Every function has a twin over NumPy arrays that finds the same: ``gaps.GapLists.decode`` of ``decode``, ``bits.RankedBits.rank``
of ``rank``, ``search.ranking`` of ``add_scores``, ``search.topk`` of ``best_of_any`` and ``best_of_all``. Types are given, so
that all is compiled when this module is imported, or read from Numba's cache, and nothing at the first query. The lock of
the interpreter is released: threads count side by side.

Nothing stands between machine code and the memory around an array, and a damaged index may say anything: every place that comes
from a file is looked at before it is used, and one that is not there is an IndexError, as it is in NumPy. (Numba's own check of
every bound takes twice the time.)
"""

from __future__ import annotations

import numpy as np
from numba import njit, types, void
from numba.core.types import boolean, float32, float64, int32, int64, uint8, uint16, uint32, uint64

__all__ = [
    "COLUMNS",
    "add_scores",
    "best_of_all",
    "best_of_any",
    "count_docs",
    "decode",
    "find_term",
    "freqs",
    "in_context",
    "kth_best",
    "rank",
    "tally",
]


def _mapped(dtype: types.Type, layout: str = "C") -> types.Array:
    """The type of an array that is only read, as all of an index are."""
    return types.Array(dtype, 1, layout, readonly=True)


# Columns of ``lists``, a row for each term: first and last byte, bytes of a code, first entry, entries, first and last block.
COLUMNS = ("code_from", "code_end", "width", "entry_from", "entries", "block_from", "block_end")
_CODE_FROM, _CODE_END, _WIDTH, _ENTRY_FROM, _ENTRIES, _BLOCK_FROM, _BLOCK_END = range(7)
# A little above the greatest score of a block: what is added up in another order may come out a little higher.
_ABOVE = np.float32(1.00001)

_INNER = {"cache": True, "error_model": "numpy"}
_COMPILED = _INNER | {"nogil": True}


@njit(uint64(uint64), **_INNER)
def _ones(bits):
    """How many bits are set."""
    bits = bits - ((bits >> uint64(1)) & uint64(0x5555555555555555))
    bits = (bits & uint64(0x3333333333333333)) + ((bits >> uint64(2)) & uint64(0x3333333333333333))
    bits = (bits + (bits >> uint64(4))) & uint64(0x0F0F0F0F0F0F0F0F)
    return (bits * uint64(0x0101010101010101)) >> uint64(56)


@njit(int64(_mapped(uint64), _mapped(uint32), int64), **_INNER)
def _rank(bits, ranks, number):
    if number < 0 or number >> 6 >= min(len(bits), len(ranks)):
        raise IndexError("no such member")
    below = bits[number >> 6] & ((uint64(1) << uint64(number & 63)) - uint64(1))
    return int64(ranks[number >> 6]) + int64(_ones(below))


@njit(
    [
        types.Array(int64, 1, "C")(_mapped(uint64), _mapped(uint32), _mapped(number, "A"), int64)
        for number in (uint32, int64)
    ],
    **_COMPILED,
)
def rank(bits, ranks, numbers, more):
    """How many members of a set are below each of the numbers plus ``more``."""
    found = np.empty(len(numbers), dtype=np.int64)
    for i in range(len(numbers)):
        found[i] = _rank(bits, ranks, int64(numbers[i]) + more)
    return found


@njit(
    types.UniTuple(types.Array(int64, 1, "C"), 2)(_mapped(uint64), _mapped(uint32), _mapped(uint32), _mapped(uint32)),
    **_COMPILED,
)
def count_docs(bits, ranks, held, positions):
    """Docs that hold rising positions, and how many of them each holds; ``held`` are those that hold any, if not all do."""
    docs, counts, count = np.empty(len(positions), np.int64), np.zeros(len(positions), np.int64), 0
    for position in positions:
        doc = _rank(bits, ranks, int64(position) + 1) - 1
        if len(held):
            if not 0 <= doc < len(held):
                raise IndexError("no such passage")
            doc = int64(held[doc])
        if count == 0 or docs[count - 1] != doc:
            docs[count] = doc
            count += 1
        counts[count - 1] += 1
    return docs[:count], counts[:count]


@njit(int64(_mapped(uint8), int64, int64, int64, uint32, types.Array(uint32, 1, "C")), **_INNER)
def _decode(codes, place, end, width, number, found):
    """Numbers behind the bytes from ``place`` up to ``end``, put into ``found``; how many they are.

    What is behind an escape is written over it, and there is a loop for each width: no branch, half a nanosecond a number.
    """
    if place < 0 or end > len(codes) or not 1 <= width <= 4 or (end - place) % width or not len(found):
        raise IndexError("no such list")
    # More numbers than there is room for, a damaged list, are written over each other.
    count, last = 0, len(found) - 1
    if width == 1:
        for i in range(place, end):
            gap = uint32(codes[i])
            number += gap
            found[min(count, last)] = number
            count += gap != 0xFF
    elif width == 2:
        for i in range(place, end, 2):
            gap = uint32(codes[i]) | uint32(codes[i + 1]) << uint32(8)
            number += gap
            found[min(count, last)] = number
            count += gap != 0xFFFF
    else:
        for i in range(place, end, width):
            gap = uint32(codes[i]) | uint32(codes[i + 1]) << uint32(8) | uint32(codes[i + 2]) << uint32(16)
            if width == 4:
                gap |= uint32(codes[i + 3]) << uint32(24)
            number += gap
            found[min(count, last)] = number
            count += width == 4 or gap != 0xFFFFFF
    return count


@njit(types.Array(uint32, 1, "C")(_mapped(uint8), int64), **_COMPILED)
def decode(codes, width):
    """The numbers behind the bytes of a whole list."""
    found = np.empty(max(len(codes) // width, 1), dtype=np.uint32)
    return found[: _decode(codes, 0, len(codes), width, uint32(0), found)]


@njit(int64(_mapped(uint8), _mapped(uint32), _mapped(uint8)), **_COMPILED)
def find_term(text, ends, key):
    """Number of the first of some sorted terms that is not below ``key``, all as bytes."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        start, end = int64(ends[middle - 1]) if middle else 0, int64(ends[middle])
        if not 0 <= start <= end <= len(text):
            raise IndexError("no such term")
        below = end - start < len(key)
        for i in range(min(end - start, len(key))):
            if text[start + i] != key[i]:
                below = text[start + i] < key[i]
                break
        if below:
            low = middle + 1
        else:
            high = middle
    return low


_FREQS = (uint8, uint16)


@njit(
    [
        void(_mapped(uint64), _mapped(uint32), _mapped(freq), int64, types.Array(uint16, 1, "C"), int64)
        for freq in _FREQS
    ],
    **_INNER,
)
def _read_freqs(bits, ranks, freq, entry, times, count):
    """How often a term stands in so many passages, from an entry on, put into ``times``."""
    place = _rank(bits, ranks, entry)
    if (entry + count) >> 6 >= len(bits):
        raise IndexError("no such entries")
    for i in range(count):
        times[i] = 1
        if (bits[(entry + i) >> 6] >> uint64((entry + i) & 63)) & uint64(1):
            if place >= len(freq):
                raise IndexError("no such frequency")
            times[i] = freq[place]
            place += 1


@njit(
    [types.Array(uint16, 1, "C")(_mapped(uint64), _mapped(uint32), _mapped(freq), int64, int64) for freq in _FREQS],
    **_COMPILED,
)
def freqs(bits, ranks, freq, first, end):
    """How often a term stands in each of its passages, from its entries from ``first`` up to ``end``."""
    found = np.ones(end - first, dtype=np.uint16)
    _read_freqs(bits, ranks, freq, first, found, end - first)
    return found


@njit(
    [
        void(types.Array(float64, 1, "C"), _mapped(float32), _mapped(docs, "A"), _mapped(freq, "A"), float64)
        for docs, freq in ((uint32, uint16), (int64, int64))
    ],
    **_COMPILED,
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
    types.Array(float64, 1, "C")(
        _mapped(float64),
        _mapped(int64, "A"),
        _mapped(uint32),
        _mapped(int32),
        _mapped(boolean),
        float64,
        float64,
        float64,
    ),
    **_COMPILED,
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


@njit([types.Array(int64, 1, "C")(_mapped(int64), _mapped(number), int64) for number in (uint8, int64)], **_COMPILED)
def tally(docs, values, most):
    """How many of the passages have each value, of which there are ``most``."""
    counts = np.zeros(most, dtype=np.int64)
    for doc in docs:
        if not (0 <= doc < len(values) and 0 <= values[doc] < most):
            raise IndexError("no such passage")
        counts[values[doc]] += 1
    return counts


@njit(float64(_mapped(float64), int64), **_COMPILED)
def kth_best(values, count):
    """The least of the ``count`` greatest values, of which there are more."""
    best = np.sort(values[:count])  # a heap, with the least at its top
    for value in values[count:]:
        if value <= best[0]:
            continue
        place, child = 0, 1
        while child < count:
            if child + 1 < count and best[child + 1] < best[child]:
                child += 1
            if best[child] >= value:
                break
            best[place] = best[child]
            place, child = child, 2 * child + 1
        best[place] = value
    return best[0]


# -- the best passages of some lists ----------------------------------------------------------------------------------


@njit(void(types.Array(float32, 1, "C"), types.Array(int64, 1, "C"), float32, int64), **_INNER)
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


def _own(dtype: types.Type, dimensions: int = 1) -> types.Array:
    """The type of an array that is written."""
    return types.Array(dtype, dimensions, "C")


# What lists are read from (see ``DocPostings.columns``), with frequencies of one byte or of two.
_COLUMNS = tuple(
    (
        _mapped(uint8),  # codes
        _mapped(uint64),  # bits of the entries with a frequency above 1
        _mapped(uint32),  # their ranks
        _mapped(freq),
        _mapped(uint32),  # of each block: its first code
        _mapped(uint32),  # the passage before it
        _mapped(uint16),  # the greatest frequency
        _mapped(uint16),  # the least length
    )
    for freq in _FREQS
)
_FILES = tuple(types.Tuple(columns) for columns in _COLUMNS)
# Of the passages: what BM25 adds to a frequency, which are live, and the line on which it depends on the length.
_PASSAGES = types.Tuple((_mapped(float32), _mapped(boolean), float64, float64))
_ROW, _LISTS = _own(int64), _own(int64, 2)
# Of each list: the block it is at, how many postings of it are read, at which of them it is, and these.
_CURSORS = types.Tuple((_own(int64), _own(int64), _own(int64), _own(uint32, 2), _own(uint16, 2)))


@njit(int64(_ROW), **_INNER)
def _blocks(row):
    """How many blocks a list is read in."""
    return max(row[_BLOCK_END] - row[_BLOCK_FROM], 1)


@njit([int64(files, _ROW, int64, int64) for files in _FILES], **_INNER)
def _last(files, row, block, size):
    """The last passage that can stand in a block."""
    following = row[_BLOCK_FROM] + block + 1
    return int64(files[5][following]) if following < row[_BLOCK_END] else size - 1


@njit([float32(files, _ROW, int64, float32, _PASSAGES) for files in _FILES], **_INNER)
def _bound(files, row, block, weight, passages):
    """What no score of a block is above."""
    if row[_BLOCK_END] == row[_BLOCK_FROM]:
        return weight * _ABOVE
    at = row[_BLOCK_FROM] + block
    times = np.float32(files[6][at])
    return weight * _ABOVE * (times / (times + np.float32(passages[2] + passages[3] * files[7][at])))


@njit([int64(files, _ROW, int64, _own(uint32), _own(uint16), int64, int64) for files in _FILES], **_INNER)
def _read_block(files, row, block, docs, times, entries, size):
    """Read a block of a list, or the whole of a short one, into ``docs`` and ``times``; how many there are."""
    width, place, end = row[_WIDTH], row[_CODE_FROM], row[_CODE_END]
    count, entry, number = row[_ENTRIES], row[_ENTRY_FROM], uint32(0)
    blocks = row[_BLOCK_END] - row[_BLOCK_FROM]
    if blocks:
        at = row[_BLOCK_FROM] + block
        if block + 1 < blocks:
            end = place + int64(files[4][at + 1]) * width
        place += int64(files[4][at]) * width
        number = files[5][at]
        entry += block * entries
        count = min(count - block * entries, entries)
    if not 0 < count <= len(docs) or _decode(files[0], place, end, width, number, docs) != count:
        raise IndexError("no such block")
    if docs[count - 1] >= size:
        raise IndexError("no such passage")
    _read_freqs(files[1], files[2], files[3], entry, times, count)
    return count


@njit([void(files, _LISTS, _PASSAGES) for files in _FILES], **_INNER)
def _check(files, lists, passages):
    """Raise IndexError for lists whose blocks are not there."""
    blocks = min(len(files[4]), len(files[5]), len(files[6]), len(files[7]))
    for row in lists:
        if not 0 <= row[_BLOCK_FROM] <= row[_BLOCK_END] <= blocks or len(passages[0]) != len(passages[1]):
            raise IndexError("no such blocks")


@njit(_CURSORS(int64, int64), **_INNER)
def _cursors(lists, entries):
    at, postings = np.zeros((3, lists), np.int64), 2 * entries
    return at[0], at[1], at[2], np.empty((lists, postings), np.uint32), np.empty((lists, postings), np.uint16)


@njit(
    [
        types.Tuple((float32, int64))(
            files, _LISTS, _own(float32), _PASSAGES, _CURSORS, int64, int64, int64, _own(float32)
        )
        for files in _FILES
    ],
    **_INNER,
)
def _bounds_in(files, lists, weights, passages, cursors, entries, start, end, bounds):
    """Put into ``bounds`` what no score of each list is above between two passages.

    Returns their sum, and up to where no list has a passage behind ``end``. Lists that are behind come to ``start``.
    """
    block, read, at, docs, times = cursors
    together, following, size = np.float32(0), len(passages[0]), len(passages[0])
    for t in range(len(lists)):
        row, most, blocks = lists[t], np.float32(0), _blocks(lists[t])
        if blocks == 1 and read[t] == 0:
            read[t] = _read_block(files, row, 0, docs[t], times[t], entries, size)
        while at[t] < read[t] and docs[t, at[t]] < start:
            at[t] += 1
        if read[t] and at[t] < read[t] and docs[t, at[t]] >= end:
            following = min(following, int64(docs[t, at[t]]))
        elif read[t] and at[t] == read[t] and block[t] + 1 == blocks:
            pass  # behind its end
        else:
            while block[t] + 1 < blocks and _last(files, row, block[t], size) < start:
                block[t] += 1
                read[t] = at[t] = 0
            for b in range(block[t], blocks):
                before = int64(files[5][row[_BLOCK_FROM] + b]) if b else -1
                if before + 1 >= end:
                    following = min(following, before + 1)
                    break
                most = max(most, _bound(files, row, b, weights[t], passages))
                if b + 1 < blocks and _last(files, row, b, size) >= end:
                    following = end
        bounds[t] = most
        together += most
    return together, following


@njit(void(_own(float32), _own(int64)), **_INNER)
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
        int64(
            files, _ROW, float32, _PASSAGES, _CURSORS, int64, int64, int64, int64,
            _own(float32), _own(int64), int64, boolean,
        )
        for files in _FILES
    ],
    **_INNER,
)  # fmt: skip
def _add(files, row, weight, passages, cursors, t, entries, start, end, sums, touched, count, alone):
    """Add the scores of a list between two passages to ``sums``; without ``alone`` only to what has a sum already.

    Returns how many passages have a sum now: they are in ``touched``.
    """
    norm, live = passages[0], passages[1]
    block, read, at, docs, times = cursors
    while True:
        if read[t] == 0:
            read[t] = _read_block(files, row, block[t], docs[t], times[t], entries, len(norm))
            at[t] = 0
        while at[t] < read[t] and docs[t, at[t]] < end:
            doc = int64(docs[t, at[t]])
            place = doc - start
            if doc >= start and live[doc] and (sums[place] > 0 or alone):
                if sums[place] == 0 and count < len(touched):
                    touched[count] = place
                    count += 1
                tf = np.float32(times[t, at[t]])
                sums[place] += weight * (tf / (tf + norm[doc]))
            at[t] += 1
        if at[t] < read[t] or block[t] + 1 >= _blocks(row) or _last(files, row, block[t], len(norm)) + 1 >= end:
            return count
        block[t] += 1
        read[t] = 0


_BEST = types.Tuple((_own(int64), _own(float32)))


@njit([_BEST(files, _LISTS, _own(float32), _PASSAGES, int64, int64, int64) for files in _FILES], **_INNER)
def _best_of_any(files, lists, weights, passages, limit, entries, window):
    _check(files, lists, passages)
    best, best_docs, found = np.full(limit, -1, dtype=np.float32), np.full(limit, -1, dtype=np.int64), 0
    good, cursors = np.float32(0), _cursors(len(lists), entries)
    bounds, order = np.zeros(len(lists), np.float32), np.arange(len(lists))
    sums, touched = np.zeros(window, np.float32), np.empty(window, np.int64)
    start = 0
    while start < len(passages[0]):
        end = min(start + window, len(passages[0]))
        left, following = _bounds_in(files, lists, weights, passages, cursors, entries, start, end, bounds)
        if left <= good:
            start = max(end, following)
            continue
        _order(bounds, order)
        count = 0
        for t in order:
            # Lists that together cannot reach a good score only add to passages which, with them, can.
            alone = left > good
            if bounds[t] == 0 or not (alone or np.any(sums[touched[:count]] + left > good)):
                break
            left -= bounds[t]
            count = _add(
                files, lists[t], weights[t], passages, cursors, t, entries, start, end, sums, touched, count, alone
            )
        for place in touched[:count]:
            if sums[place] > good:
                _replace_worst(best, best_docs, sums[place], start + place)
                found += 1
                good = best[0] if found >= limit else good
            sums[place] = 0
        start = end
    kept = best_docs >= 0
    return best_docs[kept], best[kept]


@njit([_BEST(files, _LISTS, _own(float32), _PASSAGES, int64, int64) for files in _FILES], **_INNER)
def _best_of_all(files, lists, weights, passages, limit, entries):
    _check(files, lists, passages)
    best, best_docs, found = np.full(limit, -1, dtype=np.float32), np.full(limit, -1, dtype=np.int64), 0
    good, norm, live, size, terms = np.float32(0), passages[0], passages[1], len(passages[0]), len(lists)
    block, read, at, docs, times = _cursors(terms, entries)
    # Of the block that each list is at: the greatest score, and the last passage. No call for each passage: it would cost
    # more than all that is done for it.
    bounds = np.array([_bound(files, lists[t], 0, weights[t], passages) for t in range(terms)], dtype=np.float32)
    lasts = np.array([_last(files, lists[t], 0, size) for t in range(terms)], dtype=np.int64)
    others = weights[1:].sum() * _ABOVE
    for first in range(_blocks(lists[0])):
        if _bound(files, lists[0], first, weights[0], passages) + others <= good:
            continue
        count = _read_block(files, lists[0], first, docs[0], times[0], entries, size)
        for i in range(count):
            doc = int64(docs[0, i])
            if doc >= size:
                raise IndexError("no such passage")
            tf = np.float32(times[0, i])
            score = weights[0] * (tf / (tf + norm[doc]))
            reach = score
            for t in range(1, terms):
                if lasts[t] < doc:
                    while block[t] + 1 < _blocks(lists[t]) and _last(files, lists[t], block[t], size) < doc:
                        block[t] += 1
                    lasts[t] = _last(files, lists[t], block[t], size)
                    bounds[t] = _bound(files, lists[t], block[t], weights[t], passages)
                    read[t] = at[t] = 0
                reach += bounds[t]
            if reach <= good or not live[doc]:
                continue
            held = True
            for t in range(1, terms):
                if read[t] == 0:
                    read[t] = _read_block(files, lists[t], block[t], docs[t], times[t], entries, size)
                while at[t] < read[t] and docs[t, at[t]] < doc:
                    at[t] += 1
                if at[t] == read[t] or docs[t, at[t]] != doc:
                    held = False
                    break
                tf = np.float32(times[t, at[t]])
                score += weights[t] * (tf / (tf + norm[doc]))
            if held and score > good:
                _replace_worst(best, best_docs, score, doc)
                found += 1
                good = best[0] if found >= limit else good
    kept = best_docs >= 0
    return best_docs[kept], best[kept]


# Arrays come one by one from outside: to take a tuple of them apart costs more than a query.


@njit([_BEST(*columns, _LISTS, _own(float32), *_PASSAGES, int64, int64, int64) for columns in _COLUMNS], **_COMPILED)
def best_of_any(
    codes, bits, ranks, freq, block_code, block_before, block_freq, block_length,
    lists, weights, norm, live, norm_from, norm_by, limit, entries, window,
):  # fmt: skip
    """Docs and scores of the best live passages that hold any of the terms, in no order; ``entries``: postings of a block.

    A window of passages at a time: where all lists together cannot reach the worst of the best so far it is passed over
    unread; else the lists that can reach it are added up, and of the others what stands beside them (Turtle and Flood, Query
    Evaluation: Strategies and Optimizations, 1995, over the block maxima of Ding and Suel, 2011).
    """
    files = codes, bits, ranks, freq, block_code, block_before, block_freq, block_length
    return _best_of_any(files, lists, weights, (norm, live, norm_from, norm_by), limit, entries, window)


@njit([_BEST(*columns, _LISTS, _own(float32), *_PASSAGES, int64, int64) for columns in _COLUMNS], **_COMPILED)
def best_of_all(
    codes, bits, ranks, freq, block_code, block_before, block_freq, block_length,
    lists, weights, norm, live, norm_from, norm_by, limit, entries,
):  # fmt: skip
    """Docs and scores of the best live passages that hold all of the terms, in no order; the first list is the rarest.

    Its passages are looked for in the other lists, of which only the blocks are read in which one may stand and which could
    make a good score.
    """
    files = codes, bits, ranks, freq, block_code, block_before, block_freq, block_length
    return _best_of_all(files, lists, weights, (norm, live, norm_from, norm_by), limit, entries)
