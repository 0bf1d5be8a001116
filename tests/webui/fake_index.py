"""An index that needs no engine: plain string search over the articles of ``sample.py``.

It has the methods of the engine's ``Index`` that the pages call, and answers with the engine's own dataclasses. What it
answers is simple enough to be worked out by reading the sample, so a test of a page can say what must stand there. What the
engine really finds is none of its business: ``test_over_engine.py`` runs the pages over a true index.

    FakeIndex()                                  the sample
    FakeIndex(articles=(article(...), ...))      other articles
    index.overrides = {"suggestions": (...)}     fields of the next ``Results`` as they are given
    index.fact_overrides = {"notes": (...)}      the same of figures and timelines
    index.error = IndexMissing(...)              raised by every method
    index.asked                                  what was asked, one dict a call
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from indexer.errors import ArticleNotFound, NameNotFound
from indexer.search.annotations import Annotation
from indexer.search.concordance import Concordance, Line
from indexer.search.findings import Companion, Dossier, Figures, Names, Statement, Timeline, TimelineEntry
from indexer.search.grouping import ArticleHits, ArticleResults
from indexer.search.holdings import Holdings
from indexer.search.results import ArticleView, Facet, Hit, MarkedPassage, Results, Suggestion
from indexer.search.similar import SimilarArticle
from tests.webui.sample import ARTICLES, FIGURES, NAMES

# The conditions it understands: a field, a colon, and a value that may stand in quotation marks.
KINDS = {"body": "正文", "caption": "图片说明", "heading": "小标题", "title": "标题"}
NAME_FIELDS = {"园区": "park", "项目": "project", "企业": "organization", "人物": "person", "地区": "place"}
CONDITION = re.compile(rf"(日期|类型|{'|'.join(NAME_FIELDS)}):(\"[^\"]*\"|“[^”]*”|「[^」]*」|\S+)")


@dataclass
class FakeIndex:
    """Answers like the engine's ``Index``; what it answers can be set piece by piece through ``overrides``."""

    articles: tuple = ARTICLES
    etag: str = "generation-1"
    overrides: dict = field(default_factory=dict)
    error: Exception | None = None
    asked: list = field(default_factory=list)
    held_figures: tuple = FIGURES
    held_names: tuple = NAMES
    dossiers: dict = field(default_factory=dict)
    fact_overrides: dict = field(default_factory=dict)

    def search(self, query, *, limit=10, offset=0, sort="relevance", rung=None, verbatim=False):
        self._fail()
        self.asked.append({"query": query, "limit": limit, "offset": offset, "sort": sort, "rung": rung})
        self.asked[-1] |= {"verbatim": True} if verbatim else {}
        terms = [term.strip('"“”') for term in CONDITION.sub("", query).split() if term != "OR"]
        wanted = {}
        for name, value in CONDITION.findall(query):
            wanted.setdefault(name, []).append(value)
        found = [
            Hit(float(len(spans)), info, passage, spans)
            for info, passages in self.articles
            for passage in passages
            if all(any(self._meets(info, passage, name, each) for each in of) for name, of in wanted.items())
            and (spans := _spans(passage.text, terms))
            and (rung or all(term in passage.text for term in terms))
        ]
        key = (lambda hit: hit.article.date or "") if sort == "date" else (lambda hit: hit.score)
        found.sort(key=key, reverse=True)
        results = Results(
            query=query,
            interpreted=" 和 ".join(f"“{term}”" for term in terms),
            rung=rung or ("exact" if found else "none"),
            total=len(found),
            took_ms=1.84,
            hits=tuple(found[offset : offset + limit]),
            facets={
                "year": counted((hit.article.date or "")[:4] for hit in found if hit.article.date),
                "kind": counted(hit.passage.kind for hit in found),
                **self._name_facets(found),
            },
            wider="all" if found and len(terms) > 1 and not rung else None,
        )
        return replace(results, **self.overrides)

    def search_articles(self, query, *, limit=10, offset=0, figures=0, fold=True, **how):
        results = self.search(query, limit=10_000, **how)
        self.asked[-1] |= {"limit": limit, "offset": offset} | ({} if fold else {"fold": False})
        by_article = {}
        for hit in results.hits:
            by_article.setdefault(hit.article.id, []).append(hit)
        groups = [
            ArticleHits(
                hits[0].article, len(hits), tuple(hits[:3]), figures=self._figures_of(hits[:3]) if figures else {}
            )
            for hits in list(by_article.values())[offset : offset + limit]
        ]
        return ArticleResults(results, len(by_article), tuple(groups))

    def hits(self, query, *, limit=10_000, sort="relevance", **how):
        return iter(self.search(query, limit=limit, sort=sort, **how).hits)

    def facet(self, query, name, *, limit=10, **how):
        return self.search(query, **how).facets.get(name, ())[:limit]

    def concordance(self, query, *, limit=30, offset=0, **how):
        hits = sorted(self.search(query, limit=10_000, **how).hits, key=lambda hit: hit.article.date or "9")
        lines = [
            Line(hit.article, hit.passage, span) for hit in hits[offset : offset + limit] for span in hit.highlights
        ]
        return Concordance(query, f"含“{query}”", "exact" if hits else "none", len(hits), tuple(lines))

    def concordance_lines(self, query, *, limit=10_000, **how):
        return iter(self.concordance(query, limit=limit, **how).lines)

    def annotations(self, article_id):
        self._fail()
        found = {}
        for info, passages in self.articles:
            for passage in passages if info.id == article_id else ():
                named = [
                    Annotation(match.span(), each.kind, each.name)
                    for each in self.held_names
                    for match in re.finditer(re.escape(each.name), passage.text)
                ]
                figures = [Annotation(each.span, figure=each) for each in self.held_figures if each.passage is passage]
                found[passage.ordinal] = tuple(sorted([*named, *figures], key=lambda each: each.span))
        return found

    def reprints(self, article_id):
        """Nothing here is printed twice."""
        assert isinstance(article_id, str)
        return ()

    def similar(self, article_id, limit=5):
        others = [info for info, _ in self.articles if info.id != article_id]
        return tuple(SimilarArticle(info, (("park", "船山时间谷"),)) for info in others[:limit])

    def holdings(self, newest=8):
        self._fail()
        infos = [info for info, _ in self.articles]
        dates = counted(sorted(info.date for info in infos if info.date and info.date[:4].isdecimal()))
        by_date = sorted(infos, key=lambda info: info.date or "", reverse=True)
        sources = counted(info.source for info in infos if info.source)
        return Holdings(dates, sum(not info.date for info in infos), sources, tuple(by_date[:newest]))

    def _figures_of(self, hits):
        ids = [hit.passage.id for hit in hits]
        return {
            each: tuple(figure for figure in self.held_figures if figure.passage.id == each)
            for each in ids
            if any(figure.passage.id == each for figure in self.held_figures)
        }

    def article(self, article_id, query=None):
        self._fail()
        for info, passages in self.articles:
            if info.id == article_id:
                terms = [term.strip('"“”') for term in CONDITION.sub("", query or "").split()]
                return ArticleView(info, tuple(MarkedPassage(each, _spans(each.text, terms)) for each in passages))
        raise ArticleNotFound(f"There is no article {article_id!r}.")

    def suggest(self, prefix, limit=8):
        self._fail()
        known = (Suggestion("船山时间谷", 4, "park"), Suggestion("船山", 4))
        return tuple(each for each in known if each.text.startswith(prefix))[:limit]

    def figures(self, query="", *, limit=100, offset=0, sort="relevance", **filters):
        self._fail()
        self.asked.append({"query": query, "limit": limit, "offset": offset, "sort": sort, **filters})
        terms = CONDITION.sub("", query).split()
        found = [
            each
            for each in self.held_figures
            if all(wanted is None or getattr(each, name) == wanted for name, wanted in filters.items())
            and all(term in each.passage.text for term in terms)
        ]
        keys = {
            "value": lambda each: each.value,
            "period": lambda each: each.year or "9",
            "article": lambda each: each.article.id,
        }
        if sort != "relevance":
            found.sort(key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
        facets = {
            name: counted(str(value) for each in found if (value := getattr(each, name)))
            for name in ("kind", "metric", "subject", "year", "unit")
        }
        facets["target"] = counted(str(each.target).lower() for each in found)
        interpreted = f"含“{query}”" if query else ""
        answer = Figures(query, interpreted, len(found), tuple(found[offset : offset + limit]), facets)
        return replace(answer, **self.fact_overrides)

    def names(self, kind=None, *, limit=100, offset=0, prefix=""):
        self._fail()
        self.asked.append({"kind": kind, "limit": limit, "offset": offset, "prefix": prefix})
        found = [
            each
            for each in self.held_names
            if kind in (None, each.kind) and any(prefix in name for name in (each.name, *each.aliases))
        ]
        return Names(len(found), tuple(found[offset : offset + limit]))

    def name(self, kind, name):
        self._fail()
        known = {(each.kind, spelling): each for each in self.held_names for spelling in (each.name, *each.aliases)}
        if (kind, name) not in known:
            raise NameNotFound(f"没有名为“{name}”的条目。")
        info = known[kind, name]
        about = [each for each in self.held_figures if each.subject == info.name]
        dossier = Dossier(
            name=info,
            passages=hits_of(self.articles, info.name, *info.aliases),
            statements=tuple(
                Statement(metric, figures, len({each.value for each in figures}) > 1)
                for metric in dict.fromkeys(each.metric for each in about)
                if (figures := tuple(each for each in about if each.metric == metric))
            ),
            companions=tuple(Companion(each, 1) for each in self.held_names if each is not info),
        )
        return self.dossiers.get((kind, info.name), dossier)

    def timeline(self, query, *, limit=200):
        self._fail()
        self.asked.append({"query": query, "limit": limit})
        entries = sorted(
            (
                TimelineEntry(start, end, mention[0], hit)
                for hit in hits_of(self.articles, *CONDITION.sub("", query).split())
                for mention in re.finditer(r"(2[0-9]{3})年(?:([0-9]{1,2})月)?", hit.passage.text)
                for start, end in [_days(mention[1], mention[2])]
            ),
            key=lambda entry: (entry.start, entry.end),
        )
        answer = Timeline(query, f"含“{query}”", len(entries), tuple(entries[:limit]))
        return replace(answer, **self.fact_overrides)

    def status(self):
        self._fail()
        dates = sorted(info.date for info, _ in self.articles if info.date)
        known = {
            "articles": len(self.articles),
            "passages": sum(len(passages) for _, passages in self.articles),
            "generation": 1,
            "dates": (dates[0], dates[-1]) if dates else None,
            "tokenizer": "fake",
            "size_bytes": 4096,
            "rejected": (),
            "built_at": "2026-11-21T06:00:00+08:00",
        }
        return SimpleNamespace(**known, to_json=lambda: known)

    def _fail(self):
        if self.error is not None:
            raise self.error

    def _name_facets(self, hits):
        return {
            kind: counted(
                each.name
                for hit in hits
                for each in self.held_names
                if each.kind == kind and each.name in hit.passage.text
            )
            for kind in NAME_FIELDS.values()
        }

    @staticmethod
    def _meets(info, passage, name, value):
        if name in NAME_FIELDS:
            return value.strip('"“”「」') in passage.text
        if name == "日期":
            return (info.date or "").startswith(value)
        return value in (passage.kind, KINDS[passage.kind])


def hits_of(articles, *words):
    """Passages that hold one of the words, dated ones first."""
    found = [
        Hit(0.0, info, passage, spans)
        for info, passages in sorted(articles, key=lambda each: each[0].date or "9")
        for passage in passages
        if (spans := _spans(passage.text, words))
    ]
    return tuple(found)


def _spans(text, terms):
    marked = [m.span() for m in re.finditer("|".join(map(re.escape, terms)), text)] if terms else []
    return tuple(marked)


def _days(year, month):
    if not month:
        return f"{year}-01-01", f"{year}-12-31"
    return f"{year}-{int(month):02}-01", f"{year}-{int(month):02}-{monthrange(int(year), int(month))[1]}"


def counted(values):
    return tuple(Facet(value, count) for value, count in Counter(values).most_common())
