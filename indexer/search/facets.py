"""Facets: how many of the passages found fall into each year and each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from ..store.segment import KINDS
from .results import Facet

__all__ = ["count_facets"]

_MOST_YEARS = 2


def count_facets(segments: Sequence[SegmentView], masks: Sequence[AnyArray]) -> dict[str, tuple[Facet, ...]]:
    """Counts over the passages in the masks: years newest first, kinds by count. Undated passages are in no year.

    Months are counted too, oldest first, where the passages are of one or two years: over more they are a blur.
    """
    months: Counter[int] = Counter()
    kinds: Counter[int] = Counter()
    for segment, mask in zip(segments, masks, strict=True):
        kinds.update(dict(enumerate(segment.count_by_kind(mask))))
        numbers, month_of = segment.months
        counts = np.bincount(month_of, weights=segment.count_by_article(mask), minlength=len(numbers)).tolist()
        months.update({month: int(count) for month, count in zip(numbers, counts, strict=True) if count})
    years: Counter[int] = Counter()
    for month, count in months.items():
        years[month // 100] += count
    dated = [month for month in sorted(months) if month % 100] if len(years.keys() - {0}) <= _MOST_YEARS else []
    return {
        "year": tuple(Facet(str(year), years[year]) for year in sorted(years, reverse=True) if year),
        "kind": tuple(Facet(KINDS[kind], count) for kind, count in kinds.most_common() if count),
        "month": tuple(Facet(f"{month // 100}-{month % 100:02d}", months[month]) for month in dated),
    }
