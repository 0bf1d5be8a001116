"""What a search returns; the JSON of the command line and of the API has the same names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "ArticleInfo",
    "ArticleView",
    "Facet",
    "Hit",
    "MarkedPassage",
    "PassageInfo",
    "Results",
    "Rung",
    "Span",
    "Suggestion",
]

Rung = Literal["exact", "near", "all", "most", "none"]
Span = tuple[int, int]
"""Start and end (exclusive) in code points of a passage's text."""


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """The article a hit leads to. ``date`` is ``YYYY[-MM[-DD]]`` or None; ``date_inferred``: read from the text."""

    id: str
    title: str
    date: str | None
    source: str | None
    authors: tuple[str, ...]
    path: str
    series: str | None = None
    date_inferred: bool = False
    photographers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageInfo:
    """A passage as printed. ``continues``: a further part of the long paragraph that the passage before it begins."""

    id: str
    kind: str
    ordinal: int
    text: str
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. ``highlights`` are sorted and do not touch; a higher ``score`` is better."""

    score: float
    article: ArticleInfo
    passage: PassageInfo
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a facet and how many of all passages found have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one query.

    ``interpreted`` restates the query in Chinese. ``rung`` is the step of the ladder that answered, ``wider`` the
    next step that would give more passages (None if there is none), to be asked for with ``search(…, rung=wider)``.
    ``total`` counts passages. ``corrected`` is the spelling used instead of the query's when nothing stood in the
    corpus as typed. ``notes`` are sentences in Chinese that say what was done to the query; ``rewritten``: other text
    than was typed is looked for, which ``search(…, verbatim=True)`` prevents.
    """

    query: str
    interpreted: str
    rung: Rung
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[Facet, ...]] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()
    corrected: str | None = None
    wider: Rung | None = None
    notes: tuple[str, ...] = ()
    rewritten: bool = False

    def to_json(self) -> dict[str, Any]:
        """The answer as plain lists, dicts, strings and numbers, in the order of the documented JSON."""
        return {
            "query": self.query,
            "interpreted": self.interpreted,
            "rung": self.rung,
            "total": self.total,
            "took_ms": self.took_ms,
            "hits": [hit_to_json(hit) for hit in self.hits],
            "facets": {
                name: [{"value": f.value, "count": f.count} for f in values] for name, values in self.facets.items()
            },
            "suggestions": list(self.suggestions),
            "corrected": self.corrected,
            "wider": self.wider,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class MarkedPassage:
    passage: PassageInfo
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A whole article, its passages in printed order, marked for a query (no marks without one)."""

    article: ArticleInfo
    passages: tuple[MarkedPassage, ...]

    def to_json(self) -> dict[str, Any]:
        """The article as plain lists, dicts, strings and numbers, in the order of the documented JSON."""
        return {
            "article": article_to_json(self.article),
            "passages": [
                passage_to_json(marked.passage) | {"highlights": [list(span) for span in marked.highlights]}
                for marked in self.passages
            ],
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion for what is being typed; ``count`` says how often it stands in the archive.

    ``kind`` is that of a name (park, project, organization, person, place), "title" for a title, None for a word.
    """

    text: str
    count: int
    kind: str | None = None


def article_to_json(article: ArticleInfo) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "date": article.date,
        "date_inferred": article.date_inferred,
        "source": article.source,
        "series": article.series,
        "authors": list(article.authors),
        "photographers": list(article.photographers),
        "path": article.path,
    }


def passage_to_json(passage: PassageInfo) -> dict[str, Any]:
    return {"id": passage.id, "kind": passage.kind, "ordinal": passage.ordinal, "text": passage.text}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    return {
        "score": round(hit.score, 4),
        "article": article_to_json(hit.article),
        "passage": passage_to_json(hit.passage),
        "highlights": [list(span) for span in hit.highlights],
    }
