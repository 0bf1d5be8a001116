"""What is answered about facts: figures, names, dossiers and timelines; the JSON has the same names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .results import ArticleInfo, Facet, Hit, PassageInfo, article_to_json, passage_to_json

__all__ = [
    "Companion",
    "Dossier",
    "Figures",
    "FoundFigure",
    "NameInfo",
    "Names",
    "Statement",
    "Timeline",
    "TimelineEntry",
]


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure and where it stands. Values are in ``unit``; ``span`` counts code points of the passage's text.

    ``bound``: None, "about", "more" or "less"; ``value_high``: upper end of a range; ``year``: of the period, or None.
    """

    surface: str
    value: float
    value_high: float | None
    unit: str | None
    bound: str | None
    kind: str
    metric: str | None
    subject: str | None
    period: str | None
    year: str | None
    target: bool
    sentence: str
    span: tuple[int, int]
    article: ArticleInfo
    passage: PassageInfo

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        places = {"article": article_to_json(self.article), "passage": passage_to_json(self.passage)}
        return values | {"span": list(self.span)} | places


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures that answer a query, of which ``total`` were found. ``facets``: kind, metric, subject, year, target, unit.

    ``sums`` adds up what can be added: unit -> sum, only where all figures found are of one metric and kind and none is a
    range, a share or a rank.
    """

    query: str
    interpreted: str
    total: int
    figures: tuple[FoundFigure, ...]
    facets: dict[str, tuple[Facet, ...]] = field(default_factory=dict)
    sums: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "interpreted": self.interpreted,
            "total": self.total,
            "figures": [figure.to_json() for figure in self.figures],
            "facets": {
                name: [{"value": facet.value, "count": facet.count} for facet in values]
                for name, values in self.facets.items()
            },
            "sums": self.sums,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class NameInfo:
    """A name of the archive. ``aliases`` are its other spellings; ``mentions`` and ``articles`` are counts."""

    kind: str
    name: str
    aliases: tuple[str, ...]
    mentions: int
    articles: int

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {"aliases": list(self.aliases)}


@dataclass(frozen=True, slots=True)
class Names:
    """Names, the most often mentioned first; ``total`` counts all of the kind."""

    total: int
    names: tuple[NameInfo, ...]

    def to_json(self) -> dict[str, Any]:
        return {"total": self.total, "names": [name.to_json() for name in self.names]}


@dataclass(frozen=True, slots=True)
class Companion:
    """A name that stands in the same passages, and in how many."""

    name: NameInfo
    passages: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Figures about one name with one metric and comparable units; ``differ``: not all say the same."""

    metric: str
    figures: tuple[FoundFigure, ...]
    differ: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """All about one name: its passages in time order, the figures about it, and who it appears with.

    ``roles`` are the words that stood by a person, with counts; ``credits``: in how many mentions as author or photographer;
    ``evidence``: by which rules its mentions were found.
    """

    name: NameInfo
    passages: tuple[Hit, ...]
    statements: tuple[Statement, ...]
    companions: tuple[Companion, ...]
    roles: tuple[Facet, ...] = ()
    credits: tuple[Facet, ...] = ()
    evidence: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A passage placed by a date it speaks of. ``start`` and ``end`` are ISO dates, ``surface`` is the date as printed."""

    start: str
    end: str
    surface: str
    hit: Hit


@dataclass(frozen=True, slots=True)
class Timeline:
    """Passages that answer a query, by the dates they speak of, earliest first."""

    query: str
    interpreted: str
    total: int
    entries: tuple[TimelineEntry, ...]
    notes: tuple[str, ...] = ()
