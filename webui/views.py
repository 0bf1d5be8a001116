"""What several pages show: cards of passages, page numbers, chips, dates in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import url_for

from indexer.search.filters import KIND_NAMES
from indexer.search.results import ArticleInfo, Hit
from webui.conditions import removable
from webui.highlight import Piece, Snippet, cut, snippet
from webui.params import MAX_DEPTH, PAGE_SIZE, SearchState
from webui.places import NameLink

__all__ = ["Card", "Chip", "card_of", "chips", "date_words", "last_page", "page_links", "search_url"]

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
class Chip:
    """A piece of the query, and the query without it."""

    text: str
    rest: str
    url: str


def search_url(state: SearchState) -> str:
    """The address of a results page; the start page without a query."""
    return url_for("pages.search", **state.args()) if state.query else url_for("pages.start")


def chips(state: SearchState) -> tuple[Chip, ...]:
    """The clauses of the query, each to be taken away by a link; none where it is a single one."""
    found = [Chip(text, rest, search_url(state.asking(rest))) for text, rest in removable(state.query)]
    return tuple(found) if len(found) > 1 else ()


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
