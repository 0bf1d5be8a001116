"""A part of an index as documents, and documents as a part again.

What is stored of a passage suffices to make the tokens of it anew without a dictionary, so that the passages of an answer become
a small segment here, in which our own code ranks, marks and counts as it does in an index of its own.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ...text import find_units, fold
from ..blobs import pieces
from ..facts import FIGURE_FIELDS
from ..part import Part
from ..segment import KINDS, TEXT_ENCODING
from ..signature import NO_SIGNATURE
from .streams import bigrams, cut, exact_stream, joined, sentence_stream, sign_stream, stream, values_stream

__all__ = ["INFINITE", "ArticleDocument", "documents", "name_key"]

# The greatest number that a double of the cluster takes; stands for no end.
INFINITE = 1.7976931348623157e308
# A literal string is at most this many units (the longest query), so no more of what follows is needed at a seam.
_SEAM_UNITS = 256
# Of a sentence that goes on in other parts of a paragraph, so much is sent with each part on either side. A sentence is longer
# than a part (600 characters) where a table or a list was printed as one; that none may be of any length bounds what is sent.
_SENTENCE_UNITS = 2048
_BANDS = 16


@dataclass(frozen=True, slots=True)
class ArticleDocument:
    """An article and its passages as they are sent; ``passages`` are (id, document)."""

    id: str
    document: dict[str, Any]
    passages: list[tuple[str, dict[str, Any]]]


def name_key(kind: str, name: str) -> str:
    """What stands for a name as one article has it in full."""
    return f"{kind}\t{name}"


def documents(part: Part) -> Iterator[ArticleDocument]:
    """The articles of a part. The ``fold`` of each is its own id until the writer knows its reprints."""
    reader = _Reader(part)
    for number, docs in reader.articles():
        yield reader.article(number, docs)


class _Reader:
    def __init__(self, part: Part) -> None:
        self._part = part
        columns = part.columns
        self._lengths = columns["passage.length"].astype(np.int64)
        self._starts = columns["passage.start"].astype(np.int64)
        self._offsets = np.concatenate([[0], np.cumsum(self._lengths)])
        self._texts = [_text(text) for text in pieces(columns, "passage.text")]
        self._metas = pieces(columns, "article.meta")
        self._rows = {name: pieces(columns, f"{name}.json") for name in ("figure", "mention")}
        self._first = {
            name: np.searchsorted(columns[f"{name}.doc"], np.arange(part.passages + 1)) for name in self._rows
        }
        order = np.argsort(part.word_docs, kind="stable")
        self._words = order
        self._first_word = np.searchsorted(part.word_docs[order], np.arange(part.passages + 1))
        at = np.argsort(part.value_at, kind="stable")
        self._values = at
        self._values_at = part.value_at[at].astype(np.int64)
        self._names = [json.loads(name) for name in part.names]

    def articles(self) -> Iterator[tuple[int, range]]:
        first = [*self._part.columns["article.first"].tolist(), self._part.passages]
        for number, (start, end) in enumerate(pairwise(first)):
            yield number, range(start, end)

    def units(self, doc: int) -> list[str]:
        part = self._part
        return [part.units[unit] for unit in part.stream[self._offsets[doc] : self._offsets[doc + 1]].tolist()]

    def values(self, start: int, end: int) -> list[tuple[str, int, int]]:
        """The values between two positions: (value, first unit, unit behind it), counted from the first."""
        part, found = self._part, []
        first, last = np.searchsorted(self._values_at, (start, end)).tolist()
        for row in self._values[first:last].tolist():
            at, behind = int(part.value_at[row]), int(part.value_at[row] + part.value_lengths[row])
            if behind <= end:
                found.append((part.values[part.value_ids[row]], at - start, behind - start))
        return found

    def sentences(self, start: int, end: int) -> list[int]:
        """Where sentences begin between two positions, counted from the first."""
        sentences = self._part.sentences
        first, last = np.searchsorted(sentences, (start, end)).tolist()
        return [at - start for at in sentences[first:last].tolist()]

    def words(self, doc: int) -> list[str]:
        part, found = self._part, []
        for row in self._words[self._first_word[doc] : self._first_word[doc + 1]].tolist():
            found += [part.words[part.word_ids[row]]] * int(part.word_freqs[row])
        return found

    def article(self, number: int, docs: range) -> ArticleDocument:
        meta = json.loads(self._metas[number].decode("utf-8", "surrogatepass").encode("utf-8", "replace"))
        date = int(self._part.columns["article.date"][number])
        signature = self._part.columns["article.signature"][number]
        document = {
            "date": date,
            "source": meta["source"] or "",
            "fold": meta["id"],
            "bands": bands(bytes(signature)),
            "passages": len(docs),
            "stored": {
                "meta": meta,
                "signature": base64.b64encode(bytes(signature)).decode(),
                "uses": [[*self._names[row[2]], row[3][0]] for doc in docs for row in self._facts("mention", doc)],
            },
        }
        passages = [self._passage(doc, docs, meta, date) for doc in docs]
        return ArticleDocument(meta["id"], document, passages)

    def _passage(self, doc: int, docs: range, meta: dict[str, Any], date: int) -> tuple[str, dict[str, Any]]:
        columns = self._part.columns
        units, words = self.units(doc), self.words(doc)
        tokens, starts = stream(units)
        start, end = self._span(doc)
        title = self.units(docs.start)
        title_tokens, title_starts = stream(title)
        ordinal, heading = int(columns["passage.ordinal"][doc]), int(columns["passage.heading"][doc])
        figures, mentions = self._facts("figure", doc), self._facts("mention", doc)
        text = self._texts[doc]
        document: dict[str, Any] = {
            "article": meta["id"],
            "fold": meta["id"],
            "ordinal": ordinal,
            "kind": KINDS[int(columns["passage.kind"][doc])],
            "date": date,
            "length": len(units),
            "chars": joined(tokens),
            "bigrams": joined(bigrams(units + self._next_unit(doc, docs))),
            "words": joined(map(cut, words)),
            "values": joined(values_stream(self.values(start, end), starts)),
            "sentences": joined(sentence_stream(self.sentences(start, end), starts)),
            "signs": joined(sign_stream(text)),
            "title": joined(title_tokens),
            "title_values": joined(values_stream(self.values(*self._span(docs.start)), title_starts)),
            "title_signs": joined(sign_stream(self._texts[docs.start])),
            "authors": [joined(exact_stream(fold(name).text)) for name in (*meta["authors"], *meta["photographers"])],
            "names": _by_kind(self._names[row[2]] for row in mentions),
            "figures": [self._nested(row, text) for row in figures],
            "figure_count": len(figures),
            "stored": {
                "text": text,
                "words": joined(words),
                "heading": -1 if heading < 0 else int(columns["passage.ordinal"][heading]),
                "joined": int(columns["passage.joined"][doc]),
                "continued": int(doc + 1 < docs.stop and columns["passage.joined"][doc + 1]),
                "figures": [[*numbers, fact] for numbers, fact in figures],
                "mentions": [[row[0], row[1], *self._names[row[2]], row[3]] for row in mentions],
            },
        }
        document |= self._seam(doc, docs)
        return f"{meta['id']}-{ordinal}", {k: v for k, v in document.items() if v not in ("", [], {})}

    def _span(self, doc: int) -> tuple[int, int]:
        """The position of the first unit of a passage, and that behind its last."""
        return int(self._starts[doc]), int(self._starts[doc] + self._lengths[doc])

    def _paragraph(self, doc: int, docs: range) -> tuple[int, int]:
        """The positions of the paragraph of which a passage is a part, as far as they can matter to it."""
        joined_to = self._part.columns["passage.joined"]
        start, end = self._span(doc)
        first = last = doc
        while joined_to[first] and start - self._starts[first] < _SENTENCE_UNITS:
            first -= 1
        while (
            last + 1 < docs.stop and joined_to[last + 1] and self._span(last)[1] - end < _SENTENCE_UNITS + _SEAM_UNITS
        ):
            last += 1
        return int(self._starts[first]), self._span(last)[1]

    def _between(self, doc: int, start: int, end: int) -> list[str]:
        """The units of the paragraph of a passage between two positions, which follow each other without a gap."""
        shift = int(self._offsets[doc] - self._starts[doc])
        return [self._part.units[unit] for unit in self._part.stream[start + shift : end + shift].tolist()]

    def _next_unit(self, doc: int, docs: range) -> list[str]:
        """The first unit of what goes on with a passage."""
        end = self._span(doc)[1]
        return self._between(doc, end, min(end + 1, self._paragraph(doc, docs)[1]))

    def _seam(self, doc: int, docs: range) -> dict[str, Any]:
        """A part of a paragraph with what it shares with others: strings that go on behind it, sentences on both sides."""
        begin, behind = self._paragraph(doc, docs)
        start, end = self._span(doc)
        if start == end or (begin, behind) == (start, end):
            return {}
        marks = self._part.sentences
        sentence = int(marks[np.searchsorted(marks, start, side="right") - 1])
        following = int(np.searchsorted(marks, end))
        ended = int(marks[following]) if following < len(marks) else behind
        first = max(begin, sentence, start - _SENTENCE_UNITS)
        last = min(behind, min(ended, end + _SENTENCE_UNITS) + _SEAM_UNITS)
        if (first, last) == (start, end):
            return {}
        tokens, starts = stream(self._between(doc, first, last))
        before, own = starts[start - first], starts[end - first]
        return {
            "seam": joined(tokens),
            "seam_part": joined("-" * before + "o" * (own - before) + "+" * (len(tokens) - own)),
            "seam_sentences": joined(sentence_stream(self.sentences(first, last), starts)),
            "seam_values": joined(values_stream(self.values(first, last), starts)),
        }

    def _facts(self, table: str, doc: int) -> list[list[Any]]:
        """Of figures [[low, high, dimension, kind, target, year], fact], of mentions [start, end, name, fact]."""
        columns, found = self._part.columns, []
        for row in range(int(self._first[table][doc]), int(self._first[table][doc + 1])):
            fact = json.loads(self._rows[table][row].decode("utf-8", "surrogatepass").encode("utf-8", "replace"))
            if table == "figure":
                numbers = [
                    columns[f"figure.{name}"][row].item()
                    for name in ("low", "high", "dimension", "kind", "target", "year")
                ]
                found.append([[_finite(numbers[0]), _finite(numbers[1]), *numbers[2:]], fact])
            else:
                found.append([*(columns[f"mention.{name}"][row].item() for name in ("start", "end", "name")), fact])
        return found

    @staticmethod
    def _nested(row: list[Any], text: str) -> dict[str, Any]:
        (low, high, dimension, *_), fact = row
        values = dict(zip(FIGURE_FIELDS, fact, strict=False))
        metric, subject = values["metric"] or "", values["subject"] or ""
        texts = [fold(each).text for each in (metric, text[slice(*fact[-1])], subject)]
        nested = {
            "low": low,
            "high": high,
            "dimension": dimension,
            "metric": joined(exact_stream(texts[0])),
            "texts": [joined(exact_stream(each)) for each in texts],
            "subject": _plain(texts[2]),
        }
        return {name: value for name, value in nested.items() if value not in ("", [])}


def _by_kind(names: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for kind, name in names:
        found[kind].add(name)
    return {kind: sorted(of) for kind, of in found.items()}


def bands(signature: bytes) -> list[str]:
    """The pairs of numbers of a signature: articles that share one may be reprints."""
    if signature in (b"", NO_SIGNATURE):
        return []
    signature = signature.ljust(len(NO_SIGNATURE), b"\0")
    size = len(signature) // _BANDS
    return [f"{band:x}.{signature[band * size : (band + 1) * size].hex()}" for band in range(_BANDS)]


def _plain(folded: str) -> str:
    return "".join(unit.text for unit in find_units(folded))


def _text(data: bytes) -> str:
    """A text as printed; what is no character of Unicode, JSON cannot carry."""
    return data.decode(TEXT_ENCODING, "surrogatepass").encode("utf-8", "replace").decode()


def _finite(value: float) -> float:
    return max(-INFINITE, min(INFINITE, value))
