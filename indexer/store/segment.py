"""A read-only view of one segment: its families, its passages and articles, and which of them are still live."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import numpy as np

from .arrays import AnyArray, ArrayFile
from .postings import Family

__all__ = ["EXTENSION", "FAMILIES", "KINDS", "SegmentView", "count_docs", "term_postings"]

EXTENSION = ".yan"
FAMILIES = ("chars", "bigrams", "words", "values")
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
        self.has_deletions = bool(deleted)
        self.families = {name: Family(name, self.arrays) for name in FAMILIES}

    def doc_of(self, positions: AnyArray) -> AnyArray:
        """Docs that hold the positions."""
        return self._doc_of[positions]

    @cached_property
    def _doc_of(self) -> AnyArray:
        # One entry a position: looking a position up costs a memory access instead of a binary search.
        starts = self.arrays["passage.start"].astype(np.int64)
        ends = np.append(starts[1:], starts[-1:] + self.arrays["passage.length"][-1:] + 1)
        return np.repeat(np.arange(self.size, dtype=np.uint32), ends - starts)

    def sentence_of(self, positions: AnyArray) -> AnyArray:
        """Numbers of the sentences that hold the positions, rising through the segment."""
        return np.searchsorted(self.arrays["sentence.start"], positions, side="right")

    def breaks_in(self, first: AnyArray, end: AnyArray) -> AnyArray:
        """How many signs or spaces stand between the units from ``first`` up to ``end``, for each such pair."""
        breaks = self.arrays["break.at"]
        return np.searchsorted(breaks, end, side="left") - np.searchsorted(breaks, first, side="right")

    @cached_property
    def doc_dates(self) -> AnyArray:
        """Date of each passage's article as a number (see ``builder.date_number``)."""
        return self.arrays["article.date"][self.arrays["passage.article"]]

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
        return str(self.text_bytes(doc), "utf-8", "surrogatepass")

    def text_bytes(self, doc: int) -> bytes:
        return _piece(self.arrays["passage.text"], self.arrays["passage.text_end"], doc)

    def meta_bytes(self, article: int) -> bytes:
        return _piece(self.arrays["article.meta"], self.arrays["article.meta_end"], article)

    def json_bytes(self, table: str, row: int) -> bytes:
        return _piece(self.arrays[f"{table}.json"], self.arrays[f"{table}.json_end"], row)

    def fact(self, table: str, row: int) -> Any:
        """What a row of the figures, mentions or names says besides its columns (see ``facts``)."""
        return json.loads(self.json_bytes(table, row))

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
        meta: dict[str, Any] = json.loads(self.meta_bytes(article))
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
    def has_figures(self) -> AnyArray:
        """Whether each passage has a figure."""
        mask = np.zeros(self.size, dtype=bool)
        mask[self.arrays["figure.doc"]] = True
        return mask

    def article_docs(self, article: int) -> range:
        """Docs of an article."""
        first = self.arrays["article.first"]
        return range(int(first[article]), int(first[article + 1]) if article + 1 < len(first) else self.size)


def _piece(blob: AnyArray, ends: AnyArray, number: int) -> bytes:
    return blob[ends[number - 1] if number else 0 : ends[number]].tobytes()


def term_postings(view: SegmentView, family: str, term: str) -> tuple[AnyArray, AnyArray]:
    """Docs that hold a term, rising, and how often each does; empty arrays for an unknown term. Deleted docs included."""
    number = view.families[family].find(term)
    if number < 0:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint32)
    if family == "words":
        return view.families[family].entries(number, "doc"), view.families[family].entries(number, "freq")
    return count_docs(view.doc_of(view.families[family].entries(number, "at")))


def count_docs(docs: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Distinct values of a rising array, and how often each stands in it."""
    first = np.flatnonzero(np.diff(docs, prepend=np.uint32(0xFFFFFFFF)))
    return docs[first], np.diff(first, append=len(docs))
