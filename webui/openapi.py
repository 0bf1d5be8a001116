"""The API described for programs: OpenAPI 3.1, served as ``/api/v1/openapi.json``. The tests hold it against the replies."""

from __future__ import annotations

from typing import Any

from indexer.search.filters import NAME_KINDS
from webui.facts_params import FIGURE_SORTS, MAX_VALUE, TARGETS
from webui.params import MAX_DEPTH, MAX_QUERY, SORTS, WIDER_RUNGS

__all__ = ["MAX_LIMIT", "MAX_SUGGESTIONS", "description"]

MAX_LIMIT = 100
MAX_SUGGESTIONS = 20

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_NEXT: Schema = _TEXT_OR_NULL | {
    "description": "address of the part behind this one, to be followed as it is; what stands in it may change"
}
_SPAN: Schema = {
    "type": "array",
    "items": _COUNT,
    "minItems": 2,
    "maxItems": 2,
    "description": "code points, end excluded",
}
_PASSAGE_KINDS: Schema = {"enum": ["body", "caption", "heading", "title"]}

# What each status means; all but 304 carry a problem.
_ERRORS = {
    "400": "a parameter is unknown, given twice, or has a value that cannot be used, or the query costs too much to compute",
    "414": "the query string is endless",
    "421": "the Host header names another site",
    "429": "too many requests of one client; see Retry-After",
    "500": "a fault of the server; its log has the details",
    "503": "too busy, or the index is out of order; see Retry-After",
}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_PASSAGE: dict[str, Schema] = {"id": _TEXT, "kind": _PASSAGE_KINDS, "ordinal": _COUNT, "text": _TEXT}
_FACETS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": _object(value=_TEXT, count=_COUNT)},
}
_SCHEMAS: dict[str, Schema] = {
    "Article": _object(
        id=_TEXT, title=_TEXT, date=_TEXT_OR_NULL, date_inferred=_FLAG, source=_TEXT_OR_NULL, series=_TEXT_OR_NULL,
        authors=_list(_TEXT), photographers=_list(_TEXT), path=_TEXT,
    ),
    "Passage": _object(**_PASSAGE),
    "Hit": _object(score=_NUMBER, article=_ref("Article"), passage=_ref("Passage"), highlights=_list(_SPAN)),
    "Results": _object(
        query=_TEXT, interpreted=_TEXT, rung={"enum": ["exact", "near", "all", "most", "none"]}, total=_COUNT,
        took_ms=_NUMBER, hits=_list(_ref("Hit")), facets=_FACETS, suggestions=_list(_TEXT), corrected=_TEXT_OR_NULL,
        wider={"enum": [*WIDER_RUNGS, None]}, notes=_list(_TEXT), next=_NEXT,
    ),
    "Figure": _object(
        surface=_TEXT, value=_NUMBER, value_high={"type": ["number", "null"]}, unit=_TEXT_OR_NULL,
        bound={"enum": ["about", "more", "less", None]}, kind=_TEXT, metric=_TEXT_OR_NULL, subject=_TEXT_OR_NULL,
        period=_TEXT_OR_NULL, year=_TEXT_OR_NULL, target=_FLAG, sentence=_TEXT, span=_SPAN, article=_ref("Article"),
        passage=_ref("Passage"),
    ),
    "Figures": _object(
        query=_TEXT, interpreted=_TEXT, total=_COUNT, figures=_list(_ref("Figure")), facets=_FACETS,
        sums={"type": "object", "additionalProperties": _NUMBER}, notes=_list(_TEXT), next=_NEXT,
    ),
    "Names": _object(
        total=_COUNT,
        names=_list(
            _object(kind={"enum": list(NAME_KINDS)}, name=_TEXT, aliases=_list(_TEXT), mentions=_COUNT, articles=_COUNT)
        ),
        next=_NEXT,
    ),
    "ArticleView": _object(
        article=_ref("Article"), passages=_list(_object(**_PASSAGE, highlights=_list(_SPAN)))
    ),
    "Suggestions": _object(query=_TEXT, suggestions=_list(_object(text=_TEXT, kind=_TEXT_OR_NULL, count=_COUNT))),
    "Status": _object(
        articles=_COUNT, passages=_COUNT, generation=_COUNT, dates={"type": ["array", "null"], "items": _TEXT},
        tokenizer=_TEXT, size_bytes=_COUNT, built_at=_TEXT, rejected=_list(_object(path=_TEXT, reason=_TEXT)),
    ),
    "Problem": _object(type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT, instance=_TEXT),
}  # fmt: skip


def _parameter(name: str, schema: Schema, text: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "description": text, "schema": schema}


def _query(*, required: bool) -> Schema:
    schema = _TEXT | {"maxLength": MAX_QUERY} | ({"minLength": 1} if required else {})
    return _parameter("q", schema, "what to look for, in the query language", required=required)


_PART = [
    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 10}, "how many"),
    _parameter(
        "offset",
        {"type": "integer", "minimum": 0, "maximum": MAX_DEPTH - 1, "default": 0},
        f"how many to pass over; with limit at most {MAX_DEPTH}",
    ),
]
_VALUE = _TEXT | {"minLength": 1, "maxLength": MAX_VALUE}


def _get(summary: str, answer: str, parameters: list[Schema], **errors: str) -> Schema:
    """A path that can be read. ``answer`` is the name of its schema, ``errors`` are those of its own (``_404``)."""
    told = _ERRORS | {name.removeprefix("_"): text for name, text in errors.items()}
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    replies: dict[str, Schema] = {
        "200": {"description": summary, "content": {"application/json": {"schema": _ref(answer)}}},
        "304": {"description": "the reply of the ETag in If-None-Match is still good"},
    }
    replies |= {status: {"description": text, "content": problem} for status, text in sorted(told.items())}
    return {"get": {"operationId": answer, "summary": summary, "parameters": parameters, "responses": replies}}


def description() -> Schema:
    """The document, as plain dicts and lists."""
    article_id = {"name": "article_id", "in": "path", "required": True, "schema": _TEXT | {"minLength": 1}}
    figure_filters = [
        _parameter(name, _VALUE, f"only figures of exactly this {name}")
        for name in ("kind", "metric", "subject", "year")
    ]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Yansou 雁搜",
            "version": "1",
            "description": "Read-only search of a newspaper's archive. Spans count code points of the text beside them.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": {
            "/search": _get("Passages that answer a query, best first", "Results", [
                _query(required=True), *_PART,
                _parameter("sort", {"enum": list(SORTS)}, "relevance, or date from the newest"),
                _parameter("rung", {"enum": list(WIDER_RUNGS)}, "a wider step than the one that would answer"),
                _parameter("verbatim", {"enum": ["1"]}, "what stands nowhere is not looked for in another spelling"),
            ]),
            "/figures": _get("Figures of the passages that answer a query, of all passages without one", "Figures", [
                _query(required=False), *figure_filters,
                _parameter("target", {"enum": list(TARGETS)}, "only goals, or none of them"),
                _parameter("sort", {"enum": list(FIGURE_SORTS)}, "the order"), *_PART,
            ]),
            "/names": _get("Names of the archive, the most often mentioned first", "Names", [
                _parameter("kind", {"enum": list(NAME_KINDS)}, "only names of this kind"),
                _parameter("prefix", _VALUE, "only names a spelling of which holds it"), *_PART,
            ]),
            "/articles/{article_id}": _get("A whole article, marked for a query", "ArticleView", [
                article_id, _query(required=False),
            ], _404="no article has this id"),
            "/suggest": _get("Completions of what is being typed", "Suggestions", [
                _query(required=True),
                _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_SUGGESTIONS, "default": 8}, "how many"),
            ]),
            "/status": _get("What the index holds", "Status", []),
        },
        "components": {"schemas": _SCHEMAS},
    }  # fmt: skip
