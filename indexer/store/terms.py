"""A sorted dictionary of terms.

<name>.text   uint8    the terms in UTF-8, sorted by their bytes, one behind the other
<name>.ends   uint32   where each term ends in it
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import numpy as np

from . import kernels
from .arrays import AnyArray, one_by_one

__all__ = ["Terms", "encode_terms"]


def encode_terms(name: str, terms: list[bytes]) -> dict[str, AnyArray]:
    """Arrays of a dictionary, from its terms sorted by their bytes."""
    return {
        f"{name}.text": np.frombuffer(b"".join(terms), dtype=np.uint8),
        f"{name}.ends": np.cumsum([len(term) for term in terms], dtype=np.uint32),
    }


class Terms:
    """Read access to a dictionary: terms by binary search, or by one scan."""

    def __init__(self, name: str, arrays: dict[str, AnyArray]) -> None:
        self._arrays = arrays[f"{name}.text"], arrays[f"{name}.ends"]
        self._text, self._ends = map(one_by_one, self._arrays)

    def __len__(self) -> int:
        """How many terms there are."""
        return len(self._ends)

    def __iter__(self) -> Iterator[str]:
        """All terms in the order of their bytes."""
        return (self.term(number) for number in range(len(self)))

    def find(self, term: str) -> int:
        """Number of a term, or -1."""
        key = term.encode("utf-8", "surrogatepass")
        number = self._first_not_below(key)
        return number if number < len(self) and self._bytes(number) == key else -1

    def term(self, number: int) -> str:
        """The term of this number."""
        return str(self._bytes(number), "utf-8", "surrogatepass")

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
            number = bisect_right(self._ends, match.start())
            if match.end() <= self._ends[number]:
                yield number
                match = pattern.search(self._text, self._ends[number])
            else:  # it lies across the end of a term
                match = pattern.search(self._text, match.start() + 1)

    def _bytes(self, number: int) -> memoryview:
        return self._text[self._ends[number - 1] if number else 0 : self._ends[number]]

    def _first_not_below(self, key: bytes) -> int:
        if (native := kernels.native()) is not None:
            found: int = native.find_term(*self._arrays, np.frombuffer(key, dtype=np.uint8))
            return found
        text, ends = self._text, self._ends

        def term(number: int) -> bytes:
            return text[ends[number - 1] if number else 0 : ends[number]].tobytes()

        return bisect_left(range(len(ends)), key, key=term)
