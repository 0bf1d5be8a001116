"""Answers about facts: the figures that answer a query, the names of the archive, dossiers and timelines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import NameNotFound
from ..store.arrays import AnyArray
from ..text import plain
from .answer import UNDATED, Opened, article_info, passage_info
from .describe import restate
from .findings import Companion, Dossier, Figures, FoundFigure, NameInfo, Names, Statement, Timeline, TimelineEntry
from .namebook import name_info
from .query import parse
from .results import Facet, Hit

if TYPE_CHECKING:
    from ..facts.names import Name

__all__ = ["SORTS", "dossier", "figures", "figures_of", "names", "timeline"]

# So many figures are read to be counted, filtered and sorted; a query that finds more says so.
_MAX_FIGURES = 20_000
_MAX_FACETS = 50
_MAX_PASSAGES = 500
_MAX_COMPANIONS = 24
# What can be added up when it is about different things.
_ADDITIVE = {"money", "count", "area", "length", "capacity"}

Row = tuple[int, int]
"""(segment, row of its figures)"""
Fact = dict[str, Any]

SORTS: dict[str, Callable[[tuple[Row, Fact]], Any] | None] = {
    "relevance": None,
    "value": lambda found: (found[1]["base"], found[0]),
    "-value": lambda found: (-found[1]["base"], found[0]),
    "period": lambda found: (not found[1]["year"], found[1]["year"], found[0]),
    "-period": lambda found: (not found[1]["year"], -int(found[1]["year"] or 0), found[0]),
    "article": lambda found: found[0],
}


def figures(
    opened: Opened, query: str, *, limit: int, offset: int, sort: str, filters: dict[str, str | bool | None]
) -> Figures:
    """Figures of the passages that answer a query; with quantity conditions in it, those that satisfy them."""
    answer = opened.answer(parse(query)) if query.strip() else None
    rows, count = answer.figure_rows(_MAX_FIGURES) if answer else _all_rows(opened)
    notes = list(answer.notes if answer else opened.notes)
    left_out = count - len(rows)
    if left_out:
        notes.append(f"共有 {count} 个数字，只列出前 {len(rows)} 个：请加上条件。")
    found = [(row, _fact(opened, row)) for row in rows]
    found = [each for each in found if _passes(each[1], filters)]
    if any(wanted is not None for wanted in filters.values()):
        left_out = 0  # of those that were not read, nobody knows which pass
    order = SORTS[sort]
    if order is not None:
        found.sort(key=order)
    return Figures(
        query=query,
        interpreted=restate(answer.query.root) if answer else "",
        total=len(found) + left_out,
        figures=tuple(_found(opened, *each) for each in found[offset : offset + limit]),
        facets=_facets([fact for _, fact in found]),
        sums=_sums([fact for _, fact in found]),
        notes=tuple(notes),
    )


def _all_rows(opened: Opened) -> tuple[list[Row], int]:
    """The first figures of the archive, and how many it has."""
    count = opened.bring_figures(_MAX_FIGURES)
    rows = [
        (number, row)
        for number, segment in enumerate(opened.segments)
        for row in np.flatnonzero(segment.live[segment.arrays["figure.doc"]])[:_MAX_FIGURES].tolist()
    ]
    return rows[:_MAX_FIGURES], count


def _fact(opened: Opened, row: Row) -> Fact:
    segment = opened.segments[row[0]]
    fact: Fact = segment.figure(row[1])
    low, high = (float(segment.arrays[f"figure.{end}"][row[1]]) for end in ("low", "high"))
    year = int(segment.arrays["figure.year"][row[1]])
    return fact | {
        "year": str(year) if year else None,
        # What a figure is sorted by: its printed value, which is one end of what its bound allows.
        "base": low if np.isfinite(low) and fact["bound"] != "less" else high,
        "dimension": int(segment.arrays["figure.dimension"][row[1]]),
    }


def _passes(fact: Fact, filters: dict[str, str | bool | None]) -> bool:
    return all(wanted is None or fact[name] == wanted for name, wanted in filters.items())


def _found(opened: Opened, row: Row, fact: Fact) -> FoundFigure:
    segment = opened.segments[row[0]]
    doc = int(segment.arrays["figure.doc"][row[1]])
    values = {name: fact[name] for name in FoundFigure.__slots__ if name in fact} | {"span": tuple(fact["span"])}
    article = int(segment.arrays["passage.article"][doc])
    passage = passage_info(segment, doc)
    values["sentence"] = passage.text[slice(*fact["sentence_span"])]
    return FoundFigure(**values, article=article_info(segment, article), passage=passage)


def figures_of(opened: Opened, number: int, doc: int) -> list[FoundFigure]:
    """The figures of one passage, in the order of its text."""
    rows = opened.segments[number].rows_of("figure", doc)
    return [_found(opened, (number, row), _fact(opened, (number, row))) for row in rows]


def _facets(facts: Sequence[Fact]) -> dict[str, tuple[Facet, ...]]:
    facets = {}
    for name in ("kind", "metric", "subject", "year", "unit"):
        counts = Counter(fact[name] for fact in facts if fact[name])
        order = sorted(counts, reverse=True) if name == "year" else sorted(counts, key=lambda v: (-counts[v], v))
        facets[name] = tuple(Facet(value, counts[value]) for value in order[:_MAX_FACETS])
    targets = sum(fact["target"] for fact in facts)
    counted = (Facet("true", targets), Facet("false", len(facts) - targets))
    facets["target"] = tuple(facet for facet in counted if facet.count)
    return facets


def _sums(facts: Sequence[Fact]) -> dict[str, float]:
    """Unit -> sum, where all figures are of one metric, in one unit, exact, and each about something else."""
    if len(facts) < 2 or len({(fact["metric"], fact["unit"], fact["kind"], fact["target"]) for fact in facts}) != 1:
        return {}
    plain_ones = all(fact["bound"] is None and fact["value_high"] is None and fact["subject"] for fact in facts)
    if facts[0]["kind"] not in _ADDITIVE or not plain_ones or len({fact["subject"] for fact in facts}) < len(facts):
        return {}
    return {facts[0]["unit"] or "": sum(fact["value"] for fact in facts)}


def names(opened: Opened, kind: str | None, *, limit: int, offset: int, prefix: str) -> Names:
    """Names of a kind, or of all; ``prefix``: only those a spelling of which begins with it, or holds it."""
    total, found = opened.list_names(kind, prefix, limit=limit, offset=offset)
    return Names(total, tuple(name_info(name) for name in found))


def dossier(opened: Opened, kind: str, value: str) -> Dossier:
    """All about one name. Raises NameNotFound."""
    found = opened.names.find(kind, value)
    if not found or plain(value) not in {plain(one) for one in (found[0].name, *found[0].aliases)}:
        raise NameNotFound(f"没有名为“{value[:40]}”的条目。")
    name = found[0]
    opened.bring_name(name)
    docs = [opened.names.docs(number, [name]) for number in range(len(opened.segments))]
    mentions = list(opened.names.mentions([name]))
    surfaces = sorted({mention.surface for mention in mentions}, key=len, reverse=True)
    return Dossier(
        name=name_info(name),
        passages=tuple(_passages(opened, docs, surfaces)),
        statements=_statements(opened, name, docs),
        companions=_companions(opened, name, docs),
        roles=_counted(mention.role for mention in mentions if not mention.credit),
        credits=_counted(mention.credit for mention in mentions),
        evidence=_counted(mention.evidence for mention in mentions),
    )


def _counted(values: Iterable[str | None]) -> tuple[Facet, ...]:
    counts = Counter(value for value in values if value)
    return tuple(Facet(value, counts[value]) for value in sorted(counts, key=lambda value: (-counts[value], value)))


def _passages(opened: Opened, docs: list[AnyArray], surfaces: list[str]) -> Iterable[Hit]:
    """The passages in time order, undated ones last, with every spelling of the name marked."""
    from .highlight import Marker

    marker = Marker(surfaces)
    placed = []
    for number, segment in enumerate(opened.segments):
        articles = segment.arrays["passage.article"][docs[number]]
        dates = np.where(segment.doc_dates[docs[number]] == 0, UNDATED, segment.doc_dates[docs[number]])
        ids = segment.arrays["article.id"][articles]
        placed += [(*key, number) for key in zip(dates.tolist(), ids.tolist(), docs[number].tolist(), strict=True)]
    for _, _, doc, number in sorted(placed)[:_MAX_PASSAGES]:
        segment = opened.segments[number]
        article = article_info(segment, int(segment.arrays["passage.article"][doc]))
        yield Hit(0.0, article, passage_info(segment, doc), marker.spans(segment.text(doc)))


def _statements(opened: Opened, name: Name, docs: list[AnyArray]) -> tuple[Statement, ...]:
    """Figures about the name in the articles that mention it, by metric; several of one metric stand side by side."""
    spellings = {plain(one) for one in (name.name, *name.aliases, *name.names)}
    groups: defaultdict[tuple[str, int], list[tuple[Row, Fact]]] = defaultdict(list)
    for number, segment in enumerate(opened.segments):
        articles = np.unique(segment.arrays["passage.article"][docs[number]])
        of_docs = segment.arrays["figure.doc"]
        among = np.isin(segment.arrays["passage.article"][of_docs], articles) & segment.live[of_docs]
        for row in np.flatnonzero(among).tolist():
            fact = _fact(opened, (number, row))
            if fact["metric"] and fact["subject"] and plain(fact["subject"]) in spellings:
                groups[fact["metric"], fact["dimension"]].append(((number, row), fact))
    statements = [
        Statement(
            metric,
            tuple(_found(opened, *each) for each in sorted(group, key=partial(_by_time, opened))),
            len({(fact["base"], fact["value_high"], fact["bound"]) for _, fact in group}) > 1,
        )
        for (metric, _), group in groups.items()
    ]
    return tuple(sorted(statements, key=lambda one: (-len(one.figures), one.metric)))


def _by_time(opened: Opened, found: tuple[Row, Fact]) -> tuple[str, int, Row]:
    """By the year that a figure speaks of, then by the date of the article."""
    (number, row), fact = found
    segment = opened.segments[number]
    return fact["year"] or "9", int(segment.doc_dates[segment.arrays["figure.doc"][row]]) or UNDATED, found[0]


def _companions(opened: Opened, name: Name, docs: list[AnyArray]) -> tuple[Companion, ...]:
    masks = []
    for segment, of_segment in zip(opened.segments, docs, strict=True):
        mask = np.zeros(segment.size, dtype=bool)
        mask[of_segment] = True
        masks.append(mask)
    joined: dict[tuple[str, str], Name] = {
        (one.kind, spelling): one for one in opened.names.names for spelling in one.names
    }
    counts: Counter[NameInfo] = Counter()
    for key, count in opened.names.counts(masks).items():
        if joined[key] != name:
            counts[name_info(joined[key])] += count
    order = sorted(counts, key=lambda info: (-counts[info], info.name))
    return tuple(Companion(info, counts[info]) for info in order[:_MAX_COMPANIONS])


def timeline(opened: Opened, query: str, *, limit: int) -> Timeline:
    """The passages that answer a query, each at every date it speaks of, earliest first."""
    from ..facts import find_dates

    answer = opened.answer(parse(query))
    entries = [
        TimelineEntry(mention.start, mention.end, mention.surface, hit)
        for hit in answer.best(_MAX_PASSAGES)
        for mention in find_dates(hit.passage.text, date=hit.article.date)
        if mention.start and mention.end
    ]
    entries.sort(key=lambda entry: (entry.start, entry.end, entry.hit.passage.id))
    return Timeline(query, restate(answer.query.root), len(entries), tuple(entries[:limit]), tuple(answer.notes))
