"""A read-only view of one segment: its families, its passages and articles, and which of them are still live."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..text.tokenizer import BIGRAM_JOINT
from . import kernels
from .arrays import AnyArray, ArrayFile, one_by_one
from .bits import RankedBits, packed
from .blobs import piece, pieces
from .facts import FIGURE_FIELDS, FIGURE_KINDS
from .postings import NOTHING, DocPostings, PairPostings, ValuePostings

__all__ = ["EXTENSION", "FAMILIES", "KINDS", "TEXT_ENCODING", "SegmentView", "term_postings"]

EXTENSION = ".yan"
FAMILIES = ("chars", "bigrams", "words", "values")
# Two bytes a Chinese character where UTF-8 has three, and read as fast as memory is copied.
TEXT_ENCODING = "utf-16-le"
KINDS = ("title", "heading", "caption", "body")


class SegmentView:
    """What is read from a segment. Never changes; safe to share between threads.

    ``live`` tells for each passage whether it still counts; ``arrays`` are those that ``builder`` describes.
    """

    def __init__(self, file: ArrayFile, deleted: frozenset[int] | set[int] = frozenset()) -> None:
        self.file = file
        self.arrays = file.arrays
        self.size = len(self.arrays["passage.start"])
        self.live = np.ones(self.size, dtype=bool)
        self.live[list(deleted)] = False
        self.live.flags.writeable = False  # a mask of all passages is this one
        self.has_deletions = bool(deleted)
        self.chars, self.words = DocPostings("chars", self.arrays), DocPostings("words", self.arrays)
        self.bigrams = PairPostings(self.arrays, self.chars)
        self.values = ValuePostings(self.arrays)
        # A search asks for the pairs of its query to find passages and again to rank them.
        self.counted = lru_cache(maxsize=64)(self._counted)
        self.sentences, self.breaks = RankedBits("sentence", self.arrays), RankedBits("break", self.arrays)
        self._text, self._text_ends = (one_by_one(self.arrays[f"passage.text{part}"]) for part in ("", "_end"))
        self._starts, self._held = RankedBits("passage", self.arrays), self.arrays["passage.held"]

    def doc_of(self, positions: AnyArray) -> AnyArray:
        """Docs that hold the positions (int64)."""
        number = self._starts.rank(positions, 1) - 1
        return self._held[number].astype(np.int64) if len(self._held) else number

    def sentence_of(self, positions: AnyArray) -> AnyArray:
        """Numbers of the sentences that hold the positions, from 1 and rising through the segment."""
        return self.sentences.rank(positions, 1)

    @cached_property
    def sentence_edges(self) -> AnyArray:
        """Position at which each sentence begins, and behind all others one of none (uint32)."""
        return np.append(self.sentences.members(), np.iinfo(np.uint32).max).astype(np.uint32)

    @property
    def sentence_starts(self) -> AnyArray:
        """Position at which each sentence begins."""
        return self.sentence_edges[:-1]

    def breaks_in(self, first: AnyArray, end: AnyArray) -> AnyArray:
        """How many signs or spaces stand between the units from ``first`` up to ``end``, for each such pair."""
        return self.breaks.rank(end) - self.breaks.rank(first, 1)

    def _counted(self, family: str, term: str) -> tuple[AnyArray, AnyArray]:
        return self.count_docs(self.term_positions(family, term))

    def count_docs(self, positions: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Docs that hold rising positions (uint32), and how many of them each holds (uint16)."""
        if (native := kernels.native()) is not None:
            docs, counts = native.count_docs(self._starts.bits, self._starts.ranks, self._held, positions)
            return docs, counts
        of_each = self.doc_of(positions)
        first = np.flatnonzero(np.diff(of_each, prepend=-1))
        return of_each[first].astype(np.uint32), np.diff(first, append=len(of_each)).astype(np.uint16)

    def mask_of(self, *several: AnyArray) -> AnyArray:
        """Which passages are among some docs, or among any of several arrays of them."""
        mask, native = np.zeros(self.size, dtype=bool), kernels.native()
        for docs in several:
            if native is not None:
                native.mark(mask, docs)
            else:
                mask[docs] = True
        return mask

    def with_articles(self, mask: AnyArray) -> AnyArray:
        """A mask that holds, besides, all passages of the articles whose title it holds."""
        firsts, found = self.arrays["article.first"], mask.copy()
        if (native := kernels.native()) is not None:
            native.spread(found, firsts)
        else:
            for article in np.flatnonzero(mask[firsts]).tolist():
                docs = self.article_docs(article)
                found[docs.start : docs.stop] = True
        return found

    def find_pair(self, left: str, right: str) -> int:
        """Number of the pair of two units in ``bigrams``, or -1."""
        return self.bigrams.find(self.chars.find(left), self.chars.find(right))

    def term_positions(self, family: str, term: str) -> AnyArray:
        """Where a unit, a pair or a value begins, rising; empty for one that stands nowhere."""
        if family == "bigrams":
            left, _, right = term.partition(BIGRAM_JOINT)
            number = self.find_pair(left, right)
            return self.bigrams.positions(number) if number >= 0 else NOTHING
        if family == "values":
            number = self.values.find(term)
            return self.values.places(number)[0] if number >= 0 else NOTHING
        number = self.chars.find(term)
        return self.bigrams.unit_positions(number) if number >= 0 else NOTHING

    def docs_of(self, family: str, term: str) -> AnyArray:
        """Docs that hold a term, deleted ones included."""
        of = self.of_passages(family)
        if of is None:
            return self.counted(family, term)[0]
        number = of.find(term)
        return of.docs(number) if number >= 0 else NOTHING

    def of_passages(self, family: str) -> DocPostings | None:
        """The family, if its terms have passages and no positions."""
        return {"chars": self.chars, "words": self.words}.get(family)

    @cached_property
    def average_length(self) -> float:
        """Units of a passage, deleted ones included: the average by which the best posting of a block was chosen."""
        return float(self.arrays["passage.length"].mean()) or 1.0

    @cached_property
    def doc_dates(self) -> AnyArray:
        """Date of each passage's article as a number (see ``builder.date_number``)."""
        return self.arrays["article.date"][self.arrays["passage.article"]]

    @cached_property
    def months(self) -> tuple[list[int], AnyArray]:
        """The months of the articles as numbers, 202110 or 202100 or 0 as far as they are known; and which each article has."""
        found, of_each = np.unique(self.arrays["article.date"] // 100, return_inverse=True)
        return found.tolist(), of_each

    @cached_property
    def _kinds(self) -> tuple[int, list[AnyArray]]:
        """The kind that most passages are of, and the docs of each other one."""
        kinds = self.arrays["passage.kind"]
        most = int(np.bincount(kinds, minlength=len(KINDS)).argmax())
        return most, [np.flatnonzero(kinds == kind) for kind in range(len(KINDS)) if kind != most]

    def count_by_kind(self, mask: AnyArray) -> list[int]:
        """How many passages of each of the KINDS are in a mask."""
        most, others = self._kinds
        counts = [int(np.count_nonzero(mask[docs])) for docs in others]
        counts.insert(most, int(np.count_nonzero(mask)) - sum(counts))
        return counts

    def count_by_article(self, mask: AnyArray) -> AnyArray:
        """How many passages of each article are in a mask (int64)."""
        firsts = self.arrays["article.first"]
        if (native := kernels.native()) is not None:
            counts: AnyArray = native.count_in_runs(packed(mask), firsts, self.size)
            return counts
        sums = np.concatenate([[0], np.cumsum(mask)])
        return np.diff(sums[firsts], append=sums[-1])

    @cached_property
    def title_doc(self) -> AnyArray:
        """Doc of each passage's title: the first passage of its article."""
        return self.arrays["article.first"][self.arrays["passage.article"]]

    @cached_property
    def has_neighbour(self) -> AnyArray:
        """Whether the doc before each doc is a passage of running text of the same article."""
        article, kind = self.arrays["passage.article"], self.arrays["passage.kind"]
        same = np.zeros(self.size, dtype=bool)
        same[1:] = (article[1:] == article[:-1]) & (kind[:-1] == KINDS.index("body"))
        return same

    def text(self, doc: int) -> str:
        """A passage as printed."""
        first = self._text_ends[doc - 1] if doc else 0
        return str(self._text[first : self._text_ends[doc]], TEXT_ENCODING, "surrogatepass")

    def fact(self, table: str, row: int) -> Any:
        """What a row of the mentions or names says besides its columns (see ``facts``)."""
        return json.loads(piece(self.arrays, f"{table}.json", row))

    def facts(self, table: str) -> list[Any]:
        """What every row says, as ``fact``: in one go, ten times as fast as one by one."""
        rows: list[Any] = json.loads(b"[" + b",".join(pieces(self.arrays, f"{table}.json")) + b"]")
        return rows

    def figure(self, row: int) -> dict[str, Any]:
        """A figure by the names of the documented JSON, with ``sentence_span`` in place of the sentence."""
        *values, sentence = self.fact("figure", row)
        return dict(zip(FIGURE_FIELDS, values, strict=True)) | {
            "kind": FIGURE_KINDS[self.arrays["figure.kind"][row]],
            "target": bool(self.arrays["figure.target"][row]),
            "sentence_span": sentence,
        }

    def rows(self, table: str) -> int:
        """How many rows a table of facts has, deleted passages included."""
        return len(self.arrays[f"{table}.json_end"])

    def rows_of(self, table: str, doc: int) -> range:
        """Rows of the figures or mentions of a passage."""
        docs = self.arrays[f"{table}.doc"]
        doc = docs.dtype.type(doc)  # a number of another type would have the whole array converted first
        return range(int(np.searchsorted(docs, doc, "left")), int(np.searchsorted(docs, doc, "right")))

    def meta(self, article: int) -> dict[str, Any]:
        """Everything about an article but its passages, by the names of ``reading.Article``."""
        meta: dict[str, Any] = json.loads(piece(self.arrays, "article.meta", article))
        return meta

    def article_number(self, article_id: str) -> int | None:
        """Number of the article with this id, if it is here and live."""
        key = article_id.encode("utf-8", "surrogatepass")
        order, ids = self._ids
        place = int(np.searchsorted(ids, np.asarray(key, dtype=ids.dtype))) if len(key) <= ids.dtype.itemsize else 0
        # One id can stand here twice: deleted, and live again after a merge of an update.
        while place < len(ids) and ids[place] == key:
            if self.live[self.arrays["article.first"][order[place]]]:
                return int(order[place])
            place += 1
        return None

    @cached_property
    def _ids(self) -> tuple[AnyArray, AnyArray]:
        ids = self.arrays["article.id"]
        order = np.argsort(ids, kind="stable")
        return order, ids[order]

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """Each row of the names: the kind, and the name as an article has it in full."""
        return [(kind, name) for kind, name in self.facts("name")]

    @cached_property
    def surfaces(self) -> list[tuple[dict[str, int], set[int]]]:
        """Of each row of the names, over its live mentions: how often each spelling stands, and the articles it stands in."""
        found: list[tuple[dict[str, int], set[int]]] = [({}, set()) for _ in self.names]
        docs, said = self.arrays["mention.doc"], self.facts("mention")
        rows = np.flatnonzero(self.live[docs])
        columns = rows, self.arrays["mention.name"][rows], self.arrays["passage.article"][docs[rows]]
        for row, name, article in zip(*(column.tolist() for column in columns), strict=True):
            spelt, articles = found[name]
            surface = said[row][0]
            spelt[surface] = spelt.get(surface, 0) + 1
            articles.add(article)
        return found

    @cached_property
    def named(self) -> tuple[AnyArray, AnyArray]:
        """Docs (uint32) and rows of the names that stand in them, each pair once."""
        size = max(self.size, 1)
        pairs = np.unique(self.arrays["mention.name"].astype(np.int64) * size + self.arrays["mention.doc"])
        return (pairs % size).astype(np.uint32), pairs // size

    @cached_property
    def has_figures(self) -> AnyArray:
        """Whether each passage has a figure."""
        mask = np.zeros(self.size, dtype=bool)
        mask[self.arrays["figure.doc"]] = True
        return mask

    def article_docs(self, article: int) -> range:
        """Docs of an article."""
        first = self.arrays["article.first"]
        return range(int(first[article]), int(first[article + 1]) if article + 1 < len(first) else self.size)


def term_postings(view: SegmentView, family: str, term: str) -> tuple[AnyArray, AnyArray]:
    """Docs that hold a term, rising, and how often each does; empty arrays for an unknown term. Deleted docs included."""
    of = view.of_passages(family)
    if of is None:
        return view.counted(family, term)
    number = of.find(term)
    return (of.docs(number), of.freqs(number)) if number >= 0 else (NOTHING, NOTHING)
