"""The addresses of the pages, and those pages that need little: start, help, holdings, what browsers ask about the site."""

from __future__ import annotations

import json
import re
from functools import partial
from urllib.parse import quote

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from indexer.search.describe import RUNG_NAMES
from webui import batch_pages, current, reading_pages, results_pages
from webui.assets import asset_version
from webui.caching import revalidated
from webui.examples import HELP
from webui.holdings_view import calendar
from webui.params import LINES_PAGE, MAX_DEPTH, MAX_QUERY, PAGE_SIZE, SearchState, page_query
from webui.views import date_words, search_url

__all__ = ["blueprint"]

# Parks and projects on the start page.
MOST_MENTIONED = 8
SUGGESTIONS = 8

# Invisible characters that turn the writing direction: <bdi> isolates them on a page, a window's title has no markup.
_DIRECTION_CONTROLS = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])

_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}", re.ASCII)
_UNFIT_FOR_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

blueprint = Blueprint("pages", __name__)
blueprint.add_url_rule("/search", view_func=revalidated(results_pages.search))
blueprint.add_url_rule("/search.<form>", view_func=revalidated(results_pages.export))
blueprint.add_url_rule("/search.atom", view_func=revalidated(results_pages.feed))
blueprint.add_url_rule("/facets/<name>", view_func=revalidated(results_pages.facet))
blueprint.add_url_rule("/articles/<article_id>", view_func=revalidated(reading_pages.article))
blueprint.add_url_rule("/batch", view_func=batch_pages.batch, methods=["GET", "POST"])


@blueprint.get("/")
@revalidated
def start() -> ResponseReturnValue:
    index = current.index()
    return render_template(
        "start.html",
        status=index.status(),
        examples=current.examples(),
        held=current.holdings(),
        years=calendar(current.holdings()),
        mentioned=[(kind, index.names(kind, limit=MOST_MENTIONED).names) for kind in ("park", "project")],
    )


@blueprint.get("/coverage")
@revalidated
def coverage() -> ResponseReturnValue:
    held = current.holdings()
    return render_template("coverage.html", status=current.index().status(), held=held, years=calendar(held))


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


@blueprint.get("/opensearch/suggest")
@revalidated
def opensearch_suggest() -> ResponseReturnValue:
    """Completions as the boxes of browsers read them: [typed, [completion, …]]."""
    typed = page_query(request.args)
    found = current.index().suggest(typed, SUGGESTIONS) if typed else ()
    response = jsonify([typed, [each.text for each in found]])
    response.content_type = "application/x-suggestions+json; charset=utf-8"
    return response


@blueprint.get("/manifest.webmanifest")
@partial(revalidated, of_index=False)
def manifest() -> ResponseReturnValue:
    title = current_app.extensions["yansou.title"]
    icon = {"src": url_for("static", filename="icon.svg", v=asset_version()), "type": "image/svg+xml", "sizes": "any"}
    about = {
        "name": title,
        "short_name": title[:12],
        "lang": "zh-CN",
        "start_url": url_for("pages.start"),
        "scope": url_for("pages.start"),
        "display": "minimal-ui",
        "background_color": "#fcfbf8",
        "theme_color": "#b3321f",
        "icons": [icon],
    }
    return Response(json.dumps(about, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8")


@blueprint.app_template_filter("without_direction_controls")
def _without_direction_controls(text: str) -> str:
    return text.translate(_DIRECTION_CONTROLS)


@blueprint.app_template_filter("xml_text")
def _xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold, however they are written."""
    return _UNFIT_FOR_XML.sub("\ufffd", text)


@blueprint.app_template_filter("text_fragment")
def _text_fragment(clause: str) -> str:
    """A clause for the address, behind ``:~:text=``; a hyphen, a comma and an ampersand mean something there."""
    return quote(clause, safe="", errors="replace").replace("-", "%2D")


@blueprint.app_context_processor
def _for_templates() -> dict[str, object]:
    return {
        "RUNGS": RUNG_NAMES,
        "LINES_PAGE": LINES_PAGE,
        "MAX_DEPTH": MAX_DEPTH,
        "MAX_QUERY": MAX_QUERY,
        "PAGE_SIZE": PAGE_SIZE,
        "date_words": date_words,
        "feed_date": _feed_date,
        "search_url": search_url,
        "url_for_query": lambda query: search_url(SearchState(query)),
    }


def _feed_date(date: str | None) -> str | None:
    """A date as Atom wants it, in Beijing time; of a month or a year its first day."""
    if not date or not _ISO.fullmatch(date):
        return None
    return f"{date + '-01' * (2 - date.count('-'))}T00:00:00+08:00"
