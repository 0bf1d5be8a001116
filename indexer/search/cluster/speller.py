"""Other spellings on a cluster: it finds passages in which one may stand, and they are read here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from ...store.cluster.near import segment_of
from ...store.cluster.streams import stream
from ...text import fold, is_run
from ..pattern import Pattern
from ..results import Suggestion
from ..spelling import _MAX_LETTERS, _MAX_PLACES, Speller
from .compile import Json, rule_of
from .session import Session

__all__ = ["ClusterSpeller"]

# Completions whose frequencies are asked for.
_MAX_COMPARED = 200
# A run of letters or digits in place of one character is so long at most.
_RUN_GAP = 12


class ClusterSpeller(Speller):
    """Finds spellings in an archive on a cluster."""

    def __init__(self, session: Session) -> None:
        super().__init__((), session.is_word)
        self._session = session

    @cached_property
    def _sounds(self) -> dict[str, tuple[str, ...]]:
        return self._session.kept.sounds

    def _strings(self, wanted: Iterable[Pattern]) -> Counter[str]:
        patterns = list(wanted)
        near = self._near([{"intervals": {"chars": rule_of(pattern)}} for pattern in patterns])
        return near._strings(patterns)

    def _one_changed(self, units: list[str]) -> Counter[str]:
        return self._near([{"bool": {"should": list(_changed(units))}}])._one_changed(units)

    def similar(self, term: str) -> list[str]:
        found: list[str] = self._session.settled(lambda: super(ClusterSpeller, self).similar(term))
        return found

    def _near(self, queries: Sequence[Json]) -> Speller:
        """A speller over the first passages that answer one of the queries."""
        passages: dict[tuple[str, int], dict[str, Any]] = {}
        bodies = [
            {
                "size": _MAX_PLACES,
                "query": query,
                "sort": ["article", "ordinal"],
                "_source": ["stored", "kind", "article", "ordinal"],
            }
            for query in queries
        ]
        for reply in self._session.many(bodies) if bodies else ():
            hits = (hit["_source"] for hit in reply["hits"]["hits"])
            passages |= {(hit["article"], hit["ordinal"]): hit for hit in hits}
        metas = self._session.metas(article for article, _ in passages)
        view, _ = segment_of({key: of for key, of in passages.items() if key[0] in metas}, metas)
        return _Near(view, self)

    def complete(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        folded = fold(prefix.strip()).text
        if not folded or len(folded) > _MAX_LETTERS:
            return ()
        counts = self._completions(folded)
        if not counts and folded.isascii():
            spelt = self.pinyin(folded)
            literal = [{"intervals": {"chars": rule_of(self._literal(text))}} for text in spelt]
            counts = Counter(dict(zip(spelt, self._session.counts(literal) if literal else [], strict=True)))
        completions = [Suggestion(text, count) for text, count in counts.most_common(limit)]
        titles = [Suggestion(title, 1, "title") for title in self._titles(prefix, max(limit - len(completions), 2))]
        return tuple(completions[: limit - len(titles)] + titles)

    @staticmethod
    def _literal(text: str) -> Pattern:
        from ..pattern import patterns

        return patterns(text)[0]

    def _completions(self, folded: str) -> Counter[str]:
        """Words that begin so, of some hundred passages that have one, with their frequencies in all."""
        body = {"size": _MAX_PLACES, "query": {"prefix": {"words": folded}}, "_source": ["stored.words"]}
        (reply,) = self._session.many([body])
        words = Counter(
            word
            for hit in reply["hits"]["hits"]
            for word in set(hit["_source"]["stored"]["words"].split(" "))
            if word.startswith(folded) and word != folded
        )
        best = sorted(word for word, _ in words.most_common(_MAX_COMPARED))
        self._session.count_terms({("words", word): {"term": {"words": word}} for word in best})
        return Counter({word: count for word in best if (count := self._session.frequency("words", word))})

    def _titles(self, text: str, limit: int) -> list[str]:
        from ..pattern import patterns

        wanted = patterns(text)
        if not wanted:
            return []
        rules = [{"intervals": {"chars": rule_of(pattern)}} for pattern in wanted]
        query = {"bool": {"filter": [{"term": {"kind": "title"}}], "should": rules, "minimum_should_match": 1}}
        body = {"size": 4 * limit, "query": query, "sort": ["article"], "_source": ["stored.text"]}
        (reply,) = self._session.many([body])
        return list(dict.fromkeys(hit["_source"]["stored"]["text"] for hit in reply["hits"]["hits"]))[:limit]


class _Near(Speller):
    """Reads spellings from a segment; how characters sound, the whole archive tells."""

    def __init__(self, view: Any, of: ClusterSpeller) -> None:
        super().__init__([view], of._is_word)
        self._of = of

    @cached_property
    def _sounds(self) -> dict[str, tuple[str, ...]]:
        return self._of._sounds


def _changed(units: list[str]) -> Iterable[Json]:
    """What differs from the units in one: another, one more, one less."""
    gap = _RUN_GAP if any(map(is_run, units)) else 1

    def rule(parts: Sequence[Sequence[str]]) -> Json:
        rules = [
            {"match": {"query": " ".join(stream(part)[0]), "max_gaps": 0, "mode": "ordered"}} for part in parts if part
        ]
        joint = {"all_of": {"intervals": rules, "mode": "ordered", "max_gaps": gap}} if len(rules) > 1 else rules[0]
        return {"intervals": {"chars": joint}}

    for place in range(len(units)):
        yield rule([units[:place], units[place + 1 :]])
        if place:
            yield rule([units[:place], units[place:]])
