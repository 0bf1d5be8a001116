"""The way from a fact to the place where it is printed, and from a name to its dossier and into the query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from indexer.search.filters import NAME_KINDS
from indexer.search.findings import FoundFigure
from indexer.search.results import ArticleInfo, PassageInfo, Span
from webui.highlight import Piece, Snippet, snippet
from webui.params import MAX_QUERY

__all__ = [
    "NameLink",
    "condition_text",
    "dossier_url",
    "is_telling",
    "literal",
    "merged",
    "name_link",
    "place_url",
    "sentence_snippet",
]

_AMOUNTS = {"money", "percent", "area", "length", "capacity"}
_PLAIN = re.compile(r"[0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff]+")
_QUOTES = re.compile(r'["“”„＂]')
# About two lines of a table's column.
SENTENCE_LENGTH = 90


@dataclass(frozen=True, slots=True)
class NameLink:
    """A name and its dossier; ``count`` is of passages."""

    kind: str
    name: str
    count: int
    url: str

    @property
    def kind_word(self) -> str:
        return NAME_KINDS.get(self.kind, self.kind)


def name_link(kind: str, name: str, count: int) -> NameLink:
    return NameLink(kind, name, count, dossier_url(kind, name))


def dossier_url(kind: str, name: str) -> str:
    return url_for("facts.dossier", kind=kind, name=name)


def condition_text(kind: str, name: str) -> str | None:
    """The condition that chooses a name, such as 园区:船山时间谷; None for a name that no quotation mark can hold."""
    field = NAME_KINDS[kind]
    if _PLAIN.fullmatch(name):
        return f"{field}:{name}"
    for opening, closing in ('""', "“”", "「」"):
        if opening not in name and closing not in name:
            return f"{field}:{opening}{name}{closing}"
    return None


def literal(text: str) -> str:
    """A query for these characters and nothing else. Quotation marks inside are left out, as the search does itself."""
    return f'"{_QUOTES.sub(" ", text).strip()[: MAX_QUERY - 2]}"' if text.strip() else ""


def place_url(article: ArticleInfo, passage: PassageInfo, query: str) -> str:
    """A passage on its article's page, marked for a query."""
    return url_for("pages.article", article_id=article.id, q=query or None, _anchor=f"p{passage.ordinal}")


def sentence_snippet(sentence: str, passage: str, span: Span) -> Snippet:
    """The sentence with the part marked that ``span`` names in its passage; a long sentence is cut around it."""
    start = passage.rfind(sentence, 0, span[0] + 1) if sentence else -1
    if start < 0 or span[1] > start + len(sentence):
        return snippet(passage, (span,), SENTENCE_LENGTH) if passage else Snippet((Piece(sentence),), False, False)
    return snippet(sentence, ((span[0] - start, span[1] - start),), SENTENCE_LENGTH)


def is_telling(figure: FoundFigure) -> bool:
    """Whether a figure says something beside its sentence: an amount of what is named, not 三年 or 两种 in passing."""
    counted = bool(figure.subject) and any(char.isdecimal() for char in figure.surface)
    return bool(figure.metric) and (figure.kind in _AMOUNTS or counted)


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
