"""Calendar arithmetic for dates that are printed in part: what ``同年``, ``16日`` or ``去年`` mean where they stand.

Dates are ISO strings of the precision that is known: ``2021``, ``2021-11``, ``2021-11-16``.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass, replace

__all__ = ["Clock", "Point", "parse_iso", "shift_day"]

# Years no paper prints are no dates, and arithmetic stays far from the ends of the calendar.
_ISO = re.compile(r"([12][0-9]{3})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
# An article names months without a year around its own date. Further ahead than this a month is last year's:
# an article of January that says 12月 means the December before.
_MONTHS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Point:
    """A year, a month of it or a day of that; what is not known is None."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str:
        """``2021``, ``2021-11`` or ``2021-11-16``."""
        parts = (f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None))
        return "-".join(parts)

    @property
    def is_valid(self) -> bool:
        """Whether such a day exists."""
        if self.month is None:
            return True
        return 1 <= self.month <= 12 and (self.day is None or 1 <= self.day <= monthrange(self.year, self.month)[1])


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known about time at a place in a text: the article's date, and the date that was named last."""

    article: Point | None = None
    named: Point | None = None

    def saw(self, point: Point) -> Clock:
        """The clock behind a date. A date after the article's year is a plan: dates that follow are not of that year."""
        if self.article and point.year > self.article.year:
            return self
        return replace(self, named=point)

    def year_of(self, month: int | None) -> int | None:
        """The year of a month that is printed without one."""
        if self.named:
            return self.named.year
        if not self.article:
            return None
        ahead = (month or 0) - (self.article.month or 12)
        return self.article.year - 1 if ahead >= _MONTHS_AHEAD else self.article.year

    def month_of(self) -> Point | None:
        """The month of a day that is printed without one."""
        for known in (self.named, self.article):
            if known and known.month:
                return Point(known.year, known.month)
        return None


def parse_iso(text: str | None) -> Point | None:
    """``YYYY[-MM[-DD]]`` as a Point; None for anything else."""
    match = _ISO.match(text or "")
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    point = Point(year or 0, month, day)
    return point if point.year and point.is_valid else None


def shift_day(point: Point | None, days: int) -> Point | None:
    """The day so many days later; None if the day is not known."""
    if point is None or point.month is None or point.day is None:
        return None
    day = datetime.date(point.year, point.month, point.day) + datetime.timedelta(days=days)
    return Point(day.year, day.month, day.day)
