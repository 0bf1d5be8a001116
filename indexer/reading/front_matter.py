"""The header that archives put before an article.

Two shapes are read, with English or Chinese keys and either colon:

    ---                         标题：……
    title: ……                   日期：2021-12-09
    date: 2021-12-09            来源：……
    authors: [甲, 乙]           作者：甲、乙
    ---

This is a small part of YAML on purpose: one value a line, lists in brackets or as ``- `` lines. A header that does
not read cleanly from its first line to its last, or names no known key, is text like any other, and is indexed as
such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.reading.dates import parse_date
from indexer.reading.limits import MAX_AUTHORS, MAX_NAME_LENGTH, MAX_TITLE_LENGTH

__all__ = ["FrontMatter", "split_front_matter"]

# Headers seen in the wild have about a dozen lines; a longer block between two rules is text.
_MAX_LINES = 60
_MAX_LINE_LENGTH = 2000

_KEYS = {
    "title": "title",
    "标题": "title",
    "題目": "title",
    "题目": "title",
    "標題": "title",
    "date": "date",
    "日期": "date",
    "发布日期": "date",
    "发布时间": "date",
    "發佈日期": "date",
    "时间": "date",
    "source": "source",
    "来源": "source",
    "來源": "source",
    "报纸": "source",
    "author": "authors",
    "authors": "authors",
    "作者": "authors",
    "记者": "authors",
    "series": "series",
    "栏目": "series",
    "欄目": "series",
    "系列": "series",
    "专栏": "series",
}
_PAIR = re.compile(r"([A-Za-z_\u4e00-\u9fff][\w \-]{0,29}?)[ \u3000]*[:：][ \u3000]*(.*)")
_LIST_ITEM = re.compile(r"\s*-\s+(.+)")
_SEPARATORS = re.compile(r"[,，、;；/|]|\s{2,}|\u3000")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the header said; None or empty where it said nothing. ``date`` is ``YYYY[-MM[-DD]]``."""

    title: str | None = None
    date: str | None = None
    source: str | None = None
    series: str | None = None
    authors: tuple[str, ...] = ()


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """The header of ``text`` and what stands after it; an empty header and the whole text if there is none."""
    start = len(text) - len(text.lstrip())
    fenced = text.startswith("---", start)
    lines, end = _header_lines(text, start, fenced)
    values = _read_pairs(lines) if lines else None
    if not values or (not fenced and len(values) < 2):
        return FrontMatter(), text
    return _front_matter(values), text[end:]


def _header_lines(text: str, start: int, fenced: bool) -> tuple[list[str], int]:
    """The lines that may be a header, and where the text after them starts."""
    lines: list[str] = []
    position = start
    while position < len(text) and len(lines) <= _MAX_LINES:
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position : min(end, position + _MAX_LINE_LENGTH)].rstrip()
        if fenced:
            if lines and line in {"---", "..."}:
                return lines[1:], end
        else:
            match = _PAIR.fullmatch(line.strip())
            if not match or match[1].strip().lower() not in _KEYS:
                return lines, position
        lines.append(line)
        position = end + 1
    return ([], start) if fenced else (lines, position)


def _read_pairs(lines: list[str]) -> dict[str, list[str]] | None:
    """Known keys with their values, or None if any line is not part of a header."""
    values: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        item = _LIST_ITEM.fullmatch(line)
        pair = _PAIR.fullmatch(line.strip())
        if item and current is not None:
            current.append(_unquote(item[1]))
        elif pair and not item:
            key = _KEYS.get(pair[1].strip().lower())
            # Unknown keys are passed over with the list items that follow them.
            current = values.setdefault(key, []) if key else []
            current.extend(_value(pair[2]))
        else:
            return None
    return values


def _value(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [_unquote(part) for part in _SEPARATORS.split(text[1:-1]) if part.strip()]
    text = _unquote(text)
    return [text] if text else []


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return " ".join(text.split())


def _front_matter(values: dict[str, list[str]]) -> FrontMatter:
    def first(key: str) -> str | None:
        return next((value[:MAX_TITLE_LENGTH] for value in values.get(key, ()) if value), None)

    date = first("date")
    return FrontMatter(
        title=first("title"),
        date=parse_date(date) if date else None,
        source=first("source"),
        series=first("series"),
        authors=tuple(_names(values.get("authors", ()))),
    )


def _names(values: Iterable[str]) -> list[str]:
    names: dict[str, None] = {}
    for value in values:
        parts = _SEPARATORS.split(value)
        if len(parts) == 1 and not value.isascii():
            parts = value.split()
        names.update((part.strip()[:MAX_NAME_LENGTH], None) for part in parts if part.strip())
    return list(names)[:MAX_AUTHORS]
