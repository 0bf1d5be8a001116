"""Batch search: a list of names or queries, and for each how much is found and where it begins."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from indexer.errors import BadRequest
from indexer.export import clean
from indexer.search.budget import limited
from indexer.search.describe import RUNG_NAMES
from indexer.search.results import Hit
from webui.highlight import Snippet, snippet
from webui.params import SearchState
from webui.places import place_url
from webui.views import search_url

if TYPE_CHECKING:
    from indexer import Index

__all__ = ["COLUMNS", "MAX_LINES", "BatchRow", "batch_rows", "lines_of", "record"]

# A list that a person reads; whoever has more asks the API.
MAX_LINES = 200
# What a whole list may compute: other readers wait for a turn meanwhile.
SECONDS = 6.0
SNIPPET = 60

COLUMNS = ("查询", "段落", "文章", "匹配", "第一段", "日期", "文章标题", "网址", "说明")


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A line of the list and what it finds. ``error`` says why nothing was searched, if so."""

    query: str
    url: str
    passages: int
    articles: int
    rung: str
    hit: Hit | None
    place: str
    first: Snippet | None
    error: str = ""


def lines_of(text: str) -> tuple[str, ...]:
    """The lines to search: of a table the first column, blank ones and repeated ones left out."""
    cells = (next(iter(row), "") for row in csv.reader(text.splitlines()) if row)
    queries = (" ".join(cell.replace("\0", " ").replace("\ufeff", "").split()) for cell in cells)
    return tuple(dict.fromkeys(query for query in queries if query))


def batch_rows(index: Index, queries: Sequence[str]) -> Iterator[BatchRow]:
    """What each query finds, in their order; literally as written, so that a name counts only where it stands."""
    with limited(SECONDS):
        for query in queries:
            state = SearchState(query, verbatim=True)
            url = search_url(state)
            try:
                found = index.search_articles(query, limit=1, verbatim=True)
            except BadRequest as error:
                yield BatchRow(query, url, 0, 0, "", None, "", None, str(error))
                continue
            results = found.results
            # Passages that only share words with a name say nothing about it.
            hit = found.groups[0].hits[0] if found.groups and results.rung != "most" else None
            yield BatchRow(
                query=query,
                url=url,
                passages=results.total if hit else 0,
                articles=found.total if hit else 0,
                rung=RUNG_NAMES.get(results.rung, "") if hit else "没有",
                hit=hit,
                place=place_url(hit.article, hit.passage, query) if hit else "",
                first=snippet(hit.passage.text, hit.highlights, SNIPPET) if hit else None,
            )


def record(row: BatchRow) -> tuple[str, ...]:
    """A row of the file under ``COLUMNS``."""
    article, passage = (row.hit.article, row.hit.passage.text) if row.hit else (None, "")
    place = url_for("pages.article", article_id=article.id, _external=True) if article else ""
    return (
        row.query,
        str(row.passages),
        str(row.articles),
        row.rung,
        clean(passage),
        (article.date or "") if article else "",
        article.title if article else "",
        place,
        row.error,
    )
