"""The pages about facts: figures and their CSV, names by kind, dossiers, timelines."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from indexer.search.filters import NAME_KINDS
from indexer.search.findings import Figures
from webui import current
from webui.caching import revalidated
from webui.charts import Histogram
from webui.facts_params import FIGURES_PAGE, NAMES_PAGE, FiguresState, NamesState
from webui.figures_csv import EXPORT_LIMIT, figures_csv
from webui.figures_view import (
    distribution,
    figure_chips,
    figure_facets,
    figure_rows,
    figures_url,
    sort_headers,
    sums,
    unit_in_common,
)
from webui.names_view import CREDITS, EVIDENCE, PASSAGES_PAGE, company, last_names_page, passage_groups, statement_rows
from webui.params import MAX_DEPTH, page_number, page_query
from webui.places import condition_text, dossier_url
from webui.timeline_view import timeline_years
from webui.views import last_page, page_links

__all__ = ["blueprint"]

TIMELINE_LIMIT = 200

blueprint = Blueprint("facts", __name__)


@blueprint.get("/figures")
@revalidated
def figures() -> ResponseReturnValue:
    state = FiguresState.from_args(request.args)
    found = _find(state, FIGURES_PAGE, state.offset)
    last = last_page(found.total, FIGURES_PAGE)
    if state.page > last:
        state = state.on_page(last)
        found = _find(state, FIGURES_PAGE, state.offset)
    return render_template(
        "figures.html",
        query=state.query,
        state=state,
        found=found,
        rows=figure_rows(found.figures),
        headers=sort_headers(state),
        facets=figure_facets(found, state),
        chips=figure_chips(state),
        sums=sums(found),
        histogram=_histogram(found, state),
        csv_url=url_for("facts.figures_file", **state.on_page(1).args()),
        last=last,
        pages=page_links(state.page, last),
        page_url=lambda page: figures_url(state.on_page(page)),
    )


@blueprint.get("/figures.csv")
@revalidated
def figures_file() -> ResponseReturnValue:
    state = FiguresState.from_args(request.args)
    found = _find(state, EXPORT_LIMIT, 0)
    return figures_csv(found.figures, state.query)


@blueprint.get("/names/")
def all_names() -> ResponseReturnValue:
    return redirect(url_for("facts.names", kind="park"), 302)


@blueprint.get("/names/<kind>")
@revalidated
def names(kind: str) -> ResponseReturnValue:
    state = NamesState.from_args(_known(kind), request.args)
    index = current.index()
    found = index.names(kind, limit=NAMES_PAGE, offset=state.offset, prefix=state.prefix)
    last = last_names_page(found.total)
    if state.page > last:
        state = state.on_page(last)
        found = index.names(kind, limit=NAMES_PAGE, offset=state.offset, prefix=state.prefix)
    return render_template(
        "names.html",
        kind=kind,
        names_state=state,
        found=found,
        last=last,
        pages=page_links(state.page, last),
        page_url=lambda page: url_for("facts.names", **state.on_page(page).args()),
    )


# A name may hold slashes, two in a row as well.
@blueprint.get("/names/<kind>/<path:name>", merge_slashes=False)
@revalidated
def dossier(kind: str, name: str) -> ResponseReturnValue:
    found = current.index().name(_known(kind), name)
    total = len(found.passages)
    last = last_page(total, PASSAGES_PAGE)
    page = page_number(request.args, last)
    start = (page - 1) * PASSAGES_PAGE
    url = dossier_url(kind, found.name.name)
    return render_template(
        "dossier.html",
        kind=kind,
        info=found.name,
        dossier=found,
        condition=condition_text(kind, found.name.name),
        statements=statement_rows(found),
        company=company(found),
        groups=passage_groups(found.passages[start : start + PASSAGES_PAGE]),
        total=total,
        page=page,
        start=start,
        PASSAGES_PAGE=PASSAGES_PAGE,
        url=url,
        last=last,
        pages=page_links(page, last),
        page_url=lambda page: url + (f"?page={page}" if page > 1 else "") + "#passages",
    )


@blueprint.get("/timeline")
@revalidated
def timeline() -> ResponseReturnValue:
    query = page_query(request.args)
    found = current.index().timeline(query, limit=TIMELINE_LIMIT) if query else None
    years = timeline_years(found.entries, query) if found else ()
    return render_template(
        "timeline.html", query=query, found=found, years=years, shown=len(found.entries) if found else 0
    )


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    return {
        "NAME_KINDS": NAME_KINDS,
        "CREDITS": CREDITS,
        "EVIDENCE": EVIDENCE,
        "EXPORT_LIMIT": EXPORT_LIMIT,
        "dossier_url": dossier_url,
        "site_links": _site_links,
    }


def _site_links() -> list[tuple[str, str, bool]]:
    """Label and address of the parts of the site, and whether the page is in it."""
    endpoint, kind = request.endpoint, (request.view_args or {}).get("kind")
    links = [
        ("检索", url_for("pages.start"), endpoint in ("pages.start", "pages.search", "pages.facet", "pages.article")),
        ("数字", url_for("facts.figures"), endpoint == "facts.figures"),
    ]
    links += [(label, url_for("facts.names", kind=each), each == kind) for each, label in NAME_KINDS.items()]
    links += [("时间线", url_for("facts.timeline"), endpoint == "facts.timeline")]
    return [*links, ("批量", url_for("pages.batch"), endpoint == "pages.batch")]


def _known(kind: str) -> str:
    if kind not in NAME_KINDS:
        abort(404)
    return kind


def _find(state: FiguresState, limit: int, offset: int) -> Figures:
    return current.index().figures(state.query, limit=limit, offset=offset, sort=state.sort, **state.filters)


def _histogram(found: Figures, state: FiguresState) -> Histogram | None:
    """Over all figures found as far as they can be paged to, not only those of this page."""
    if unit_in_common(found.figures) is None:
        return None
    whole = found.total <= len(found.figures)
    return distribution(found.figures if whole else _find(state, MAX_DEPTH, 0).figures)
