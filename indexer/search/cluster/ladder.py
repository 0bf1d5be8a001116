"""The steps of a query on a cluster: how many passages each finds, and the query that finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ladder import Counted, Ladder, Mask, Reading
from ..query import Query
from ..ranking import Tokens
from .compile import Compiler, Json

if TYPE_CHECKING:
    from .opened import ClusterOpened

__all__ = ["ClusterLadder"]


class _Found(Counted):
    """What a step finds, and the query that finds it."""

    def __init__(self, total: int, query: Json) -> None:
        super().__init__(total)
        self.query = query


class ClusterLadder(Ladder):
    """The steps of a query as counts and as queries."""

    def __init__(self, query: Query, tokens: Tokens, opened: ClusterOpened) -> None:
        super().__init__(query, opened.segments, tokens, opened.is_word, opened.names)
        self._opened = opened
        self._found: dict[Reading, _Found] = {}
        self._stands: dict[str, bool] = {}
        self.compiler = Compiler(query, tokens, self._is_word, self._mentioning, self._is_measured)

    def masks(self, step: Reading) -> list[Mask]:
        """What a step finds; all steps are counted in one request."""
        if not self._found:
            steps: tuple[Reading, ...] = ("exact", "near", "all", "most")
            queries = [self.compiler.step(each) for each in steps]
            counts = self._opened.session.counts(queries)
            self._found = {
                each: _Found(count, query) for each, count, query in zip(steps, counts, queries, strict=True)
            }
        return [self._found[step]]  # type: ignore[list-item]

    def stands(self, text: str) -> bool:
        if text not in self._stands:
            texts = list(dict.fromkeys([text, *(term.text for term in self._terms)]))
            counts = self._opened.session.counts([self.compiler.literal(each) for each in texts])
            self._stands |= {each: count > 0 for each, count in zip(texts, counts, strict=True)}
        return self._stands[text]

    def _mentioning(self, kind: str, value: str) -> Json:
        names = self._opened.names
        return names.mentioning(names.find(kind, value))

    def _is_measured(self, query: Json) -> bool:
        kept = self._opened.session.kept.measured
        key = repr(query)
        if key not in kept:
            kept[key] = self._opened.session.counts([query])[0] > 0
        return kept[key]
