"""The figures of a whole article, passage by passage, with the names that were found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from indexer.facts.figures import Figure, find_figures
from indexer.facts.subject import NameSpan, is_office
from indexer.reading.article import Article

__all__ = ["PlacedName", "find_article_figures"]

# A figure that is about nothing named in its passage is about what these passages before it spoke of last.
_PASSAGES_BACK = 3
_TOPIC_KINDS = frozenset({"park", "project", "organization"})


class PlacedName(Protocol):
    """A name at a place in an article: ``passage`` is the ordinal, ``start`` and ``end`` count in its text."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def passage(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def find_article_figures(article: Article, names: Iterable[PlacedName] = ()) -> list[list[Figure]]:
    """For each passage of an article, in order, its figures. Depends on nothing but its arguments.

    A passage without a fitting name takes its subject from the passages just before, else from the title.
    """
    placed: dict[int, list[NameSpan]] = {}
    for each in names:
        placed.setdefault(each.passage, []).append(NameSpan(each.start, each.end, each.name, each.kind))
    figures, previous = [], ""
    topics: list[str | None] = []
    for passage in article.passages:
        here = placed.get(passage.ordinal, [])
        topic = next((one for one in reversed(topics[-_PASSAGES_BACK:]) if one), topics[0] if topics else None)
        figures.append(find_figures(passage.text, date=article.date, previous=previous, names=here, topic=topic))
        topics.append(_topic(here))
        previous = passage.text
    return figures


def _topic(names: Sequence[NameSpan]) -> str | None:
    """What a passage is about: its last park or project, else its last organization."""
    fitting = [each for each in sorted(names) if each.kind in _TOPIC_KINDS and not is_office(each.name)]
    works = [each for each in fitting if each.kind != "organization"]
    return (works or fitting)[-1].name if fitting else None
