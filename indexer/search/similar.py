"""Articles about the same: those that share the rarest names and words with one.

An article is compared by the names in it and by the words of its title. Each one that another article has too counts for
what it tells: ln(articles / articles that have it). What stands in a tenth of a large archive tells nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ..store.arrays import AnyArray
from ..store.segment import term_postings
from ..text import fold
from .answer import Opened, article_info
from .ranking import query_tokens
from .results import ArticleInfo

__all__ = ["SimilarArticle", "most_alike", "names_of", "similar_articles", "title_words"]

# Names that are printed with the article as what the two have in common.
_MOST_SHARED = 3
# Below it two articles share a place name, as half of a paper does.
_LEAST = 2.0
# Words of a title count less than names: they are short and mean many things.
_WORD_SHARE = 0.5

ArticleKey = tuple[int, int]
"""(segment, number of the article)"""

Key = tuple[str, str]
"""A name as (kind, name), or a word as ("", word)."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article and the names (kind, name) it shares, the most telling first."""

    article: ArticleInfo
    shared: tuple[tuple[str, str], ...]


def similar_articles(opened: Opened, article_id: str, limit: int) -> tuple[SimilarArticle, ...]:
    """At most ``limit`` articles, the most alike first; none for an unknown id."""
    own = opened.find_article(article_id)
    if own is None:
        return ()
    holders: dict[tuple[str, str], list[ArticleKey]] = defaultdict(list)
    for number, segment in enumerate(opened.segments):
        for name, docs in opened.names.docs_by_name(number, names_of(opened, own)).items():
            holders[name] += _articles(number, segment.arrays["passage.article"], docs)
    for word in title_words(opened, own):
        for number, segment in enumerate(opened.segments):
            docs = term_postings(segment, "words", word)[0]
            holders["", word] += _articles(number, segment.arrays["passage.article"], docs[segment.live[docs]])
    articles = sum(len(segment.arrays["article.first"]) for segment in opened.segments)
    found = most_alike(holders, articles, own, limit, lambda key: _id_of(opened, key))
    return tuple(
        SimilarArticle(article_info(opened.segments[number], article), names) for (number, article), names in found
    )


def most_alike(
    holders: Mapping[Key, Sequence[K]], articles: int, own: K, limit: int, tie: Callable[[K], object]
) -> list[tuple[K, tuple[Key, ...]]]:
    """The articles that share the rarest of what is held, with the names they share; ``articles``: how many there are.

    What more than a tenth of them hold says nothing. Of equally alike ones the first by ``tie``.
    """
    scores: defaultdict[K, float] = defaultdict(float)
    shared: defaultdict[K, list[tuple[float, Key]]] = defaultdict(list)
    for key, held in holders.items():
        if not held or len(held) > max(articles // 10, 50):
            continue
        weight = math.log(max(articles, 2) / len(held))
        for article in held:
            scores[article] += weight if key[0] else weight * _WORD_SHARE
            if key[0]:
                shared[article].append((weight, key))
    least = min(_LEAST, math.log(max(articles, 2)) / 2)
    order = sorted(
        (article for article in scores if article != own and scores[article] >= least),
        key=lambda article: (-scores[article], tie(article)),
    )
    return [
        (
            article,
            tuple(name for _, name in sorted(shared[article], key=lambda each: (-each[0], each[1]))[:_MOST_SHARED]),
        )
        for article in order[:limit]
    ]


def _id_of(opened: Opened, key: ArticleKey) -> bytes:
    return bytes(opened.segments[key[0]].arrays["article.id"][key[1]])


def names_of(opened: Opened, own: ArticleKey) -> set[tuple[str, str]]:
    docs = opened.segments[own[0]].article_docs(own[1])
    return {(kind, name) for doc in docs for _, kind, name in opened.names.named_in(own[0], doc) if kind != "place"}


def title_words(opened: Opened, own: ArticleKey) -> list[str]:
    title = fold(article_info(opened.segments[own[0]], own[1]).title).text
    tokens = query_tokens([title], opened.is_word)
    return [term for family, term, _ in tokens if family == "words" and len(term) > 1]


def _articles(number: int, of_passage: AnyArray, docs: AnyArray) -> list[ArticleKey]:
    return [(number, article) for article in np.unique(of_passage[docs]).tolist()]
