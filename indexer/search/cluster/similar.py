"""Articles about the same, on a cluster (see ``similar``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...store.cluster.streams import cut
from ..similar import SimilarArticle, most_alike, names_of, title_words
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
        *sorted(names_of(opened, own)),
        *(("", word) for word in session.settled(lambda: title_words(opened, own))),
    ]
    queries = [{"term": {f"names.{key[0]}": key[1]} if key[0] else {"words": cut(key[1])}} for key in keys]
    agg = {"of": {"terms": {"field": "article", "size": _MAX_HOLDERS}}}
    replies = session.many([{"size": 0, "query": query, "aggs": agg} for query in queries]) if queries else []
    (count,) = session.many([{"size": 0, "track_total_hits": True}], "articles")
    articles = count["hits"]["total"]["value"]
    holders: dict[tuple[str, str], list[str]] = {}
    for key, reply in zip(keys, replies, strict=True):
        of = reply["aggregations"]["of"]
        if not of["sum_other_doc_count"]:  # else too many hold it
            holders[key] = [bucket["key"] for bucket in of["buckets"]]
    found = most_alike(holders, articles, article_id, limit, lambda article: article)
    metas = session.metas([article for article, _ in found])
    return tuple(SimilarArticle(info_of(metas[article]), names) for article, names in found if article in metas)
