"""Parts -> the arrays of one segment.

Besides the postings (see ``postings``) a segment holds, one entry a passage ("doc"):

    passage.start    uint32  position of its first unit     passage.length  uint16  how many units it has
    passage.article  uint32  article in this segment        passage.kind    uint8   index into KINDS
    passage.ordinal  uint32                                 passage.heading int32   doc of its heading, or -1
    passage.joined   uint8   1: it continues the passage before without a break
    passage.text, passage.text_end                          the text as printed, UTF-16

one entry an article:

    article.first    uint32  its first passage              article.date    uint32  20211016, 20211000, 20210000, 0
    article.id       S12     its id                         article.meta, article.meta_end   JSON of everything else
    article.signature S128   by which its reprints are found (see ``signature``)

and three sets of positions (see ``bits``): ``passage`` (where a passage begins), ``sentence`` (where a sentence does) and
``break`` (units with a sign or a space before them inside a paragraph). Positions count units through the whole segment with
a gap of one after each passage, so that neighbours in position are neighbours on paper; after a passage that the next one
continues there is no gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any

import numpy as np

from .arrays import AnyArray
from .bits import encode_bits
from .blobs import encode_blob
from .facts import COLUMNS
from .gaps import offsets
from .part import BLOBS, PASSAGE_COLUMNS, Part
from .postings import encode_docs, encode_pairs, encode_values
from .signature import SIGNATURE

__all__ = ["assemble"]

_KEY_BITS = 64
# So many units are sorted at once: it bounds the memory of a segment to some 25 bytes a unit, whatever this is.
_AT_ONCE = 1 << 22
# NumPy sorts without the interpreter's lock, and nothing else is left to do for a second processor when a build ends.
_THREADS = 2


def assemble(parts: Sequence[Part]) -> dict[str, AnyArray]:
    """The arrays of a segment that holds the articles of the parts, in their order."""
    positions, docs, articles = (
        np.cumsum([0, *(getattr(part, name) for part in parts)]) for name in ("positions", "passages", "articles")
    )
    arrays = _columns(parts, positions, docs, articles)
    arrays |= _names(parts)
    end = int(positions[-1])
    for name, of in (("sentence", "sentences"), ("break", "breaks")):
        arrays |= encode_bits(name, _shifted(parts, positions, attrgetter(of)), end)
    arrays |= _passage_starts(arrays, end)
    lengths = arrays["passage.length"]
    with ThreadPoolExecutor(1) as beside:
        words = beside.submit(_word_postings, parts, docs, lengths)
        arrays |= _unit_postings(parts, positions, lengths)
        arrays |= words.result()
    return arrays | _value_postings(parts, positions)


def _shifted(parts: Sequence[Part], by: AnyArray, of: Callable[[Part], AnyArray]) -> AnyArray:
    return _joined(of(part).astype(np.int64) + shift for part, shift in zip(parts, by.tolist(), strict=False))


def _joined(arrays: Iterable[AnyArray]) -> AnyArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])


def _columns(parts: Sequence[Part], positions: AnyArray, docs: AnyArray, articles: AnyArray) -> dict[str, AnyArray]:
    shifts = {
        "passage.start": positions,
        "passage.article": articles,
        "article.first": docs,
        "figure.doc": docs,
        "mention.doc": docs,
    }
    types: dict[str, Any] = {f"passage.{name}": dtype for name, dtype in PASSAGE_COLUMNS.items()}
    types |= {
        "article.first": np.uint32,
        "article.date": np.uint32,
        "article.id": np.dtype("S12"),
        "article.signature": SIGNATURE,
    }
    types |= {f"{table}.{name}": dtype for table, columns in COLUMNS.items() for name, dtype in columns.items()}
    arrays: dict[str, AnyArray] = {}
    for name, dtype in types.items():
        if name in shifts:
            arrays[name] = _joined(
                part.columns[name].astype(np.int64) + shift
                for part, shift in zip(parts, shifts[name].tolist(), strict=False)
            ).astype(dtype)
        else:
            arrays[name] = np.concatenate([np.zeros(0, dtype), *(part.columns[name].astype(dtype) for part in parts)])
    headings = [
        np.where(part.columns["passage.heading"] < 0, -1, part.columns["passage.heading"] + first)
        for part, first in zip(parts, docs.tolist(), strict=False)
    ]
    arrays["passage.heading"] = _joined(headings).astype(np.int32)
    for name in BLOBS:
        arrays[name] = np.concatenate([np.zeros(0, np.uint8), *(part.columns[name] for part in parts)])
        sizes = (np.diff(part.columns[f"{name}_end"].astype(np.int64), prepend=0) for part in parts)
        arrays[f"{name}_end"] = offsets(_joined(sizes))[1:]
    return arrays


def _names(parts: Sequence[Part]) -> dict[str, AnyArray]:
    """The names that are mentioned, each once, and of each mention the row of its name."""
    rows: dict[bytes, int] = {}
    mentions = []
    for part in parts:
        own = part.columns["mention.name"].astype(np.int64)
        row_of = np.zeros(len(part.names), dtype=np.int64)
        for name in np.unique(own).tolist():
            row_of[name] = rows.setdefault(part.names[name], len(rows))
        mentions.append(row_of[own])
    return {"mention.name": _joined(mentions).astype(np.uint32)} | encode_blob("name.json", rows)


def _passage_starts(arrays: dict[str, AnyArray], end: int) -> dict[str, AnyArray]:
    """Where passages begin; ``passage.held`` are the docs that have a position of their own, where not all have."""
    starts = arrays["passage.start"]
    own = np.flatnonzero(np.diff(starts, append=end) > 0)
    held = own.astype(np.uint32) if len(own) < len(starts) else np.zeros(0, dtype=np.uint32)
    return encode_bits("passage", starts, end) | {"passage.held": held}


def _vocabulary(parts: Sequence[Part], terms: str, ids: str) -> tuple[list[bytes], list[AnyArray]]:
    """The terms that have an entry, sorted by their bytes, and the entries of each part by their new numbers."""
    numbers: dict[str, int] = {}
    maps = []
    for part in parts:
        own = getattr(part, terms)
        maps.append(np.fromiter((numbers.setdefault(term, len(numbers)) for term in own), np.int64, len(own)))
    used = np.zeros(len(numbers), dtype=bool)
    for part, to_all in zip(parts, maps, strict=True):
        used[to_all[getattr(part, ids)]] = True
    encoded = [term.encode("utf-8", "surrogatepass") for term in numbers]
    order = sorted(np.flatnonzero(used).tolist(), key=encoded.__getitem__)
    rank = np.zeros(len(numbers), dtype=np.int64)
    rank[order] = np.arange(len(order))
    entries = [rank[to_all[getattr(part, ids)]] for part, to_all in zip(parts, maps, strict=True)]
    return [encoded[number] for number in order], entries


def _unit_postings(parts: Sequence[Part], positions: AnyArray, lengths: AnyArray) -> dict[str, AnyArray]:
    """Postings of units and of their pairs, worked out for some units at a time: the memory goes with these."""
    terms, streams = _vocabulary(parts, "units", "stream")
    stream = _Stream(
        np.concatenate([np.zeros(0, np.uint32), *(of.astype(np.uint32) for of in streams)]),
        _shifted(parts, positions, Part.unit_positions).astype(np.uint32),
        np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths),
    )
    del streams
    frequencies = np.bincount(stream.units, minlength=len(terms))
    ends = np.cumsum(frequencies)
    cuts = [0]
    while cuts[-1] < len(terms):
        begin = int(ends[cuts[-1] - 1]) if cuts[-1] else 0
        cuts.append(max(cuts[-1] + 1, int(np.searchsorted(ends, begin + _AT_ONCE, side="right"))))
    with ThreadPoolExecutor(_THREADS) as threads:
        tables = list(threads.map(stream.sorted, cuts[:-1], cuts[1:]))
    chars, pairs = [of_chars for of_chars, _ in tables], [of_pairs for _, of_pairs in tables]
    del tables
    units, docs, freqs = _columns_of(chars, 3)
    arrays = encode_docs("chars", terms, np.bincount(units, minlength=len(terms)), docs, freqs, lengths)
    del chars, units, docs, freqs
    left, right, counts = _columns_of([pair[:3] for pair in pairs], 3)
    at, of_doc = _columns_of([pair[3:] for pair in pairs], 2)
    return arrays | encode_pairs(left, right, counts.astype(np.int64), at, of_doc, len(terms))


def _columns_of(rows: Sequence[Sequence[AnyArray]], width: int) -> list[AnyArray]:
    """The columns of several tables, one table behind the other."""
    return [np.concatenate([np.zeros(0, np.uint32), *(row[i] for row in rows)]) for i in range(width)]


class _Stream:
    """All units of a segment in their order, with their positions and docs."""

    def __init__(self, units: AnyArray, at: AnyArray, docs: AnyArray) -> None:
        self.units, self._at, self._docs = units, at, docs
        self._doc_at = np.zeros(int(at[-1]) + 1 if len(at) else 0, dtype=np.uint32)
        self._doc_at[at] = docs
        # Number 0 of the second unit: nothing stands behind the first one.
        self._following = np.zeros(len(units), dtype=np.uint32)
        self._following[:-1] = np.where(at[1:] - at[:-1] == 1, units[1:] + np.uint32(1), 0)

    def sorted(self, first: int, end: int) -> tuple[tuple[AnyArray, ...], tuple[AnyArray, ...]]:
        """Of the units ``first`` to ``end``: (unit, passage, frequency), and (unit, following, how often, positions, docs)."""
        here = np.flatnonzero((self.units >= first) & (self.units < end))
        units, docs, at = self.units[here], self._docs[here], self._at[here]
        by_unit, of_doc = _sorted(units, docs)
        begins = _changes(by_unit, of_doc)
        freqs = np.diff(begins, append=len(by_unit)).astype(np.uint16)
        left, right, at = _sorted(units - np.uint32(first), self._following[here], at)
        pairs = _changes(left, right)
        counts = np.diff(pairs, append=len(left)).astype(np.uint32)
        left = left[pairs] + np.uint32(first)
        return (by_unit[begins], of_doc[begins], freqs), (left, right[pairs], counts, at, self._doc_at[at])


def _changes(left: AnyArray, right: AnyArray) -> AnyArray:
    """Where a row of two columns differs from the one before."""
    new = np.ones(len(left), dtype=bool)
    new[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    return np.flatnonzero(new)


def _word_postings(parts: Sequence[Part], docs: AnyArray, lengths: AnyArray) -> dict[str, AnyArray]:
    terms, entries = _vocabulary(parts, "words", "word_ids")
    of_doc = _shifted(parts, docs, lambda part: part.word_docs)
    freqs = _joined(part.word_freqs for part in parts)
    ids, of_doc, freqs = _sorted(_joined(entries), of_doc, freqs)
    return encode_docs("words", terms, np.bincount(ids, minlength=len(terms)), of_doc, freqs, lengths)


def _value_postings(parts: Sequence[Part], positions: AnyArray) -> dict[str, AnyArray]:
    terms, entries = _vocabulary(parts, "values", "value_ids")
    at = _shifted(parts, positions, lambda part: part.value_at)
    ids, at, lengths = _sorted(_joined(entries), at, _joined(part.value_lengths for part in parts))
    return encode_values(terms, np.bincount(ids, minlength=len(terms)), at, lengths)


def _sorted(*columns: AnyArray) -> tuple[AnyArray, ...]:
    """Rows of several columns of numbers below 2**32 in their order. One sort of numbers, where a row fits into one."""
    if not len(columns[0]):
        return columns
    bits = [int(column.max()).bit_length() for column in columns]
    if sum(bits) > _KEY_BITS:
        order = np.lexsort(columns[::-1])
        return tuple(column[order].astype(np.uint32) for column in columns)
    key = columns[0].astype(np.uint64)
    for column, width in zip(columns[1:], bits[1:], strict=True):
        key <<= np.uint64(width)
        key |= column.astype(np.uint64)
    key.sort()
    found = []
    for width in reversed(bits):
        found.append((key & np.uint64((1 << width) - 1)).astype(np.uint32))
        key >>= np.uint64(width)
    return tuple(reversed(found))
