"""Patterns: what it means that a string stands in a text literally, as a sequence of pieces.

A pattern says the same to the two that read it: ``positions`` (over the postings of a whole index) and ``highlight``
(over one passage). Punctuation and white space are in neither. Only the first and the last piece may be a part of a run of
letters or digits:

    赋“码”保护    [赋] [码] [保] [护]
    00亿          [a unit ending in 00] [亿]
    etfli         [a unit holding etfli]

A sign that belongs to a word (C#, C++, 2000+) counts where the index has that word, and is punctuation where it has not.

A string in which numbers are written has a second pattern, in which they stand for their values: 一百亿元 also means
[the value 10000000000] [元].
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..text import Unit, canonical, find_numerals, find_units, fold, is_run

__all__ = ["AnyUnit", "IsWord", "Pattern", "Piece", "UnitPiece", "ValuePiece", "patterns"]

# Signs that make another word: C and C++, 2000 and 2000+.
_SIGN = re.compile(r"[+#]+")

IsWord = Callable[[str], bool]

How = Literal["whole", "end", "start", "inside"]


@dataclass(frozen=True, slots=True)
class UnitPiece:
    """One unit. ``how``: it is the text, or it ends with, starts with or contains it (runs only).

    ``sign`` follows the unit without a space: the # of c#.
    """

    text: str
    how: How = "whole"
    sign: str = ""

    def fits(self, unit: str) -> bool:
        if self.how == "whole":
            return unit == self.text
        if self.how == "end":
            return unit.endswith(self.text)
        if self.how == "start":
            return unit.startswith(self.text)
        return self.text in unit


@dataclass(frozen=True, slots=True)
class AnyUnit:
    """One unit out of several: the characters that sound alike."""

    texts: frozenset[str]

    def fits(self, unit: str) -> bool:
        return unit in self.texts


@dataclass(frozen=True, slots=True)
class ValuePiece:
    """A numeral, however written, of this canonical value."""

    value: str


Piece = UnitPiece | AnyUnit | ValuePiece
Pattern = tuple[Piece, ...]


def patterns(text: str, is_word: IsWord | None = None) -> tuple[Pattern, ...]:
    """The patterns of a string, any of which is enough; none for a string of punctuation only.

    ``is_word`` tells whether a folded string is a word of the index: then its signs count.
    """
    folded = fold(text).text
    units = list(find_units(folded))
    if not units:
        return ()
    signs = _signs(folded, units, is_word) if is_word is not None else {}
    found = [_literal([unit.text for unit in units], signs)]
    joined = _joined_runs(text)
    if joined is not None:
        found.append(joined)
    starts = [unit.start for unit in units]
    numerals = [(bisect_left(starts, n.start), bisect_left(starts, n.end), n) for n in find_numerals(folded)]
    # A number that is a piece of a longer string of digits and letters (39117-2020, 5G) means itself and no value.
    written = [(first, end, canonical(n.value)) for first, end, n in numerals if not n.plain or len(numerals) == 1]
    if written:
        found.append(_with_values([unit.text for unit in units], written))
    return tuple(dict.fromkeys(found))


def _literal(units: list[str], signs: dict[int, str] | None = None) -> Pattern:
    pieces = [_unit_piece(unit, first=i == 0, last=i == len(units) - 1) for i, unit in enumerate(units)]
    for place, sign in (signs or {}).items():
        pieces[place] = UnitPiece(units[place], "whole", sign)
    return tuple(pieces)


def _signs(folded: str, units: list[Unit], is_word: IsWord) -> dict[int, str]:
    """Signs that follow a unit and make a word of the index with it, by the number of the unit."""
    found = {}
    for number, unit in enumerate(units):
        sign = _SIGN.match(folded, unit.end)
        if sign and is_run(unit.text) and is_word(unit.text + sign.group()):
            found[number] = sign.group()
    return found


def _unit_piece(unit: str, *, first: bool, last: bool) -> UnitPiece:
    if not is_run(unit) or not (first or last):
        return UnitPiece(unit)
    return UnitPiece(unit, "inside" if first and last else "end" if first else "start")


def _joined_runs(text: str) -> Pattern | None:
    """The pattern of the text without its spaces, where they parted a run: Git Hub means GitHub too."""
    if " " not in text:
        return None
    units = [unit.text for unit in find_units(fold(text).text)]
    joined = [unit.text for unit in find_units(fold(text.replace(" ", "")).text)]
    return _literal(joined) if joined != units else None


def _with_values(units: list[str], numerals: list[tuple[int, int, str]]) -> Pattern:
    pieces: list[Piece] = []
    place = 0
    for first, end, value in numerals:
        pieces += [_unit_piece(units[i], first=i == 0, last=False) for i in range(place, first)]
        pieces.append(ValuePiece(value))
        place = end
    pieces += [_unit_piece(units[i], first=False, last=i == len(units) - 1) for i in range(place, len(units))]
    return tuple(pieces)
