"""What the pages show, made from what the index answers: cards, facets, page numbers, chips, an article's parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flask import url_for

from indexer.search.filters import KIND_NAMES, NAME_KINDS, Filter
from indexer.search.results import ArticleInfo, ArticleView, Facet, Hit, Results
from webui.conditions import conditions, with_condition, without
from webui.highlight import Piece, Snippet, cut, snippet
from webui.params import MAX_DEPTH, PAGE_SIZE, SearchState
from webui.places import NameLink, condition_text, dossier_url, name_link

__all__ = ["Card", "Chip", "FacetGroup", "FacetValue", "Reading", "card_of", "cards", "chips", "date_words"]
__all__ += ["dossiers", "facet_groups"]
__all__ += ["last_page", "page_links", "reading", "search_url"]

# Facet of the results -> its heading.
FACETS = {"year": "年份", **NAME_KINDS, "kind": "类型"}
# Names of one kind that are offered, and names under one passage.
MOST_NAMES = 8
MOST_TAGS = 4

# The field of the conditions that choose a value, as the interface writes it.
_FIELDS = {"year": "日期", "kind": "类型"}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Card:
    """One passage found. ``kind`` is None for body text, which needs no label; ``names`` stand in it."""

    article: ArticleInfo
    url: str
    kind: str | None
    title: tuple[Piece, ...]
    snippet: Snippet | None
    names: tuple[NameLink, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``url`` chooses the value or, if it is ``chosen``, takes the choice back. None: the query would grow too long.

    ``share`` is its part of the largest count, in hundredths. ``dossier`` is the address of a name's own page.
    """

    label: str
    count: int
    share: int
    chosen: bool
    url: str | None
    dossier: str | None = None


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
    made = []
    named = _names_by_length(results)
    for hit in results.hits:
        anchor = f"p{hit.passage.ordinal}"
        url = url_for("pages.article", article_id=hit.article.id, **state.args(), _anchor=anchor)
        card = card_of(hit, url)
        made.append(replace(card, names=_names_in(hit.passage.text, named)))
    return tuple(made)


def dossiers(results: Results, state: SearchState) -> tuple[NameLink, ...]:
    """The names that the query asks for, as a condition or by being one."""
    standing = {
        each.filter.value
        for each in conditions(state.query)
        if isinstance(each.filter, Filter) and each.filter.field in NAME_KINDS and not each.excluded
    }
    wanted = {*standing, state.query.strip('"“”「」')}
    return tuple(link for link in _names_by_length(results) if link.name in wanted)


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
    for name, heading in FACETS.items():
        facets = results.facets.get(name, ())
        if name == "year":
            facets = tuple(sorted(facets, key=lambda facet: facet.value, reverse=True))
        values = _facet_values(name, facets, state)
        if len(values) > 1 or any(value.chosen for value in values):
            groups.append(FacetGroup(heading, values))
    return tuple(groups)


def last_page(total: int, size: int = PAGE_SIZE) -> int:
    """The number of pages that can be opened, at least 1."""
    return max(1, -(-min(total, MAX_DEPTH) // size))


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


def card_of(hit: Hit, url: str) -> Card:
    """The card of a passage, whose title leads to ``url``."""
    passage, article = hit.passage, hit.article
    if passage.kind == "title" and passage.text == article.title:
        return Card(article, url, KIND_NAMES["title"], cut(passage.text, hit.highlights), None)
    kind = KIND_NAMES.get(passage.kind, passage.kind) if passage.kind != "body" else None
    return Card(article, url, kind, (Piece(article.title),), snippet(passage.text, hit.highlights))


def _facet_values(name: str, facets: tuple[Facet, ...], state: SearchState) -> tuple[FacetValue, ...]:
    standing = [each for each in conditions(state.query) if not each.excluded]
    most = max((facet.count for facet in facets), default=1) or 1
    values = []
    for place, facet in enumerate(facets):
        label = KIND_NAMES.get(facet.value, facet.value) if name == "kind" else facet.value
        wanted = condition_text(name, label) if name in NAME_KINDS else f"{_FIELDS[name]}:{label}"
        read = [each.filter for each in conditions(wanted)] if wanted else []
        same = [each for each in standing if each.filter in read]
        if name in NAME_KINDS and place >= MOST_NAMES and not same:
            continue
        query = without(state.query, *same) if same else with_condition(state.query, wanted) if wanted else None
        url = search_url(state.asking(query)) if query is not None else None
        dossier = dossier_url(name, facet.value) if name in NAME_KINDS else None
        values.append(FacetValue(label, facet.count, round(100 * facet.count / most), bool(same), url, dossier))
    return tuple(values)


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
