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
        # A passage without units begins where the next one does: positions belong to the last that begins there.
        self._first_value = np.searchsorted(part.value_at[at], np.append(self._starts, np.iinfo(np.int64).max))
        self._first_sentence = np.searchsorted(part.sentences, np.append(self._starts, np.iinfo(np.int64).max))
        self._names = [json.loads(name) for name in part.names]

    def articles(self) -> Iterator[tuple[int, range]]:
        first = [*self._part.columns["article.first"].tolist(), self._part.passages]
        for number, (start, end) in enumerate(pairwise(first)):
            yield number, range(start, end)

    def units(self, doc: int) -> list[str]:
        part = self._part
        return [part.units[unit] for unit in part.stream[self._offsets[doc] : self._offsets[doc + 1]].tolist()]

    def values(self, doc: int) -> list[tuple[str, int, int]]:
        part, found = self._part, []
        start, length = int(self._starts[doc]), int(self._lengths[doc])
        for row in self._values[self._first_value[doc] : self._first_value[doc + 1]].tolist():
            at = int(part.value_at[row]) - start
            if at < length:
                found.append((part.values[part.value_ids[row]], at, at + int(part.value_lengths[row])))
        return found

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
        start = int(self._starts[doc])
        sentences = self._part.sentences[self._first_sentence[doc] : self._first_sentence[doc + 1]] - start
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
            "bigrams": joined(bigrams(units + self._following(doc, docs, 1))),
            "words": joined(map(cut, words)),
            "values": joined(values_stream(self.values(doc), starts)),
            "sentences": joined(sentence_stream(sentences.tolist(), starts)),
            "signs": joined(sign_stream(text)),
            "title": joined(title_tokens),
            "title_values": joined(values_stream(self.values(docs.start), title_starts)),
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
        return f"{meta['id']}-{ordinal}", {k: v for k, v in document.items() if v not in ("", [], {})} | self._seam(
            doc, docs, document["sentences"]
        )

    def _seam(self, doc: int, docs: range, sentences: str) -> dict[str, Any]:
        following = self._following(doc, docs, _SEAM_UNITS)
        if not following or not self._lengths[doc]:
            return {}
        before, behind = stream(self.units(doc))[0], stream(following)[0]
        marks = ["."] * (len(before) - 1) + [">", "<"] + ["."] * (len(behind) - 1)
        return {
            "seam": joined(before + behind),
            "seam_cut": joined(marks),
            "seam_own": joined(before + ["."] * len(behind)),
            "seam_sentences": sentences,
        }

    def _following(self, doc: int, docs: range, count: int) -> list[str]:
        """The first units of the parts that go on with a passage."""
        joined_to = self._part.columns["passage.joined"]
        found: list[str] = []
        place = doc + 1
        while place < docs.stop and joined_to[place] and len(found) < count:
            found += self.units(place)
            place += 1
        return found[:count]

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
