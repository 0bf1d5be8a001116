"""The text that a converter hands back: markdown in which nothing but its own marks means anything.

What a web page or a PDF holds literally (a ``*``, ``<b>`` or ``&amp;`` in the running text) is masked, so that
``parse_articles`` reads it as it was printed. Marks that newspapers print themselves (★, 一、, ■文/…) are left as they
are: they mean the same in every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.reading.limits import MAX_TITLE_LENGTH

__all__ = ["Manuscript"]

# References where the reader undoes them after links, code and tags; backslashes where it sets the character aside.
_MASKS = {ord(char): f"&#{ord(char)};" for char in "`[]<>&"} | {ord(char): f"\\{char}" for char in "\\*_#~|!"}
_SPECIAL = re.compile(r"[\\`*_\[\]<>&#~|!]")
_HAN = r"[\u2018-\u201f\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
# A line end in the source prints as a space, but nobody puts one between Chinese characters.
_BROKEN_LINE = re.compile(rf"(?<={_HAN})[ \t]*[\r\n]\s*(?={_HAN})")
# Longer ones are not read as captions (layout.py).
_MAX_CAPTION = 200


class Manuscript:
    """Takes down headings, paragraphs, captions … in printed order; ``text`` gives what was written so far."""

    def __init__(self) -> None:
        self._header: list[str] = []
        self._blocks: list[str] = []

    @property
    def text(self) -> str:
        header = ["---\n" + "\n".join(self._header) + "\n---"] if self._header else []
        return "\n\n".join(header + self._blocks) + "\n"

    def front_matter(self, key: str, values: Iterable[str]) -> None:
        """A line of the header; nothing if there is no value."""
        plain = [_squeeze(value).replace('"', "") for value in values]
        for number, value in enumerate(filter(None, plain)):
            self._header += [f"{key}:"] * (number == 0) + [f'  - "{value[:MAX_TITLE_LENGTH]}"']

    def heading(self, level: int, text: str) -> None:
        """A heading; a text too long for one becomes a paragraph."""
        text = _squeeze(text)
        if len(text) > MAX_TITLE_LENGTH:
            self.paragraph(text)
        elif text:
            self._blocks.append(f"{'#' * min(max(level, 1), 6)} {_mask(text)}")

    def paragraph(self, text: str) -> None:
        text = _squeeze(text)
        if text:
            self._blocks.append(_mask(text))

    def item(self, text: str) -> None:
        text = _squeeze(text)
        if text:
            self._blocks.append(f"- {_mask(text)}")

    def picture(self, caption: str = "") -> None:
        """A picture in this place, with what is printed below it."""
        masked = _mask(_squeeze(caption))
        if len(masked) <= _MAX_CAPTION:
            self._blocks.append(f"![{masked}](-)")
        else:
            self._blocks.append("![](-)")
            self.paragraph(caption)

    def rows(self, rows: Iterable[Iterable[str]]) -> None:
        """A table, one line a row."""
        lines = (" | ".join(filter(None, (_mask(_squeeze(cell)) for cell in row))) for row in rows)
        self._blocks.extend([f"| {line} |" for line in lines if line])


def _squeeze(text: str) -> str:
    return " ".join(_BROKEN_LINE.sub("", text).split())


def _mask(text: str) -> str:
    if _SPECIAL.search(text):
        text = text.translate(_MASKS)
    return "\\" + text if text[:1] in ("-", "+") else text
