"""Postings as arrays: a sorted term dictionary and, behind it, one slice of the value arrays a term.

A *family* is what one kind of token left behind: ``chars``, ``bigrams``, ``words`` or ``values``. Its arrays in a
segment's file are

    <family>.text      uint8    the terms in UTF-8, sorted by their bytes, one after the other
    <family>.ends      uint32   where each term ends in it
    <family>.from      int64    term i has the entries from[i] to from[i + 1] of every value array
    <family>.<value>   uint32   one number an entry, rising within a term by the first value

``chars`` and ``bigrams`` have the value ``at`` (position), ``values`` has ``at`` and ``end``, ``words`` has ``doc`` and
``freq``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from .arrays import AnyArray

__all__ = ["Family", "invert"]


def invert(name: str, terms: Sequence[str], term_ids: AnyArray, **values: AnyArray) -> dict[str, AnyArray]:
    """Arrays of a family from its entries: entry ``i`` says that ``terms[term_ids[i]]`` has ``values[...][i]``.

    The entries of a term must come in their final order; terms without an entry are left out. One stable sort.
    """
    used = np.bincount(term_ids, minlength=len(terms)).astype(np.int64)
    encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
    order = sorted((i for i in range(len(terms)) if used[i]), key=encoded.__getitem__)
    rank = np.zeros(len(terms), dtype=np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    by_term = np.argsort(rank[term_ids], kind="stable")
    ordered = [encoded[i] for i in order]
    arrays: dict[str, AnyArray] = {
        f"{name}.text": np.frombuffer(b"".join(ordered), dtype=np.uint8),
        f"{name}.ends": np.cumsum([len(term) for term in ordered], dtype=np.uint32),
        f"{name}.from": np.concatenate([[0], np.cumsum(used[order])]).astype(np.int64),
    }
    return arrays | {f"{name}.{key}": value[by_term].astype(np.uint32) for key, value in values.items()}


class Family:
    """Read access to one family of a segment: terms by binary search, postings as slices without a copy."""

    def __init__(self, name: str, arrays: dict[str, AnyArray]) -> None:
        self.name = name
        self._text = arrays[f"{name}.text"].data if arrays[f"{name}.text"].size else memoryview(b"")
        self._ends = arrays[f"{name}.ends"]
        # One number of a memoryview costs a third of one of an ndarray, and a lookup reads twenty.
        self._end_at = self._ends.data if self._ends.size else memoryview(b"")
        self._from = arrays[f"{name}.from"]
        self._values = {key.partition(".")[2]: array for key, array in arrays.items() if key.startswith(f"{name}.")}

    def __len__(self) -> int:
        """How many terms there are."""
        return len(self._ends)

    def find(self, term: str) -> int:
        """Number of a term, or -1."""
        key = term.encode("utf-8", "surrogatepass")
        number = self._first_not_below(key)
        return number if number < len(self) and self._bytes(number) == key else -1

    def term(self, number: int) -> str:
        """The term of this number."""
        return str(self._bytes(number), "utf-8", "surrogatepass")

    def terms(self) -> Iterator[str]:
        """All terms in the order of their bytes."""
        return (self.term(number) for number in range(len(self)))

    def counts(self) -> AnyArray:
        """How many entries each term has."""
        return np.diff(self._from)

    def count(self, number: int) -> int:
        """How many entries the term has."""
        return int(self._from[number + 1] - self._from[number])

    def entries(self, number: int, value: str) -> AnyArray:
        """One value array of a term: a read-only view of uint32."""
        return self._values[value][self._from[number] : self._from[number + 1]]

    def starting_with(self, prefix: str) -> range:
        """Numbers of the terms that start with a prefix."""
        key = prefix.encode("utf-8", "surrogatepass")
        # 0xFF stands in no UTF-8, so it is above every continuation of the prefix.
        return range(self._first_not_below(key), self._first_not_below(key + b"\xff"))

    def containing(self, piece: str) -> Iterator[int]:
        """Numbers of the terms that contain a string, by one scan over the dictionary."""
        pattern = re.compile(re.escape(piece.encode("utf-8", "surrogatepass")))
        match = pattern.search(self._text)
        while match is not None:
            number = bisect_right(self._end_at, match.start())
            if match.end() <= self._end_at[number]:
                yield number
                match = pattern.search(self._text, self._end_at[number])
            else:  # it lies across the end of a term
                match = pattern.search(self._text, match.start() + 1)

    def _bytes(self, number: int) -> memoryview:
        return self._text[self._end_at[number - 1] if number else 0 : self._end_at[number]]

    def _first_not_below(self, key: bytes) -> int:
        text, ends = self._text, self._end_at

        def term(number: int) -> bytes:
            return text[ends[number - 1] if number else 0 : ends[number]].tobytes()

        return bisect_left(range(len(ends)), key, key=term)
