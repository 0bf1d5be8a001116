"""Sets of positions as bits, with the number of set bits before any position at hand.

    <name>.bits   uint64   bit p % 64 of word p // 64 is set where the set holds p
    <name>.rank   uint32   how many bits are set before each word

(Jacobson, Space-efficient static trees and graphs, 1989: a rank by one table lookup and one popcount.)
"""

from __future__ import annotations

import numpy as np

from . import kernels
from .arrays import AnyArray

__all__ = ["RankedBits", "encode_bits", "packed"]


def encode_bits(name: str, members: AnyArray, size: int) -> dict[str, AnyArray]:
    """Arrays of a set of numbers from 0 up to ``size``; members may come unsorted and more than once."""
    flags = np.zeros(size, dtype=bool)
    flags[members] = True
    bits = packed(flags)
    counts = np.bitwise_count(bits)
    return {f"{name}.bits": bits, f"{name}.rank": (np.cumsum(counts) - counts).astype(np.uint32)}


def packed(mask: AnyArray) -> AnyArray:
    """The bits of a mask, with those of some numbers behind its end, which are 0."""
    bits = np.zeros(len(mask) // 64 + 1, dtype="<u8")
    bits.view(np.uint8)[: -(-len(mask) // 8)] = np.packbits(mask, bitorder="little")
    return bits


class RankedBits:
    """Read access to a set that ``encode_bits`` wrote. Numbers asked for may be as large as its ``size``."""

    def __init__(self, name: str, arrays: dict[str, AnyArray]) -> None:
        self.bits, self.ranks = arrays[f"{name}.bits"], arrays[f"{name}.rank"]

    def __len__(self) -> int:
        """How many members there are."""
        return int(self.ranks[-1]) + int(np.bitwise_count(self.bits[-1]))

    def rank(self, numbers: AnyArray, more: int = 0) -> AnyArray:
        """How many members are below each of the numbers plus ``more`` (int64)."""
        if (native := kernels.native()) is not None:
            ranked: AnyArray = native.rank(self.bits, self.ranks, numbers, more)
            return ranked
        numbers = np.asarray(numbers, dtype=np.uint64) + np.uint64(more)
        word = (numbers >> np.uint64(6)).astype(np.int64)
        below = (np.uint64(1) << (numbers & np.uint64(63))) - np.uint64(1)
        found: AnyArray = self.ranks[word].astype(np.int64) + np.bitwise_count(self.bits[word] & below)
        return found

    def holds(self, numbers: AnyArray) -> AnyArray:
        """Which of the numbers are members."""
        numbers = np.asarray(numbers, dtype=np.uint64)
        found: AnyArray = (
            self.bits[(numbers >> np.uint64(6)).astype(np.int64)] >> (numbers & np.uint64(63))
        ) & np.uint64(1)
        return found.astype(bool)

    def between(self, first: int, end: int) -> AnyArray:
        """For each number from ``first`` up to ``end``, whether it is a member."""
        words = self.bits[first >> 6 : (end >> 6) + 1].view(np.uint8)
        return np.unpackbits(words, bitorder="little")[first & 63 : (first & 63) + end - first].astype(bool)

    def members(self) -> AnyArray:
        """All members, rising (int64)."""
        return np.flatnonzero(np.unpackbits(self.bits.view(np.uint8), bitorder="little"))
