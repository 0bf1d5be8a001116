"""Parts -> the arrays of one segment.

Besides the postings (see ``postings``) a segment holds, one entry a passage ("doc"):

    passage.start    uint32  position of its first unit     passage.length  uint32  how many units it has
    passage.article  uint32  article in this segment        passage.kind    uint8   index into KINDS
    passage.ordinal  uint32                                 passage.heading int32   doc of its heading, or -1
    passage.joined   uint8   1: it continues the passage before without a break
    passage.text, passage.text_end                          the text as printed, UTF-16

one entry an article:

    article.first    uint32  its first passage              article.date    uint32  20211016, 20211000, 20210000, 0
    article.id       S12     its id                         article.meta, article.meta_end   JSON of everything else

and three sets of positions (see ``bits``): ``passage`` (where a passage begins), ``sentence`` (where a sentence does) and
``break`` (units with a sign or a space before them inside a paragraph). Positions count units through the whole segment with
a gap of one after each passage, so that neighbours in position are neighbours on paper; after a passage that the next one
continues there is no gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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

__all__ = ["assemble"]

_KEY_BITS = 64


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
    arrays |= _unit_postings(parts, positions, lengths)
    arrays |= _word_postings(parts, docs, lengths)
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
    types |= {"article.first": np.uint32, "article.date": np.uint32, "article.id": np.dtype("S12")}
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
    terms, streams = _vocabulary(parts, "units", "stream")
    units = _joined(streams)
    at = _shifted(parts, positions, Part.unit_positions)
    docs = np.repeat(np.arange(len(lengths)), lengths)
    by_unit, of_doc = _sorted(units, docs)
    begins = np.flatnonzero((np.diff(by_unit, prepend=-1) != 0) | (np.diff(of_doc, prepend=-1) != 0))
    freqs = np.diff(begins, append=len(by_unit))
    counts = np.bincount(by_unit[begins], minlength=len(terms))
    arrays = encode_docs("chars", terms, counts, of_doc[begins], freqs, lengths)
    del by_unit, of_doc, begins, docs
    # Number 0 of the second unit: nothing stands behind the first one.
    second = np.zeros(len(units), dtype=np.int64)
    second[:-1] = np.where(np.diff(at) == 1, units[1:] + 1, 0)
    doc_at = np.zeros(int(at[-1]) + 1 if len(at) else 0, dtype=np.int32)
    doc_at[at] = np.repeat(np.arange(len(lengths)), lengths)
    pairs, at = _sorted(units * (len(terms) + 1) + second, at)
    begins = np.flatnonzero(np.diff(pairs, prepend=-1))
    pair = pairs[begins]
    counts = np.diff(begins, append=len(pairs))
    return arrays | encode_pairs(pair // (len(terms) + 1), pair % (len(terms) + 1), counts, at, doc_at[at], len(terms))


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
    """Rows of several columns of numbers in their order. One sort of numbers, where a row fits into one."""
    if not len(columns[0]):
        return columns
    bits = [int(column.max()).bit_length() for column in columns]
    if sum(bits) > _KEY_BITS:
        order = np.lexsort(columns[::-1])
        return tuple(column[order] for column in columns)
    key = columns[0].astype(np.uint64)
    for column, width in zip(columns[1:], bits[1:], strict=True):
        key <<= np.uint64(width)
        key |= column.astype(np.uint64)
    key.sort()
    found = []
    for width in reversed(bits):
        found.append((key & np.uint64((1 << width) - 1)).astype(np.int64))
        key >>= np.uint64(width)
    return tuple(reversed(found))
