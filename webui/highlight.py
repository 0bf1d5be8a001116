"""Marks in a text, and the part of a long passage that a results page shows.

The raw text is cut at the spans into pieces. The templates escape each piece and put ``<mark>`` around the marked ones
(``_marked.html``, the only place that does): text that is already escaped is never searched, cut or marked, so that a
query such as ``amp`` cannot reach into an entity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.search.results import Span

__all__ = ["Piece", "Snippet", "cut", "snippet"]

# About three lines of a results page.
SNIPPET_LENGTH = 160
# How far the end of a cut may move to fall on a pause.
PAUSE_REACH = 24

_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]*[”’」』）)》]*")
# No ASCII comma or colon: they stand inside numbers and times.
_PAUSE = re.compile(r"[，、：\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, as it stands. ``number`` counts the marks of a page from 1; None for text between marks."""

    text: str
    number: int | None = None


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


def snippet(text: str, spans: Sequence[Span], limit: int = SNIPPET_LENGTH) -> Snippet:
    """At most ``limit`` characters of a passage around its densest matches, whole sentences where they fit."""
    start, stop = _window(text, spans, limit)
    return Snippet(cut(text, spans, within=(start, stop)), cut_before=start > 0, cut_after=stop < len(text))


def _window(text: str, spans: Sequence[Span], limit: int) -> Span:
    if len(text) <= limit:
        return 0, len(text)
    core = _densest(spans, limit)
    sentences = [each.span() for each in _SENTENCE.finditer(text) if each[0]]
    first = next(i for i, (_, end) in enumerate(sentences) if core[0] < end)
    last = next(i for i, (_, end) in enumerate(sentences) if core[1] <= end)
    if sentences[last][1] - sentences[first][0] > limit:
        return _cut_at_pauses(text, core, limit)
    # What follows a match explains it more often than what stands before.
    while last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= limit:
        last += 1
    while first > 0 and sentences[last][1] - sentences[first - 1][0] <= limit:
        first -= 1
    return sentences[first][0], sentences[last][1]


def _densest(spans: Sequence[Span], limit: int) -> Span:
    """From the first to the last of the matches that fill a window best; the start of the text without matches."""
    best, most = (0, 0), 0
    for i, (start, _) in enumerate(spans):
        marked = 0
        for begin, end in spans[i:]:
            if end - start > limit:
                break
            marked += end - begin
            if marked > most:
                best, most = (start, end), marked
    if not most and spans:  # every match is longer than the window
        return spans[0][0], spans[0][0] + limit
    return best


def _cut_at_pauses(text: str, core: Span, limit: int) -> Span:
    """A window with the core in its middle, its ends moved inwards to a pause where one is near."""
    spare = limit - (core[1] - core[0])
    start = max(0, min(core[0] - spare // 2, len(text) - limit))
    stop = min(len(text), start + limit)
    if start > 0:
        pause = _PAUSE.search(text, start, min(start + PAUSE_REACH, core[0]))
        start = pause.end() if pause else start
    if stop < len(text):
        pauses = list(_PAUSE.finditer(text, max(stop - PAUSE_REACH, core[1]), stop))
        stop = pauses[-1].end() if pauses else stop
    return start, stop
