"""What the lists and dictionaries of a segment hold."""

from __future__ import annotations

import numpy as np
from numba import njit, types, void
from numba.core.types import int64, uint8, uint16, uint32, uint64

from .signatures import COMPILED, FREQS, LEAF, mapped, own

__all__ = ["count_docs", "decode", "decode_into", "find_term", "freqs", "ones", "rank", "read_freqs"]


@njit(uint64(uint64), **LEAF)
def ones(bits):
    """How many bits are set."""
    bits = bits - ((bits >> uint64(1)) & uint64(0x5555555555555555))
    bits = (bits & uint64(0x3333333333333333)) + ((bits >> uint64(2)) & uint64(0x3333333333333333))
    bits = (bits + (bits >> uint64(4))) & uint64(0x0F0F0F0F0F0F0F0F)
    return (bits * uint64(0x0101010101010101)) >> uint64(56)


@njit(int64(mapped(uint64), mapped(uint32), int64), **LEAF)
def rank_of(bits, ranks, number):
    if number < 0 or number >> 6 >= min(len(bits), len(ranks)):
        raise IndexError("no such member")
    below = bits[number >> 6] & ((uint64(1) << uint64(number & 63)) - uint64(1))
    return int64(ranks[number >> 6]) + int64(ones(below))


@njit(
    [own(int64)(mapped(uint64), mapped(uint32), mapped(number, "A"), int64) for number in (uint32, int64)],
    **COMPILED,
)
def rank(bits, ranks, numbers, more):
    """How many members of a set are below each of the numbers plus ``more``."""
    found = np.empty(len(numbers), dtype=np.int64)
    for i in range(len(numbers)):
        found[i] = rank_of(bits, ranks, int64(numbers[i]) + more)
    return found


@njit(
    types.Tuple((own(uint32), own(uint16)))(mapped(uint64), mapped(uint32), mapped(uint32), mapped(uint32)),
    **COMPILED,
)
def count_docs(bits, ranks, held, positions):
    """Docs that hold rising positions, and how many of them each holds; ``held`` are those that hold any, if not all do."""
    docs, counts, count, last = np.empty(len(positions), np.uint32), np.zeros(len(positions), np.uint16), 0, -2
    for position in positions:
        number = rank_of(bits, ranks, int64(position) + 1) - 1
        # No branch: whether a passage holds another one cannot be guessed.
        count += number != last
        docs[count - 1], last = number, number
        counts[count - 1] += 1
    if len(held):
        for i in range(count):
            if docs[i] >= len(held):
                raise IndexError("no such passage")
            docs[i] = held[docs[i]]
    return docs[:count], counts[:count]


@njit(int64(mapped(uint8), int64, int64, int64, uint32, own(uint32)), **LEAF)
def decode_into(codes, place, end, width, number, found):
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


@njit(own(uint32)(mapped(uint8), int64), **COMPILED)
def decode(codes, width):
    """The numbers behind the bytes of a whole list."""
    found = np.empty(max(len(codes) // width, 1), dtype=np.uint32)
    return found[: decode_into(codes, 0, len(codes), width, uint32(0), found)]


@njit(int64(mapped(uint8), mapped(uint32), mapped(uint8)), **COMPILED)
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


@njit(
    [void(mapped(uint64), mapped(uint32), mapped(freq), int64, own(uint16), int64) for freq in FREQS],
    **LEAF,
)
def read_freqs(bits, ranks, freq, entry, times, count):
    """How often a term stands in so many passages, from an entry on, put into ``times``."""
    place, end = rank_of(bits, ranks, entry), entry + count
    if end >> 6 >= len(bits):
        raise IndexError("no such entries")
    times[:count] = 1
    for word in range(entry >> 6, (end >> 6) + 1):
        often = bits[word]
        if word == entry >> 6:
            often &= ~((uint64(1) << uint64(entry & 63)) - uint64(1))
        if word == end >> 6:
            often &= (uint64(1) << uint64(end & 63)) - uint64(1)
        while often:  # few are above 1
            lowest = often & (~often + uint64(1))
            if place >= len(freq):
                raise IndexError("no such frequency")
            times[(word << 6) + int64(ones(lowest - uint64(1))) - entry] = freq[place]
            place += 1
            often ^= lowest


@njit(
    [own(uint16)(mapped(uint64), mapped(uint32), mapped(freq), int64, int64) for freq in FREQS],
    **COMPILED,
)
def freqs(bits, ranks, freq, first, end):
    """How often a term stands in each of its passages, from its entries from ``first`` up to ``end``."""
    found = np.ones(end - first, dtype=np.uint16)
    read_freqs(bits, ranks, freq, first, found, end - first)
    return found
