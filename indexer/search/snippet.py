"""The part of a long passage that a list of results shows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .results import Span

__all__ = ["SNIPPET_LENGTH", "window"]

# About three lines of a results page.
SNIPPET_LENGTH = 160
# How far the end of a cut may move to fall on a pause.
PAUSE_REACH = 24

_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]*[”’」』）)》]*")
# No ASCII comma or colon: they stand inside numbers and times.
_PAUSE = re.compile(r"[，、：\s]")


def window(text: str, spans: Sequence[Span], limit: int = SNIPPET_LENGTH) -> Span:
    """Start and end of at most ``limit`` characters around the densest matches, whole sentences where they fit."""
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
