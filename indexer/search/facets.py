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


def count_facets(segments: Sequence[SegmentView], masks: Sequence[AnyArray]) -> dict[str, tuple[Facet, ...]]:
    """Counts over the passages in the masks: years newest first, kinds by count. Undated passages are in no year."""
    years: Counter[int] = Counter()
    kinds: Counter[int] = Counter()
    for segment, mask in zip(segments, masks, strict=True):
        kinds.update(dict(enumerate(np.bincount(segment.arrays["passage.kind"][mask]).tolist())))
        values, counts = np.unique(segment.doc_dates[mask] // 10000, return_counts=True)
        years.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
    return {
        "year": tuple(Facet(str(year), years[year]) for year in sorted(years, reverse=True) if year),
        "kind": tuple(Facet(KINDS[kind], count) for kind, count in kinds.most_common() if count),
    }
