"""Percentiles, growth and ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["Summary", "growth", "percentile", "ratio", "summary"]

Summary = dict[str, float]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of the values do not exceed. Raises ValueError for no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def summary(values: Sequence[float]) -> Summary:
    """How many values, p50, p95, p99 and the largest."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {"n": len(values)} | {name: round(percentile(values, share), 4) for name, share in shares.items()}


def growth(points: Sequence[tuple[float, float]]) -> float:
    """The exponent with which a time grows with a size, by least squares on logarithms: 1 is in proportion, 0 not at all.

    ``points``: (size, time), all above zero and of at least two different sizes.
    """
    logs = [(math.log(size), math.log(value)) for size, value in points]
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    if spread == 0:
        raise ValueError("growth needs two different sizes")
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread


def ratio(value: float, reference: float) -> str:
    """``value`` as a multiple of ``reference``, two digits: 0.25×, 3.1×, 120×."""
    times = value / reference
    return f"{times:.0f}×" if times >= 10 else f"{times:.1f}×" if times >= 1 else f"{times:.2f}×"
