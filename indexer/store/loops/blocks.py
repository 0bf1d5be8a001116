"""The lists of passages, a block at a time."""

from __future__ import annotations

import numpy as np
from numba import njit, types, void
from numba.core.types import float32, int64, uint8, uint16, uint32, uint64

from ..postings import LENGTHS
from .lists import decode_into, read_freqs
from .signatures import COMPILED, FREQS, LEAF, mapped, own

__all__ = [
    "BLOCK_END",
    "BLOCK_FROM",
    "COLUMNS",
    "COLUMNS_OF",
    "FILES",
    "LISTS",
    "ROW",
    "WEIGHTS",
    "add_lists",
    "near",
    "read_block",
]

# Columns of ``lists``, a row for each term: first and last byte, bytes of a code, first entry, entries, first and last block.
COLUMNS = ("code_from", "code_end", "width", "entry_from", "entries", "block_from", "block_end")
_CODE_FROM, _CODE_END, _WIDTH, _ENTRY_FROM, _ENTRIES, BLOCK_FROM, BLOCK_END = range(7)
# What lists are read from (see ``DocPostings.columns``), with frequencies of one byte or of two.
COLUMNS_OF = tuple(
    (
        mapped(uint8),  # codes
        mapped(uint64),  # bits of the entries with a frequency above 1
        mapped(uint32),  # their ranks
        mapped(freq),
        mapped(uint32),  # of each block: its first code
        mapped(uint32),  # the passage before it
        mapped(uint16),  # the frequency of its best posting
        mapped(uint16),  # the length of the passage of that one
    )
    for freq in FREQS
)
FILES = tuple(types.Tuple(columns) for columns in COLUMNS_OF)
ROW, LISTS, WEIGHTS = own(int64), own(int64, 2), own(float32)
# For passages that are compared with known ones and lead nowhere.
_ANY_SIZE = 1 << 62


@njit([int64(files, ROW, int64, own(uint32), own(uint16), int64, int64) for files in FILES], **LEAF)
def read_block(files, row, block, docs, times, entries, size):
    """Read a block of a list, or the whole of a short one, into ``docs`` and ``times``; how many there are."""
    width, place, end = row[_WIDTH], row[_CODE_FROM], row[_CODE_END]
    count, entry, number = row[_ENTRIES], row[_ENTRY_FROM], uint32(0)
    blocks = row[BLOCK_END] - row[BLOCK_FROM]
    if blocks:
        at = row[BLOCK_FROM] + block
        if block + 1 < blocks:
            end = place + int64(files[4][at + 1]) * width
        place += int64(files[4][at]) * width
        number = files[5][at]
        entry += block * entries
        count = min(count - block * entries, entries)
    if not 0 < count <= len(docs) or decode_into(files[0], place, end, width, number, docs) != count:
        raise IndexError("no such block")
    if docs[count - 1] >= size:
        raise IndexError("no such passage")
    read_freqs(files[1], files[2], files[3], entry, times, count)
    return count


@njit([types.Tuple((own(uint32), own(uint16)))(*columns, ROW, own(int64), int64) for columns in COLUMNS_OF], **COMPILED)
def near(
    codes, bits, ranks, freq, block_code, block_before, block_freq, block_length, row, docs, entries
):  # fmt: skip
    """Those of some rising docs that are in a list, and how often the term stands in each."""
    files = codes, bits, ranks, freq, block_code, block_before, block_freq, block_length
    first, end = row[BLOCK_FROM], row[BLOCK_END]
    if not 0 <= first <= end <= min(len(block_code), len(block_before)):
        raise IndexError("no such blocks")
    own_docs, times = np.empty(2 * entries, np.uint32), np.empty(2 * entries, np.uint16)
    found, counts, count = np.empty(len(docs), np.uint32), np.empty(len(docs), np.uint16), 0
    block = read = at = 0
    for doc in docs:
        while first + block + 1 < end and block_before[first + block + 1] < doc:
            block += 1
            read = at = 0
        if read == 0:
            read = read_block(files, row, block, own_docs, times, entries, _ANY_SIZE)
        while at < read and own_docs[at] < doc:
            at += 1
        if at < read and own_docs[at] == doc:
            found[count], counts[count] = doc, times[at]
            count += 1
    return found[:count], counts[:count]


@njit(
    [void(*columns, LISTS, WEIGHTS, mapped(float32), mapped(uint16), own(float32), int64) for columns in COLUMNS_OF],
    **COMPILED,
)
def add_lists(
    codes, bits, ranks, freq, block_code, block_before, block_freq, block_length, lists, weights, norms, lengths, total, entries
):  # fmt: skip
    """Add to the scores of passages what terms of these weights give them; all lists are read."""
    files = codes, bits, ranks, freq, block_code, block_before, block_freq, block_length
    known, size = min(len(block_code), len(block_before)), min(len(lengths), len(total))
    docs, times = np.empty(2 * entries, np.uint32), np.empty(2 * entries, np.uint16)
    if len(norms) < LENGTHS:
        raise IndexError("no such passages")
    for t in range(min(len(lists), len(weights))):
        row, weight = lists[t], weights[t]
        if not 0 <= row[BLOCK_FROM] <= row[BLOCK_END] <= known:
            raise IndexError("no such blocks")
        for block in range(max(row[BLOCK_END] - row[BLOCK_FROM], 1)):
            for i in range(read_block(files, row, block, docs, times, entries, size)):
                doc, tf = int64(docs[i]), np.float32(times[i])
                if doc >= size:
                    raise IndexError("no such passage")
                total[doc] += weight * (tf / (tf + norms[lengths[doc]]))
