"""Results for other programs as the commands write them: what ``indexer.export`` makes, and tab-separated lines for a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..export import HIT_COLUMNS, csv_lines, hit_record, hits_as_json_lines, json_line, json_text
from ..search.results import Results
from .terminal import clean, cut_at, styled

__all__ = ["hits_as_csv", "hits_as_json_lines", "hits_as_tabs", "json_line", "json_text", "table_as_csv"]


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
    """A table of the hits."""
    return table_as_csv(HIT_COLUMNS, map(hit_record, results.hits), bom=bom)


def table_as_csv(header: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = False) -> str:
    """A whole table (see ``csv_lines``)."""
    return "".join(csv_lines(header, rows, bom=bom))
