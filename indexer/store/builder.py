"""Articles -> the arrays of one segment; segments -> the arrays of one merged segment.

Besides the postings (see ``postings``) a segment holds, one entry a passage ("doc"):

    passage.start    uint32  position of its first unit     passage.length  uint32  how many units it has
    passage.article  uint32  article in this segment        passage.kind    uint8   index into KINDS
    passage.ordinal  uint32                                 passage.heading int32   doc of its heading, or -1
    passage.joined   uint8   1: it continues the passage before without a break
    passage.text, passage.text_end      uint8, int64        the text as printed, UTF-8

one entry an article:

    article.first    uint32  its first passage              article.date    uint32  20211016, 20211000, 20210000, 0
    article.id       S12     its id                         article.meta, article.meta_end   JSON of everything else

and ``sentence.start`` and ``break.at`` (uint32, sorted): positions at which a sentence begins, and positions with a sign or
a space before them inside a paragraph. Positions count units through the whole segment with a gap of one after each passage, so that neighbours in position are neighbours on paper; after a
passage that the next one continues there is no gap.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..text import Analysis, fold
from ..text.tokenizer import BIGRAM_JOINT
from ..text.units import STRETCH, is_ended
from .arrays import AnyArray
from .facts import COLUMNS, FactRows, blob
from .postings import Family, invert
from .segment import KINDS, SegmentView

if TYPE_CHECKING:  # a search opens this module and reads no files
    from ..facts import Figure
    from ..facts.names import Mention
    from ..reading import Article

__all__ = ["SegmentBuilder", "date_number", "merge"]


def date_number(date: str | None) -> int:
    """``2021-10`` -> 20211000; 0 for None. Such numbers sort by date, a whole year before its months."""
    if not date:
        return 0
    year, month, day = ([int(part) for part in date.split("-")] + [0, 0])[:3]
    return year * 10000 + month * 100 + day


@dataclass
class _Entries:
    """Entries of one family while they are collected: a term id and the values of each."""

    ids: dict[str, int] = field(default_factory=dict)
    term_ids: list[int] = field(default_factory=list)
    values: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))

    def id(self, term: str) -> int:
        return self.ids.setdefault(term, len(self.ids))


class SegmentBuilder:
    """Collects articles and returns the arrays of a segment. Memory: about 60 bytes a character of text."""

    def __init__(self) -> None:
        self.passages = 0
        self._unit_ids: dict[str, int] = {}
        self._units: list[int] = []
        self._words, self._values = _Entries(), _Entries()
        self._columns: dict[str, list[int]] = {
            name: [] for name in ("start", "length", "article", "kind", "ordinal", "heading", "joined")
        }
        self._texts: list[bytes] = []
        self._sentences: list[int] = []
        self._breaks: list[int] = []
        self._articles: list[Article] = []
        self._first: list[int] = []
        self._facts = FactRows()
        self._next_position = 0

    @property
    def units(self) -> int:
        """How many units were added."""
        return len(self._units)

    def add(
        self,
        article: Article,
        analyses: Sequence[Analysis],
        mentions: Iterable[Mention] = (),
        figures: Sequence[Sequence[Figure]] = (),
    ) -> None:
        """Add an article with the analyses and figures of its passages, in their order, and its mentions."""
        first = self.passages
        self._facts.add(first, mentions, figures)
        number = len(self._articles)
        self._articles.append(article)
        self._first.append(first)
        before = ""
        for passage, analysis in zip(article.passages, analyses, strict=True):
            joined = int(passage.continues and self.passages > first)
            # The gap after the passage before is taken back where this one continues it.
            start = self._next_position - joined
            heading = -1 if passage.heading is None else first + passage.heading
            row = (start, len(analysis.units), number, KINDS.index(passage.kind), passage.ordinal, heading)
            for column, value in zip(self._columns.values(), (*row, joined), strict=True):
                column.append(value)
            self._texts.append(passage.text.encode("utf-8", "surrogatepass"))
            if not joined or is_ended(fold(before).text):
                self._sentences.append(start)
            if joined and not STRETCH.fullmatch(before[-1:] + passage.text[:1]):
                self._breaks.append(start)
            self._add_tokens(analysis, start)
            self.passages += 1
            before = passage.text
            self._next_position = start + len(analysis.units) + 1

    def _add_tokens(self, analysis: Analysis, start: int) -> None:
        unit_id = self._unit_ids.setdefault
        self._units.extend([unit_id(unit, len(self._unit_ids)) for unit in analysis.units])
        self._sentences.extend(start + end for end in analysis.sentence_ends[:-1])
        self._breaks.extend(start + at for at in analysis.breaks)
        frequencies: dict[str, int] = {}
        for word in analysis.words:
            frequencies[word] = frequencies.get(word, 0) + 1
        words = self._words
        for word, frequency in frequencies.items():
            words.term_ids.append(words.id(word))
            words.values[1].append(frequency)
        words.values[0].extend([self.passages] * len(frequencies))
        for value, first, end in analysis.values:
            self._values.term_ids.append(self._values.id(value))
            self._values.values[0].append(start + first)
            self._values.values[1].append(start + end)

    def arrays(self) -> dict[str, AnyArray]:
        """The arrays of the segment."""
        columns = {name: np.asarray(column, dtype=np.int64) for name, column in self._columns.items()}
        positions = _unit_positions(columns["start"], columns["length"])
        units = np.asarray(self._units, dtype=np.int64)
        arrays = invert("chars", list(self._unit_ids), units, at=positions)
        arrays |= _invert_bigrams(list(self._unit_ids), units, positions)
        docs, freqs = (np.asarray(values, dtype=np.uint32) for values in self._words.values)
        arrays |= invert("words", list(self._words.ids), _ids(self._words), doc=docs, freq=freqs)
        at, end = (np.asarray(values, dtype=np.uint32) for values in self._values.values)
        arrays |= invert("values", list(self._values.ids), _ids(self._values), at=at, end=end)
        arrays |= self._facts.arrays()
        arrays |= _passage_arrays(columns, self._texts)
        arrays |= _article_arrays(self._articles, self._first)
        arrays["sentence.start"] = np.unique(np.asarray(self._sentences, dtype=np.uint32))
        arrays["break.at"] = np.unique(np.asarray(self._breaks, dtype=np.uint32))
        return arrays


def _ids(entries: _Entries) -> AnyArray:
    return np.asarray(entries.term_ids, dtype=np.int64)


def _unit_positions(starts: AnyArray, lengths: AnyArray) -> AnyArray:
    """Position of every unit, from the start and length of each passage."""
    before = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else np.zeros(0, dtype=np.int64)
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))


def _invert_bigrams(terms: list[str], units: AnyArray, positions: AnyArray) -> dict[str, AnyArray]:
    adjacent = np.flatnonzero(np.diff(positions) == 1)
    keys = units[adjacent] * len(terms) + units[adjacent + 1]
    pairs, ids = np.unique(keys, return_inverse=True)
    names = [terms[pair // len(terms)] + BIGRAM_JOINT + terms[pair % len(terms)] for pair in pairs.tolist()]
    return invert("bigrams", names, ids, at=positions[adjacent])


def _passage_arrays(columns: dict[str, AnyArray], texts: list[bytes]) -> dict[str, AnyArray]:
    types = {"kind": np.uint8, "joined": np.uint8, "heading": np.int32}
    arrays: dict[str, AnyArray] = {
        f"passage.{name}": column.astype(types.get(name, np.uint32)) for name, column in columns.items()
    }
    return arrays | blob("passage.text", texts)


def _article_arrays(articles: list[Article], first: list[int]) -> dict[str, AnyArray]:
    return {
        "article.first": np.asarray(first, dtype=np.uint32),
        "article.date": np.asarray([date_number(article.date) for article in articles], dtype=np.uint32),
        "article.id": np.asarray([article.id.encode() for article in articles], dtype="S12"),
        **blob("article.meta", [_meta(article) for article in articles]),
    }


def _meta(article: Article) -> bytes:
    meta: dict[str, Any] = {name: getattr(article, name) for name in META_FIELDS}
    return json.dumps(meta, ensure_ascii=False).encode("utf-8", "surrogatepass")


META_FIELDS = ("id", "title", "date", "source", "authors", "path", "series", "date_inferred", "photographers")


# -- merging ---------------------------------------------------------------------------------------------------------


def merge(segments: Sequence[SegmentView]) -> dict[str, AnyArray]:
    """The arrays of one segment that holds the live articles of several, in their order. No text is analysed again."""
    parts = [_Part(segment) for segment in segments]
    position = doc = article = 0
    for part in parts:
        part.place(position, doc, article)
        position, doc, article = part.next_position, part.next_doc, part.next_article
    arrays: dict[str, AnyArray] = {}
    for name, values in (
        ("chars", ("at",)),
        ("bigrams", ("at",)),
        ("values", ("at", "end")),
        ("words", ("doc", "freq")),
    ):
        arrays |= _merge_family(name, values, parts)
    for name in ("sentence.start", "break.at"):
        arrays[name] = np.concatenate([part.positions(part.view.arrays[name])[0] for part in parts]).astype(np.uint32)
    for name in ("start", "length", "article", "kind", "ordinal", "heading", "joined"):
        arrays[f"passage.{name}"] = np.concatenate([part.passage_column(name) for part in parts])
    for name in ("first", "date", "id"):
        arrays[f"article.{name}"] = np.concatenate([part.article_column(name) for part in parts])
    arrays |= blob("passage.text", [part.view.text_bytes(i) for part in parts for i in part.docs.tolist()])
    for table in COLUMNS:
        arrays |= _merge_rows(table, parts)
    names = ((part.view, row) for part in parts for row in range(part.view.rows("name")))
    arrays |= blob("name.json", [view.json_bytes("name", row) for view, row in names])
    arrays |= blob("article.meta", [part.view.meta_bytes(i) for part in parts for i in part.articles.tolist()])
    return arrays


class _Part:
    """One segment of a merge: which of its docs live on, and the numbers they get."""

    def __init__(self, view: SegmentView) -> None:
        self.view = view
        self.docs = np.flatnonzero(view.live)
        self.articles = np.unique(view.arrays["passage.article"][self.docs])

    def place(self, position: int, doc: int, article: int) -> None:
        """Fix the first new position, doc and article number of this part."""
        arrays = self.view.arrays
        lengths = arrays["passage.length"][self.docs].astype(np.int64)
        gaps = np.ones(len(self.docs), dtype=np.int64)
        gaps[:-1] -= arrays["passage.joined"][self.docs[1:]]
        ends = position + np.cumsum(lengths + gaps)
        self.new_start = ends - lengths - gaps
        self.shift = self.new_start - arrays["passage.start"][self.docs]
        self.new_doc = np.full(len(self.view.live), -1, dtype=np.int64)
        self.new_doc[self.docs] = np.arange(len(self.docs)) + doc
        self.new_article = np.full(len(arrays["article.first"]), -1, dtype=np.int64)
        self.new_article[self.articles] = np.arange(len(self.articles)) + article
        self.next_position = int(ends[-1]) if len(ends) else position
        self.next_doc, self.next_article = doc + len(self.docs), article + len(self.articles)

    def positions(self, old: AnyArray) -> tuple[AnyArray, AnyArray]:
        """New positions of the old ones that live on, and which those are."""
        docs = self.new_doc[self.view.doc_of(old)]
        kept = docs >= 0
        return old[kept] + self.shift[docs[kept] - (self.next_doc - len(self.docs))], kept

    def passage_column(self, name: str) -> AnyArray:
        column = self.view.arrays[f"passage.{name}"]
        old = column[self.docs]
        if name == "start":
            return self.new_start.astype(column.dtype)
        if name == "article":
            return self.new_article[old].astype(column.dtype)
        if name == "heading":
            return np.where(old < 0, -1, self.new_doc[old]).astype(column.dtype)
        return old

    def article_column(self, name: str) -> AnyArray:
        column = self.view.arrays[f"article.{name}"]
        old: AnyArray = column[self.articles]
        return self.new_doc[old].astype(column.dtype) if name == "first" else old


def _merge_rows(table: str, parts: Sequence[_Part]) -> dict[str, AnyArray]:
    """Rows of the figures or mentions that live on, with the new numbers of their passages."""
    columns: dict[str, list[AnyArray]] = {name: [] for name in COLUMNS[table]}
    pieces: list[bytes] = []
    names = 0
    for part in parts:
        docs = part.new_doc[part.view.arrays[f"{table}.doc"]]
        kept = np.flatnonzero(docs >= 0)
        for name, column in columns.items():
            values = docs if name == "doc" else part.view.arrays[f"{table}.{name}"]
            column.append(values[kept] + names if name == "name" else values[kept])
        names += part.view.rows("name")
        pieces += [part.view.json_bytes(table, row) for row in kept.tolist()]
    merged = {
        f"{table}.{name}": np.concatenate(column).astype(COLUMNS[table][name]) for name, column in columns.items()
    }
    return merged | blob(f"{table}.json", pieces)


def _merge_family(name: str, values: tuple[str, ...], parts: Sequence[_Part]) -> dict[str, AnyArray]:
    ids: dict[str, int] = {}
    term_ids: list[AnyArray] = []
    columns: dict[str, list[AnyArray]] = {value: [] for value in values}
    for part in parts:
        family: Family = part.view.families[name]
        numbers = np.fromiter((ids.setdefault(term, len(ids)) for term in family.terms()), np.int64, len(family))
        entries = {value: part.view.arrays[f"{name}.{value}"].astype(np.int64) for value in values}
        if name == "words":
            docs = part.new_doc[entries["doc"]]
            kept = docs >= 0
            entries["doc"] = docs
        else:
            new, kept = part.positions(entries["at"])
            if "end" in entries:
                entries["end"][kept] += new - entries["at"][kept]
            entries["at"][kept] = new
        term_ids.append(np.repeat(numbers, family.counts())[kept])
        for value, column in columns.items():
            column.append(entries[value][kept])
    merged = {value: np.concatenate(column) for value, column in columns.items()}
    return invert(name, list(ids), np.concatenate(term_ids), **merged)
