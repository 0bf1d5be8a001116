"""Results for other programs, on the command line and over the web: JSON, one JSON a line, CSV.

What comes from articles is hostile here as everywhere: it may steer a terminal or be run by a spreadsheet. So no control
character is written as it is, and no cell begins as a formula.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .search.results import Hit

__all__ = [
    "HIT_COLUMNS",
    "clean",
    "csv_cell",
    "csv_lines",
    "hit_record",
    "hits_as_json_lines",
    "json_line",
    "json_text",
]

# Control characters above ASCII, writing-direction marks, line separators and lone surrogates, which JSON allows as
# they are: written as \uXXXX they mean the same, and do nothing to a terminal or an encoder.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# Spreadsheets run a cell that begins so as a formula; the full-width signs count too in Chinese and Japanese ones.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+\-－＋]?\d[\d,.]*[%％]?")

HIT_COLUMNS = ("score", "date", "title", "article", "passage", "kind", "source", "authors", "path", "text")


def json_text(value: Any) -> str:
    """A JSON document for people and programs: indented, Chinese as it is."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=2))


def json_line(value: Any) -> str:
    """The same on one line."""
    return _escaped(json.dumps(value, ensure_ascii=False))


def hits_as_json_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """Each hit as in ``Results.to_json``, one a line, without line ends."""
    from .search.results import hit_to_json

    return (json_line(hit_to_json(hit)) for hit in hits)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = False) -> Iterator[str]:
    """The lines of a table, each with its line end (CRLF), as the rows come.

    ``bom`` begins it with a byte-order mark, without which Excel does not see UTF-8.
    """
    import csv  # a search that prints text needs none

    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff" * bom + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([csv_cell(cell) for cell in row]))


class _Echo:
    """A file that keeps nothing: what is written to it comes back from ``writerow``."""

    def write(self, text: str) -> str:
        return text


def csv_cell(value: str) -> str:
    """The value without control characters; an apostrophe keeps what looks like a formula from being run. -5% stays."""
    text = clean(value)
    return "'" + text if _FORMULA.match(value) and not _NUMBER.fullmatch(text) else text


def hit_record(hit: Hit) -> tuple[str, ...]:
    """A hit as a row under ``HIT_COLUMNS``."""
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


def clean(text: str) -> str:
    """The text on one line, with nothing that steers a terminal.

    White space becomes a space; control characters become their pictures (␛), invisible ones (writing direction, zero
    width, byte-order mark) vanish, lone surrogates become U+FFFD.
    """
    return text if text.isprintable() else "".join(map(_clean_char, text))


def _clean_char(char: str) -> str:
    if char.isspace():
        return char if char == "\u3000" else " "
    if char < " " or char == "\x7f":
        return chr(0x2400 + ord(char)) if char < " " else "\u2421"
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return "\ufffd" if category in ("Cc", "Cs") else char


def _escaped(text: str) -> str:
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
