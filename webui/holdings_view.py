"""What the archive holds, on the start page and as a calendar."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from indexer.search.holdings import Holdings

if TYPE_CHECKING:
    from indexer import Index

__all__ = ["MonthCell", "YearRow", "calendar", "known_holdings"]

# The newest articles on the start page.
NEWEST = 6
# Shades of the calendar; more cannot be told apart.
_SHADES = 4


@dataclass(frozen=True, slots=True)
class MonthCell:
    """Articles of a month, of its days together. ``shade`` goes from 0 (none) to 4; ``url`` is a search for them."""

    label: str
    count: int
    shade: int
    url: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """``unplaced`` articles have a year and no month."""

    year: str
    count: int
    url: str
    months: tuple[MonthCell, ...]
    unplaced: int


def known_holdings(index: Index) -> Holdings:
    """What the start page and the calendar tell of an index; every article is looked at."""
    return index.holdings(newest=NEWEST)


def calendar(held: Holdings) -> tuple[YearRow, ...]:
    """A row for each year that has articles, the newest first."""
    years: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for each in held.dates:
        years[each.value[:4]][int(each.value[5:7] or 0)] += each.count
    most = max((count for months in years.values() for month, count in months.items() if month), default=1)
    return tuple(
        YearRow(
            year=year,
            count=sum(months.values()),
            url=url_for("pages.search", q=f"类型:标题 日期:{year}", sort="date"),
            months=tuple(_month(year, month, months[month], most) for month in range(1, 13)),
            unplaced=months[0],
        )
        for year, months in sorted(years.items(), reverse=True)
    )


def _month(year: str, month: int, count: int, most: int) -> MonthCell:
    shade = -(-_SHADES * count // most) if count else 0
    url = url_for("pages.search", q=f"类型:标题 日期:{year}-{month:02d}", sort="date")
    return MonthCell(f"{month}月", count, shade, url)
