"""Files of what a page shows, written as they are read: the passages of a search as CSV, JSON or JSON lines, a concordance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from flask import Response

from indexer.export import HIT_COLUMNS, csv_lines, hit_record, hits_as_json_lines
from indexer.search.concordance import Line
from indexer.search.results import Hit

__all__ = ["CONCORDANCE_CONTEXT", "EXPORT_LIMIT", "concordance_csv", "csv_reply", "download", "hits_reply"]

# Passages of one file; whoever needs more narrows the query.
EXPORT_LIMIT = 1000
# Characters on each side of a keyword: a spreadsheet has more room than a page.
CONCORDANCE_CONTEXT = 60

_CONCORDANCE_COLUMNS = ("日期", "来源", "文章", "文章编号", "段落", "前文", "关键词", "后文")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
_UNFIT_FOR_FILES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def download(body: Iterable[str], form: str, prefix: str, query: str) -> Response:
    """A file named after a query, sent as it is made. A lone surrogate of a damaged article becomes a question mark."""
    response = Response((line.encode("utf-8", "replace") for line in body), content_type=_TYPES[form])
    response.headers["Content-Disposition"] = disposition(prefix, query, form)
    return response


def disposition(prefix: str, query: str, form: str) -> str:
    """The header that names a file, for old programs in ASCII only."""
    name = _UNFIT_FOR_FILES.sub(" ", query).strip()[:40].strip(" .")
    name = f"{prefix} {name}.{form}" if name else f"{prefix}.{form}"
    return f"attachment; filename=yansou.{form}; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def hits_reply(hits: Iterable[Hit], form: str, query: str) -> Response:
    """The passages found as a file of one form: csv, jsonl or json (one list)."""
    if form == "csv":
        body = csv_lines(HIT_COLUMNS, map(hit_record, hits), bom=True)
    elif form == "jsonl":
        body = (line + "\n" for line in hits_as_json_lines(hits))
    else:
        body = _as_list(hits_as_json_lines(hits))
    return download(body, form, "段落", query)


def csv_reply(columns: Iterable[str], rows: Iterable[tuple[str, ...]], prefix: str, query: str = "") -> Response:
    """A table as a file for spreadsheets."""
    return download(csv_lines(tuple(columns), rows, bom=True), "csv", prefix, query)


def concordance_csv(lines: Iterable[Line], query: str) -> Response:
    return csv_reply(_CONCORDANCE_COLUMNS, map(_concordance_record, lines), "逐处", query)


def _concordance_record(line: Line) -> tuple[str, ...]:
    text, (start, end) = line.passage.text, line.span
    before, behind = text[max(start - CONCORDANCE_CONTEXT, 0) : start], text[end : end + CONCORDANCE_CONTEXT]
    article = line.article
    place = (article.date or "", article.source or "", article.title, article.id, str(line.passage.ordinal))
    return (*place, before, text[start:end], behind)


def _as_list(lines: Iterator[str]) -> Iterator[str]:
    joint = "[\n"
    for line in lines:
        yield joint + line
        joint = ",\n"
    yield "\n]\n" if joint == ",\n" else "[]\n"
