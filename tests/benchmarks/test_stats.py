"""Percentiles, growth and ratios."""

from __future__ import annotations

import pytest

from benchmarks.speed.stats import growth, percentile, ratio, summary


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([5.0], 0.5, 5.0, id="one-value"),
        pytest.param([4.0, 1.0, 3.0, 2.0], 0.5, 2.0, id="even-number-takes-the-lower"),
        pytest.param([3.0, 1.0, 2.0], 0.5, 2.0, id="odd-number"),
        pytest.param([float(n) for n in range(1, 101)], 0.95, 95.0, id="ninety-five-of-a-hundred"),
        pytest.param([float(n) for n in range(1, 101)], 0.99, 99.0, id="ninety-nine-of-a-hundred"),
        pytest.param([1.0, 9.0], 1.0, 9.0, id="all"),
        pytest.param([1.0, 9.0], 0.0, 1.0, id="none-is-the-smallest"),
    ],
)
def test_percentile_is_a_value_that_was_measured(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_summary_names_count_and_percentiles() -> None:
    assert summary([1.0, 2.0, 3.0, 40.0]) == {"n": 4, "p50": 2.0, "p95": 40.0, "p99": 40.0, "max": 40.0}


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param([(10, 1.0), (100, 10.0), (1000, 100.0)], 1.0, id="in-proportion"),
        pytest.param([(10, 3.0), (1000, 3.0)], 0.0, id="not-at-all"),
        pytest.param([(1, 1.0), (100, 10.0)], 0.5, id="with-the-root"),
    ],
)
def test_growth_is_the_exponent(points: list[tuple[float, float]], expected: float) -> None:
    assert growth(points) == pytest.approx(expected)


def test_growth_of_one_size_is_refused() -> None:
    with pytest.raises(ValueError, match="two different sizes"):
        growth([(10, 1.0), (10, 2.0)])


@pytest.mark.parametrize(
    ("value", "reference", "expected"),
    [(35.0, 0.35, "100×"), (3.14, 1.0, "3.1×"), (1.0, 4.0, "0.25×"), (2.0, 2.0, "1.0×")],
)
def test_ratio_keeps_two_digits(value: float, reference: float, expected: str) -> None:
    assert ratio(value, reference) == expected
