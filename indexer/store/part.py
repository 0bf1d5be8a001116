"""A part of a segment: what was found in some articles, before it is put in the order of its terms.

A process that analyses returns one, and a segment that is merged is read back into one (``part_of``). Everything in it is
numbered from 0: positions, passages ("docs"), articles, and the terms of each vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .arrays import AnyArray
from .blobs import pieces, take_pieces
from .facts import COLUMNS
from .gaps import ragged
from .segment import SegmentView

__all__ = ["BLOBS", "PASSAGE_COLUMNS", "Part", "part_of"]

PASSAGE_COLUMNS = {
    "start": np.uint32,
    "length": np.uint16,
    "article": np.uint32,
    "kind": np.uint8,
    "ordinal": np.uint32,
    "heading": np.int32,
    "joined": np.uint8,
}
BLOBS = ("passage.text", "article.meta", "figure.json", "mention.json")


@dataclass
class Part:
    """``stream`` holds the units of all passages, by number in ``units``; words and values are entries of equal length.

    ``columns`` has the arrays of passages, articles, figures and mentions as in a segment (see ``assemble``), with their
    byte strings; ``sentences`` and ``breaks`` are positions.
    """

    units: list[str]
    stream: AnyArray
    words: list[str]
    word_ids: AnyArray
    word_docs: AnyArray
    word_freqs: AnyArray
    values: list[str]
    value_ids: AnyArray
    value_at: AnyArray
    value_lengths: AnyArray
    names: list[bytes]
    sentences: AnyArray
    breaks: AnyArray
    columns: dict[str, AnyArray]

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self.columns["passage.start"])

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return len(self.columns["article.first"])

    @property
    def positions(self) -> int:
        """The first position behind the part: one behind the gap that ends it."""
        if not self.passages:
            return 0
        return int(self.columns["passage.start"][-1]) + int(self.columns["passage.length"][-1]) + 1

    def unit_positions(self) -> AnyArray:
        """Position of each unit of the stream (int64)."""
        starts, lengths = (self.columns[f"passage.{name}"].astype(np.int64) for name in ("start", "length"))
        return ragged(starts, lengths)


def part_of(view: SegmentView) -> Part:
    """The live articles of a segment as a part. No text is analysed again."""
    return _Survivors(view).part()


class _Survivors:
    """Which passages of a segment live on, and the numbers they get."""

    def __init__(self, view: SegmentView) -> None:
        self._view = view
        self._arrays = view.arrays
        self._docs = np.flatnonzero(view.live)
        self._articles = np.unique(self._arrays["passage.article"][self._docs])
        self._new_doc = _renumbered(view.size, self._docs)

    def part(self) -> Part:
        view = self._view
        counts, docs, freqs = view.words.all()
        word_docs = self._new_doc[docs]
        kept = word_docs >= 0
        value_counts, at, lengths = view.values.all()
        value_at, value_kept = self._moved(at)
        return Part(
            units=list(view.chars.terms),
            stream=self._stream(),
            words=list(view.words.terms),
            word_ids=np.repeat(np.arange(len(counts)), counts)[kept],
            word_docs=word_docs[kept],
            word_freqs=freqs[kept],
            values=list(view.values.terms),
            value_ids=np.repeat(np.arange(len(value_counts)), value_counts)[value_kept],
            value_at=value_at,
            value_lengths=lengths[value_kept],
            names=pieces(self._arrays, "name.json"),
            sentences=self._moved(view.sentences.members())[0],
            breaks=self._moved(view.breaks.members())[0],
            columns=self._columns(),
        )

    def _stream(self) -> AnyArray:
        """The units of the passages that live on, in their order: every position begins exactly one pair."""
        positions, units = self._view.bigrams.all()
        at = np.zeros(int(positions.max(initial=0)) + 1, dtype=np.uint32)
        at[positions] = units
        starts, lengths = (self._arrays[f"passage.{name}"][self._docs] for name in ("start", "length"))
        return at[ragged(starts, lengths)]

    def _moved(self, positions: AnyArray) -> tuple[AnyArray, AnyArray]:
        """New positions of those that live on, and which of the old ones they are."""
        docs = self._new_doc[self._view.doc_of(positions)]
        kept = docs >= 0
        return positions[kept] + self._shift[docs[kept]], kept

    @cached_property
    def _shift(self) -> AnyArray:
        return self._starts - self._arrays["passage.start"][self._docs]

    @cached_property
    def _starts(self) -> AnyArray:
        """New first positions of the passages."""
        lengths = self._arrays["passage.length"][self._docs].astype(np.int64)
        gaps = np.ones(len(self._docs), dtype=np.int64)
        gaps[:-1] -= self._arrays["passage.joined"][self._docs[1:]]
        return np.cumsum(lengths + gaps) - lengths - gaps

    def _columns(self) -> dict[str, AnyArray]:
        arrays = self._arrays
        columns = {f"passage.{name}": arrays[f"passage.{name}"][self._docs] for name in PASSAGE_COLUMNS}
        columns["passage.start"] = self._starts
        columns["passage.article"] = np.searchsorted(self._articles, columns["passage.article"])
        heading = columns["passage.heading"]
        columns["passage.heading"] = np.where(heading < 0, -1, self._new_doc[heading])
        for name in ("first", "date", "id", "signature"):
            columns[f"article.{name}"] = arrays[f"article.{name}"][self._articles]
        columns["article.first"] = self._new_doc[columns["article.first"]]
        columns |= take_pieces(arrays, "passage.text", self._docs)
        columns |= take_pieces(arrays, "article.meta", self._articles)
        for table, types in COLUMNS.items():
            docs = self._new_doc[arrays[f"{table}.doc"]]
            rows = np.flatnonzero(docs >= 0)
            columns |= {f"{table}.{name}": arrays[f"{table}.{name}"][rows] for name in types}
            columns[f"{table}.doc"] = docs[rows]
            columns |= take_pieces(arrays, f"{table}.json", rows)
        return columns


def _renumbered(size: int, kept: AnyArray) -> AnyArray:
    """For each of the old numbers its new one, or -1."""
    new = np.full(size, -1, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    return new
