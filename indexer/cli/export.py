"""Results for other programs: JSON, one JSON a line, CSV, and tab-separated lines for a pipe."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..search.results import Hit, Results, hit_to_json
from .terminal import clean, cut_at, styled

__all__ = ["csv_cell", "hits_as_csv", "hits_as_json_lines", "hits_as_tabs", "json_line", "json_text", "table_as_csv"]

# Control characters above ASCII, writing-direction marks, line separators and lone surrogates, which JSON allows as
# they are: written as \uXXXX they mean the same, and do nothing to a terminal or an encoder.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# Spreadsheets run a cell that begins so as a formula; the full-width signs count too in Chinese and Japanese ones.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+\-－＋]?\d[\d,.]*[%％]?")

_COLUMNS = ("score", "date", "title", "article", "passage", "kind", "source", "authors", "path", "text")


def json_text(value: Any) -> str:
    """A JSON document for people and programs: indented, Chinese as it is."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=2))


def json_line(value: Any) -> str:
    return _escaped(json.dumps(value, ensure_ascii=False))


def hits_as_json_lines(results: Results) -> Iterator[str]:
    """Each hit as in ``Results.to_json``, one a line."""
    return (json_line(hit_to_json(hit)) for hit in results.hits)


def hits_as_tabs(results: Results, *, colour: bool = False) -> Iterator[str]:
    """Score, date, title, passage id and the whole text of each hit; a date that is not known is empty."""
    for hit in results.hits:
        text = "".join(
            styled(clean(piece), "match", colour and is_match)
            for piece, is_match in cut_at(hit.passage.text, hit.highlights)
        )
        fields = (f"{hit.score:.4f}", hit.article.date or "", clean(hit.article.title), hit.passage.id, text)
        yield "\t".join(fields)


def hits_as_csv(results: Results, *, bom: bool = False) -> str:
    """A table of the hits: see ``table_as_csv``."""
    return table_as_csv(_COLUMNS, map(_record, results.hits), bom=bom)


def table_as_csv(header: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = False) -> str:
    """A table with a header. ``bom`` begins it with a byte-order mark, without which Excel does not see UTF-8."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return "\ufeff" * bom + table.getvalue()


def csv_cell(value: str) -> str:
    """The value without control characters; an apostrophe keeps what looks like a formula from being run. -5% stays."""
    text = clean(value)
    return "'" + text if _FORMULA.match(value) and not _NUMBER.fullmatch(text) else text


def _record(hit: Hit) -> tuple[str, ...]:
    article, passage = hit.article, hit.passage
    return (
        f"{hit.score:.4f}",
        article.date or "",
        article.title,
        article.id,
        passage.id,
        passage.kind,
        article.source or "",
        "、".join(article.authors),
        article.path,
        passage.text,
    )


def _escaped(text: str) -> str:
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
