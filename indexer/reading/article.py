"""What reading yields: an article and its passages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Article", "Passage", "PassageKind"]

PassageKind = Literal["title", "heading", "caption", "body"]


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and returned: one repaired paragraph, caption or heading.

    ``id`` is ``"<article id>-<ordinal>"``; ``ordinal`` counts the passages of an article from 0 (the title).
    ``text`` is the passage as printed, layout breaks joined. ``heading`` is the ordinal of the heading it stands
    under, or None. ``continues`` is true for the second and later parts of one very long paragraph that was split
    at sentence ends: its text follows the passage before it without a break.
    """

    id: str
    kind: PassageKind
    ordinal: int
    text: str
    heading: int | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """What the newspaper printed under one headline.

    ``id`` stays the same as long as path and title do, whatever else is in the index. ``title`` is never empty.
    ``series`` is the column or series line. ``date`` is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, and
    ``date_inferred`` tells that it was read from the text and not from front matter. ``authors`` and
    ``photographers`` come from front matter or bylines. ``path`` is relative to the corpus folder, with ``/``.
    """

    id: str
    title: str
    path: str
    passages: tuple[Passage, ...]
    series: str | None = None
    date: str | None = None
    date_inferred: bool = False
    source: str | None = None
    authors: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
