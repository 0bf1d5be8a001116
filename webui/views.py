"""What the pages show, made from what the index answers: cards, facets, page numbers, chips, an article's parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import url_for

from indexer.search.filters import KIND_NAMES
from indexer.search.results import ArticleInfo, ArticleView, Facet, Hit, Results
from webui.conditions import conditions, with_condition, without
from webui.highlight import Piece, Snippet, cut, snippet
from webui.params import MAX_DEPTH, PAGE_SIZE, SearchState

__all__ = ["Card", "Chip", "FacetGroup", "Reading", "cards", "chips", "date_words", "facet_groups"]
__all__ += ["last_page", "page_links", "reading", "search_url"]

# Facet of the results -> its heading, and the field of the conditions that choose a value as the interface writes it.
FACETS = {"year": ("年份", "日期"), "kind": ("类型", "类型")}

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Card:
    """One passage found. ``kind`` is None for body text, which needs no label."""

    article: ArticleInfo
    url: str
    kind: str | None
    title: tuple[Piece, ...]
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``url`` chooses the value or, if it is ``chosen``, takes the choice back. None: the query would grow too long.

    ``share`` is its part of the largest count, in hundredths.
    """

    label: str
    count: int
    share: int
    chosen: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class FacetGroup:
    heading: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition of the query, and the query without it."""

    text: str
    rest: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """A passage of the article page."""

    ordinal: int
    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article to read: its headline, the passages below it, and how many matches are marked in both."""

    article: ArticleInfo
    headline: Part
    parts: tuple[Part, ...]
    matches: int


def search_url(state: SearchState) -> str:
    """The address of a results page; the start page without a query."""
    return url_for("pages.search", **state.args()) if state.query else url_for("pages.start")


def cards(results: Results, state: SearchState) -> tuple[Card, ...]:
    return tuple(_card(hit, state) for hit in results.hits)


def chips(state: SearchState) -> tuple[Chip, ...]:
    """The conditions of the query, each to be taken away by a link."""
    made = []
    for condition in conditions(state.query):
        rest = without(state.query, condition)
        made.append(Chip(condition.text, rest, search_url(state.asking(rest))))
    return tuple(made)


def facet_groups(results: Results, state: SearchState) -> tuple[FacetGroup, ...]:
    """The facets that divide the results, or that are chosen already; years from the newest."""
    groups = []
    for name, (heading, field) in FACETS.items():
        facets = results.facets.get(name, ())
        if name == "year":
            facets = tuple(sorted(facets, key=lambda facet: facet.value, reverse=True))
        values = _facet_values(facets, field, state)
        if len(values) > 1 or any(value.chosen for value in values):
            groups.append(FacetGroup(heading, values))
    return tuple(groups)


def last_page(total: int) -> int:
    """The number of pages that can be opened, at least 1."""
    return max(1, -(-min(total, MAX_DEPTH) // PAGE_SIZE))


def page_links(page: int, last: int) -> tuple[int | None, ...]:
    """The page numbers to offer: first, last and those around this page; None stands for a gap."""
    numbers = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    links: list[int | None] = []
    for number in numbers:
        if links and links[-1] is not None and number - links[-1] > 1:
            # A gap of one page is no shorter than its number.
            links.append(number - 1 if number - links[-1] == 2 else None)
        links.append(number)
    return tuple(links)


def reading(view: ArticleView) -> Reading:
    """The article arranged for its page; marks are numbered through the whole article."""
    parts, number = [], 1
    for marked in view.passages:
        passage = marked.passage
        pieces = cut(passage.text, marked.highlights, first=number)
        number += sum(piece.number is not None for piece in pieces)
        parts.append(Part(passage.ordinal, passage.kind, pieces))
    titled = bool(parts) and parts[0].kind == "title"
    headline = parts.pop(0) if titled else Part(0, "title", (Piece(view.article.title),))
    return Reading(view.article, headline, tuple(parts), number - 1)


def date_words(date: str) -> str:
    """``2021-12-03`` as 2021年12月3日; what is no date stays as it is."""
    match = _DATE.fullmatch(date)
    if match is None:
        return date
    return "".join(f"{int(number)}{unit}" for number, unit in zip(match.groups(), "年月日", strict=True) if number)


def _card(hit: Hit, state: SearchState) -> Card:
    passage, article = hit.passage, hit.article
    url = url_for("pages.article", article_id=article.id, **state.args(), _anchor=f"p{passage.ordinal}")
    if passage.kind == "title" and passage.text == article.title:
        return Card(article, url, KIND_NAMES["title"], cut(passage.text, hit.highlights), None)
    kind = KIND_NAMES.get(passage.kind, passage.kind) if passage.kind != "body" else None
    return Card(article, url, kind, (Piece(article.title),), snippet(passage.text, hit.highlights))


def _facet_values(facets: tuple[Facet, ...], field: str, state: SearchState) -> tuple[FacetValue, ...]:
    standing = [each for each in conditions(state.query) if not each.excluded]
    most = max((facet.count for facet in facets), default=1) or 1
    values = []
    for facet in facets:
        label = KIND_NAMES.get(facet.value, facet.value)
        wanted = f"{field}:{label}"
        same = [each for each in standing if each.filter in [other.filter for other in conditions(wanted)]]
        query = without(state.query, *same) if same else with_condition(state.query, wanted)
        url = search_url(state.asking(query)) if query is not None else None
        values.append(FacetValue(label, facet.count, round(100 * facet.count / most), bool(same), url))
    return tuple(values)
