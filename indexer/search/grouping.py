"""Passages grouped by article, without losing or repeating any from page to page.

The list of articles is the list of passages with every passage but the best of its article taken out: an article stands once,
at the rank of its best passage, and a page is so many articles. Each brings its best passages along and says how many
more it has; those are on the article's own page, all of them marked. So the pages together hold every article that
has a passage, once, whatever their size is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from .ladder import count_passages
from .results import ArticleInfo, Hit, Results

if TYPE_CHECKING:
    from .findings import FoundFigure

__all__ = ["PASSAGES_SHOWN", "ArticleHits", "ArticleResults", "Group", "pick_articles", "unfolded"]

# As many as a reader compares at a glance; with more, one long article would push all others off the page.
PASSAGES_SHOWN = 3
# Passages ranked for each article wanted, at first: most articles have fewer that answer.
_PASSAGES_AN_ARTICLE = 4

Place = tuple[float, int, int]
"""(score, segment, passage)"""
Rank = Callable[[list[AnyArray], str, int], list[Place]]


@dataclass(frozen=True, slots=True)
class Group:
    """The best places of one article, best first, and in how many of its passages the answer stands."""

    total: int
    places: tuple[Place, ...]
    reprints: int


@dataclass(frozen=True, slots=True)
class ArticleHits:
    """An article found: its best passages, and how many of all its passages answer (``total``).

    ``places`` are (segment, passage) of the hits, for what else is known of them; ``figures`` those told of each
    passage, by its id.
    """

    article: ArticleInfo
    total: int
    hits: tuple[Hit, ...]
    places: tuple[tuple[int, int], ...] = ()
    figures: Mapping[str, tuple[FoundFigure, ...]] = field(default_factory=dict)
    reprints: int = 0
    """Other articles of nearly the same text that answer too and are not shown."""


@dataclass(frozen=True, slots=True)
class ArticleResults:
    """An answer by articles. ``results.total`` counts passages, ``total`` articles; ``results.hits`` are all hits shown."""

    results: Results
    total: int
    groups: tuple[ArticleHits, ...]


def pick_articles(
    segments: Sequence[SegmentView],
    masks: list[AnyArray],
    rank: Rank,
    folds: Sequence[AnyArray],
    *,
    sort: str,
    limit: int,
    offset: int,
) -> tuple[list[Group], int]:
    """The groups ``offset`` to ``offset + limit`` of the passages in the masks, and how many there are in all.

    ``rank(masks, sort, count)`` gives the first places. No more of them are ranked than it takes to meet so many articles.
    ``folds`` has a number for each article of each segment: of articles of equal numbers only the best one is shown.
    """
    total = count_passages(masks)
    wanted = offset + limit
    count = wanted * _PASSAGES_AN_ARTICLE
    while True:
        ranked = rank(masks, sort, min(count, total))
        articles: dict[int, tuple[int, int]] = {}
        for number, article in dict.fromkeys(_article(segments, place) for place in ranked):
            articles.setdefault(int(folds[number][article]), (number, article))
        if len(articles) >= wanted or count >= total:
            break
        count *= 4
    shown = list(articles.values())[offset:wanted]
    answering = _answering(segments, masks, folds)
    of_shown = [
        mask & _belongs(segment, shown, number)
        for number, (segment, mask) in enumerate(zip(segments, masks, strict=True))
    ]
    places: dict[tuple[int, int], list[Place]] = {key: [] for key in shown}
    for place in rank(of_shown, "relevance", count_passages(of_shown)):
        places[_article(segments, place)].append(place)
    groups = [
        Group(len(of), tuple(of[:PASSAGES_SHOWN]), int(np.count_nonzero(answering == folds[number][article])) - 1)
        for (number, article), of in places.items()
    ]
    return groups, len(np.unique(answering))


def _answering(segments: Sequence[SegmentView], masks: Sequence[AnyArray], folds: Sequence[AnyArray]) -> AnyArray:
    """The number in ``folds`` of each article that has a passage in the masks."""
    found = [
        of[np.flatnonzero(segment.count_by_article(mask))]
        for segment, mask, of in zip(segments, masks, folds, strict=True)
    ]
    return np.concatenate([np.zeros(0, np.int64), *found])


def unfolded(segments: Sequence[SegmentView]) -> list[AnyArray]:
    """A number of its own for each article of each segment."""
    sizes = [len(segment.arrays["article.first"]) for segment in segments]
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1]) if sizes else []


def _article(segments: Sequence[SegmentView], place: Place) -> tuple[int, int]:
    _, number, doc = place
    return number, int(segments[number].arrays["passage.article"][doc])


def _belongs(segment: SegmentView, articles: Sequence[tuple[int, int]], number: int) -> AnyArray:
    """For each passage of a segment, whether it is one of the articles."""
    mask = np.zeros(segment.size, dtype=bool)
    for of_segment, article in articles:
        if of_segment == number:
            docs = segment.article_docs(article)
            mask[docs.start : docs.stop] = True
    return mask
