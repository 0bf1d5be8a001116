"""A concordance: every place where what was asked for stands, in its context, in time order.

Passages follow each other by the date of their article (undated ones last), its id, and as printed; each gives a line for every
mark in it. A page is so many passages with all their lines, so that pages neither lose nor repeat a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .answer import Answer, Opened, article_info, passage_info
from .describe import restate
from .ladder import Step
from .query import parse
from .results import ArticleInfo, PassageInfo, Rung, Span

__all__ = ["Concordance", "Line", "concordance", "lines"]


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
    answer = opened.answer(parse(query), verbatim=verbatim)
    step, total, places = answer.in_time_order(rung, offset=offset, limit=limit)
    found = tuple(line for place in places for line in _lines(opened, answer, *place))
    return Concordance(query, restate(answer.query.root), step or "none", total, found, answer.notes)


def lines(opened: Opened, query: str, *, limit: int, rung: Step | None, verbatim: bool) -> Iterator[Line]:
    """The occurrences in the first ``limit`` passages in time order, worked out as they are asked for."""
    answer = opened.answer(parse(query), verbatim=verbatim)
    for place in answer.in_time_order(rung, offset=0, limit=limit)[2]:
        found = list(_lines(opened, answer, *place))
        opened.require_all()
        yield from found


def _lines(opened: Opened, answer: Answer, number: int, doc: int) -> Iterator[Line]:
    segment = opened.segments[number]
    article = article_info(segment, int(segment.arrays["passage.article"][doc]))
    passage = passage_info(segment, doc)
    return (Line(article, passage, span) for span in answer.highlights(segment, doc))
