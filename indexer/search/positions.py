"""Position arithmetic: where a pattern stands in a segment, by arrays of positions and without a loop over postings.

Each piece has a sorted array of the positions where it begins, and the positions where it ends. Beginning with the
rarest piece, the places found are joined with each neighbour in turn: a place is kept where the neighbour begins at its end
(or ends at its beginning). The cost goes with the rarest piece, times a binary search for each other one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from ..store.segment import term_postings
from ..text.tokenizer import BIGRAM_JOINT
from .budget import check
from .pattern import AnyUnit, Pattern, Piece, UnitPiece, ValuePiece

__all__ = ["Places", "find", "find_any", "follow", "units_at"]

_NOWHERE: AnyArray = np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Places:
    """Where something stands in a segment: positions of first units, and positions behind last ones."""

    at: AnyArray
    end: AnyArray

    def __len__(self) -> int:
        return len(self.at)


_NONE = Places(_NOWHERE, _NOWHERE)


def find_any(segment: SegmentView, patterns: tuple[Pattern, ...]) -> Places:
    """Live places of any of the patterns, sorted."""
    return _merged([find(segment, pattern) for pattern in patterns])


def find(segment: SegmentView, pattern: Pattern) -> Places:
    """Live places where a pattern stands, sorted. They may begin in one passage and end in the next part of it."""
    check()
    places = _join([_places(segment, piece) for piece in _pair(pattern)])
    if segment.has_deletions and len(places):
        kept = segment.live[segment.doc_of(places.at)]
        places = Places(places.at[kept], places.end[kept])
    return places


def units_at(segment: SegmentView, *units: str) -> Places:
    """Places of one whole unit or of two neighbours, deleted passages included."""
    family = "bigrams" if len(units) == 2 else "chars"
    return _term_places(segment, family, BIGRAM_JOINT.join(units), width=len(units))


def follow(left: Places, right: Places, gap: int = 0) -> Places:
    """Places where the right one begins ``gap`` positions behind the end of the left one (before it, if negative)."""
    found, kept = _lookup(right.at, left.end.astype(np.int64) + gap)
    return Places(left.at[kept], right.end[found])


def _pair(pattern: Pattern) -> list[Piece | str]:
    """The pieces with two whole units that follow each other made one bigram: far fewer places to begin with."""
    pieces: list[Piece | str] = []
    skip = False
    for left, right in pairwise((*pattern, None)):
        if skip:
            skip = False
        elif _is_whole(left) and _is_whole(right):
            pieces.append(left.text + BIGRAM_JOINT + right.text)  # type: ignore[union-attr]
            skip = True
        elif left is not None:
            pieces.append(left)
    return pieces


def _is_whole(piece: Piece | None) -> bool:
    return isinstance(piece, UnitPiece) and piece.how == "whole" and not piece.sign


def _places(segment: SegmentView, piece: Piece | str) -> _Choice:
    """Places of one piece, in one or more arrays; for the piece that fits anywhere, in none."""
    if isinstance(piece, str):
        return _Choice([_term_places(segment, "bigrams", piece, width=2)])
    if isinstance(piece, ValuePiece):
        family = segment.families["values"]
        number = family.find(piece.value)
        return _Choice(
            [Places(family.entries(number, "at"), family.entries(number, "end"))] if number >= 0 else [_NONE]
        )
    if isinstance(piece, AnyUnit):
        return _Units([_term_places(segment, "chars", text, width=1) for text in piece.texts])
    if piece.sign:
        return _Choice([_signed_places(segment, piece)])
    if piece.how == "whole":
        return _Choice([_term_places(segment, "chars", piece.text, width=1)])
    chars = segment.families["chars"]
    candidates = chars.starting_with(piece.text) if piece.how == "start" else chars.containing(piece.text)
    numbers = [n for n in candidates if piece.how != "end" or chars.term(n).endswith(piece.text)]
    # A letter stands in tens of thousands of runs: their places are put together once, not pair by pair.
    parts = [chars.entries(number, "at") for number in numbers]
    return _Choice([_unit_places(np.sort(np.concatenate(parts)))] if parts else [_NONE])


def _term_places(segment: SegmentView, family: str, term: str, width: int) -> Places:
    number = segment.families[family].find(term)
    at = segment.families[family].entries(number, "at") if number >= 0 else _NOWHERE
    return Places(at, at + np.uint32(width))


def _unit_places(at: AnyArray) -> Places:
    return Places(at, at + np.uint32(1))


def _signed_places(segment: SegmentView, piece: UnitPiece) -> Places:
    """Places of a unit in the passages that have the word it makes with its sign: signs have no postings of their own."""
    places = _term_places(segment, "chars", piece.text, width=1)
    holding = np.zeros(segment.size, dtype=bool)
    holding[term_postings(segment, "words", piece.text + piece.sign)[0]] = True
    kept = holding[segment.doc_of(places.at)]
    return Places(places.at[kept], places.end[kept])


@dataclass(frozen=True, slots=True)
class _Choice:
    """Places of a piece that is one of several terms. They are put together only where nothing is rarer."""

    arrays: list[Places]

    def __len__(self) -> int:
        return sum(map(len, self.arrays)) if self.arrays else 1 << 62

    def before(self, places: Places) -> Places:
        """The places that one of these ends at, begun there."""
        if not self.arrays:
            kept = places.at > 0
            return Places(places.at[kept] - np.uint32(1), places.end[kept])
        return _merged([_followed(one, places) for one in self.arrays if len(one)])

    def behind(self, places: Places) -> Places:
        """The places that one of these begins at, ended there."""
        if not self.arrays:
            return Places(places.at, places.end + np.uint32(1))
        return _merged([follow(places, one) for one in self.arrays if len(one)])


class _Units(_Choice):
    """Places of one unit that may be any of many, as of homophones: marked in a table of all positions, which costs
    a memory access for each place to look up instead of a binary search in each of the arrays."""

    def before(self, places: Places) -> Places:
        if not self.arrays or not len(places):
            return super().before(places)
        kept = self._table(places)[places.at]  # a unit that stands at n ends at n + 1
        return Places(places.at[kept] - np.uint32(1), places.end[kept])

    def behind(self, places: Places) -> Places:
        if not self.arrays or not len(places):
            return super().behind(places)
        kept = self._table(places)[places.end + np.uint32(1)]
        return Places(places.at[kept], places.end[kept] + np.uint32(1))

    def _table(self, places: Places) -> AnyArray:
        """For each position, whether one of the units ends there."""
        last = max(int(array[-1]) for array in (places.end, *(one.end for one in self.arrays)) if len(array))
        table = np.zeros(last + 2, dtype=bool)
        for one in self.arrays:
            table[one.end] = True
        return table


def _followed(left: Places, right: Places) -> Places:
    """As ``follow``, searching from the right side, which is the shorter one here."""
    found, kept = _lookup(left.end, right.at)
    return Places(left.at[found], right.end[kept])


def _merged(parts: list[Places]) -> Places:
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else _NONE
    at, end = np.concatenate([part.at for part in parts]), np.concatenate([part.end for part in parts])
    order = np.argsort(at, kind="stable")
    return Places(at[order], end[order])


def _join(pieces: list[_Choice]) -> Places:
    rarest = min(range(len(pieces)), key=lambda i: len(pieces[i]))
    places = _merged(pieces[rarest].arrays)
    for piece in pieces[rarest + 1 :]:
        places = piece.behind(places)
    for piece in reversed(pieces[:rarest]):
        places = piece.before(places)
    return places


def _lookup(among: AnyArray, wanted: AnyArray) -> tuple[AnyArray, AnyArray]:
    """For the wanted values that are among the sorted ones: their places there, and which they are."""
    if not len(among):
        return _NOWHERE, np.zeros(len(wanted), dtype=bool)
    place = np.searchsorted(among, wanted)
    place[place == len(among)] = 0
    kept = among[place] == wanted
    return place[kept], kept
