"""The pages: start, results, article, help, and the description of the search for browsers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from indexer.search.describe import RUNG_NAMES
from indexer.search.results import Results
from webui.caching import revalidated
from webui.examples import HELP, Example
from webui.params import MAX_DEPTH, MAX_QUERY, PAGE_SIZE, SearchState
from webui.views import (
    Chip,
    cards,
    chips,
    date_words,
    dossiers,
    facet_groups,
    last_page,
    page_links,
    reading,
    search_url,
)

if TYPE_CHECKING:
    from indexer import Index
    from webui.examples import WorkingExamples

__all__ = ["blueprint"]

# Conditions tried without when nothing is found; each costs a search.
MAX_TRIALS = 3

# Invisible characters that turn the writing direction: <bdi> isolates them on a page, a window's title has no markup.
_DIRECTION_CONTROLS = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@revalidated
def start() -> ResponseReturnValue:
    index = _index()
    return render_template("start.html", status=index.status(), examples=_examples())


@blueprint.get("/search")
@revalidated
def search() -> ResponseReturnValue:
    state = SearchState.from_args(request.args)
    if not state.query:
        return redirect(search_url(state), 302)
    state, results = _find(state)
    if results.total == 0:
        return _nothing_found(state, results)
    last = last_page(results.total)
    return render_template(
        "search.html",
        query=state.query,
        state=state,
        results=results,
        cards=cards(results, state),
        chips=chips(state),
        facets=facet_groups(results, state),
        dossiers=dossiers(results, state),
        last=last,
        pages=page_links(state.page, last),
        page_url=lambda page: search_url(state.on_page(page)),
        capped=results.total > MAX_DEPTH,
    )


@blueprint.get("/articles/<article_id>")
@revalidated
def article(article_id: str) -> ResponseReturnValue:
    state = SearchState.from_args(request.args)
    view = _index().article(article_id, state.query or None)
    return render_template("article.html", query=state.query, state=state, reading=reading(view))


@blueprint.get("/help")
@partial(revalidated, of_index=False)
def help_page() -> ResponseReturnValue:
    return render_template("help.html", sections=HELP)


@blueprint.get("/opensearch.xml")
@partial(revalidated, of_index=False)
def opensearch() -> ResponseReturnValue:
    response = make_response(render_template("opensearch.xml"))
    response.content_type = "application/opensearchdescription+xml; charset=utf-8"
    return response


@blueprint.app_template_filter("without_direction_controls")
def _without_direction_controls(text: str) -> str:
    return text.translate(_DIRECTION_CONTROLS)


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    return {
        "RUNGS": RUNG_NAMES,
        "MAX_DEPTH": MAX_DEPTH,
        "MAX_QUERY": MAX_QUERY,
        "PAGE_SIZE": PAGE_SIZE,
        "date_words": date_words,
        "search_url": search_url,
        "url_for_query": lambda query: search_url(SearchState(query)),
    }


def _index() -> Index:
    return cast("Index", current_app.extensions["yansou"])


def _examples() -> tuple[Example, ...]:
    return cast("WorkingExamples", current_app.extensions["yansou.examples"])()


def _find(state: SearchState) -> tuple[SearchState, Results]:
    """The page asked for, or the last one if there are fewer."""
    index = _index()
    results = index.search(state.query, limit=PAGE_SIZE, offset=state.offset, sort=state.sort, rung=state.rung)
    last = last_page(results.total)
    if state.page <= last:
        return state, results
    state = state.on_page(last)
    return state, index.search(state.query, limit=PAGE_SIZE, offset=state.offset, sort=state.sort, rung=state.rung)


def _nothing_found(state: SearchState, results: Results) -> str:
    index = _index()
    return render_template(
        "nothing.html",
        query=state.query,
        state=state,
        results=results,
        relaxed=_relaxed(index, state),
        status=index.status(),
        examples=_examples(),
    )


def _relaxed(index: Index, state: SearchState) -> list[tuple[Chip, int]]:
    """The conditions without which something is found, and how much."""
    tried = [(chip, index.search(chip.rest, limit=1).total) for chip in chips(state)[:MAX_TRIALS] if chip.rest]
    return [(chip, total) for chip, total in tried if total]
