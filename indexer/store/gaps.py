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

from . import kernels
from .arrays import AnyArray, one_by_one

__all__ = ["GapLists", "encode_lists", "offsets", "ragged", "widen"]

_WIDTHS = (1, 2, 3, 4)
# So many numbers are encoded at once: it bounds the memory to some 50 MB, and they fit better into caches than all would.
_AT_ONCE = 1 << 21
_ESCAPES = {1: 0xFF, 2: 0xFFFF, 3: 0xFFFFFF}


def encode_lists(
    name: str, numbers: AnyArray, counts: AnyArray, marks: AnyArray | None = None
) -> tuple[dict[str, AnyArray], AnyArray]:
    """Arrays of lists: ``numbers`` (below 2**32) holds them one behind the other, ``counts`` how long each is (at least 1).

    With the arrays come, for the rising places ``marks`` in ``numbers``, at which code of its list each has its codes.
    """
    encoded: list[tuple[AnyArray, ...]] = []
    ends = np.cumsum(counts, dtype=np.int64)
    marks = np.zeros(0, dtype=np.int64) if marks is None else marks
    first = 0
    while first < len(counts):
        begin = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, begin + _AT_ONCE, side="right")))
        end = int(ends[last - 1])
        here = marks[slice(*np.searchsorted(marks, [begin, end]))] - begin
        encoded.append(_encode(numbers[begin:end].astype(np.uint32), counts[first:last], here))
        first = last
    codes, sizes, widths, places = (
        np.concatenate([np.zeros(0, dtype), *(each[i] for each in encoded)])
        for i, dtype in enumerate((np.uint8, np.int64, np.uint8, np.int64))
    )
    return {f"{name}.codes": codes, f"{name}.from": offsets(sizes), f"{name}.width": widths}, places


def _encode(numbers: AnyArray, counts: AnyArray, marks: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray, AnyArray]:
    """Bytes, sizes and widths of some lists, and at which codes the marks are."""
    first = np.cumsum(counts, dtype=np.int64) - counts
    gaps = numbers.copy()
    gaps[1:] -= numbers[:-1]
    gaps[first] = numbers[first]
    sizes = np.empty((len(_WIDTHS), len(counts)), dtype=np.int64)
    greatest = int(gaps.max())
    for row, width in zip(sizes, _WIDTHS, strict=True):
        row[:] = counts * width
        if greatest >= _ESCAPES.get(width, 1 << 32):
            row[:] += np.add.reduceat(gaps // np.uint32(_ESCAPES[width]), first, dtype=np.int64) * width
    best = np.argmin(sizes, axis=0)
    size = sizes[best, np.arange(len(counts))]
    codes = np.empty(int(size.sum()), dtype=np.uint8)
    before = np.zeros(len(marks), dtype=np.int64)
    list_of = np.searchsorted(first, marks, side="right") - 1
    for width in _WIDTHS:
        here = best == width - 1
        if not here.any():
            continue
        every = bool(here.all())
        own = gaps if every else gaps[np.repeat(here, counts)]
        found, escaped = _codes(own, width)
        if every:
            codes[:] = found
        else:
            codes[np.repeat(here, size)] = found
        if escaped is not None:
            marked = here[list_of]
            start = (np.cumsum(np.where(here, counts, 0)) - np.where(here, counts, 0))[list_of[marked]]
            sums = np.concatenate([[0], np.cumsum(escaped, dtype=np.int64)])
            before[marked] = sums[start + marks[marked] - first[list_of[marked]]] - sums[start]
    return codes, size, (best + 1).astype(np.uint8), before + marks - first[list_of]


def _codes(gaps: AnyArray, width: int) -> tuple[AnyArray, AnyArray | None]:
    """The bytes of gaps, escapes put in, and how many escapes each has; None if none has any."""
    escapes = None
    if width in _ESCAPES and int(gaps.max()) >= _ESCAPES[width]:
        escapes, rest = np.divmod(gaps, np.uint32(_ESCAPES[width]))
        gaps = np.full(len(rest) + int(escapes.sum(dtype=np.int64)), _ESCAPES[width], dtype=np.uint32)
        gaps[np.cumsum(escapes + np.uint32(1), dtype=np.int64) - 1] = rest
    return gaps.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :width].ravel(), escapes


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
        self.all_codes, self._from, self._width = (arrays[f"{name}.{part}"] for part in ("codes", "from", "width"))
        self._each_from, self._each_width = one_by_one(self._from), one_by_one(self._width)

    def __len__(self) -> int:
        return len(self._width)

    def start(self, number: int) -> int:
        """At which byte of all a list begins."""
        start: int = self._each_from[number]
        return start

    def size(self, number: int) -> int:
        """Bytes of a list: an upper bound of how many numbers it holds, known without reading it."""
        size: int = self._each_from[number + 1] - self._each_from[number]
        return size

    def sizes(self, numbers: AnyArray) -> int:
        """Bytes of several lists together."""
        return int((self._from[numbers + 1] - self._from[numbers]).sum())

    def one(self, number: int) -> AnyArray:
        """The numbers of a list, rising (uint32)."""
        return self.decode(self.codes(number), self.width(number))

    def width(self, number: int) -> int:
        """Bytes of each code of a list."""
        width: int = self._each_width[number]
        return width

    def codes(self, number: int) -> AnyArray:
        """The bytes of a list."""
        return self.all_codes[self._each_from[number] : self._each_from[number + 1]]

    @staticmethod
    def decode(codes: AnyArray, width: int) -> AnyArray:
        """The numbers behind the bytes of a whole list."""
        if (native := kernels.native()) is not None:
            decoded: AnyArray = native.decode(codes, width)
            return decoded
        gaps = widen(codes, width)
        numbers = np.cumsum(gaps, dtype=np.uint32)
        if width not in _ESCAPES:
            return numbers
        kept = gaps != _ESCAPES[width]
        return numbers if kept.all() else numbers[kept]

    def many(self, numbers: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The numbers of several lists one behind the other (uint32), and how many each has. One pass a width."""
        size = (self._from[numbers + 1] - self._from[numbers]).astype(np.int64)
        return _decode(self.all_codes[ragged(self._from[numbers], size)], size, self._width[numbers])

    def all(self) -> tuple[AnyArray, AnyArray]:
        """The same for all lists."""
        return _decode(self.all_codes, np.diff(self._from.astype(np.int64)), self._width)


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
