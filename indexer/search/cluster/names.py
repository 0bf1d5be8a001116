"""The names of an archive on a cluster, where they were joined when the index was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...store import SegmentView
from ...store.cluster.documents import name_key
from ...store.cluster.streams import exact_stream, joined
from ...text import find_units, fold, plain
from ..namebook import _MAX_UNITS, _MIN_UNITS, NameBook, Spells
from .compile import NOTHING, Json
from .session import Session

if TYPE_CHECKING:
    from ...facts.names import Name

__all__ = ["ClusterNames"]

_PAGE = 5000
# Names that a condition can mean: 园区:园 means all parks that have the character.
_MAX_MEANT = 5000


class ClusterNames(NameBook):
    """Mentions of the passages that are near, and names of the whole archive."""

    def __init__(self, session: Session, segments: Sequence[SegmentView]) -> None:
        super().__init__(segments)
        self.segments = segments
        self._session = session

    @cached_property
    def names(self) -> list[Name]:
        """The names that are mentioned near, the most often mentioned first."""
        keys = sorted({name_key(kind, name) for table in self._tables for kind, name in table})
        return [
            name
            for group in range(0, len(keys), _PAGE)
            for name in self._all({"terms": {"keys": keys[group : group + _PAGE]}})
        ]

    @staticmethod
    def mentioning(names: Iterable[Name]) -> Json:
        """Passages that mention one of the names, all of one kind."""
        found = list(names)
        spellings = sorted({spelling for name in found for spelling in name.names})
        return {"terms": {f"names.{found[0].kind}": spellings}} if found else NOTHING

    def page(self, kind: str | None, part: str, *, limit: int, offset: int) -> tuple[int, list[Name]]:
        """How many names of a kind, or of all, have a spelling that holds a text, and some of them."""
        filters: list[Json] = [{"term": {"kind": kind}}] if kind else []
        if plain(part):
            filters.append(_holding("spelling_chars", plain(part)))
        query = {"bool": {"filter": filters}}
        (reply,) = self._session.many([{"size": 0, "track_total_hits": True, "query": query}], "names")
        return reply["hits"]["total"]["value"], self._all(query, offset + limit)[offset:]

    def complete(self, typed: str, spells: Spells, limit: int) -> list[Name]:  # noqa: ARG002  # it was spelt when written
        wanted = plain(typed)
        if not wanted:
            return []
        if wanted.isascii() and wanted.isalpha():
            return self._all({"prefix": {"typed": wanted}}, limit)
        return self._all(_holding("name_chars", wanted), limit)

    def inside(self, text: str) -> list[str]:
        kept = self._session.kept.inside
        if text not in kept:
            if len(kept) > _PAGE:
                kept.clear()
            kept[text] = self._inside(text)
        return kept[text]

    def _inside(self, text: str) -> list[str]:
        units = [unit.text for unit in find_units(fold(text).text)]
        parts = {
            "".join(units[first : first + n]) for first in range(len(units)) for n in range(_MIN_UNITS, _MAX_UNITS + 1)
        }
        if len(units) <= _MIN_UNITS:
            return []
        query = {"terms": {"fulls": sorted(parts)}}
        body = {"size": _PAGE, "query": query, "_source": ["fulls"]}
        (reply,) = self._session.many([body], "names")
        self.__dict__["_plain"] = frozenset(full for hit in reply["hits"]["hits"] for full in hit["_source"]["fulls"])
        return super().inside(text)

    def _find(self, kind: str, value: str) -> list[Name]:
        wanted = plain(value)
        if not wanted:
            return []
        of_kind: Json = {"term": {"kind": kind}}
        same = self._all({"bool": {"filter": [of_kind, {"term": {"spellings": wanted}}]}}, _MAX_MEANT)
        return same or self._all({"bool": {"filter": [of_kind, _holding("name_chars", wanted)]}}, _MAX_MEANT)

    def _all(self, query: Json, most: int = 1 << 30) -> list[Name]:
        """The first names that answer, the most often mentioned first."""
        from ...facts.names import Name

        found: list[dict[str, Any]] = []
        after: list[Any] | None = None
        while len(found) < most:
            size = min(_PAGE, most - len(found))
            body: Json = {
                "size": size,
                "query": query,
                "sort": ["rank"],
                "_source": ["stored"],
                "track_total_hits": False,
            }
            (reply,) = self._session.many([body | ({"search_after": after} if after else {})], "names")
            hits = reply["hits"]["hits"]
            found += [hit["_source"]["stored"] for hit in hits]
            if len(hits) < size:
                break
            after = hits[-1]["sort"]
        return [
            Name(one["kind"], one["name"], tuple(one["aliases"]), tuple(one["names"]), one["mentions"], one["articles"])
            for one in found
        ]


def _holding(field: str, text: str) -> Json:
    tokens = exact_stream(text)
    return {"match_phrase": {field: joined(tokens)}} if len(tokens) > 1 else {"term": {field: text}}
