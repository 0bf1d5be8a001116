"""Marks in a text, and the part of a long passage that a results page shows.

The raw text is cut at the spans into pieces. The templates escape each piece and put ``<mark>`` around the marked ones
(``_marked.html``, the only place that does): text that is already escaped is never searched, cut or marked, so that a
query such as ``amp`` cannot reach into an entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.search.results import Span
from indexer.search.snippet import SNIPPET_LENGTH, window

__all__ = ["Link", "Piece", "Snippet", "cut", "linked", "snippet"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, as it stands. ``number`` counts the marks of a page from 1; None for text between marks.

    ``url`` is where a name or a figure leads; ``title`` says so.
    """

    text: str
    number: int | None = None
    url: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a text that leads somewhere."""

    span: Span
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """Part of a passage. ``cut_before`` and ``cut_after`` tell that the passage has more on that side."""

    pieces: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool


def cut(text: str, spans: Sequence[Span], *, first: int = 1, within: Span | None = None) -> tuple[Piece, ...]:
    """The text, or the part ``within`` it, as pieces; marks are numbered from ``first``.

    Spans are sorted and do not overlap. What of them lies outside the part is left out.
    """
    start, stop = within if within is not None else (0, len(text))
    pieces, at, number = [], start, first
    for begin, end in spans:
        begin, end = max(begin, at), min(end, stop)  # noqa: PLW2901
        if begin >= end:
            continue
        if at < begin:
            pieces.append(Piece(text[at:begin]))
        pieces.append(Piece(text[begin:end], number))
        at, number = end, number + 1
    if at < stop:
        pieces.append(Piece(text[at:stop]))
    return tuple(pieces)


def linked(text: str, pieces: Sequence[Piece], links: Sequence[Link]) -> tuple[Piece, ...]:
    """The pieces of a text with links in what is not marked: a mark has links of its own, and links do not nest.

    Of links that overlap the first one counts.
    """
    made, at = [], 0
    for piece in pieces:
        end = at + len(piece.text)
        if piece.number is None:
            for link in sorted(links, key=lambda each: each.span):
                start, stop = link.span
                if at <= start < stop <= end:
                    if at < start:
                        made.append(Piece(text[at:start]))
                    made.append(Piece(text[start:stop], None, link.url, link.title))
                    at = stop
            if at < end:
                made.append(Piece(text[at:end]))
        else:
            made.append(piece)
        at = end
    return tuple(made)


def snippet(text: str, spans: Sequence[Span], limit: int = SNIPPET_LENGTH) -> Snippet:
    """At most ``limit`` characters of a passage around its densest matches, whole sentences where they fit."""
    start, stop = window(text, spans, limit)
    return Snippet(cut(text, spans, within=(start, stop)), cut_before=start > 0, cut_after=stop < len(text))
