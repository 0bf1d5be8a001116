"""Articles about the same, on a cluster (see ``similar``)."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from ...store.cluster.streams import cut
from ..similar import _LEAST, _MOST_SHARED, _WORD_SHARE, SimilarArticle, _names_of, _title_words
from .session import parts_of

if TYPE_CHECKING:
    from .opened import ClusterOpened

__all__ = ["similar_articles"]

# What more articles share tells nothing, however large the archive is.
_MAX_HOLDERS = 1000


def similar_articles(opened: ClusterOpened, article_id: str, limit: int) -> tuple[SimilarArticle, ...]:
    """At most ``limit`` articles, the most alike first; none for an unknown id."""
    from .opened import info_of

    own = opened.find_article(article_id)
    if own is None:
        return ()
    session = opened.session
    title = opened.segments[own[0]].meta(own[1])["title"]
    session.learn(parts_of(title))
    keys = [
        *sorted(_names_of(opened, own)),
        *(("", word) for word in session.settled(lambda: _title_words(opened, own))),
    ]
    queries = [{"term": {f"names.{key[0]}": key[1]} if key[0] else {"words": cut(key[1])}} for key in keys]
    agg = {"of": {"terms": {"field": "article", "size": _MAX_HOLDERS}}}
    replies = session.many([{"size": 0, "query": query, "aggs": agg} for query in queries]) if queries else []
    (count,) = session.many([{"size": 0, "track_total_hits": True}], "articles")
    articles = count["hits"]["total"]["value"]
    scores: defaultdict[str, float] = defaultdict(float)
    shared: defaultdict[str, list[tuple[float, tuple[str, str]]]] = defaultdict(list)
    for key, reply in zip(keys, replies, strict=True):
        held = [bucket["key"] for bucket in reply["aggregations"]["of"]["buckets"]]
        too_many = reply["aggregations"]["of"]["sum_other_doc_count"] > 0 or len(held) > max(articles // 10, 50)
        if too_many or not held:
            continue
        weight = math.log(max(articles, 2) / len(held))
        for article in held:
            scores[article] += weight if key[0] else weight * _WORD_SHARE
            if key[0]:
                shared[article].append((weight, key))
    least = min(_LEAST, math.log(max(articles, 2)) / 2)
    order = sorted(
        (one for one in scores if one != article_id and scores[one] >= least), key=lambda one: (-scores[one], one)
    )[:limit]
    metas = session.metas(order)
    return tuple(
        SimilarArticle(
            info_of(metas[one]),
            tuple(name for _, name in sorted(shared[one], key=lambda each: (-each[0], each[1]))[:_MOST_SHARED]),
        )
        for one in order
        if one in metas
    )
