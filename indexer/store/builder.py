"""Articles -> a part of a segment."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..text import Analysis, fold
from ..text.tokenizer import RUN_MARK
from ..text.units import STRETCH, is_ended
from .arrays import AnyArray
from .blobs import encode_blob
from .facts import FactRows
from .part import PASSAGE_COLUMNS, Part
from .postings import LENGTHS
from .segment import KINDS, TEXT_ENCODING
from .signature import SIGNATURE, signature

if TYPE_CHECKING:  # a search opens this module and reads no files
    from ..facts import Figure
    from ..facts.names import Mention
    from ..reading import Article

__all__ = ["SegmentBuilder", "date_number"]


def date_number(date: str | None) -> int:
    """``2021-10`` -> 20211000; 0 for None. Such numbers sort by date, a whole year before its months."""
    if not date:
        return 0
    year, month, day = ([int(part) for part in date.split("-")] + [0, 0])[:3]
    return year * 10000 + month * 100 + day


class _Ids(dict[str, int]):
    """Numbers terms as they come: ``ids[term]``."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class SegmentBuilder:
    """Collects articles and returns a part of a segment. Memory: about 60 bytes a character of text."""

    def __init__(self) -> None:
        self.passages = 0
        self._word_ids, self._value_ids = _Ids(), _Ids()
        self._streams: list[str] = []
        self._runs: list[str] = []
        self._words: list[int] = []
        self._word_counts: list[int] = []
        self._values: list[tuple[int, int, int]] = []
        self._rows: list[tuple[int, ...]] = []
        self._texts: list[bytes] = []
        self._sentences: list[int] = []
        self._breaks: list[int] = []
        self._articles: list[Article] = []
        self._first: list[int] = []
        self._signatures: list[bytes] = []
        self._facts = FactRows()
        self._next_position = 0

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
        body = (of.unit_text for of, passage in zip(analyses, article.passages, strict=True) if passage.kind == "body")
        self._signatures.append(signature("".join(body)))
        self._first.append(first)
        before = ""
        for passage, analysis in zip(article.passages, analyses, strict=True):
            joined = int(passage.continues and self.passages > first)
            # The gap after the passage before is taken back where this one continues it.
            start = self._next_position - joined
            heading = -1 if passage.heading is None else first + passage.heading
            length = len(analysis.stream)
            if length >= LENGTHS:  # those that are read have some hundred units
                raise ValueError(f"passage {passage.id} has {length} units")
            kind = KINDS.index(passage.kind)
            self._rows.append((start, length, number, kind, passage.ordinal, heading, joined))
            self._texts.append(passage.text.encode(TEXT_ENCODING, "surrogatepass"))
            if not joined or is_ended(fold(before).text):
                self._sentences.append(start)
            if joined and not STRETCH.fullmatch(before[-1:] + passage.text[:1]):
                self._breaks.append(start)
            self._add_tokens(analysis, start)
            self.passages += 1
            before = passage.text
            self._next_position = start + length + 1

    def _add_tokens(self, analysis: Analysis, start: int) -> None:
        self._streams.append(analysis.stream)
        self._runs += analysis.runs
        self._sentences.extend(start + end for end in analysis.sentence_ends[:-1])
        self._breaks.extend(start + at for at in analysis.breaks)
        self._words.extend(map(self._word_ids.__getitem__, analysis.words))
        self._word_counts.append(len(analysis.words))
        for value, first, end in analysis.values:
            self._values.append((self._value_ids[value], start + first, end - first))

    def part(self) -> Part:
        """What was added, as a part of a segment."""
        units, stream = _numbered("".join(self._streams), self._runs)
        word_ids, docs, freqs = self._word_entries()
        value_ids, at, lengths = np.asarray(self._values, dtype=np.int32).reshape(-1, 3).T
        facts, names = self._facts.columns()
        rows = np.asarray(self._rows, dtype=np.int32).reshape(-1, len(PASSAGE_COLUMNS))
        columns = {f"passage.{name}": column for name, column in zip(PASSAGE_COLUMNS, rows.T.copy(), strict=True)}
        return Part(
            units=units,
            stream=stream,
            words=list(self._word_ids),
            word_ids=word_ids,
            word_docs=docs,
            word_freqs=freqs,
            values=list(self._value_ids),
            value_ids=value_ids,
            value_at=at,
            value_lengths=lengths,
            names=names,
            sentences=_numbers(self._sentences),
            breaks=_numbers(self._breaks),
            columns=columns
            | encode_blob("passage.text", self._texts)
            | _article_columns(self._articles, self._first, self._signatures)
            | facts,
        )

    def _word_entries(self) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Each word of each passage once: its number, the passage, and how often it stands there."""
        docs = np.repeat(np.arange(self.passages, dtype=np.int64), self._word_counts)
        size = max(len(self._word_ids), 1)
        keys, freqs = np.unique(docs * size + np.asarray(self._words, dtype=np.int64), return_counts=True)
        return (keys % size).astype(np.int32), (keys // size).astype(np.int32), freqs.astype(np.uint16)


def _numbered(stream: str, runs: Sequence[str]) -> tuple[list[str], AnyArray]:
    """The different units of a stream (see ``Analysis``), and the number of each unit of it among them (uint32)."""
    codes = np.frombuffer(stream.encode("utf-32-le"), dtype="<u4").astype(np.uint32)
    ids = _Ids()
    codes[codes == ord(RUN_MARK)] = _FIRST_RUN + np.asarray([ids[run] for run in runs], dtype=np.uint32)
    used = np.zeros(_FIRST_RUN + len(ids), dtype=bool)
    used[codes] = True
    found = np.flatnonzero(used)
    number_of = np.empty(len(used), dtype=np.uint32)
    number_of[found] = np.arange(len(found))
    names = list(ids)
    return [chr(code) if code < _FIRST_RUN else names[code - _FIRST_RUN] for code in found.tolist()], number_of[codes]


# Runs are numbered behind all characters.
_FIRST_RUN = sys.maxunicode + 1


def _numbers(values: list[int]) -> AnyArray:
    return np.asarray(values, dtype=np.int32)


def _article_columns(articles: list[Article], first: list[int], signatures: list[bytes]) -> dict[str, AnyArray]:
    return {
        "article.first": _numbers(first),
        "article.date": _numbers([date_number(article.date) for article in articles]),
        "article.id": np.asarray([article.id.encode() for article in articles], dtype="S12"),
        "article.signature": np.frombuffer(b"".join(signatures), dtype=SIGNATURE),
        **encode_blob("article.meta", [_meta(article) for article in articles]),
    }


def _meta(article: Article) -> bytes:
    meta: dict[str, Any] = {name: getattr(article, name) for name in META_FIELDS}
    return json.dumps(meta, ensure_ascii=False).encode("utf-8", "surrogatepass")


META_FIELDS = ("id", "title", "date", "source", "authors", "path", "series", "date_inferred", "photographers")
