"""Rising lists of numbers as gaps of one to four bytes, many lists in one array.

    <name>.codes   uint8    the codes of all lists, one list behind the other
    <name>.from    uint32   list i has the bytes from[i] to from[i + 1] (uint64 where the codes need it)
    <name>.width   uint8    bytes of each code of list i: 1, 2, 3 or 4, little-endian

A list begins at 0. A code is the gap to the number before it; the greatest code of a width below 4 stands for no number: it
adds itself to the gap that follows. Each list has the width that makes it shortest. So a list is read by one ``cumsum``, at
some three nanoseconds a number.
"""

from __future__ import annotations

import numpy as np

from .arrays import AnyArray

__all__ = ["GapLists", "code_starts", "encode_lists", "offsets", "ragged", "widen"]

_WIDTHS = (1, 2, 3, 4)
_ESCAPES = {1: 0xFF, 2: 0xFFFF, 3: 0xFFFFFF}


def encode_lists(name: str, numbers: AnyArray, counts: AnyArray) -> dict[str, AnyArray]:
    """Arrays of lists: ``numbers`` (below 2**32) holds them one behind the other, ``counts`` how long each is (at least 1)."""
    gaps, first = _gaps(numbers, counts)
    sizes = np.empty((len(_WIDTHS), len(counts)), dtype=np.int64)
    for row, width in zip(sizes, _WIDTHS, strict=True):
        row[:] = counts * width
        if width in _ESCAPES and len(counts):
            row[:] += np.add.reduceat(gaps // _ESCAPES[width], first) * width
    best = np.argmin(sizes, axis=0)
    size = sizes[best, np.arange(len(counts))]
    codes = np.empty(int(size.sum()), dtype=np.uint8)
    for width in _WIDTHS:
        here = best == width - 1
        if here.all():
            codes[:] = _codes(gaps, width)
        elif here.any():
            codes[np.repeat(here, size)] = _codes(gaps[np.repeat(here, counts)], width)
    return {f"{name}.codes": codes, f"{name}.from": offsets(size), f"{name}.width": (best + 1).astype(np.uint8)}


def _gaps(numbers: AnyArray, counts: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The gap before each number, and at which number each list begins (int64)."""
    first = np.cumsum(counts, dtype=np.int64) - counts
    gaps = np.diff(numbers.astype(np.int64), prepend=0)
    gaps[first] = numbers[first]
    return gaps, first


def code_starts(numbers: AnyArray, counts: AnyArray, widths: AnyArray) -> AnyArray:
    """For each number of the lists, at which code of its list its own codes begin."""
    gaps, first = _gaps(numbers, counts)
    escape = np.array([1, 0xFF, 0xFFFF, 0xFFFFFF, 1 << 32])[widths]
    codes = gaps // np.repeat(escape, counts) + 1
    before = np.cumsum(codes) - codes
    starts: AnyArray = before - np.repeat(before[first], counts)
    return starts


def _codes(gaps: AnyArray, width: int) -> AnyArray:
    """The bytes of gaps, escapes put in."""
    if width in _ESCAPES:
        escapes, rest = np.divmod(gaps, _ESCAPES[width])
        if escapes.any():
            gaps = np.full(len(rest) + int(escapes.sum()), _ESCAPES[width], dtype=np.int64)
            gaps[np.cumsum(escapes + 1) - 1] = rest
    return gaps.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :width].ravel()


def offsets(sizes: AnyArray) -> AnyArray:
    """Where each of several pieces begins and, at the end, where the last one ends: in the smallest type that holds it."""
    ends = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return ends.astype(np.uint32 if ends[-1] < 1 << 32 else np.uint64)


def ragged(starts: AnyArray, lengths: AnyArray, step: int = 1) -> AnyArray:
    """Indices of several stretches, one behind the other: ``starts[i]`` and the following, ``lengths[i]`` of them."""
    lengths = lengths.astype(np.int64)
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts.astype(np.int64) - before * step, lengths) + np.arange(int(lengths.sum())) * step


class GapLists:
    """Read access to the lists that ``encode_lists`` wrote."""

    def __init__(self, name: str, arrays: dict[str, AnyArray]) -> None:
        self._codes, self._from, self._width = (arrays[f"{name}.{part}"] for part in ("codes", "from", "width"))

    def __len__(self) -> int:
        return len(self._width)

    def size(self, number: int) -> int:
        """Bytes of a list: an upper bound of how many numbers it holds, known without reading it."""
        return int(self._from[number + 1]) - int(self._from[number])

    def sizes(self, numbers: AnyArray) -> int:
        """Bytes of several lists together."""
        return int((self._from[numbers + 1] - self._from[numbers]).sum())

    def one(self, number: int) -> AnyArray:
        """The numbers of a list, rising (uint32)."""
        width = int(self._width[number])
        return self.decode(self._codes[self._from[number] : self._from[number + 1]], width)

    def width(self, number: int) -> int:
        """Bytes of each code of a list."""
        return int(self._width[number])

    def codes(self, number: int) -> AnyArray:
        """The bytes of a list."""
        return self._codes[self._from[number] : self._from[number + 1]]

    @staticmethod
    def decode(codes: AnyArray, width: int) -> AnyArray:
        """The numbers behind the bytes of a whole list."""
        gaps = widen(codes, width)
        numbers = np.cumsum(gaps, dtype=np.uint32)
        if width not in _ESCAPES:
            return numbers
        kept = gaps != _ESCAPES[width]
        return numbers if kept.all() else numbers[kept]

    def many(self, numbers: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The numbers of several lists one behind the other (uint32), and how many each has. One pass a width."""
        size = (self._from[numbers + 1] - self._from[numbers]).astype(np.int64)
        return _decode(self._codes[ragged(self._from[numbers], size)], size, self._width[numbers])

    def all(self) -> tuple[AnyArray, AnyArray]:
        """The same for all lists."""
        return _decode(self._codes, np.diff(self._from.astype(np.int64)), self._width)


def _decode(codes: AnyArray, size: AnyArray, widths: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Lists from their bytes, the sizes in bytes and the widths."""
    counts = np.zeros(len(size), dtype=np.int64)
    parts: list[tuple[AnyArray, AnyArray]] = []
    for width in np.unique(widths).tolist():
        here = widths == width
        own = codes if here.all() else codes[np.repeat(here, size)]
        found, counts[here] = _decode_width(own, size[here] // width, width)
        parts.append((here, found))
    if len(parts) == 1:
        return parts[0][1], counts
    together = np.empty(int(counts.sum()), dtype=np.uint32)
    for here, found in parts:
        together[np.repeat(here, counts)] = found
    return together, counts


def _decode_width(codes: AnyArray, length: AnyArray, width: int) -> tuple[AnyArray, AnyArray]:
    """Lists whose codes are all of one width, from how many codes each has."""
    gaps = widen(codes, width)
    first = np.cumsum(length) - length
    # Sums may pass 2**32 on the way: what is subtracted has passed it as often.
    sums = np.cumsum(gaps, dtype=np.uint32)
    found = sums - np.repeat(sums[first] - gaps[first].astype(np.uint32), length)
    if width not in _ESCAPES:
        return found, length
    kept = gaps != _ESCAPES[width]
    return found[kept], np.add.reduceat(kept, first, dtype=np.int64)


def widen(codes: AnyArray, width: int) -> AnyArray:
    """Bytes as numbers of one, two or four bytes."""
    if width == 1:
        return codes
    if width == 3:
        triples = codes.reshape(-1, 3)
        wide = triples[:, 0].astype(np.uint32)
        wide |= triples[:, 1].astype(np.uint32) << np.uint32(8)
        wide |= triples[:, 2].astype(np.uint32) << np.uint32(16)
        return wide
    return np.frombuffer(codes, dtype=f"<u{width}")
