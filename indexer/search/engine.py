"""The index as its users see it: open it, search it, read an article."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, get_args

from ..errors import ArticleNotFound, BadRequest, YansouError
from ..store import IndexFolder
from ..store.folder import check_arrays
from ..store.place import ClusterAddress, Place
from .answer import Match, Opened, article_info, passage_info
from .filters import NAME_KINDS
from .generations import Answering, Comparison, Fixed, Generations
from .grouping import ArticleResults
from .ladder import Step
from .query import MAX_LENGTH, parse
from .results import ArticleInfo, ArticleView, Facet, Hit, MarkedPassage, Results, Suggestion

if TYPE_CHECKING:  # and ``facts`` where it is used: 10 ms that finding passages need not pay
    from .annotations import Annotation
    from .concordance import Concordance, Line
    from .findings import Dossier, Figures, Names, Timeline
    from .holdings import Holdings
    from .similar import SimilarArticle
    from .status import Status

__all__ = ["MAX_LIMIT", "MAX_OFFSET", "Index", "open_index"]

# Bounds of one page. Whoever wants more than that wants an export.
MAX_LIMIT = 200
MAX_OFFSET = 10_000
MAX_FIGURES = 10_000
_SORTS = ("relevance", "date")

P = ParamSpec("P")
R = TypeVar("R")


def _whole(method: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Let a method raise IndexUnusable where it stumbles over an index that is damaged; an error in a sound one is a bug."""

    @wraps(method)
    def read(self: Index, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except YansouError:
            raise
        except Exception:
            check_arrays(self._current().segments)
            raise

    return read


class Index:
    """An open index. Safe to share between threads; every call sees one generation, whole: the newest, or with ``follow`` the
    newest that is prepared. Calls raise IndexMissing or IndexUnusable when there is no index any more that can be read.
    """

    def __init__(
        self, folder: IndexFolder | ClusterAddress, generations: Answering, comparison: Comparison | None = None
    ) -> None:
        """For ``open_index``."""
        self._folder = folder
        self._comparison = comparison
        self._generations = generations
        self._current = generations.newest

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Files are unmapped when the last result that uses them is gone. See ``open_index`` for what ``compared`` raises."""
        self._generations.close()
        if self._comparison is not None and (error is None or isinstance(error, Exception)):
            self._comparison.outcome()

    def follow(self, prepare: Callable[[Index], object] | None = None) -> None:
        """For a server: have each generation compared with its checksums and prepared in a thread before calls see it.

        What is kept for all questions is worked out. ``prepare`` is given an index of that generation and no other, and asks
        it what else is to be quick from the first question on. The present generation is prepared before this returns. Raises
        IndexUnusable if it is damaged, and what ``prepare`` raises.
        """

        def ask(opened: Opened) -> None:
            index = Index(self._folder, Fixed(opened))
            index.search_articles("的", limit=1)
            index.suggest("de")
            if prepare is not None:
                prepare(index)

        self._generations.follow(ask)

    @property
    def etag(self) -> str:
        """Changes with every commit."""
        return self._current().etag

    @_whole
    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        sort: str = "relevance",
        rung: Step | None = None,
        verbatim: bool = False,
    ) -> Results:
        """Passages that answer a query, best first.

        ``limit`` (1 to 200) and ``offset`` (to 10,000) choose the page, ``sort`` is "relevance" or "date" (newest first).
        ``rung`` asks for a wider step of the ladder than the one that would answer. With ``verbatim`` what stands nowhere
        is not looked for in another spelling. Raises BadRequest for values out of range and for queries that are empty
        or too long.
        """
        began = time.perf_counter()
        _check_page(limit, offset, sort, rung)
        answer = self._current().answer(parse(query), verbatim=verbatim)
        results = answer.results(limit=limit, offset=offset, sort=sort, rung=rung)
        return replace(results, took_ms=round((time.perf_counter() - began) * 1000, 2))

    @_whole
    def search_articles(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        sort: str = "relevance",
        rung: Step | None = None,
        verbatim: bool = False,
        figures: int = 0,
        fold: bool = True,
    ) -> ArticleResults:
        """The same answer by articles: ``limit`` and ``offset`` count articles, each with its best passages (``grouping``).

        ``figures``: so many figures of each passage are told. ``fold``: of articles of nearly the same text only the best
        one, which says how many more there are; without it each. Raises BadRequest as ``search``.
        """
        began = time.perf_counter()
        _check_page(limit, offset, sort, rung)
        opened = self._current()
        answer = opened.answer(parse(query), verbatim=verbatim)
        found = answer.articles(limit=limit, offset=offset, sort=sort, rung=rung, fold=fold)
        if figures:
            from .annotations import figures_at

            told = (replace(group, figures=figures_at(opened, group.places, figures)) for group in found.groups)
            found = replace(found, groups=tuple(told))
        took = round((time.perf_counter() - began) * 1000, 2)
        return replace(found, results=replace(found.results, took_ms=took))

    @_whole
    def hits(
        self,
        query: str,
        *,
        limit: int = MAX_OFFSET,
        sort: str = "relevance",
        rung: Step | None = None,
        verbatim: bool = False,
    ) -> Iterator[Hit]:
        """The first passages that answer, one by one, for an export: of one generation, whatever is committed meanwhile.

        ``limit`` is at most 10,000. Raises BadRequest as ``search``, when it is called.
        """
        _check("limit", limit, 1, MAX_OFFSET)
        _check_page(1, 0, sort, rung)
        return self._current().answer(parse(query), verbatim=verbatim).hits(limit=limit, sort=sort, rung=rung)

    @_whole
    def facet(
        self, query: str, name: str, *, limit: int = 10, rung: Step | None = None, verbatim: bool = False
    ) -> tuple[Facet, ...]:
        """The values of one facet (see ``Results.facets``) of what answers a query, as many as asked for, most first.

        Raises BadRequest as ``search``.
        """
        _check("limit", limit, 1, MAX_FIGURES)
        _check_page(1, 0, "relevance", rung)
        opened = self._current()
        found = opened.answer(parse(query), verbatim=verbatim).facets(rung, limit).get(name, ())
        opened.require_all()
        return found

    @_whole
    def concordance(
        self, query: str, *, limit: int = 30, offset: int = 0, rung: Step | None = None, verbatim: bool = False
    ) -> Concordance:
        """Every occurrence in its context, in time order; ``limit`` and ``offset`` count passages. Raises BadRequest."""
        _check_page(limit, offset, "date", rung)
        from .concordance import concordance

        return concordance(self._current(), query, limit=limit, offset=offset, rung=rung, verbatim=verbatim)

    @_whole
    def concordance_lines(
        self, query: str, *, limit: int = MAX_OFFSET, rung: Step | None = None, verbatim: bool = False
    ) -> Iterator[Line]:
        """The occurrences in the first ``limit`` passages, one by one, for an export. Raises BadRequest."""
        _check("limit", limit, 1, MAX_OFFSET)
        _check_page(1, 0, "date", rung)
        parse(query)
        from .concordance import lines

        return lines(self._current(), query, limit=limit, rung=rung, verbatim=verbatim)

    @_whole
    def annotations(self, article_id: str) -> dict[int, tuple[Annotation, ...]]:
        """The names and figures of an article by the ordinals of its passages. Raises ArticleNotFound."""
        from .annotations import annotate

        return annotate(self._current(), article_id)

    @_whole
    def similar(self, article_id: str, limit: int = 5) -> tuple[SimilarArticle, ...]:
        """Articles that share the rarest names and words with one, the most alike first; none for an unknown id."""
        return self._current().similar_to(article_id, limit)

    @_whole
    def reprints(self, article_id: str) -> tuple[ArticleInfo, ...]:
        """Articles of nearly the same text as one, the earliest first; none for an unknown id."""
        return self._current().reprints_of(article_id)

    @_whole
    def holdings(self, newest: int = 8) -> Holdings:
        """Articles by date and by source, and so many of the newest."""
        return self._current().holdings(newest)

    @_whole
    def article(self, article_id: str, query: str | None = None) -> ArticleView:
        """A whole article, marked for a query if there is one. Raises ArticleNotFound, and BadRequest as ``search``."""
        opened = self._current()
        found = opened.find_article(article_id)
        if found is None:
            raise ArticleNotFound(f"没有编号为“{article_id[:40]}”的文章。")
        segment, number = opened.segments[found[0]], found[1]
        answer = opened.answer(parse(query)) if query and query.strip() else None
        return ArticleView(
            article_info(segment, number),
            tuple(
                MarkedPassage(passage_info(segment, doc), answer.highlights(segment, doc) if answer else ())
                for doc in segment.article_docs(number)
            ),
        )

    @_whole
    def rank(self, query: str, *, match: Match = "any", limit: int = 10) -> list[tuple[float, str]]:
        """The best passages for the words of a query, with their BM25: (score, text as printed), best first.

        ``match``: they hold any of the words, or all. What stands in quotation marks is one string, which need not be a
        word. For other programs that want texts and nothing else: no ladder, no conditions, no highlights (see ``search``).
        Raises BadRequest for a query that is too long and for a limit out of range.
        """
        _check("limit", limit, 1, MAX_LIMIT)
        _check_length(query)
        return self._current().rank(query, match, limit)

    @_whole
    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Completions of what is being typed: names (also by pinyin and initials), words by frequency, titles. At most 50."""
        _check("limit", limit, 1, 50)
        _check_length(prefix)
        opened = self._current()
        found = opened.names.complete(prefix, opened.speller.spells, limit)
        names = [Suggestion(name.name, name.mentions, name.kind) for name in found]
        known = {name.text for name in names}
        others = (each for each in opened.speller.complete(prefix, limit) if each.text not in known)
        # Half of the list at most for names, where words and titles can fill the other.
        rest = list(others)[: max(limit - len(names), limit // 2)]
        return (*names[: limit - len(rest)], *rest)

    @_whole
    def figures(
        self,
        query: str = "",
        *,
        limit: int = 100,
        offset: int = 0,
        sort: str = "relevance",
        kind: str | None = None,
        metric: str | None = None,
        subject: str | None = None,
        year: str | None = None,
        target: bool | None = None,
    ) -> Figures:
        """Figures of the passages that answer a query, all without one; conditions such as 总投资>=10亿元 narrow them.

        ``sort``: relevance, value, -value, period, -period or article. The others keep figures of exactly that value (see
        ``Figures.facets``). Raises BadRequest for values out of range.
        """
        _check("limit", limit, 1, MAX_FIGURES)
        _check("offset", offset, 0, MAX_OFFSET)
        from . import facts

        if sort not in facts.SORTS:
            raise BadRequest(f"sort 只能是 {'、'.join(facts.SORTS)}，不能是 {sort!r}。")
        filters = {"kind": kind, "metric": metric, "subject": subject, "year": year, "target": target}
        return facts.figures(self._current(), query, limit=limit, offset=offset, sort=sort, filters=filters)

    @_whole
    def names(self, kind: str | None = None, *, limit: int = 100, offset: int = 0, prefix: str = "") -> Names:
        """Names of the archive, the most often mentioned first. ``kind``: park, project, organization, person, place or None.

        ``prefix`` keeps names a spelling of which holds it. Raises BadRequest for an unknown kind or values out of range.
        """
        _check("limit", limit, 1, MAX_FIGURES)
        _check("offset", offset, 0, MAX_OFFSET)
        _check_kind(kind)
        _check_length(prefix)
        from . import facts

        return facts.names(self._current(), kind, limit=limit, offset=offset, prefix=prefix)

    @_whole
    def name(self, kind: str, name: str) -> Dossier:
        """All about one name, by any of its spellings. Raises NameNotFound, and BadRequest for an unknown kind."""
        _check_kind(kind)
        from . import facts

        return facts.dossier(self._current(), kind, name)

    @_whole
    def timeline(self, query: str, *, limit: int = 200) -> Timeline:
        """The passages that answer a query, by the dates they speak of, earliest first."""
        _check("limit", limit, 1, MAX_FIGURES)
        from . import facts

        return facts.timeline(self._current(), query, limit=limit)

    @_whole
    def status(self) -> Status:
        """Counts, dates covered, tokenizer, and the files that were left out with the reason."""
        return self._current().status(self._folder)


def open_index(place: Place | str, *, compared: bool = False) -> Index:
    """The index in a folder or on a cluster, for searching (see ``Index``). Raises IndexMissing or IndexUnusable.

    ``compared`` is for a command that asks once and then tells: an index that is too large to be compared with its checksums
    when it is opened is compared meanwhile, and leaving the ``with`` block raises IndexUnusable if it is damaged. So nothing
    is told of it. A cluster compares its own.
    """
    if isinstance(place, ClusterAddress):
        from .cluster.generations import ClusterGenerations

        return Index(place, ClusterGenerations(place))
    folder = IndexFolder(Path(place))
    generations = Generations(folder)
    return Index(folder, generations, Comparison(folder, generations.newest()) if compared else None)


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadRequest(f"{name} 须在 {low} 到 {high} 之间，不能是 {value}。")


def _check_page(limit: int, offset: int, sort: str, rung: str | None) -> None:
    _check("limit", limit, 1, MAX_LIMIT)
    _check("offset", offset, 0, MAX_OFFSET)
    if sort not in _SORTS:
        raise BadRequest(f"sort 只能是 {' 或 '.join(_SORTS)}，不能是 {sort!r}。")
    if rung is not None and rung not in get_args(Step):
        raise BadRequest(f"rung 只能是 {'、'.join(get_args(Step))}，不能是 {rung!r}。")


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise BadRequest(f"文字共 {len(text)} 个字符，最多 {MAX_LENGTH} 个：请缩短后再试。")


def _check_kind(kind: str | None) -> None:
    if kind is not None and kind not in NAME_KINDS:
        raise BadRequest(f"kind 只能是 {'、'.join(NAME_KINDS)}，不能是 {kind!r}。")
