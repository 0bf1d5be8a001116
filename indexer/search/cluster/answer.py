"""One query on a cluster: it says which passages answer and names the best, and those are ranked and marked here.

What is brought near for a page are the first WINDOW passages by the cluster's own order, with their titles, headings and
neighbours. Among these the order is that of an index of one's own, to the last digit; further down a list it is the cluster's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from ...store import IndexState, SegmentView, Snapshot
from ...store.cluster.near import Key
from ...store.cluster.streams import cut
from ...text import is_run
from ..answer import _MAX_NAMES, Answer, Opened
from ..grouping import PASSAGES_SHOWN, ArticleHits, ArticleResults
from ..ladder import Mask, Step, count_passages, positive_terms
from ..namebook import NameBook
from ..order import HEIGHTS, READINGS, fraction
from ..query import Query
from ..ranking import _WEIGHTS, Statistics, Tokens
from ..results import Facet, Hit, Results, Span
from .compile import Json
from .facets import facets_of
from .ladder import ClusterLadder
from .opened import ClusterOpened, ClusterStatistics
from .session import SOURCE, parts_of

__all__ = ["WINDOW", "ClusterAnswer"]

# Passages that are ranked here. The best ten by our formula are nearly always among the best hundred by one that leaves out what
# headings and neighbours add.
WINDOW = 100
# Scores of the cluster: a step of the ladder outweighs every BM25.
_HEIGHT = 4096.0
_PAGE = 1000
# Articles that a list of articles is counted to exactly.
_MAX_COUNTED = 10_000


class _Ranked(NamedTuple):
    score: float
    key: Key
    fold: str


class _NearNames(NameBook):
    """Mentions in one segment that is near; which names a condition means, the whole archive tells."""

    def __init__(self, view: SegmentView, opened: ClusterOpened) -> None:
        super().__init__((view,))
        names = opened.names
        self.find = names.find
        self.inside = names.inside  # type: ignore[method-assign]


class _Near(Opened):
    """One segment that is near, with the frequencies of the whole archive."""

    def __init__(self, view: SegmentView, opened: ClusterOpened) -> None:
        super().__init__(Snapshot(0, IndexState("", ""), (view,)))
        self._of = opened
        self.is_word = opened.is_word

    @cached_property
    def statistics(self) -> Statistics:
        return ClusterStatistics(self._of.session)

    @cached_property
    def names(self) -> NameBook:
        return _NearNames(self.segments[0], self._of)


class ClusterAnswer(Answer):
    """The answer to a query on a cluster."""

    _opened: ClusterOpened
    _ladder: ClusterLadder

    def __init__(self, opened: ClusterOpened, query: Query, *, verbatim: bool = False) -> None:
        self._near: dict[int, Answer] = {}
        self._told: set[str] = set()
        super().__init__(opened, query, verbatim=verbatim)

    def _use(self, query: Query) -> None:
        self._near.clear()
        session = self._opened.session
        session.learn(part for term in positive_terms(query.root) for part in parts_of(term.text))
        session.settled(lambda: super(ClusterAnswer, self)._use(query))

    # -- a page of passages ------------------------------------------------------------------------------------------------

    def results(self, *, limit: int, offset: int, sort: str, rung: Step | None) -> Results:
        step, masks = self.found(rung)
        ranked = list(islice(self._ranked(step, sort, offset + limit), offset, None)) if step else []
        return self._results(step, masks, tuple(self._hits_of(ranked)))

    def hits(self, *, limit: int, sort: str, rung: Step | None) -> Iterator[Hit]:
        step, _ = self.found(rung)
        ranked = self._ranked(step, sort, limit) if step else []
        for first in range(0, len(ranked), WINDOW):
            hits = self._hits_of(ranked[first : first + WINDOW])
            self._opened.require_all()
            yield from hits

    def best(self, count: int) -> list[Hit]:
        step, _ = self._climb()
        self._step = step
        return self._hits_of(self._ranked(step, "relevance", count)) if step else []

    def in_time_order(
        self, rung: Step | None, *, offset: int, limit: int
    ) -> tuple[Step | None, int, list[tuple[int, int]]]:
        step, masks = self.found(rung)
        if step is None:
            return None, 0, []
        query = self._ladder.masks(step)[0].query  # type: ignore[attr-defined]
        dated = {"bool": {"filter": [query, {"range": {"date": {"gt": 0}}}]}}
        undated = {"bool": {"filter": [query, {"term": {"date": 0}}]}}
        keys: list[Key] = []
        for each in (dated, undated):
            if len(keys) < offset + limit:
                hits = self._pages(
                    each, ["date", "article", "ordinal"], offset + limit - len(keys), source=["article", "ordinal"]
                )
                keys += [(hit["_source"]["article"], hit["_source"]["ordinal"]) for hit in hits]
        places = self._opened.bring_around(keys[offset : offset + limit])
        return step, count_passages(masks), list(places.values())

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self._notes, *sorted(self._told), *self._opened.notes)

    def _results(self, step: Step | None, masks: list[Mask], hits: tuple[Hit, ...]) -> Results:
        from dataclasses import replace

        found = super()._results(step, masks, hits)
        return replace(found, notes=self.notes)

    # -- the order ---------------------------------------------------------------------------------------------------------

    def _ranked(self, step: Step, sort: str, count: int, only: Json | None = None) -> list[_Ranked]:
        """The first passages that the step finds: WINDOW of them in our order, then the others in the cluster's."""
        query = self._ladder.compiler.scored(step, self._tokens_for_order(), _WEIGHTS, _HEIGHT)
        if only is not None:
            query["bool"]["filter"].append(only)
        order: list[Any] = ["_score", "article", "ordinal"]
        if sort == "date":
            order = [{"date": "desc"}, *order]
        body: Json = {
            "size": WINDOW,
            "query": query,
            "sort": order,
            "_source": SOURCE,
            "track_scores": True,
            "track_total_hits": False,
        }
        (reply,) = self._opened.session.many([body])
        hits = reply["hits"]["hits"]
        found = self._in_our_order(step, sort, [hit["_source"] for hit in hits])
        if len(hits) == WINDOW and count > WINDOW:
            rest = self._pages(
                query, order, count - WINDOW, source=["article", "ordinal", "fold"], after=hits[-1]["sort"]
            )
            found += [
                _Ranked(self._about(hit["_score"], step), _key(hit["_source"]), hit["_source"]["fold"]) for hit in rest
            ]
        return found[:count]

    def _tokens_for_order(self) -> Tokens:
        """The tokens, with their frequencies in the whole archive known; characters that are everywhere are left to others."""
        session, literal = self._opened.session, self._ladder.compiler.literal
        wanted: dict[tuple[str, Hashable], Json] = {}
        for family, term, _ in self._tokens:
            field = "words" if family == "chars" and is_run(term) else family
            wanted[family, term] = literal(term) if family == "names" else {"term": {field: cut(term)}}
            if family == "words" and len(term) == 1 and not is_run(term):
                wanted["chars", term] = {"term": {"chars": term}}
        session.count_terms(wanted)
        from ..ranking import without_common

        return without_common((), self._tokens, self._opened.statistics)

    def _in_our_order(self, step: Step, sort: str, documents: Sequence[dict[str, Any]]) -> list[_Ranked]:
        if not documents:
            return []
        keys = [_key(document) for document in documents]
        places = self._opened.bring_around(keys, dict(zip(keys, documents, strict=True)))
        if not places:  # what is known of their articles is out of reach, which ``notes`` tells
            return []
        near = self._of_segment(next(iter(places.values()))[0])
        near._step = step
        mask = np.zeros(self._opened.segments[next(iter(places.values()))[0]].size, dtype=bool)
        mask[[doc for _, doc in places.values()]] = True
        by_doc = {doc: key for key, (_, doc) in places.items()}
        folds = {key: document["fold"] for key, document in zip(keys, documents, strict=True)}
        ranked = self._opened.session.settled(lambda: near._rank(step, [mask], sort, len(documents)))
        return [_Ranked(score, by_doc[doc], folds[by_doc[doc]]) for score, _, doc in ranked]

    def _of_segment(self, number: int) -> Answer:
        """The same answer on one of the segments that are near."""
        view = self._opened.segments[number]
        if id(view) not in self._near:
            session = self._opened.session
            near = session.settled(lambda: Answer(_Near(view, self._opened), self._query, verbatim=True))
            near._step = self._step or self._climb()[0] or "most"
            self._near[id(view)] = near
        return self._near[id(view)]

    def _hits_of(self, ranked: Sequence[_Ranked]) -> list[Hit]:
        """Hits, marked; those that are not near yet are brought."""
        near = self._near_places(ranked)
        near |= self._opened.bring_around([each.key for each in ranked if each.key not in near])
        found = [(each.score, *near[each.key]) for each in ranked if each.key in near]
        hits: list[Hit] = self._opened.session.settled(lambda: [self._hit(*place) for place in found])
        return hits

    def _near_places(self, ranked: Sequence[_Ranked]) -> dict[Key, tuple[int, int]]:
        """Where those of some passages stand that are near already."""
        return {
            key: (number, doc)
            for number, view in enumerate(self._opened.segments)
            for key, doc in _keys_in(view, ranked)
        }

    def _hit(self, score: float, number: int, doc: int) -> Hit:
        return self._of_segment(number)._hit(score, 0, doc)

    def highlights(self, segment: SegmentView, doc: int) -> tuple[Span, ...]:
        number = next(n for n, view in enumerate(self._opened.segments) if view is segment)
        near = self._of_segment(number)
        spans: tuple[Span, ...] = self._opened.session.settled(lambda: near.highlights(segment, doc))
        return spans

    def _about(self, score: float, step: Step) -> float:
        """A score of the cluster as one of ours."""
        whole, bm25 = divmod(score, _HEIGHT)
        return max(whole, HEIGHTS[READINGS.index(step)]) + fraction(bm25)

    def _pages(
        self, query: Json, order: Sequence[Any], most: int, *, source: Sequence[str], after: list[Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The first hits in an order, or those behind one; a page at a time."""
        left = most
        while left > 0:
            body: Json = {"size": min(left, _PAGE), "query": query, "sort": list(order), "_source": list(source)}
            body |= {"track_scores": True, "track_total_hits": False} | ({"search_after": after} if after else {})
            (reply,) = self._opened.session.many([body])
            hits = reply["hits"]["hits"]
            yield from hits
            if len(hits) < body["size"]:
                return
            left -= len(hits)
            after = hits[-1]["sort"]

    # -- figures, facets ---------------------------------------------------------------------------------------------------

    def figure_rows(self, most: int) -> tuple[list[tuple[int, int]], int]:
        step, masks = self._climb()
        self._step = step
        if step is None:
            return [], 0
        # A passage that has figures has at least one.
        ranked = self._ranked(step, "relevance", most, {"range": {"figure_count": {"gt": 0}}})
        rows: list[tuple[int, int]] = []
        for first in range(0, len(ranked), _PAGE):
            if len(rows) < most:
                rows += self._figures_in(ranked[first : first + _PAGE])
        met = [self._ladder.compiler.figure(each) for each in self._quantities]
        count = self._opened.session.count_figures(masks[0].query, met)  # type: ignore[attr-defined]
        return rows[:most], max(count, len(rows))

    def _figures_in(self, ranked: Sequence[_Ranked]) -> Iterator[tuple[int, int]]:
        """The figures of some passages that satisfy the conditions; those that are not near yet are brought."""
        near = self._near_places(ranked)
        far = self._opened.session.passages(each.key for each in ranked if each.key not in near)
        if far:
            number, places = self._opened.bring(far, tokens=False)
            near |= {key: (number, doc) for key, doc in places.items()}
        for number, doc in (near[each.key] for each in ranked if each.key in near):
            segment = self._opened.segments[number]
            for row in segment.rows_of("figure", doc):
                if not self._quantities or self._meets_one(segment, row):
                    yield number, row

    def _facets(self, masks: list[Mask], most: int = _MAX_NAMES) -> dict[str, tuple[Facet, ...]]:
        if not masks[0].any():
            return {"year": (), "kind": (), "month": ()}
        found, exact = facets_of(self._opened.session, masks[0].query, most)  # type: ignore[attr-defined]
        if not exact:
            self._told.add("左边名称后面的数目是约数：各分片只报最常见的名称。")
        return found

    # -- articles ----------------------------------------------------------------------------------------------------------

    def articles(self, *, limit: int, offset: int, sort: str, rung: Step | None, fold: bool = True) -> ArticleResults:
        step, masks = self.found(rung)
        if step is None:
            return ArticleResults(self._results(step, masks, ()), 0, ())
        total = count_passages(masks)
        shown, count = self._first_articles(step, sort, offset + limit, total, fold=fold)
        shown = shown[offset:]
        field = "fold" if fold else "article"
        of_shown = {"terms": {"article": [article for article, _ in shown]}}
        ranked = self._ranked(step, "relevance", _PAGE, of_shown) if shown else []
        counts, answering = self._count_articles(masks[0].query, of_shown, sorted({key for _, key in shown}), field)  # type: ignore[attr-defined]
        groups = []
        for article, key in shown:
            best = [each for each in ranked if each.key[0] == article][:PASSAGES_SHOWN]
            hits = tuple(self._hits_of(best))
            if hits:
                near = self._near_places(best)
                places = tuple(near[each.key] for each in best)
                groups.append(
                    ArticleHits(hits[0].article, counts[article], hits, places, reprints=answering.get(key, 1) - 1)
                )
        every = tuple(hit for group in groups for hit in group.hits)
        return ArticleResults(self._results(step, masks, every), count(), tuple(groups))

    def _first_articles(
        self, step: Step, sort: str, wanted: int, total: int, *, fold: bool
    ) -> tuple[list[tuple[str, str]], Any]:
        """The first articles with what they are folded by, and a function that counts all."""
        count = wanted * 4
        while True:
            articles: dict[str, str] = {}
            for each in self._ranked(step, sort, min(count, total)):
                articles.setdefault(each.fold if fold else each.key[0], each.key[0])
            if len(articles) >= wanted or count >= total:
                break
            count *= 4
        shown = [(article, key) for key, article in articles.items()][:wanted]
        exactly = len(articles) if count >= total else None
        return shown, lambda: exactly if exactly is not None else self._count_all("fold" if fold else "article", step)

    def _count_all(self, field: str, step: Step) -> int:
        wanted = {
            "some": {"terms": {"field": field, "size": _MAX_COUNTED}},
            "all": {"cardinality": {"field": field, "precision_threshold": 40_000}},
        }
        query = self._ladder.masks(step)[0].query  # type: ignore[attr-defined]
        (reply,) = self._opened.session.many([{"size": 0, "query": query, "aggs": wanted}])
        found = reply["aggregations"]
        if not found["some"]["sum_other_doc_count"]:
            return len(found["some"]["buckets"])
        self._told.add("文章很多，篇数是约数。")
        return int(found["all"]["value"])

    def _count_articles(
        self, query: Json, of_shown: Json, keys: list[str], field: str
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Of the articles shown, how many passages answer; of their groups, how many articles."""
        if not keys:
            return {}, {}
        most = len(of_shown["terms"]["article"])
        bodies = [
            {
                "size": 0,
                "query": {"bool": {"filter": [query, of_shown]}},
                "aggs": {"of": {"terms": {"field": "article", "size": most}}},
            },
            {
                "size": 0,
                "query": {"bool": {"filter": [query, {"terms": {field: keys}}]}},
                "aggs": {
                    "of": {
                        "terms": {"field": field, "size": most},
                        "aggs": {"each": {"terms": {"field": "article", "size": _PAGE}}},
                    }
                },
            },
        ]
        passages, groups = (reply["aggregations"]["of"]["buckets"] for reply in self._opened.session.many(bodies))
        return (
            {bucket["key"]: bucket["doc_count"] for bucket in passages},
            {bucket["key"]: len(bucket["each"]["buckets"]) for bucket in groups},
        )


def _key(document: dict[str, Any]) -> Key:
    return document["article"], document["ordinal"]


def _keys_in(view: SegmentView, ranked: Sequence[_Ranked]) -> Iterator[tuple[Key, int]]:
    """Those of the passages that are in a segment with all that they need to be marked."""
    for each in ranked:
        article = view.article_number(each.key[0])
        if article is not None:
            docs = view.article_docs(article)
            ordinals = view.arrays["passage.ordinal"][docs.start : docs.stop].tolist()
            if each.key[1] in ordinals:
                yield each.key, docs.start + ordinals.index(each.key[1])
