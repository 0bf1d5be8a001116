"""The JSON API, version 1. Names and shapes are those of the Python interface and of ``yansou … --json``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

from flask import Blueprint, Response, jsonify, request, url_for

from indexer.errors import BadRequest
from indexer.search.filters import NAME_KINDS
from webui import current
from webui.caching import revalidated
from webui.facts_params import FIGURE_FILTERS, FIGURE_SORTS, TARGETS, FigureFilters, FigureSort, api_value
from webui.openapi import MAX_LIMIT, MAX_SUGGESTIONS, description
from webui.params import MAX_DEPTH, SORTS, WIDER_RUNGS, Sort, WiderRung, api_choice, api_number, api_query

__all__ = ["blueprint"]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
@revalidated
def search() -> Response:
    args = request.args
    query = api_query(args, known=("q", "limit", "offset", "sort", "rung", "verbatim"))
    limit, offset = _part(args)
    sort = cast(Sort, api_choice(args, "sort", SORTS) or "relevance")
    rung = cast("WiderRung | None", api_choice(args, "rung", WIDER_RUNGS))
    verbatim = api_choice(args, "verbatim", ("1",)) is not None
    found = current.index().search(query, limit=limit, offset=offset, sort=sort, rung=rung, verbatim=verbatim)
    return jsonify(found.to_json() | {"next": _next(found.total, limit, offset)})


@blueprint.get("/figures")
@revalidated
def figures() -> Response:
    args = request.args
    query = api_query(args, known=("q", *FIGURE_FILTERS, "sort", "limit", "offset"), required=False)
    limit, offset = _part(args)
    sort = cast(FigureSort, api_choice(args, "sort", FIGURE_SORTS) or "relevance")
    target = api_choice(args, "target", tuple(TARGETS))
    filters: FigureFilters = {
        "kind": api_value(args, "kind"),
        "metric": api_value(args, "metric"),
        "subject": api_value(args, "subject"),
        "year": api_value(args, "year"),
        "target": TARGETS[target] if target else None,
    }
    found = current.index().figures(query, limit=limit, offset=offset, sort=sort, **filters)
    return jsonify(found.to_json() | {"next": _next(found.total, limit, offset)})


@blueprint.get("/names")
@revalidated
def names() -> Response:
    args = request.args
    api_query(args, known=("kind", "prefix", "limit", "offset"), required=False)
    limit, offset = _part(args)
    kind = api_choice(args, "kind", tuple(NAME_KINDS))
    prefix = api_value(args, "prefix") or ""
    found = current.index().names(kind, limit=limit, offset=offset, prefix=prefix)
    return jsonify(found.to_json() | {"next": _next(found.total, limit, offset)})


@blueprint.get("/articles/<article_id>")
@revalidated
def article(article_id: str) -> Response:
    query = api_query(request.args, known=("q",), required=False)
    return jsonify(current.index().article(article_id, query or None).to_json())


@blueprint.get("/suggest")
@revalidated
def suggest() -> Response:
    prefix = api_query(request.args, known=("q", "limit"))
    limit = api_number(request.args, "limit", 8, least=1, most=MAX_SUGGESTIONS)
    found = current.index().suggest(prefix, limit)
    suggestions = [{"text": each.text, "kind": each.kind, "count": each.count} for each in found]
    return jsonify({"query": prefix, "suggestions": suggestions})


@blueprint.get("/status")
@revalidated
def status() -> Response:
    api_query(request.args, known=(), required=False)
    return jsonify(current.index().status().to_json())


@blueprint.get("/openapi.json")
@partial(revalidated, of_index=False)
def openapi() -> Response:
    api_query(request.args, known=(), required=False)
    return jsonify(description())


def _part(args: Mapping[str, str]) -> tuple[int, int]:
    """The parameters ``limit`` and ``offset``."""
    limit = api_number(args, "limit", 10, least=1, most=MAX_LIMIT)
    offset = api_number(args, "offset", 0, least=0, most=MAX_DEPTH - 1)
    if offset + limit > MAX_DEPTH:
        raise BadRequest(f"offset 加 limit 是 {offset + limit}，只能取前 {MAX_DEPTH} 条。")
    return limit, offset


def _next(total: int, limit: int, offset: int) -> str | None:
    """The address of the part behind this one, for programs to follow as it is; None behind the last."""
    behind = offset + limit
    if behind >= min(total, MAX_DEPTH):
        return None
    args = request.args.to_dict() | {"limit": str(min(limit, MAX_DEPTH - behind)), "offset": str(behind)}
    return url_for(str(request.endpoint), **dict(sorted(args.items())))  # type: ignore[arg-type]
