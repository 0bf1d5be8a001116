"""What a page of results shows: articles with their passages, figures and names, and the names that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import url_for

from indexer.search.concordance import Line
from indexer.search.filters import KIND_NAMES, NAME_KINDS
from indexer.search.findings import FoundFigure
from indexer.search.grouping import ArticleHits, ArticleResults
from indexer.search.results import ArticleInfo, Hit, PassageInfo, Results
from webui.conditions import conditions
from webui.facts_params import FiguresState
from webui.highlight import Piece, Snippet, cut, snippet
from webui.params import SearchState
from webui.places import NameLink, is_telling, literal, name_link

__all__ = ["ArticleCard", "ConcordanceRow", "Fact", "PassageCard", "article_cards", "article_url", "concordance_rows"]
__all__ += ["dossiers"]

# Names and figures under one passage: a line of each.
MOST_TAGS = 4
MOST_FACTS = 3
# Characters on each side of a keyword: with them a line of a concordance fills a wide window.
CONTEXT = 28


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of a passage in two words, and the figures of that metric and subject."""

    label: str
    surface: str
    target: bool
    url: str


@dataclass(frozen=True, slots=True)
class PassageCard:
    """``kind`` is None for body text, which needs no label; ``names`` stand in it."""

    id: str
    url: str
    kind: str | None
    snippet: Snippet
    facts: tuple[Fact, ...]
    names: tuple[NameLink, ...]


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """An article found: its place in the list, and its best passages.

    ``more``: passages that are only on its own page; ``reprints``: articles of nearly the same text that are not listed.
    """

    number: int
    article: ArticleInfo
    url: str
    best: str
    title: tuple[Piece, ...]
    passages: tuple[PassageCard, ...]
    more: int
    reprints: int


@dataclass(frozen=True, slots=True)
class ConcordanceRow:
    """One occurrence between what stands before and behind it. ``new``: the first one of its article."""

    article: ArticleInfo
    url: str
    before: str
    keyword: str
    behind: str
    new: bool


def article_url(article: ArticleInfo, state: SearchState, number: int | None, ordinal: int | None = None) -> str:
    """The article's page, marked for the query of a list, which remembers its place in that list: a number among the
    articles, or the page of a concordance."""
    dropped = ("page", "view") if number is not None else ()
    values = {name: value for name, value in state.args().items() if name not in dropped}
    anchor = f"p{ordinal}" if ordinal is not None else None
    return url_for("pages.article", article_id=article.id, **values, n=number, _anchor=anchor)


def article_cards(found: ArticleResults, state: SearchState) -> tuple[ArticleCard, ...]:
    named = _names_by_length(found.results)
    return tuple(_card(group, number, state, named) for number, group in enumerate(found.groups, state.offset + 1))


def dossiers(results: Results, state: SearchState) -> tuple[NameLink, ...]:
    """The names that the query asks for, as a condition or by being one."""
    asked = (each for each in conditions(state.query) if not each.excluded)
    standing = {one.value for each in asked for one in each.filters if one.field in NAME_KINDS}
    wanted = {*standing, state.query.strip('"“”「」')}
    return tuple(link for link in _names_by_length(results) if link.name in wanted)


def concordance_rows(lines: Sequence[Line], state: SearchState) -> tuple[ConcordanceRow, ...]:
    rows = []
    for before, line in pairwise((None, *lines)):
        assert line is not None
        text, (start, end) = line.passage.text, line.span
        rows.append(
            ConcordanceRow(
                article=line.article,
                url=article_url(line.article, state, None, line.passage.ordinal),
                before=("…" if start > CONTEXT else "") + text[max(start - CONTEXT, 0) : start],
                keyword=text[start:end],
                behind=text[end : end + CONTEXT] + ("…" if end + CONTEXT < len(text) else ""),
                new=before is None or before.article.id != line.article.id,
            )
        )
    return tuple(rows)


def _card(group: ArticleHits, number: int, state: SearchState, named: list[NameLink]) -> ArticleCard:
    article = group.article
    title: tuple[Piece, ...] = (Piece(article.title),)
    passages = []
    for hit in group.hits:
        if _is_title(hit.passage, article):
            title = cut(hit.passage.text, hit.highlights)
        else:
            url = article_url(article, state, number, hit.passage.ordinal)
            passages.append(_passage(hit, url, group.figures.get(hit.passage.id, ()), named))
    return ArticleCard(
        number=number,
        article=article,
        url=article_url(article, state, number, group.hits[0].passage.ordinal),
        best=group.hits[0].passage.id,
        title=title,
        passages=tuple(passages),
        more=group.total - len(group.hits),
        reprints=group.reprints,
    )


def _is_title(passage: PassageInfo, article: ArticleInfo) -> bool:
    return passage.kind == "title" and passage.text == article.title


def _passage(hit: Hit, url: str, figures: Sequence[FoundFigure], named: list[NameLink]) -> PassageCard:
    passage = hit.passage
    return PassageCard(
        id=passage.id,
        url=url,
        kind=KIND_NAMES.get(passage.kind, passage.kind) if passage.kind != "body" else None,
        snippet=snippet(passage.text, hit.highlights),
        facts=tuple(_fact(figure) for figure in figures if is_telling(figure))[:MOST_FACTS],
        names=_names_in(passage.text, named),
    )


def _fact(figure: FoundFigure) -> Fact:
    state = FiguresState(query=literal(figure.subject or ""), metric=figure.metric)
    return Fact(figure.metric or "", figure.surface, figure.target, url_for("facts.figures", **state.args()))


def _names_by_length(results: Results) -> list[NameLink]:
    """All names that the facets hold, the longest first."""
    found = [name_link(kind, facet.value, facet.count) for kind in NAME_KINDS for facet in results.facets.get(kind, ())]
    return sorted(found, key=lambda link: -len(link.name))


def _names_in(text: str, names: list[NameLink]) -> tuple[NameLink, ...]:
    """The names that stand in a text, but none that is only part of a longer one, in the order of the text."""
    found: list[tuple[int, NameLink]] = []
    for link in names:
        at = text.find(link.name)
        if at >= 0 and not any(link.name in other.name for _, other in found):
            found.append((at, link))
    return tuple(link for _, link in sorted(found, key=lambda each: each[0])[:MOST_TAGS])
