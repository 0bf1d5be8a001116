"""The pages of one query: results, concordance, a facet in full, the files of them, the feed."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from indexer.search.filters import NAME_KINDS
from indexer.search.grouping import ArticleResults
from indexer.search.results import Facet, Results
from webui import current
from webui.conditions import with_condition
from webui.exports import EXPORT_LIMIT, concordance_csv, hits_reply
from webui.facets_view import FACETS, date_bars, facet_groups, facet_page, facet_values, undated
from webui.params import LINES_PAGE, MAX_DEPTH, PAGE_SIZE, SearchState
from webui.results_view import article_cards, concordance_rows, dossiers
from webui.views import Chip, chips, last_page, page_links, search_url

__all__ = ["EXPORT_FORMS", "MAX_FACET_VALUES", "export", "facet", "feed", "search"]

EXPORT_FORMS = ("csv", "json", "jsonl")
MAX_FACET_VALUES = 500
# Clauses tried without, and then alone, when nothing is found; each costs a search.
MAX_TRIALS = 6
FIGURES_A_PASSAGE = 6
FEED_SIZE = 30


def search() -> ResponseReturnValue:
    state = SearchState.from_args(request.args)
    if not state.query:
        return redirect(search_url(state), 302)
    if "from" in request.args or "to" in request.args:
        return redirect(search_url(_dated(state)), 302)
    if state.view == "concordance":
        return _concordance(state)
    state, found = _find(state)
    results = found.results
    if results.total == 0:
        return _nothing_found(state, results)
    last = last_page(found.total)
    return render_template(
        "search.html",
        query=state.query,
        state=state,
        results=results,
        articles=found.total,
        cards=article_cards(found, state),
        chips=chips(state),
        facets=facet_groups(results, state, _count(state, results.rung)),
        bars=date_bars(results, state),
        undated=undated(results),
        dossiers=dossiers(results, state),
        files=_files(state),
        feed=url_for("pages.feed", q=state.query),
        last=last,
        pages=page_links(state.page, last),
        page_url=lambda page: search_url(state.on_page(page)),
        capped=found.total > MAX_DEPTH,
    )


def facet(name: str) -> ResponseReturnValue:
    """All values of a facet."""
    if name not in FACETS:
        abort(404)
    state = SearchState.from_args(request.args)
    if not state.query:
        return redirect(search_url(state), 302)
    by_name = request.args.get("order") == "name"
    part = " ".join(request.args.get("part", "").replace("\0", " ").split())[:50]
    facets = current.index().facet(state.query, name, limit=10_000, **state.how)
    kept = [each for each in facets if part in each.value]
    if by_name:
        kept.sort(key=lambda each: each.value)
    return render_template(
        "facet.html",
        query=state.query,
        state=state,
        name=name,
        heading=FACETS[name],
        part=part,
        by_name=by_name,
        total=len(kept),
        values=facet_values(name, kept[:MAX_FACET_VALUES], state),
        page=facet_page(name, state),
    )


def export(form: str) -> ResponseReturnValue:
    """What the results page lists, as a file: all of its pages up to ``EXPORT_LIMIT`` passages."""
    if form not in EXPORT_FORMS:
        abort(404)
    state = SearchState.from_args(request.args)
    if not state.query:
        return redirect(search_url(state), 302)
    if state.view == "concordance" and form == "csv":
        lines = current.index().concordance_lines(state.query, limit=EXPORT_LIMIT, **state.how)
        return concordance_csv(lines, state.query)
    hits = current.index().hits(state.query, limit=EXPORT_LIMIT, sort=state.sort, **state.how)
    return hits_reply(hits, form, state.query)


def feed() -> ResponseReturnValue:
    """The newest passages that answer a query, as Atom."""
    state = SearchState.from_args(request.args).sorted_by("date")
    if not state.query:
        return redirect(search_url(state), 302)
    index = current.index()
    results = index.search(state.query, limit=FEED_SIZE, sort="date", **state.how)
    response = make_response(
        render_template("feed.xml", query=state.query, state=state, results=results, built=index.status().built_at)
    )
    response.content_type = "application/atom+xml; charset=utf-8"
    return response


def _find(state: SearchState) -> tuple[SearchState, ArticleResults]:
    """The page asked for, or the last one if there are fewer."""
    found = _ask(state)
    last = last_page(found.total)
    if state.page <= last:
        return state, found
    state = state.on_page(last)
    return state, _ask(state)


def _ask(state: SearchState) -> ArticleResults:
    return current.index().search_articles(
        state.query,
        limit=PAGE_SIZE,
        offset=state.offset,
        sort=state.sort,
        figures=FIGURES_A_PASSAGE,
        fold=not state.reprints,
        **state.how,
    )


def _count(state: SearchState, rung: str) -> Any:
    def count(query: str, name: str) -> tuple[Facet, ...]:
        how: Any = state.how | {"rung": rung}
        return current.index().facet(query, name, **how)

    return count


def _concordance(state: SearchState) -> ResponseReturnValue:
    found = current.index().concordance(state.query, limit=LINES_PAGE, offset=state.offset, **state.how)
    last = last_page(found.total, LINES_PAGE)
    if state.page > last:
        return redirect(search_url(state.on_page(last)), 302)
    if not found.total:
        return _nothing_found(state.viewed(None))
    return render_template(
        "concordance.html",
        query=state.query,
        state=state,
        found=found,
        rows=concordance_rows(found.lines, state),
        chips=chips(state),
        file=url_for("pages.export", form="csv", **state.on_page(1).args()),
        last=last,
        pages=page_links(state.page, last),
        page_url=lambda page: search_url(state.on_page(page)),
    )


def _dated(state: SearchState) -> SearchState:
    """The query with the dates of the form as a condition; dates that cannot be read are left out."""
    low, high = (request.args.get(name, "").strip()[:10] for name in ("from", "to"))
    if not low and not high:
        return state
    query = with_condition(state.query, f"日期:{low}..{high}")
    return state.asking(query) if query is not None else state


def _files(state: SearchState) -> list[tuple[str, str]]:
    args = state.on_page(1).args()
    return [(form.upper(), url_for("pages.export", form=form, **args)) for form in EXPORT_FORMS]


def _nothing_found(state: SearchState, results: Results | None = None) -> str:
    relaxed = _found_by({chip: chip.rest for chip in chips(state)[:MAX_TRIALS]})
    # What leaves something out finds nothing alone.
    alone = {chip: chip.text for chip in chips(state)[:MAX_TRIALS] if chip.text[0] not in "-－−"}
    return render_template(
        "nothing.html",
        query=state.query,
        state=state,
        results=results or current.index().search(state.query, limit=1, **state.how),
        relaxed=relaxed,
        alone=() if relaxed else _found_by(alone),
        status=current.index().status(),
        examples=current.examples(),
        kinds=NAME_KINDS,
    )


def _found_by(queries: dict[Chip, str]) -> list[tuple[Chip, int]]:
    """The chips whose queries find something, and how many passages: what gives most first."""
    found = [(chip, current.index().search(query, limit=1).total) for chip, query in queries.items()]
    return sorted(((chip, total) for chip, total in found if total), key=lambda each: -each[1])
