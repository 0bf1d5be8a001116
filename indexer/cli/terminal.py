"""What a terminal can show: how wide Chinese is on it, where lines may break, which colours, and nothing that steers it.

Text from articles, queries and file names is hostile here: an escape sequence could recolour or rewrite the screen, and
a writing-direction control can make one figure look like another. ``clean`` is what every such text passes last.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TextIO

from ..export import clean

__all__ = ["ColourChoice", "Screen", "Style", "clean", "columns_of", "cut_at", "pad", "screen_of", "styled"]
__all__ += ["wants_colour", "wrap"]

ColourChoice = Literal["auto", "always", "never"]
Style = Literal["bold", "dim", "match", "mark", "error"]

# Lines of more than forty Chinese characters are tiring to read, however wide the window is.
MAX_COLUMNS = 88
_MIN_COLUMNS = 20

_CODES: dict[Style, str] = {"bold": "1", "dim": "2", "match": "1;31", "error": "1;31", "mark": "1;33"}

_OPENING = r"“‘（《〈「『【〔〖［｛"
_CLOSING = r"”’）》〉」』】〕〗］｝，。、；：？！…—·％℃"
# What stays on one line: a word in Latin letters or an option, or one character; with the marks that may not begin a
# line behind it and those that may not end one before it.
_UNBREAKABLE = re.compile(rf"(\s*)([{_OPENING}]*(?:[!-~\u00c0-\u024f]+|\S)[{_CLOSING}\u0300-\u036f\ufe0f]*)")


@dataclass(frozen=True, slots=True)
class Screen:
    """How to print for a reader.

    ``columns`` is what one line holds. ``ambiguous`` is how many columns the terminal gives characters such as “ ” — · ,
    whose width Unicode leaves open: 1, or 2 on many Chinese terminals.
    """

    columns: int = 80
    colour: bool = False
    ambiguous: int = 1


def screen_of(stream: TextIO, choice: ColourChoice = "auto", ambiguous: int = 1) -> Screen:
    """The screen behind a stream; 80 columns where there is none. ``COLUMNS`` is respected."""
    columns = _terminal_columns()
    return Screen(max(_MIN_COLUMNS, min(columns, MAX_COLUMNS)), wants_colour(stream, choice), ambiguous)


def _terminal_columns() -> int:
    """As ``shutil.get_terminal_size``, which brings every kind of archive with it."""
    if (said := os.environ.get("COLUMNS", "")).isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]  # None: below
    except (AttributeError, OSError, ValueError):  # there is none, or it is closed or no terminal
        return 80


def wants_colour(stream: TextIO, choice: ColourChoice = "auto", environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour what goes to a stream.

    An explicit choice comes first, then ``NO_COLOR``, then ``FORCE_COLOR`` or ``CLICOLOR_FORCE``; otherwise only a
    terminal that is not dumb gets colours.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") != "0" or environment.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def styled(text: str, style: Style | None, colour: bool) -> str:
    """The text in a style, or as it is without one or without colour."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if style and colour and text else text


def columns_of(text: str, ambiguous: int = 1) -> int:
    """How many columns a text takes."""
    return sum(_columns(char, ambiguous) for char in text)


def pad(text: str, columns: int) -> str:
    """The text with spaces behind it, up to a number of columns."""
    return text + " " * (columns - columns_of(text))


def wrap(text: str, columns: int, ambiguous: int = 1) -> list[tuple[int, int]]:
    """Where the lines of a text start and end; white space at the breaks belongs to none.

    Chinese breaks between any two characters, but a line begins with no closing mark and ends with no opening one,
    as far as ``columns`` allows.
    """
    lines: list[tuple[int, int]] = []
    start = end = used = 0
    for match in _UNBREAKABLE.finditer(text):
        gap, unit = (columns_of(group, ambiguous) for group in match.groups())
        if end and used + gap + unit <= columns:
            used += gap + unit
        else:
            if end:
                lines.append((start, end))
            start, used = match.start(2), unit
            while used > columns and start + 1 < match.end():
                cut = _fitting(text, start, columns, ambiguous)
                lines.append((start, cut))
                start, used = cut, columns_of(text[cut : match.end()], ambiguous)
        end = match.end()
    return [*lines, (start, end)] if end else lines


def _fitting(text: str, start: int, columns: int, ambiguous: int) -> int:
    """End of what fits into one line, at least one character."""
    end, used = start + 1, _columns(text[start], ambiguous)
    while end < len(text) and used + _columns(text[end], ambiguous) <= columns:
        used += _columns(text[end], ambiguous)
        end += 1
    return end


@cache
def _columns(char: str, ambiguous: int) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    width = unicodedata.east_asian_width(char)
    return 2 if width in "WF" or (width == "A" and ambiguous == 2) else 1


def cut_at(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is marked."""
    pieces, place = [], 0
    for start, end in spans:
        pieces += [(text[place:start], False), (text[start:end], True)]
        place = end
    return [(piece, is_marked) for piece, is_marked in [*pieces, (text[place:], False)] if piece]
