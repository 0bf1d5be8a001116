"""What is asked of a cluster besides queries: how frequent terms are, which words there are, and passages to be had near."""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ...store.cluster import Connection
from ...store.cluster.files import read_characters
from ...store.cluster.generation import ClusterGeneration
from ...store.cluster.near import Key
from ...store.cluster.streams import cut
from ...text import find_units, fold
from ..ranking import possible_words
from .compile import Json

__all__ = ["Kept", "Session", "parts_of"]

# Terms counted in one request. Each is a filter of its own, of which a cluster takes many, but not any number.
_COUNTED_AT_ONCE = 500
# Words remembered of a generation: some megabytes.
_MAX_KEPT = 1 << 18
# Of a document that is near, what is needed.
SOURCE = ["stored", "kind", "fold", "article", "ordinal"]


class Kept:
    """What is remembered of a generation between questions. Safe to share between threads."""

    def __init__(self, connection: Connection, generation: ClusterGeneration) -> None:
        self.connection = connection
        self.generation = generation
        self.words: dict[str, bool] = {}
        self.inside: dict[str, list[str]] = {}
        self.measured: dict[str, bool] = {}

    @cached_property
    def size(self) -> tuple[int, float]:
        """How many passages there are, and their average length in units."""
        body = {"size": 0, "track_total_hits": True, "aggs": {"units": {"sum": {"field": "length"}}}}
        (reply,), _ = self.connection.many(self.generation.index("passages"), [body], whole=True)
        passages, units = reply["hits"]["total"]["value"], reply["aggregations"]["units"]["value"]
        return passages, units / passages if units else 1.0

    @cached_property
    def sounds(self) -> dict[str, tuple[str, ...]]:
        """How the characters of the archive sound."""
        from ...text.pinyin import sounds

        return sounds(read_characters(self.connection, self.generation.index("files")))


class Session:
    """One question. ``missing`` counts the shards that did not answer."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.missing = 0
        self.connection = kept.connection
        self._preference: str | None = None
        self._guesses: set[str] | None = None
        self._frequencies: dict[tuple[str, Hashable], int] = {}

    def index(self, kind: str) -> str:
        """The name of one of the indexes."""
        return self.kept.generation.index(kind)

    def prefer(self, text: str) -> None:
        """Have the same copies of the shards asked whenever a question has this text.

        Copies differ in what they have not yet merged away, and so in scores: pages of one answer would lose and repeat passages.
        """
        self._preference = f"q{zlib.crc32(text.encode('utf-8', 'surrogatepass')):x}"

    def many(self, bodies: Sequence[Mapping[str, Any]], kind: str = "passages") -> list[dict[str, Any]]:
        """The replies to several searches."""
        replies, missing = self.connection.many(self.index(kind), bodies, preference=self._preference)
        self.missing = max(self.missing, missing)
        return replies

    # -- words -------------------------------------------------------------------------------------------------------------

    def is_word(self, text: str) -> bool:
        """Whether a folded string is a word somewhere in the archive."""
        known = self.kept.words.get(text)
        if known is None and self._guesses is not None:
            self._guesses.add(text)
            return False
        if known is None:
            self.learn([text])
            return self.kept.words[text]
        return known

    def learn(self, words: Iterable[str]) -> None:
        """Ask for many words at once."""
        kept = self.kept.words
        unknown = [word for word in dict.fromkeys(words) if word not in kept]
        if len(kept) + len(unknown) > _MAX_KEPT:
            kept.clear()
        counts = self._count([{"term": {"words": cut(word)}} for word in unknown])
        kept.update((word, count > 0) for word, count in zip(unknown, counts, strict=True))

    def settled(self, work: Any) -> Any:
        """What some work returns when it knows all words that it asks for: they are asked for together and not one by one."""
        if self._guesses is not None:
            return work()  # whoever waits for more asks for these too
        while True:
            self._guesses = set()
            try:
                found = work()
                asked = self._guesses
            finally:
                self._guesses = None
            if not asked:
                return found
            self.learn(asked)

    # -- frequencies -------------------------------------------------------------------------------------------------------

    def frequency(self, family: str, term: Hashable) -> int | None:
        """In how many passages a term stands, if that was asked for."""
        return self._frequencies.get((family, term))

    def count_terms(self, wanted: Mapping[tuple[str, Hashable], Json]) -> None:
        """Ask in how many passages terms stand: (family, term) -> query."""
        new = {key: query for key, query in wanted.items() if key not in self._frequencies}
        self._frequencies.update(zip(new, self._count(list(new.values())), strict=True))

    def counts(self, queries: Sequence[Json]) -> list[int]:
        """How many passages answer each of some queries."""
        replies = self.many([{"size": 0, "track_total_hits": True, "query": query} for query in queries])
        return [reply["hits"]["total"]["value"] for reply in replies]

    def count_figures(self, query: Json, conditions: Sequence[Json] = ()) -> int:
        """How many figures the passages have that answer a query, or how many of those satisfy any of some conditions."""
        met: Json = (
            {"bool": {"should": list(conditions), "minimum_should_match": 1}} if conditions else {"match_all": {}}
        )
        aggs: Json = {"of": {"nested": {"path": "figures"}, "aggs": {"met": {"filter": met}}}}
        (reply,) = self.many([{"size": 0, "query": query, "aggs": aggs}])
        return int(reply["aggregations"]["of"]["met"]["doc_count"])

    def _count(self, queries: Sequence[Json]) -> list[int]:
        found: list[int] = []
        groups = [queries[i : i + _COUNTED_AT_ONCE] for i in range(0, len(queries), _COUNTED_AT_ONCE)]
        bodies = [{"size": 0, "aggs": {"of": {"filters": {"filters": group}}}} for group in groups]
        for reply in self.many(bodies) if bodies else ():
            found += [bucket["doc_count"] for bucket in reply["aggregations"]["of"]["buckets"]]
        return found

    # -- documents ---------------------------------------------------------------------------------------------------------

    def _documents(self, kind: str, ids: Sequence[str], source: Sequence[str]) -> dict[str, dict[str, Any]]:
        found, lost = self.connection.documents_in_reach(self.index(kind), ids, source)
        self.missing = max(self.missing, int(lost > 0))
        return found

    def passages(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """Passages as they are stored, those that are there."""
        wanted = {f"{article}-{ordinal}": (article, ordinal) for article, ordinal in keys}
        found = self._documents("passages", list(wanted), SOURCE)
        return {wanted[each]: document for each, document in found.items()}

    def metas(self, articles: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What is known of articles."""
        found = self._documents("articles", list(dict.fromkeys(articles)), ["stored.meta"])
        return {article: document["stored"]["meta"] for article, document in found.items()}


def parts_of(text: str) -> list[str]:
    """What of a text could be a word: neighbouring characters, and what signs make of runs."""
    folded = fold(text).text
    units = [unit.text for unit in find_units(folded)]
    return [folded, *units, *possible_words(units)]
