"""Facets: the values that divide the results, several of one field to be chosen, and a histogram of the dates.

A choice is a condition of the query; several of one field are alternatives (日期:2021 OR 日期:2022). The values of a field
are counted as if nothing were chosen in it, so that the count beside a value is what choosing it adds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import url_for

from indexer.search.filters import KIND_NAMES, NAME_KINDS
from indexer.search.results import Facet, Results
from webui.conditions import Condition, conditions, toggled, with_condition, without
from webui.params import SearchState
from webui.places import condition_text, dossier_url
from webui.views import date_words, search_url

__all__ = ["FACETS", "DateBar", "FacetGroup", "FacetValue", "date_bars", "facet_groups", "facet_page", "facet_values"]
__all__ += ["undated"]

# Facet of the results -> its heading.
FACETS = {"year": "年份", **NAME_KINDS, "kind": "类型"}
# Values of one kind that are offered beside the results; the others are on a page of their own.
MOST_VALUES = 8
MOST_BARS = 80

# The field of the conditions that choose a value, as the interface writes it, and as it is read.
_FIELDS = {"year": "日期", "kind": "类型", "month": "日期"}
_READ_AS = {"year": "date"}

Count = Callable[[str, str], Sequence[Facet]]
"""(query, facet) -> the values of that facet, and how many passages have each."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``url`` chooses the value or, if it is ``chosen``, takes the choice back. None: the query would grow too long.

    ``share`` is its part of the largest count, in hundredths. ``dossier`` is the address of a name's own page.
    """

    label: str
    count: int
    share: int
    chosen: bool
    url: str | None
    dossier: str | None = None


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """``more`` is the address of all values, where there are others than these."""

    heading: str
    values: tuple[FacetValue, ...]
    more: str | None = None


@dataclass(frozen=True, slots=True)
class DateBar:
    """A year or month of the histogram: its place and height in hundredths. ``label`` stands below some of the bars."""

    value: str
    words: str
    count: int
    x: float
    width: float
    height: float
    url: str | None
    label: str


def facet_groups(results: Results, state: SearchState, count: Count) -> tuple[FacetGroup, ...]:
    """The facets that divide the results, or that are chosen already; years from the newest."""
    groups = []
    for name, heading in FACETS.items():
        facets = _counted(results, state, name, count)
        values = facet_values(name, facets[:MOST_VALUES] if name in NAME_KINDS else facets, state)
        if len(values) > 1 or any(value.chosen for value in values):
            more = facet_page(name, state) if name in NAME_KINDS and len(facets) > MOST_VALUES else None
            groups.append(FacetGroup(heading, values, more))
    return tuple(groups)


def facet_page(name: str, state: SearchState) -> str:
    """The address of the page with all values of a facet."""
    values = {key: value for key, value in state.args().items() if key not in ("page", "view")}
    return url_for("pages.facet", name=name, **values)


def facet_values(name: str, facets: Sequence[Facet], state: SearchState) -> tuple[FacetValue, ...]:
    """The values to choose from, those that are chosen among them whatever their counts are."""
    chosen = [each for condition in _chosen(state.query, name) for each in condition.filters]
    most = max((facet.count for facet in facets), default=1) or 1
    values = []
    for facet in facets:
        label = KIND_NAMES.get(facet.value, facet.value) if name == "kind" else facet.value
        wanted = _condition(name, label)
        read = [one for each in conditions(wanted) for one in each.filters] if wanted else []
        is_chosen = any(each in read for each in chosen)
        chosen = [each for each in chosen if each not in read]
        query = toggled(state.query, wanted) if wanted else None
        url = search_url(state.asking(query)) if query is not None else None
        dossier = dossier_url(name, facet.value) if name in NAME_KINDS else None
        values.append(FacetValue(label, facet.count, round(100 * facet.count / most), is_chosen, url, dossier))
    for each in chosen:
        label = KIND_NAMES.get(each.value, each.value) if name == "kind" else each.value
        wanted = _condition(name, label)
        query = toggled(state.query, wanted) if wanted else None
        if query is not None:
            values.append(FacetValue(label, 0, 0, True, search_url(state.asking(query))))
    return tuple(values)


def date_bars(results: Results, state: SearchState) -> tuple[DateBar, ...]:
    """A bar for each year, or for each month where the passages are of one or two years; empty for a single one.

    Months only where each date has one: what is known by its year would be left out of them.
    """
    months = {facet.value: facet.count for facet in results.facets.get("month", ())}
    years = {facet.value: facet.count for facet in results.facets.get("year", ())}
    all_have_months = sum(months.values()) == sum(years.values())
    counts = months if all_have_months and len(years) <= 2 and len(months) > 1 else years
    if len(counts) < 2:
        return ()
    every = _every_month if counts is months else _every_year
    # A wrong date in one article must not make a thousand empty bars.
    values = every(min(counts), max(counts))
    values = values if len(values) <= MOST_BARS else sorted(counts)[-MOST_BARS:]
    width = 100 / len(values)
    most = max(counts.values())
    # As many labels as a telephone has room for.
    stride = -(-len(values) // (4 if counts is months else 6))
    return tuple(
        DateBar(
            value=value,
            words=date_words(value),
            count=counts.get(value, 0),
            x=round(i * width, 3),
            width=round(width, 3),
            height=round(100 * counts.get(value, 0) / most, 1),
            url=_narrowed(state, value) if value in counts else None,
            label=value if i % stride == 0 else "",
        )
        for i, value in enumerate(values)
    )


def undated(results: Results) -> int:
    """How many passages stand in no bar, because nobody knows the date of their article."""
    return results.total - sum(facet.count for facet in results.facets.get("year", ()))


def _narrowed(state: SearchState, date: str) -> str | None:
    query = with_condition(state.query, f"日期:{date}")
    return search_url(state.asking(query)) if query is not None else None


def _every_year(first: str, last: str) -> list[str]:
    return [str(year) for year in range(int(first), int(last) + 1)]


def _every_month(first: str, last: str) -> list[str]:
    months = range(int(first[:4]) * 12 + int(first[5:]) - 1, int(last[:4]) * 12 + int(last[5:]))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months]


def _counted(results: Results, state: SearchState, name: str, count: Count) -> Sequence[Facet]:
    facets: Sequence[Facet] = results.facets.get(name, ())
    chosen = _chosen(state.query, name)
    rest = without(state.query, *chosen)
    if chosen and rest:
        facets = count(rest, name)
    return sorted(facets, key=lambda facet: facet.value, reverse=True) if name == "year" else facets


def _chosen(query: str, name: str) -> list[Condition]:
    field = _READ_AS.get(name, name)
    return [each for each in conditions(query) if not each.excluded and each.field == field]


def _condition(name: str, label: str) -> str | None:
    return condition_text(name, label) if name in NAME_KINDS else f"{_FIELDS[name]}:{label}"
