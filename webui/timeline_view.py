"""A timeline arranged: years, in them months, in them passages by the date they speak of."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from indexer.search.findings import TimelineEntry
from webui.places import merged, place_url
from webui.views import Card, card_of, date_words

__all__ = ["Event", "Month", "Year", "span_words", "timeline_years"]


@dataclass(frozen=True, slots=True)
class Event:
    """``date`` is when, in words; ``surface`` is the date as printed, empty where it says the same."""

    date: str
    start: str
    surface: str
    card: Card


@dataclass(frozen=True, slots=True)
class Month:
    """``label`` is empty for what is dated no closer than by its year."""

    label: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Year:
    label: str
    count: int
    months: tuple[Month, ...]


def timeline_years(entries: Sequence[TimelineEntry], query: str) -> tuple[Year, ...]:
    """The entries, earliest first, under the years and months they begin in."""
    years = []
    for year, group in groupby(entries, key=lambda entry: entry.start[:4]):
        of_year = list(group)
        months = tuple(
            Month(label, tuple(_event(entry, query) for entry in of_month))
            for label, of_month in groupby(of_year, key=_month)
        )
        years.append(Year(year, len(of_year), months))
    return tuple(years)


def span_words(start: str, end: str) -> str:
    """The days from one ISO date to another as short as can be: 2021年, 2021年10月, 2021年10月16日至17日."""
    if start[:4] == end[:4] and start[4:] == "-01-01" and end[4:] == "-12-31":
        return date_words(start[:4])
    if _whole_months(start, end):
        return _joined(date_words(start[:7]), date_words(end[:7]))
    return _joined(date_words(start), date_words(end))


def _joined(start: str, end: str) -> str:
    """``2021年10月16日`` and ``2021年10月17日`` as ``2021年10月16日至17日``."""
    if start == end:
        return start
    for unit in "月年":
        head = start[: start.find(unit) + 1]
        if head and end.startswith(head):
            return f"{start}至{end.removeprefix(head)}"
    return f"{start}至{end}"


def _whole_months(start: str, end: str) -> bool:
    parts = end.split("-")
    if len(parts) != 3 or start[7:] != "-01" or not all(part.isdecimal() for part in parts):
        return False
    year, month, day = (int(part) for part in parts)
    return 1 <= month <= 12 and year > 0 and day == monthrange(year, month)[1]


def _month(entry: TimelineEntry) -> str:
    same = entry.start[:7] == entry.end[:7]
    return f"{int(entry.start[5:7])}月" if same and entry.start[5:7].isdecimal() else ""


def _event(entry: TimelineEntry, query: str) -> Event:
    hit = entry.hit
    text, surface = hit.passage.text, entry.surface
    at = text.find(surface) if surface else -1
    dated = ((at, at + len(surface)),) if at >= 0 else ()
    card = card_of(
        replace(hit, highlights=merged((*hit.highlights, *dated))), place_url(hit.article, hit.passage, query)
    )
    date = span_words(entry.start, entry.end)
    return Event(date, entry.start, surface if surface != date else "", card)
