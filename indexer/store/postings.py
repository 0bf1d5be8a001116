"""The token families of a segment: which terms there are, and where each stands.

    chars      a unit (a Han character, or a run of letters or digits) -> passages, and how often in each
    words      a word -> passages, and how often in each
    bigrams    two neighbouring units -> positions of the first one
    values     the value of a numeral -> positions of its first unit, and its length in units

``bigrams`` have no dictionary of their own: a pair is the number of its first unit and, among the pairs of that unit, of its
second one. The last unit of a paragraph makes a pair with what is not there, so that every position begins one pair and the
pairs of a unit give all its positions. See docs/index-format.md for the arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from types import ModuleType

import numpy as np

from ..text.tokenizer import BIGRAM_JOINT
from . import kernels
from .arrays import AnyArray, one_by_one
from .bits import RankedBits, encode_bits
from .gaps import GapLists, encode_lists, offsets, ragged, widen
from .terms import Terms, encode_terms

__all__ = [
    "BLOCK",
    "LENGTHS",
    "NOTHING",
    "B",
    "DocPostings",
    "PairPostings",
    "ValuePostings",
    "encode_docs",
    "encode_pairs",
    "encode_values",
]

# Postings of a block, of which the best is known: as many as Lucene's.
BLOCK = 128
# b of BM25 (see ``search.ranking``): with it, which posting of a block is the best depends on the average length alone.
B = 0.3
# As many lengths of passages there are: two bytes of them. What is known of each needs no look whether it is there.
LENGTHS = 1 << 16
# Blocks that are looked at together; 4 MB of places.
_BLOCKS_AT_ONCE = 1 << 12
NOTHING: AnyArray = np.zeros(0, dtype=np.uint32)
# Terms whose place in the dictionary is remembered: a query asks for the same few, to rank and to mark.
_REMEMBERED = 1 << 12


def encode_docs(
    name: str, terms: list[bytes], counts: AnyArray, docs: AnyArray, freqs: AnyArray, lengths: AnyArray
) -> dict[str, AnyArray]:
    """Arrays of a family of passages: sorted ``terms``, how many passages each has, and those with the frequencies.

    ``lengths`` are those of all passages of the segment.
    """
    ends = np.cumsum(counts, dtype=np.int64)
    blocks = np.where(counts >= 2 * BLOCK, -(-counts // BLOCK), 0)
    starts = ragged(ends - counts, blocks, BLOCK)
    lists, places = encode_lists(name, docs, counts, starts)
    often = freqs > 1
    own = freqs[often]
    return {
        **encode_terms(name, terms),
        **lists,
        f"{name}.first": offsets(counts),
        **encode_bits(f"{name}.often", np.flatnonzero(often), len(freqs)),
        f"{name}.freq": own.astype(np.uint8 if own.max(initial=0) < 1 << 8 else np.uint16),
        f"{name}.block_from": offsets(blocks),
        f"{name}.block_code": places.astype(np.uint32),
        **_bounds(name, starts, np.repeat(ends - counts, blocks), np.repeat(ends, blocks), docs, freqs, lengths),
    }


def _bounds(
    name: str, starts: AnyArray, first: AnyArray, end: AnyArray, docs: AnyArray, freqs: AnyArray, lengths: AnyArray
) -> dict[str, AnyArray]:
    """For each block its best posting, and the last passage before it; ``first`` and ``end`` are those of its term.

    The best is that of the greatest BM25 over this segment alone. Where the average is r times that of the segment, none
    weighs more than max(r, 1 / r) times as much as it, weight being frequency over what BM25 adds to it: what is added
    changes with the average by no more than that.
    """
    best = np.zeros(len(starts), np.int64)
    for at in range(0, len(starts), _BLOCKS_AT_ONCE):
        here = slice(at, at + _BLOCKS_AT_ONCE)
        places = np.minimum(starts[here, None] + np.arange(BLOCK), end[here, None] - 1)
        weights = freqs[places] / ((1 - B) / B * lengths.mean() + lengths[docs[places]])
        best[here] = places[np.arange(len(places)), weights.argmax(axis=1)]
    return {
        f"{name}.block_before": np.where(starts > first, docs[starts - 1], 0).astype(np.uint32),
        f"{name}.block_freq": freqs[best].astype(np.uint16),
        f"{name}.block_length": lengths[docs[best]].astype(np.uint16),
    }


class DocPostings:
    """Terms with the passages that hold them."""

    def __init__(self, name: str, arrays: dict[str, AnyArray]) -> None:
        self.terms = Terms(name, arrays)
        self.find = lru_cache(maxsize=_REMEMBERED)(self.terms.find)
        self._lists = GapLists(name, arrays)
        self._first = one_by_one(arrays[f"{name}.first"])
        self._often = RankedBits(f"{name}.often", arrays)
        self._freq = arrays[f"{name}.freq"]
        self._block_from = one_by_one(arrays[f"{name}.block_from"])
        self._blocks = {part: arrays[f"{name}.block_{part}"] for part in ("code", "before", "freq", "length")}

    def __len__(self) -> int:
        """How many terms there are."""
        return len(self.terms)

    def count(self, number: int) -> int:
        """In how many passages a term stands, deleted ones included."""
        count: int = self._first[number + 1] - self._first[number]
        return count

    def docs(self, number: int) -> AnyArray:
        """Passages of a term, rising (uint32)."""
        return self._lists.one(number)

    def docs_of_any(self, numbers: AnyArray) -> AnyArray:
        """Passages of any of several terms, in no order and perhaps more than once (uint32)."""
        return (
            self._lists.many(numbers)[0]
            if len(numbers) > 1
            else self.docs(int(numbers[0]))
            if len(numbers)
            else NOTHING
        )

    def freqs(self, number: int) -> AnyArray:
        """How often a term stands in each of its passages (uint16)."""
        first, end = self._first[number], self._first[number + 1]
        if (native := kernels.native()) is not None:
            freqs: AnyArray = native.freqs(self._often.bits, self._often.ranks, self._freq, first, end)
            return freqs
        return self._freqs(self._often.between(first, end), first)

    def _freqs(self, often: AnyArray, first: int) -> AnyArray:
        freqs = np.ones(len(often), dtype=np.uint16)
        places = np.flatnonzero(often)
        if len(places):
            start = int(self._often.rank(np.asarray([first]))[0])
            freqs[places] = self._freq[start : start + len(places)]
        return freqs

    def firsts(self, number: int) -> AnyArray:
        """For each block of a term, the last passage before it (0 for the first block)."""
        return self._blocks["before"][self._block_from[number] : self._block_from[number + 1]]

    def lists(self, numbers: Sequence[int]) -> AnyArray:
        """Where the lists of some terms stand, a row for each with the columns that ``loops`` names (int64)."""
        rows = []
        for number in numbers:
            first, code_from = self._first[number], self._lists.start(number)
            entries, size = self._first[number + 1] - first, self._lists.size(number)
            blocks = self._block_from[number], self._block_from[number + 1]
            rows.append((code_from, code_from + size, self._lists.width(number), first, entries, *blocks))
        return np.asarray(rows, dtype=np.int64)

    @cached_property
    def columns(self) -> tuple[AnyArray, ...]:
        """All arrays that lists are read from, as ``loops`` takes them."""
        often, blocks = self._often, self._blocks
        of_blocks = (blocks[part] for part in ("code", "before", "freq", "length"))
        return (self._lists.all_codes, often.bits, often.ranks, self._freq, *of_blocks)

    def near(self, number: int, docs: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Passages and frequencies of a term among which are those of some rising docs; few others, if the docs are few."""
        if (native := kernels.native()) is not None:
            found, freqs = native.near(*self.columns, self.lists([number])[0], docs, BLOCK)
            return found, freqs
        if self.count(number) < max(2, len(docs)) * BLOCK:
            return self.docs(number), self.freqs(number)
        lasts = self.firsts(number)[1:]
        return self.in_blocks(number, np.unique(np.searchsorted(lasts, docs)))

    def add_scores(
        self,
        native: ModuleType,
        numbers: Sequence[int],
        weights: AnyArray,
        norms: AnyArray,
        lengths: AnyArray,
        total: AnyArray,
    ) -> None:
        """Add to the scores of passages (``total``) what terms of these weights give them, by ``norms`` (see ``search.ranking``)."""
        native.add_lists(*self.columns, self.lists(numbers), weights, norms, lengths, total, BLOCK)

    def in_blocks(self, number: int, blocks: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Passages and frequencies of some blocks of a term (rising numbers of blocks); the others are not read."""
        first = self._block_from[number]
        last = self._block_from[number + 1] - first - 1
        count, width = self.count(number), self._lists.width(number)
        code = self._blocks["code"][first : first + last + 1].astype(np.int64)
        code_end = np.append(code[1:], self._lists.size(number) // width)
        length = code_end[blocks] - code[blocks]
        gaps = widen(self._lists.codes(number), width)[ragged(code[blocks], length)]
        sums = np.cumsum(gaps, dtype=np.uint32)
        start = np.cumsum(length) - length
        base = self._blocks["before"][first + blocks] - (sums[start] - gaps[start].astype(np.uint32))
        docs = sums + np.repeat(base, length)
        if width < 4:
            docs = docs[gaps != (1 << 8 * width) - 1]
        entries = ragged(blocks.astype(np.int64) * BLOCK, np.where(blocks == last, count - last * BLOCK, BLOCK))
        entries += self._first[number]
        freqs = np.ones(len(docs), dtype=np.uint16)
        often = np.flatnonzero(self._often.holds(entries))
        freqs[often] = self._freq[self._often.rank(entries[often])]
        return docs, freqs

    def all(self) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Of all terms: how many passages each has, these passages, and the frequencies."""
        docs, counts = self._lists.all()
        return counts, docs, self._freqs(self._often.between(0, self._first[-1]), 0)


# Of a pair: it stands more than once in so many passages, or in more, that it is quicker to count than to store.
_MANY = 0xFF


def encode_pairs(
    first: AnyArray, second: AnyArray, counts: AnyArray, positions: AnyArray, docs: AnyArray, units: int
) -> dict[str, AnyArray]:
    """Arrays of the pairs: sorted numbers of first units and of second ones (from 1; 0: none), positions of each pair and
    the passages these are in."""
    begins = np.cumsum(counts) - counts
    again = np.zeros(len(docs), dtype=bool)
    again[1:] = docs[1:] == docs[:-1]
    again[begins] = False
    repeats = np.add.reduceat(again, begins, dtype=np.int64) if len(begins) else begins
    return {
        "bigrams.unit_from": offsets(np.bincount(first, minlength=units)),
        "bigrams.second": second.astype(np.uint16 if units < 1 << 16 else np.uint32),
        "bigrams.repeats": np.minimum(repeats, _MANY).astype(np.uint8),
        **encode_lists("bigrams", positions, counts)[0],
    }


class PairPostings:
    """Pairs of neighbouring units with their positions. Units are given by their number in ``chars``."""

    def __init__(self, arrays: dict[str, AnyArray], units: DocPostings) -> None:
        self._units = units
        self._from, self._second = arrays["bigrams.unit_from"], arrays["bigrams.second"]
        self._repeats = arrays["bigrams.repeats"]
        self._lists = GapLists("bigrams", arrays)

    def __len__(self) -> int:
        """How many pairs there are, those with nothing behind them included."""
        return len(self._second)

    def find(self, left: int, right: int) -> int:
        """Number of the pair of two units, or -1. Either may be -1: a unit that stands nowhere."""
        if left < 0 or right < 0:
            return -1
        of_left = self.of(left)
        number = of_left.start + int(np.searchsorted(self._second[of_left.start : of_left.stop], right + 1))
        return number if number < of_left.stop and self._second[number] == right + 1 else -1

    def of(self, unit: int) -> range:
        """Numbers of the pairs that begin with a unit."""
        return range(int(self._from[unit]), int(self._from[unit + 1]))

    def of_any(self, lefts: AnyArray, rights: AnyArray | None = None) -> AnyArray:
        """Numbers of the pairs of any of some units with any of others; with whatever follows, or nothing, without these."""
        if len(lefts) == 1 and rights is not None and len(rights) == 1:
            number = self.find(int(lefts[0]), int(rights[0]))
            return np.asarray([number] if number >= 0 else [], dtype=np.int64)
        starts = self._from[lefts].astype(np.int64)
        numbers = ragged(starts, self._from[lefts + 1].astype(np.int64) - starts)
        return numbers if rights is None else numbers[np.isin(self._second[numbers], rights + 1)]

    def sizes(self, numbers: AnyArray) -> int:
        """An upper bound of how often pairs stand, known without reading their positions."""
        return self._lists.sizes(numbers)

    def repeats(self, number: int) -> int | None:
        """How many more positions than passages a pair has; None where nobody has counted them."""
        repeats = int(self._repeats[number])
        return repeats if repeats < _MANY else None

    def positions(self, number: int) -> AnyArray:
        """Where a pair begins, rising (uint32)."""
        return self._lists.one(number)

    def positions_of(self, numbers: AnyArray) -> AnyArray:
        """Where any of several pairs begins, rising (uint32)."""
        if not len(numbers):
            return NOTHING
        if len(numbers) == 1:
            return self._lists.one(int(numbers[0]))
        return np.sort(self._lists.many(numbers)[0])

    def unit_positions(self, unit: int) -> AnyArray:
        """Where a unit stands, rising (uint32)."""
        return self.positions_of(self.of_any(np.asarray([unit])))

    def all(self) -> tuple[AnyArray, AnyArray]:
        """Every position of the segment that has a unit, and the number of that unit; in no order."""
        positions, counts = self._lists.all()
        units = np.repeat(np.arange(len(self._from) - 1), (self._from[1:] - self._from[:-1]).astype(np.int64))
        return positions, np.repeat(units, counts)

    def terms(self) -> Iterator[tuple[str, int]]:
        """All pairs that have two units, as text, in the order of their bytes, with their numbers."""
        name = self._units.terms.term
        for left in range(len(self._from) - 1):
            for number in self.of(left):
                if self._second[number]:
                    yield name(left) + BIGRAM_JOINT + name(int(self._second[number]) - 1), number


def encode_values(terms: list[bytes], counts: AnyArray, at: AnyArray, lengths: AnyArray) -> dict[str, AnyArray]:
    """Arrays of the values: sorted terms, how often each stands, where, and how many units each numeral has."""
    arrays = encode_terms("values", terms) | encode_lists("values", at, counts)[0]
    return arrays | {"values.first": offsets(counts), "values.length": lengths.astype(np.uint16)}


class ValuePostings:
    """Values of numerals with their places."""

    def __init__(self, arrays: dict[str, AnyArray]) -> None:
        self.terms = Terms("values", arrays)
        self.find = self.terms.find
        self._lists = GapLists("values", arrays)
        self._first, self._length = arrays["values.first"], arrays["values.length"]

    def __len__(self) -> int:
        """How many values there are."""
        return len(self.terms)

    def count(self, number: int) -> int:
        """How often a value stands."""
        return int(self._first[number + 1]) - int(self._first[number])

    def places(self, number: int) -> tuple[AnyArray, AnyArray]:
        """Positions of the first units of a value, rising, and those behind its last ones (uint32)."""
        at = self._lists.one(number)
        return at, at + self._length[int(self._first[number]) : int(self._first[number + 1])]

    def all(self) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Of all values: how often each stands, where, and with how many units."""
        at, counts = self._lists.all()
        return counts, at, self._length
