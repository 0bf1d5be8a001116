"""The best passages of a few words or strings, on a cluster (see ``topk``).

The cluster names those that may be the best, by its own order; they are brought near and scored as in an index of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...store.cluster.streams import cut
from .. import topk
from ..answer import Match
from .compile import Json, holding_any
from .session import SOURCE, parts_of

if TYPE_CHECKING:
    from .opened import ClusterOpened

__all__ = ["best_passages"]

# More than are asked for: the cluster's order is nearly ours.
_MORE = 100


def best_passages(opened: ClusterOpened, query: str, match: Match, limit: int) -> list[tuple[float, str]]:
    """The first ``limit`` passages for the words of a query: (score, text as printed)."""
    from .opened import ClusterStatistics

    session = opened.session
    session.prefer(query)
    session.learn(parts_of(query))
    wanted = session.settled(lambda: topk.wanted_in(query, opened.is_word))
    queries: dict[topk.Wanted, Json] = {
        each: {"term": {"words": cut(each)}} if isinstance(each, str) else holding_any(each) for each in wanted
    }
    if not queries:
        return []
    session.count_terms({("words", each): holds for each, holds in queries.items()})
    weights = {each: opened.statistics.weight(session.frequency("words", each) or 0) for each in queries}
    clauses = [{"constant_score": {"filter": holds, "boost": weights[each]}} for each, holds in queries.items()]
    joint = {"should": clauses} if match == "any" else {"must": clauses}
    body = {"size": limit + _MORE, "query": {"bool": joint}, "_source": SOURCE, "track_total_hits": False}
    (reply,) = session.many([body | {"sort": ["_score", "article", "ordinal"]}])
    documents = {(hit["article"], hit["ordinal"]): hit for hit in (each["_source"] for each in reply["hits"]["hits"])}
    places = opened.bring_around(list(documents), documents)
    if not places:
        return []
    view = opened.segments[-1]
    asked_for = {doc for _, doc in places.values()}
    best = topk.best_of_any if match == "any" else topk.best_of_all
    found = best([view], wanted, ClusterStatistics(session), view.size)
    return [(score, view.text(doc)) for score, _, doc in found if doc in asked_for][:limit]
