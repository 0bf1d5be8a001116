"""A concordance: every place where what was asked for stands, in its context, in time order.

Passages follow each other by the date of their article (undated ones last), its id, and as printed; each gives a line for every
mark in it. A page is so many passages with all their lines, so that pages neither lose nor repeat a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .answer import Answer, Opened, article_info, passage_info
from .describe import restate
from .ladder import Step
from .query import parse
from .results import ArticleInfo, PassageInfo, Rung, Span

__all__ = ["Concordance", "Line", "concordance", "lines"]

_UNDATED = 99_999_999


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence: ``span`` counts code points of the passage's text."""

    article: ArticleInfo
    passage: PassageInfo
    span: Span


@dataclass(frozen=True, slots=True)
class Concordance:
    """The lines of a page of passages; ``total`` counts all passages that answer."""

    query: str
    interpreted: str
    rung: Rung
    total: int
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def concordance(
    opened: Opened, query: str, *, limit: int, offset: int, rung: Step | None, verbatim: bool
) -> Concordance:
    """All occurrences in the passages ``offset`` to ``offset + limit`` in time order."""
    answer = Answer(opened, parse(query), verbatim=verbatim)
    step, places = _in_time_order(opened, answer, rung)
    found = tuple(line for place in places[offset : offset + limit] for line in _lines(opened, answer, *place))
    return Concordance(query, restate(answer.query.root), step or "none", len(places), found, answer.notes)


def lines(opened: Opened, query: str, *, limit: int, rung: Step | None, verbatim: bool) -> Iterator[Line]:
    """The occurrences in the first ``limit`` passages in time order, worked out as they are asked for."""
    answer = Answer(opened, parse(query), verbatim=verbatim)
    for place in _in_time_order(opened, answer, rung)[1][:limit]:
        yield from _lines(opened, answer, *place)


def _in_time_order(opened: Opened, answer: Answer, rung: Step | None) -> tuple[Step | None, list[tuple[int, int]]]:
    step, masks = answer.found(rung)
    if step is None:
        return None, []
    docs = [np.flatnonzero(mask) for mask in masks]
    number = np.repeat(np.arange(len(docs)), [len(of) for of in docs])
    doc = np.concatenate(docs)
    each = list(zip(opened.segments, docs, strict=True))
    dates = np.concatenate([segment.doc_dates[of] for segment, of in each])
    ids = np.concatenate([segment.arrays["article.id"][segment.arrays["passage.article"][of]] for segment, of in each])
    order = np.lexsort((doc, ids, np.where(dates == 0, _UNDATED, dates)))
    return step, list(zip(number[order].tolist(), doc[order].tolist(), strict=True))


def _lines(opened: Opened, answer: Answer, number: int, doc: int) -> Iterator[Line]:
    segment = opened.segments[number]
    article = article_info(segment, int(segment.arrays["passage.article"][doc]))
    passage = passage_info(segment, doc)
    return (Line(article, passage, span) for span in answer.highlights(segment, doc))
