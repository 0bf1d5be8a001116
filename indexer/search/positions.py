"""Position arithmetic: where a pattern stands in a segment, by arrays of positions and without a loop over postings.

A pattern is cut at its values. Each stretch of units in between is found by its pairs of neighbours: a pair has a sorted
array of the positions where it begins, and these, moved back to the beginning of the stretch, are those of the whole stretch
where all pairs have them. Begun with the rarest pair, that costs its length times a binary search for each other one. The
places of stretches and values are then joined where one ends and the next begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from ..store.postings import NOTHING
from ..store.segment import term_postings
from ..text.tokenizer import BIGRAM_JOINT
from .budget import check
from .pattern import AnyUnit, Pattern, Piece, UnitPiece, ValuePiece

__all__ = ["Places", "docs_with", "find", "find_any", "follow", "units_at"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where something stands in a segment: positions of first units, and positions behind last ones."""

    at: AnyArray
    end: AnyArray

    def __len__(self) -> int:
        return len(self.at)


_NONE = Places(NOTHING, NOTHING)


def find_any(segment: SegmentView, patterns: tuple[Pattern, ...]) -> Places:
    """Live places of any of the patterns, sorted."""
    return _merged([find(segment, pattern) for pattern in patterns])


def find(segment: SegmentView, pattern: Pattern) -> Places:
    """Live places where a pattern stands, sorted. They may begin in one passage and end in the next part of it."""
    check()
    places = _join([_places(segment, pieces) for pieces in _stretches(pattern)])
    if segment.has_deletions and len(places):
        kept = segment.live[segment.doc_of(places.at)]
        places = Places(places.at[kept], places.end[kept])
    return places


def docs_with(segment: SegmentView, pattern: Pattern) -> AnyArray | None:
    """Passages in which a pattern of one unit or of two whole ones begins, deleted ones included, in no order.

    None for another pattern. Those of a unit stand beside its positions and are fewer; those of a pair are counted only once.
    """
    units = [piece for piece in pattern if isinstance(piece, UnitPiece) and not piece.sign]
    if len(units) < len(pattern) or len(pattern) > 2:
        return None
    if len(units) == 1:
        return segment.chars.docs_of_any(_units(segment, units[0]))
    if any(unit.how != "whole" for unit in units):
        return None
    return segment.docs_of("bigrams", BIGRAM_JOINT.join(unit.text for unit in units))


def units_at(segment: SegmentView, *units: str) -> Places:
    """Places of one whole unit or of two neighbours, deleted passages included."""
    return _places(segment, [UnitPiece(unit) for unit in units])


def follow(left: Places, right: Places, gap: int = 0) -> Places:
    """Places where the right one begins ``gap`` positions behind the end of the left one (before it, if negative)."""
    found, kept = _lookup(right.at, (left.end.astype(np.int64) + gap).astype(np.uint32))
    return Places(left.at[kept], right.end[found])


def _stretches(pattern: Pattern) -> Iterator[Sequence[Piece]]:
    """The values of a pattern, each by itself, and the units between them."""
    for is_value, pieces in groupby(pattern, lambda piece: isinstance(piece, ValuePiece)):
        stretch = list(pieces)
        yield from ([piece] for piece in stretch) if is_value else [stretch]


def _places(segment: SegmentView, pieces: Sequence[Piece]) -> Places:
    """Places of a stretch of units, or of one value; deleted passages included."""
    if isinstance(pieces[0], ValuePiece):
        number = segment.values.find(pieces[0].value)
        return Places(*segment.values.places(number)) if number >= 0 else _NONE
    at = _starts(segment, [_units(segment, piece) for piece in pieces])
    for place, piece in enumerate(pieces):
        if isinstance(piece, UnitPiece) and piece.sign:
            at = at[_is_signed(segment, at + np.uint32(place), piece)]
    return Places(at, at + np.uint32(len(pieces)))


def _units(segment: SegmentView, piece: Piece) -> AnyArray:
    """Numbers of the units that a piece can be."""
    chars = segment.chars
    if isinstance(piece, AnyUnit):
        return _numbers(chars.find(text) for text in sorted(piece.texts))
    assert isinstance(piece, UnitPiece)
    if piece.how == "whole":
        return _numbers([chars.find(piece.text)])
    if piece.how == "start":
        return _numbers(chars.terms.starting_with(piece.text))
    holding = chars.terms.containing(piece.text)
    return _numbers(n for n in holding if piece.how != "end" or chars.terms.term(n).endswith(piece.text))


def _numbers(numbers: Iterator[int] | Sequence[int]) -> AnyArray:
    return np.asarray([number for number in numbers if number >= 0], dtype=np.int64)


def _starts(segment: SegmentView, units: Sequence[AnyArray]) -> AnyArray:
    """Where a stretch begins each place of which has one of some units."""
    bigrams = segment.bigrams
    if len(units) == 1:
        return bigrams.positions_of(bigrams.of_any(units[0]))
    # As few pairs as say the same: every second one, and the last one over the one before if their number is odd.
    places = [*range(0, len(units) - 1, 2)] + [len(units) - 2] * (len(units) % 2)
    pairs = {place: bigrams.of_any(units[place], units[place + 1]) for place in places}
    rarest, *others = sorted(places, key=lambda place: bigrams.sizes(pairs[place]))
    begins = bigrams.positions_of(pairs[rarest])
    at: AnyArray = begins[begins >= rarest] - np.uint32(rarest)
    for place in others:
        if not len(at):
            break
        at = at[_lookup(bigrams.positions_of(pairs[place]), at + np.uint32(place))[1]]
    return at


def _is_signed(segment: SegmentView, at: AnyArray, piece: UnitPiece) -> AnyArray:
    """Which places are in a passage that has the word a unit makes with its sign: signs have no postings of their own."""
    holding = np.zeros(segment.size, dtype=bool)
    holding[term_postings(segment, "words", piece.text + piece.sign)[0]] = True
    return holding[segment.doc_of(at)]


def _merged(parts: list[Places]) -> Places:
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else _NONE
    at, end = np.concatenate([part.at for part in parts]), np.concatenate([part.end for part in parts])
    order = np.argsort(at, kind="stable")
    return Places(at[order], end[order])


def _join(parts: list[Places]) -> Places:
    """Places where the parts stand one behind the other, begun with the rarest."""
    rarest = min(range(len(parts)), key=lambda i: len(parts[i]))
    places = parts[rarest]
    for part in parts[rarest + 1 :]:
        places = follow(places, part)
    for part in reversed(parts[:rarest]):
        found, kept = _lookup(part.end, places.at)
        places = Places(part.at[found], places.end[kept])
    return places


def _lookup(among: AnyArray, wanted: AnyArray) -> tuple[AnyArray, AnyArray]:
    """For the wanted values that are among the sorted ones: their places there, and which they are."""
    if not len(among):
        return np.zeros(0, dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    place = np.searchsorted(among, wanted)
    place[place == len(among)] = 0
    kept = among[place] == wanted
    return place[kept], kept
