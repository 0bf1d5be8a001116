"""Where words of a list can begin in a text, told by their first two characters and without looking at them one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["PairFilter"]

# A bit for each of so many remainders: of 4,000 pairs of a list one place in sixty is told in vain.
_REMAINDERS = 1 << 18
# Odd and larger than the distance between most two Chinese characters that a pair begins with.
_FACTOR = np.uint32(40503)


class PairFilter:
    """Tells the places where one of the words may begin: all where one does, and a few more. Words have two characters
    or more.
    """

    def __init__(self, words: Iterable[str]) -> None:
        pairs = {word[:2] for word in words}
        self._may_begin = np.zeros(_REMAINDERS, dtype=bool)
        self._may_begin[_remainders("".join(pairs))[::2]] = True

    def places(self, text: str) -> list[int]:
        """Offsets in the text, from left to right."""
        places: list[int] = np.flatnonzero(self._may_begin[_remainders(text)]).tolist()
        return places


def _remainders(text: str) -> NDArray[Any]:
    """A number for each pair of neighbours of a text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    remainders: NDArray[Any] = (codes[:-1] * _FACTOR + codes[1:]) & np.uint32(_REMAINDERS - 1)
    return remainders
