"""From text to blocks: what stands between line ends and blank lines, with markdown's block marks understood.

A block is one line, unless the file is hard-wrapped (typed or exported with lines of one width), in which case the
lines of a paragraph are put together first. What a block is in the newspaper (title, caption, byline …) is decided
later, in layout.py; here only what the marks say for certain: heading, list item, code, table row, picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from indexer.reading.limits import MAX_TITLE_LENGTH
from indexer.reading.markdown import clean_inline, image_alts, is_image_line, is_reference
from indexer.reading.sentences import glue, is_open

__all__ = ["Block", "Role", "read_blocks"]

Role = Literal["body", "item", "literal", "heading", "byline", "caption", "picture"]
"""``item`` is an entry of a list, ``literal`` code or a table row: neither is ever joined to a neighbour."""


@dataclass(slots=True)
class Block:
    """A piece of the file in printed order.

    ``gap`` is the number of blank lines before it. ``style`` says by what a heading (or item) is marked:
    ``markdown``, ``bold``, a symbol, ``letter``, ``numeral`` …, empty for a line without a mark. ``level`` orders
    headings, 1 is highest. ``sure`` is False for a caption that only its place and shape suggest.
    """

    text: str
    role: Role = "body"
    gap: int = 0
    level: int = 0
    style: str = ""
    indented: bool = False
    sure: bool = True


# Wider lines are paragraphs of their own, narrower ones lists or verse; fewer than four say nothing about a width.
_WIDEST_WRAP = 160
_NARROWEST_WRAP = 24
_FEWEST_WRAPPED = 4
# Lines of hard-wrapped text differ by a punctuation mark that may not start a line, or by a Latin word.
_FULL_LINE = 0.85
_NEARLY_FULL_LINE = 0.7

_HEADING = re.compile(r"(#{1,6})(?:[ \t\u3000]+|(?=[\u3400-\u9fff“《‘\"【（]))(.*)")
_TAG_WORD = re.compile(r"#[^#\s]{1,30}#")
_BULLET = re.compile(r"[-*+•][ \t\u3000]+(?:\[[ xX]\][ \t]+)?(.*)")
# 1.1月22日 and 3、某某 are entries of a chronicle, 1.2万台 is a number.
_NUMBERED = re.compile(r"(?:\d{1,3}[.．、)）](?:[ \t\u3000]+|(?=\d{1,2}月|\d{4}年)|(?=[^\d\s]))|[①-⑳]).*")
_RULE = re.compile(r"(?:(?:[-*_=—]|◆|□|※)[ \t\u3000]*){3,}")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?")
_BOLD_LINE = re.compile(r"(\*\*|__)([^*_\n]{1,60})\1[ \t]*")
_FENCE = re.compile(r"(`{3,}|~{3,})")
# Full width spaces, no-break spaces and the rest all print as a gap.
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_MARKED = frozenset("#>-*+•|![`~=_—◆□※0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")


def read_blocks(text: str) -> list[Block]:
    """The blocks of a text that has ``\\n`` as its only line end, in printed order; their texts are never empty."""
    blocks = [block for block in _line_blocks(text.split("\n")) if block.text or block.role == "picture"]
    return _unwrap(blocks)


def _line_blocks(lines: list[str]) -> Iterator[Block]:
    fences = _matching_fences(lines)
    gap, number = 0, 0
    previous: Block | None = None
    while number < len(lines):
        line = lines[number].rstrip()
        stripped = line.lstrip()
        end = fences.get(number)
        if end is not None:
            yield Block(_squeeze(" ".join(lines[number + 1 : end])), "literal", gap, style="code")
            number, gap, previous = end + 1, 0, None
            continue
        number += 1
        if not stripped:
            gap += 1
            continue
        if stripped[0] in "=-" and previous and not gap and _underlines(stripped, previous):
            previous.role, previous.style, previous.level = "heading", "markdown", 1 if stripped[0] == "=" else 2
            continue
        indented = line[0] == "\u3000" or line.startswith(("  ", "\t"))
        for block in _read_line(stripped):
            block.gap, block.indented = gap, indented
            gap = 0
            previous = block
            yield block


def _matching_fences(lines: list[str]) -> dict[int, int]:
    """Line numbers of opening code fences with those of their closing ones; an unclosed fence is ordinary text."""
    pairs: dict[int, int] = {}
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        stripped = line.lstrip(" >\t")
        if not stripped.startswith(("```", "~~~")):
            continue
        match = _FENCE.match(stripped)
        fence = match[1] if match else ""
        if opened is None:
            if "`" not in stripped[len(fence) :]:
                opened = (number, fence)
        elif fence.startswith(opened[1]) and not stripped[len(fence) :].strip():
            pairs[opened[0]] = number
            opened = None
    return pairs


def _underlines(line: str, previous: Block) -> bool:
    """Whether ``line`` is the second line of a heading that is underlined with = or -."""
    if previous.role != "body" or len(previous.text) > 80 or len(line) < 2 or line.strip(line[0]):
        return False
    return line[0] == "=" or is_open(previous.text)


def _read_line(line: str) -> Iterator[Block]:
    while line.startswith(">"):
        line = line[1:].lstrip(" >")
    if not line:
        return
    if line[0] not in _MARKED:
        yield Block(_squeeze(clean_inline(line)))
    elif is_image_line(line):
        yield Block("", "picture")
        yield from (Block(_squeeze(clean_inline(alt)), "caption") for alt in image_alts(line))
    elif not _is_decoration(line):
        yield _marked_block(line)


def _is_decoration(line: str) -> bool:
    if line[0] == "[":
        return is_reference(line)
    if line[0] in "|-:" and _TABLE_RULE.fullmatch(line):
        return True
    return len(line) < 200 and _RULE.fullmatch(line) is not None


def _marked_block(line: str) -> Block:
    first = line[0]
    if first == "#" and (match := _HEADING.fullmatch(line)) and not _TAG_WORD.match(line):
        text = _squeeze(clean_inline(match[2].rstrip("#")))
        if len(text) <= MAX_TITLE_LENGTH:
            return Block(text, "heading", level=len(match[1]), style="markdown")
        return Block(text)
    if first in "*_" and (match := _BOLD_LINE.fullmatch(line)):
        return Block(_squeeze(clean_inline(match[2])), style="bold")
    if first in "-*+•" and (match := _BULLET.fullmatch(line)):
        return Block(_squeeze(clean_inline(match[1])), "item", style="bullet")
    if first == "|" and line.count("|") > 1:
        cells = (_squeeze(clean_inline(cell)) for cell in line.strip("|").split("|"))
        return Block(" | ".join(cell for cell in cells if cell), "literal", style="table")
    text = _squeeze(clean_inline(line))
    if (first.isdigit() or "①" <= first <= "⑳") and _NUMBERED.fullmatch(line):
        return Block(text, "item", style="number")
    return Block(text)


def _squeeze(text: str) -> str:
    return (_SPACES.sub(" ", text) if _SPACES.search(text) else text).strip()


def _unwrap(blocks: list[Block]) -> list[Block]:
    """The lines of hard-wrapped paragraphs put together; every block as it was if the file is not hard-wrapped."""
    wrap = _wrap_width(blocks)
    if not wrap:
        return blocks
    joined: list[Block] = []
    pieces: list[str] = []
    last_width = 0
    for block in blocks:
        if joined and _adjacent(joined[-1], block) and last_width >= wrap * _NEARLY_FULL_LINE:
            pieces.append(block.text)
        else:
            _close(joined, pieces)
            joined.append(block)
            pieces = [block.text]
        last_width = _width(block.text)
    _close(joined, pieces)
    return joined


def _close(joined: list[Block], pieces: list[str]) -> None:
    if len(pieces) > 1:
        joined[-1].text = glue(pieces)


def _wrap_width(blocks: list[Block]) -> int:
    """The line width of a hard-wrapped file, 0 if it is none.

    A file is hard-wrapped if most lines that another line follows directly are about equally wide and most of those
    stop in the middle of a sentence. One paragraph a line gives widths all over the place and lines that end in a
    full stop.
    """
    pairs = [left for left, right in pairwise(blocks) if _adjacent(left, right)]
    lines = [line for line in pairs if _width(line.text) >= _NARROWEST_WRAP]
    if len(lines) < _FEWEST_WRAPPED:
        return 0
    widths = sorted(_width(line.text) for line in lines)
    wrap = widths[int(len(widths) * 0.9)]
    full = [line for line in lines if _width(line.text) >= wrap * _FULL_LINE]
    stopped = sum(is_open(line.text) for line in full)
    return wrap if wrap <= _WIDEST_WRAP and len(full) >= 0.6 * len(lines) and stopped >= 0.5 * len(full) else 0


def _adjacent(left: Block, right: Block) -> bool:
    return (
        right.gap == 0
        and right.role == "body"
        and left.role in {"body", "item"}
        and (not right.indented or left.role == "item")
        and " | " not in left.text  # a table without its outer bars
    )


def _width(text: str) -> int:
    """Columns on paper: Chinese characters take two."""
    return len(text) + sum(char > "\u2e7f" for char in text)
