"""Charts as plain geometry, drawn by ``_charts.html``: how values are distributed, and how they went over the years.

Places along a chart are in hundredths of its width, heights in pixels: so the drawing fills any width and its letters
keep their size, with neither scripts nor styles.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from webui.amounts import short

__all__ = ["Bar", "Dot", "Histogram", "Stroke", "Tick", "YearChart", "histogram", "year_chart"]

# Fewer values are seen at a glance in the table.
LEAST_VALUES = 5
# Bars that a telephone still shows apart; few values get fewer, or most bars would be empty.
MOST_BARS = 12
# Of values that span so much, nearly all would stand in the first bar of an even scale.
SPAN_FOR_LOG = 20.0
BAR_HEIGHT = 120
CHART_HEIGHT = 110
LABEL_HEIGHT = 16
# Room at the sides for half a label.
_SIDE = 6.0


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    height: float
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label below the axis; a ``minor`` one is left out where there is little room."""

    x: float
    label: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    unit: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    log: bool
    height: int = BAR_HEIGHT


@dataclass(frozen=True, slots=True)
class Dot:
    """A value of a year. One that is not ``labelled`` stands too near to another."""

    x: float
    y: float
    label: str
    target: bool
    labelled: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line between two dots."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class YearChart:
    unit: str
    dots: tuple[Dot, ...]
    strokes: tuple[Stroke, ...]
    ticks: tuple[Tick, ...]
    height: int = CHART_HEIGHT


def histogram(values: Sequence[float], unit: str) -> Histogram | None:
    """How the values are distributed; None if they are too few or all the same.

    The scale is even, or by powers of ten where positive values span more than twentyfold.
    """
    if len(values) < LEAST_VALUES or min(values) == max(values) or not all(map(math.isfinite, values)):
        return None
    log = min(values) > 0 and max(values) / min(values) >= SPAN_FOR_LOG
    room = min(MOST_BARS, 2 * math.ceil(math.log2(len(values))))
    edges = (_log_edges if log else _even_edges)(min(values), max(values), room)
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[min(max(bisect_right(edges, value) - 1, 0), len(counts) - 1)] += 1
    step = 100 / (len(counts) + 1)
    most = max(counts)
    bars = tuple(
        Bar(
            round(step * (i + 0.5), 2),
            round(step, 2),
            round(BAR_HEIGHT * count / most, 1),
            count,
            f"{short(edges[i])}至{short(edges[i + 1])}",
        )
        for i, count in enumerate(counts)
    )
    ticks = tuple(Tick(round(step * (i + 0.5), 2), short(edge), i % 2 == 1) for i, edge in enumerate(edges))
    return Histogram(unit, bars, ticks, log)


def year_chart(points: Sequence[tuple[int, float, str, bool]], unit: str) -> YearChart | None:
    """Values over years, from (year, value, label, target); None for fewer than two years.

    Lines join neighbouring years of which each has one value that is no target: what disagrees is not joined.
    """
    years = sorted({point[0] for point in points})
    if len(years) < 2 or not all(math.isfinite(point[1]) for point in points):
        return None
    low, high = min(0.0, *(point[1] for point in points)), max(0.0, *(point[1] for point in points))
    scale = (high - low) or 1.0

    def x_of(year: int) -> float:
        return round(_SIDE + (100 - 2 * _SIDE) * (year - years[0]) / (years[-1] - years[0]), 2)

    def y_of(value: float) -> float:
        return round(CHART_HEIGHT * (high - value) / scale, 1)

    unique = sorted(set(points))
    dots: list[Dot] = []
    for year, value, label, target in unique:
        x, y = x_of(year), y_of(value)
        near = any(dot.labelled and dot.x == x and abs(dot.y - y) < LABEL_HEIGHT for dot in dots)
        dots.append(Dot(x, y, label, target, not near))
    facts = {year: [point[1] for point in unique if point[0] == year and not point[3]] for year in years}
    strokes = tuple(
        Stroke(x_of(a), y_of(facts[a][0]), x_of(b), y_of(facts[b][0]))
        for a, b in pairwise(years)
        if len(facts[a]) == len(facts[b]) == 1
    )
    ticks = tuple(Tick(x_of(year), str(year), i % 2 == 1 and len(years) > 5) for i, year in enumerate(years))
    return YearChart(unit, tuple(dots), strokes, ticks)


def _log_edges(low: float, high: float, room: int) -> list[float]:
    """Powers of ten around the values, with 1, 2 and 5 of each or only every second or third one as there is room."""
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high)) + 1
    steps = [10.0**exponent * digit for exponent in range(first, last) for digit in (1, 2, 5)] + [10.0**last]
    inner = [i for i, edge in enumerate(steps) if edge <= low][-1]
    outer = next(i for i, edge in enumerate(steps) if edge > high)
    if outer - inner <= room:
        return steps[inner : outer + 1]
    stride = -(-(last - first) // room)
    count = -(-(last - first) // stride)
    return [10.0 ** (first + stride * i) for i in range(count + 1)]


def _even_edges(low: float, high: float, room: int) -> list[float]:
    """Round numbers around the values, evenly apart."""
    raw = (high - low) / (room - 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= raw)
    first = math.floor(low / step)
    return [step * i for i in range(first, math.floor(high / step) + 2)]
