"""What is known about the passages that a page shows: the names and the figures that stand in them."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ArticleNotFound
from .answer import Opened
from .facts import figures_of
from .findings import FoundFigure
from .results import Span

__all__ = ["Annotation", "annotate", "figures_at"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A name (its ``kind``, and the ``name`` in full) or a figure at a place of a passage."""

    span: Span
    kind: str = ""
    name: str = ""
    figure: FoundFigure | None = None


def annotate(opened: Opened, article_id: str) -> dict[int, tuple[Annotation, ...]]:
    """The names and figures of an article by the ordinals of its passages, in the order of the text; they may overlap.

    Raises ArticleNotFound.
    """
    place = opened.find_article(article_id)
    if place is None:
        raise ArticleNotFound(f"没有编号为“{article_id[:40]}”的文章。")
    number, article = place
    segment = opened.segments[number]
    found = {}
    for doc in segment.article_docs(article):
        named = [Annotation(span, kind, name) for span, kind, name in opened.names.named_in(number, doc)]
        figures = [Annotation(figure.span, figure=figure) for figure in figures_of(opened, number, doc)]
        ordinal = int(segment.arrays["passage.ordinal"][doc])
        found[ordinal] = tuple(sorted([*named, *figures], key=lambda each: (each.span[0], -each.span[1])))
    return found


def figures_at(opened: Opened, places: tuple[tuple[int, int], ...], most: int) -> dict[str, tuple[FoundFigure, ...]]:
    """At most so many figures of each passage, those that tell what they measure first, by the id of the passage."""
    found = {}
    for number, doc in places:
        figures = sorted(figures_of(opened, number, doc), key=lambda figure: not (figure.metric and figure.subject))
        kept = sorted(figures[:most], key=lambda figure: figure.span)
        if kept:
            found[kept[0].passage.id] = tuple(kept)
    return found
