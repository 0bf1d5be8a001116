"""A generation on a cluster, as one question sees it: what the question needs is brought near, into ``segments``."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...errors import ClusterAway
from ...store import IndexState, SegmentView, Snapshot
from ...store.cluster.near import Key, segment_of
from ...text import plain
from ..answer import Match, Opened
from ..ladder import Ladder
from ..query import Query
from ..ranking import Statistics, Tokens, norms
from ..reprints import ArticleKey
from ..results import ArticleInfo, Facet
from ..status import Status, printed_date
from .compile import Json
from .names import ClusterNames
from .session import SOURCE, Kept, Session
from .speller import ClusterSpeller

if TYPE_CHECKING:
    from ...facts.names import Name
    from ..holdings import Holdings
    from ..similar import SimilarArticle
    from .answer import ClusterAnswer

__all__ = ["ClusterOpened", "ClusterStatistics"]

# Passages about one name that a dossier is made of: more are not read at once.
_MAX_OF_NAME = 10_000
# Names and words that more articles have tell nothing about two of them.
_MAX_HOLDERS = 1000
_MAX_SOURCES = 1000
_MAX_DATES = 65_000
_DAYS_OF_LISTING = 1000


class ClusterStatistics(Statistics):
    """The frequencies of the whole archive, whichever segments are near."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.passages, self.average_length = session.kept.size
        self.norms = norms(self.average_length)

    def frequency(self, family: str, term: Hashable, found: int) -> int:
        known = self._session.frequency(family, term)
        return found if known is None else max(known, found)


class ClusterOpened(Opened):
    """A generation for one question; not to be shared between threads."""

    def __init__(self, kept: Kept) -> None:
        generation = kept.generation
        self.session = Session(kept)
        state = IndexState(generation.tokenizer, generation.built_at, joins=generation.joins)
        super().__init__(Snapshot(generation.number, state, ()))
        self.is_word = self.session.is_word  # type: ignore[assignment]
        self.segments: list[SegmentView] = []
        self._numbers: dict[str, tuple[int, int]] = {}

    @property
    def etag(self) -> str:
        return self.session.kept.generation.etag

    @cached_property
    def statistics(self) -> Statistics:
        return ClusterStatistics(self.session)

    @cached_property
    def speller(self) -> ClusterSpeller:
        return ClusterSpeller(self.session)

    @property
    def names(self) -> ClusterNames:
        """Anew when segments have come."""
        if self._names is None or len(self._names.segments) != len(self.segments):
            self._names = ClusterNames(self.session, tuple(self.segments))
        return self._names

    _names: ClusterNames | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        missing = self.session.missing
        return (f"集群有 {missing} 个分片没有应答，结果不全：请稍后再查。",) if missing else ()

    def require_all(self) -> None:
        if self.session.missing:
            raise ClusterAway(
                f"集群有 {self.session.missing} 个分片没有应答，结果会不全：请用 yansou status 看集群的状态，稍后再试。"
            )

    def answer(self, query: Query, *, verbatim: bool = False) -> ClusterAnswer:
        from .answer import ClusterAnswer

        self.session.prefer(query.text)
        return ClusterAnswer(self, query, verbatim=verbatim)

    def ladder(self, query: Query, tokens: Tokens) -> Ladder:
        from .ladder import ClusterLadder

        return ClusterLadder(query, tokens, self)

    # -- bringing near -----------------------------------------------------------------------------------------------------

    def bring(self, documents: dict[Key, dict[str, Any]], *, tokens: bool = True) -> tuple[int, dict[Key, int]]:
        """Make passages, as they are stored, a segment; return its number and where each passage stands in it."""
        metas = self.session.metas(article for article, _ in documents)
        kept = {key: document for key, document in documents.items() if key[0] in metas}
        view, places = segment_of(kept, metas, tokens=tokens)
        self.segments.append(view)
        return len(self.segments) - 1, places

    def bring_around(
        self, keys: Sequence[Key], known: Mapping[Key, dict[str, Any]] | None = None
    ) -> dict[Key, tuple[int, int]]:
        """Bring passages near, with what ranks and continues them: their titles, headings and neighbours.

        Returns where each stands now; those that are out of reach are left out. ``known``: what is there of them already.
        """
        if not keys:
            return {}
        documents = dict(known) if known is not None else self.session.passages(keys)
        around: set[Key] = set()
        for (article, ordinal), document in documents.items():
            stored = document["stored"]
            others = [0, stored["heading"], ordinal - 1, ordinal + 1 if stored["continued"] else -1]
            around.update((article, other) for other in others if other >= 0)
        documents |= self.session.passages(around - documents.keys())
        number, places = self.bring(documents)
        return {key: (number, places[key]) for key in keys if key in places}

    def scan(self, query: Json, most: int) -> dict[Key, dict[str, Any]]:
        """The first passages that answer, by article and as printed."""
        found: dict[Key, dict[str, Any]] = {}
        after: list[Any] | None = None
        while len(found) < most:
            body: Json = {"size": min(most - len(found), 1000), "query": query, "_source": SOURCE}
            body |= {"sort": ["article", "ordinal"], "track_total_hits": False} | (
                {"search_after": after} if after else {}
            )
            (reply,) = self.session.many([body])
            hits = reply["hits"]["hits"]
            found |= {(hit["_source"]["article"], hit["_source"]["ordinal"]): hit["_source"] for hit in hits}
            if len(hits) < body["size"]:
                break
            after = hits[-1]["sort"]
        return found

    def find_article(self, article_id: str) -> ArticleKey | None:
        if article_id not in self._numbers:
            documents = self.scan({"term": {"article": article_id}}, 10_000)
            self.require_all()
            if not documents:
                return None
            number, _ = self.bring(documents)
            article = self.segments[number].article_number(article_id)
            if article is None:
                return None
            self._numbers[article_id] = number, article
        return self._numbers[article_id]

    def bring_figures(self, most: int) -> int:
        documents: dict[Key, dict[str, Any]] = {}
        figures = 0
        # A passage that has figures has at least one.
        for key, document in self.scan({"range": {"figure_count": {"gt": 0}}}, most).items():
            documents[key] = document
            figures += len(document["stored"]["figures"])
            if figures >= most:
                break
        if documents:
            self.bring(documents, tokens=False)
        return self.session.count_figures({"match_all": {}})

    def bring_name(self, name: Name) -> None:
        documents = self.scan(self.names.mentioning([name]), _MAX_OF_NAME)
        articles = sorted({article for article, _ in documents})
        spellings = sorted({plain(one) for one in (name.name, *name.aliases, *name.names)})
        about = {"nested": {"path": "figures", "query": {"terms": {"figures.subject": spellings}}}}
        documents |= self.scan({"bool": {"filter": [{"terms": {"article": articles}}, about]}}, _MAX_OF_NAME)
        if documents:
            self.bring(documents, tokens=False)
        self.require_all()

    # -- about the archive -------------------------------------------------------------------------------------------------

    def list_names(self, kind: str | None, part: str, *, limit: int, offset: int) -> tuple[int, list[Name]]:
        found = self.names.page(kind, part, limit=limit, offset=offset)
        self.require_all()
        return found

    def reprints_of(self, article_id: str) -> tuple[ArticleInfo, ...]:
        own = self.session.connection.documents(self.session.index("articles"), [article_id])
        if article_id not in own:
            return ()
        body = {"size": 1000, "query": {"term": {"fold": own[article_id]["fold"]}}, "_source": ["stored.meta", "date"]}
        (reply,) = self.session.many([body], "articles")
        self.require_all()
        others = [hit for hit in reply["hits"]["hits"] if hit["_id"] != article_id]
        others.sort(key=lambda hit: (hit["_source"]["date"] or 1 << 31, hit["_id"]))
        return tuple(info_of(hit["_source"]["stored"]["meta"]) for hit in others)

    def holdings(self, newest: int) -> Holdings:
        from ..holdings import Holdings

        aggregations = {
            "dates": {"terms": {"field": "date", "size": _MAX_DATES, "order": {"_key": "asc"}}},
            "sources": {
                "terms": {"field": "source", "size": _MAX_SOURCES, "order": [{"_count": "desc"}, {"_key": "asc"}]}
            },
        }
        body: Json = {
            "size": newest,
            "sort": [{"date": "desc"}],
            "_source": ["stored.meta", "date"],
            "aggs": aggregations,
        }
        (reply,) = self.session.many([body], "articles")
        self.require_all()
        dates = {int(bucket["key"]): bucket["doc_count"] for bucket in reply["aggregations"]["dates"]["buckets"]}
        sources = [bucket for bucket in reply["aggregations"]["sources"]["buckets"] if bucket["key"]]
        return Holdings(
            dates=tuple(Facet(printed_date(date), count) for date, count in dates.items() if date),
            undated=dates.get(0, 0),
            sources=tuple(Facet(bucket["key"], bucket["doc_count"]) for bucket in sources),
            newest=tuple(info_of(hit["_source"]["stored"]["meta"]) for hit in reply["hits"]["hits"]),
        )

    def similar_to(self, article_id: str, limit: int) -> tuple[SimilarArticle, ...]:
        from .similar import similar_articles

        found = similar_articles(self, article_id, limit)
        self.require_all()
        return found

    def rank(self, query: str, match: Match, limit: int) -> list[tuple[float, str]]:
        from .rank import best_passages

        found = best_passages(self, query, match, limit)
        self.require_all()
        return found

    def status(self, folder: Any) -> Status:  # noqa: ARG002  # it is on no disk of ours
        from .status import status_of

        return status_of(self.session)


def info_of(meta: dict[str, Any]) -> ArticleInfo:
    """An article without its passages."""
    return ArticleInfo(**meta | {name: tuple(meta[name]) for name in ("authors", "photographers")})
