"""The figures of a whole article, passage by passage, with the names that were found in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from indexer.facts.figures import Figure, find_figures
from indexer.facts.subject import NameSpan, topic_of
from indexer.reading.article import Article

__all__ = ["PlacedName", "find_article_figures"]

# A figure that is about nothing named in its passage is about what these passages before it spoke of last.
_PASSAGES_BACK = 2
# A title opens with its subject before a colon when the body says it again: 云谷新城：千亩地里的工厂.
_TITLE_TOPIC = re.compile(r"([\u4e00-\u9fffA-Za-z0-9·“”]{3,14})[：:]")
# A place that so many passages name is what the others are about.
_MAIN_PLACE_PASSAGES = 3


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
    _place_title_topics(article, placed)
    main = _main_place(placed)
    figures, previous = [], ""
    topics: list[str | None] = []
    title: str | None = None
    for passage in article.passages:
        here = placed.get(passage.ordinal, [])
        topic = next((one for one in reversed(topics[-_PASSAGES_BACK:]) if one), title or main)
        figures.append(find_figures(passage.text, date=article.date, previous=previous, names=here, topic=topic))
        if passage.kind == "caption":
            continue
        topics.append(topic_of(passage.text, here, title=passage.kind == "title"))
        title = title or (topics[-1] if passage.kind == "title" else None)
        previous = passage.text
    return figures


def _place_title_topics(article: Article, placed: dict[int, list[NameSpan]]) -> None:
    """Add the mentions of what the title names before its colon, where no name was found at that place."""
    match = _TITLE_TOPIC.match(article.title)
    if match is None:
        return
    topic = match[1]
    found = {each.ordinal: each.text.find(topic) for each in article.passages if each.kind != "title"}
    if all(at < 0 for at in found.values()):
        return
    for passage in article.passages:
        at = passage.text.find(topic)
        here = placed.setdefault(passage.ordinal, [])
        if at >= 0 and not any(each.start < at + len(topic) and at < each.end for each in here):
            here.append(NameSpan(at, at + len(topic), topic, "project"))


def _main_place(placed: dict[int, list[NameSpan]]) -> str | None:
    """The place that most passages name, if several do."""
    named = Counter(name for here in placed.values() for name in {each.name for each in here if each.kind == "place"})
    if not named:
        return None
    most = max(named.values())
    return min(name for name in named if named[name] == most) if most >= _MAIN_PLACE_PASSAGES else None
