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
from ..store.codec import term_postings
from ..text.tokenizer import BIGRAM_JOINT
from .pattern import AnyUnit, Pattern, Piece, UnitPiece, ValuePiece

__all__ = ["Places", "find", "find_any"]

_NOWHERE: AnyArray = np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Places:
    """Where something stands in a segment: positions of first units, and positions behind last ones."""

    at: AnyArray
    end: AnyArray

    def __len__(self) -> int:
        return len(self.at)


def find_any(segment: SegmentView, patterns: tuple[Pattern, ...]) -> Places:
    """Live places of any of the patterns, sorted."""
    found = [find(segment, pattern) for pattern in patterns]
    if len(found) == 1:
        return found[0]
    at = np.concatenate([places.at for places in found]) if found else _NOWHERE
    end = np.concatenate([places.end for places in found]) if found else _NOWHERE
    order = np.argsort(at, kind="stable")
    return Places(at[order], end[order])


def find(segment: SegmentView, pattern: Pattern) -> Places:
    """Live places where a pattern stands, sorted. They may begin in one passage and end in the next part of it."""
    places = _join([_places(segment, piece) for piece in _pair(pattern)])
    if segment.has_deletions and len(places):
        kept = segment.live[segment.doc_of(places.at)]
        places = Places(places.at[kept], places.end[kept])
    return places


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


def _places(segment: SegmentView, piece: Piece | str) -> Places | None:
    """Places of one piece; None for the piece that fits anywhere."""
    if isinstance(piece, str):
        return _term_places(segment, "bigrams", piece, width=2)
    if isinstance(piece, ValuePiece):
        family = segment.families["values"]
        number = family.find(piece.value)
        return (
            Places(family.entries(number, "at"), family.entries(number, "end"))
            if number >= 0
            else Places(_NOWHERE, _NOWHERE)
        )
    if isinstance(piece, AnyUnit):
        return _union(segment, [segment.families["chars"].find(text) for text in piece.texts]) if piece.texts else None
    if piece.sign:
        return _signed_places(segment, piece)
    if piece.how == "whole":
        return _term_places(segment, "chars", piece.text, width=1)
    chars = segment.families["chars"]
    candidates = chars.starting_with(piece.text) if piece.how == "start" else chars.containing(piece.text)
    return _union(segment, [n for n in candidates if piece.how != "end" or chars.term(n).endswith(piece.text)])


def _term_places(segment: SegmentView, family: str, term: str, width: int) -> Places:
    number = segment.families[family].find(term)
    at = segment.families[family].entries(number, "at") if number >= 0 else _NOWHERE
    return Places(at, at + np.uint32(width))


def _signed_places(segment: SegmentView, piece: UnitPiece) -> Places:
    """Places of a unit in the passages that have the word it makes with its sign: signs have no postings of their own."""
    places = _term_places(segment, "chars", piece.text, width=1)
    holding = np.zeros(segment.size, dtype=bool)
    holding[term_postings(segment, "words", piece.text + piece.sign)[0]] = True
    kept = holding[segment.doc_of(places.at)]
    return Places(places.at[kept], places.end[kept])


def _union(segment: SegmentView, numbers: list[int]) -> Places:
    arrays = [segment.families["chars"].entries(number, "at") for number in numbers if number >= 0]
    at = np.sort(np.concatenate(arrays)) if arrays else _NOWHERE
    return Places(at, at + np.uint32(1))


def _join(pieces: list[Places | None]) -> Places:
    counts = [len(places) if places is not None else 1 << 62 for places in pieces]
    rarest = counts.index(min(counts))
    pivot = pieces[rarest]
    if pivot is None or not len(pivot):
        return Places(_NOWHERE, _NOWHERE)
    at, end = pivot.at, pivot.end
    for places in pieces[rarest + 1 :]:
        if places is None:
            end = end + np.uint32(1)
            continue
        found, kept = _lookup(places.at, end)
        at, end = at[kept], places.end[found]
    for places in reversed(pieces[:rarest]):
        if places is None:
            at, end = at[at > 0] - np.uint32(1), end[at > 0]
            continue
        found, kept = _lookup(places.end, at)
        at, end = places.at[found], end[kept]
    return Places(at, end)


def _lookup(among: AnyArray, wanted: AnyArray) -> tuple[AnyArray, AnyArray]:
    """For the wanted values that are among the sorted ones: their places there, and which they are."""
    if not len(among):
        return _NOWHERE, np.zeros(len(wanted), dtype=bool)
    place = np.searchsorted(among, wanted)
    place[place == len(among)] = 0
    kept = among[place] == wanted
    return place[kept], kept
