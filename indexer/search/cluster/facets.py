"""Facets of what answers a query, counted by the cluster."""

from __future__ import annotations

from ...store.segment import KINDS
from ..facets import _MOST_YEARS
from ..filters import NAME_KINDS
from ..results import Facet
from .compile import Json
from .session import Session

__all__ = ["facets_of"]


def facets_of(session: Session, query: Json, most: int) -> tuple[dict[str, tuple[Facet, ...]], bool]:
    """The facets of what answers, of names the ``most`` frequent; and whether their counts are exact."""
    named = {
        kind: {
            "terms": {
                "field": f"names.{kind}",
                "size": most,
                # Each shard tells of more than are shown, so that few counts are short of a shard.
                "shard_size": 10 * most + 100,
                "order": [{"_count": "desc"}, {"_key": "asc"}],
            }
        }
        for kind in NAME_KINDS
    }
    wanted: Json = {"months": {"histogram": {"field": "date", "interval": 100, "min_doc_count": 1}}}
    wanted |= {"kinds": {"terms": {"field": "kind", "size": len(KINDS)}}} | named
    (reply,) = session.many([{"size": 0, "query": query, "aggs": wanted}])
    found = reply["aggregations"]
    names = {
        kind: tuple(Facet(bucket["key"], bucket["doc_count"]) for bucket in found[kind]["buckets"])
        for kind in NAME_KINDS
        if found[kind]["buckets"]
    }
    exact = not any(found[kind]["doc_count_error_upper_bound"] for kind in NAME_KINDS)
    return _dates_and_kinds(found) | names, exact


def _dates_and_kinds(found: Json) -> dict[str, tuple[Facet, ...]]:
    """As ``facets.count_facets`` tells them."""
    months = {int(bucket["key"]) // 100: bucket["doc_count"] for bucket in found["months"]["buckets"]}
    years: dict[int, int] = {}
    for month, count in months.items():
        years[month // 100] = years.get(month // 100, 0) + count
    dated = [month for month in sorted(months) if month % 100] if len(years.keys() - {0}) <= _MOST_YEARS else []
    kinds = {bucket["key"]: bucket["doc_count"] for bucket in found["kinds"]["buckets"]}
    order = sorted(kinds, key=lambda kind: (-kinds[kind], KINDS.index(kind)))
    return {
        "year": tuple(Facet(str(year), years[year]) for year in sorted(years, reverse=True) if year),
        "kind": tuple(Facet(kind, kinds[kind]) for kind in order),
        "month": tuple(Facet(f"{month // 100}-{month % 100:02d}", months[month]) for month in dated),
    }
