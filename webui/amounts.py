"""Numbers as the pages print them: exact ones in tables, short ones at the axes of charts."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.search.findings import FoundFigure

__all__ = ["Amount", "amount", "exact", "short"]

# What the text says about a value, in one character.
_SIGNS = {"about": "约", "more": "超", "less": "近"}
# From here on digits are a wall, and a float has no more of them anyway.
_LARGEST_IN_DIGITS = 1e15


@dataclass(frozen=True, slots=True)
class Amount:
    """A value for a column of values: ``low``, or ``low`` to ``high``, and the word of its bound."""

    sign: str
    low: str
    high: str
    unit: str


def amount(figure: FoundFigure) -> Amount:
    high = exact(figure.value_high) if figure.value_high is not None else ""
    unit = figure.unit or ("位" if figure.kind == "rank" else "")
    return Amount(_SIGNS.get(figure.bound or "", ""), exact(figure.value), high, unit)


def exact(value: float) -> str:
    """All digits in groups of three; at most six decimals, which is more than is ever printed."""
    if abs(value) >= _LARGEST_IN_DIGITS:
        return short(value)
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if text.strip("-0.,") or not value else f"{value:.3g}"


def short(value: float) -> str:
    """At most four digits, with 万, 亿 or 万亿."""
    for size, word in ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            scaled = value / size
            return f"{scaled:,.0f}{word}" if 1e4 <= abs(scaled) < _LARGEST_IN_DIGITS else f"{scaled:.4g}{word}"
    return f"{value:.4g}"
