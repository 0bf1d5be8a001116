"""The clauses of a query: found, chosen and taken away, so that a facet or a chip is a change of the query and nothing else.

    时间谷 日期:2021 -类型:标题        three clauses, two of them conditions
    走廊 日期:2021 OR 日期:2022        two clauses; the condition has two alternatives, each of which can go
    走廊 总投资>=10亿元                two clauses, one a condition on a quantity

What a clause is, the query language alone decides: a piece of the query is one if the query without it is read as the
same query less one node. So what stands inside quotes or in a group is left as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from indexer.search.filters import Choice, Filter, filters_in
from indexer.search.quantities import Quantity, find_conditions
from indexer.search.query import MAX_LENGTH, Node, Not, parse

__all__ = ["Clause", "Condition", "clauses", "conditions", "removable", "toggled", "with_condition", "without"]

_PIECE = re.compile(
    r"""
    [-－−]?
    (?: [A-Za-z\u4e00-\u9fff]{2,12} [:：] )?
    (?: "[^"]*" | “[^”]*” | 「[^」]*」 | 『[^』]*』 | [(（] [^()（）]* [)）] | \S+ )
    (?!\S)
    """,
    re.VERBOSE,
)
_OR_WORD = re.compile(r"OR|\|\|?|｜|或")
_OR = re.compile(rf"\s+(?:{_OR_WORD.pattern})\s+")

_OF_ONE_VALUE = ("date", "kind")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it stands in a query: ``text`` from ``start`` to ``end``, and the node it is read as."""

    text: str
    start: int
    end: int
    node: Node


@dataclass(frozen=True, slots=True)
class Condition:
    """A clause that is a condition: how it is read, and whether what meets it is left out."""

    text: str
    start: int
    end: int
    filter: Filter | Choice | Quantity
    excluded: bool

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The alternatives on an article or a passage; none for a quantity."""
        return filters_in(self.filter)

    @property
    def field(self) -> str | None:
        """The field that all alternatives ask about; None for a quantity, or where they ask about several."""
        fields = {each.field for each in self.filters}
        return fields.pop() if len(fields) == 1 else None


@lru_cache(maxsize=64)
def clauses(query: str) -> tuple[Clause, ...]:
    """The clauses of a query that can be taken away, in order."""
    nodes = _read(query)
    found: list[Clause] = []
    for start, end, _, behind in find_conditions(query):
        # 超过100亿元的项目: the condition cannot go without the word behind it.
        if not behind:
            found += _if_clause(query, start, end, nodes)
    taken = tuple(found)
    for units in _pieces(query):
        free = [unit for unit in units if not any(unit[0] < each.end and each.start < unit[1] for each in taken)]
        # 总投资>=1亿元 | 日期:2021 joins nothing: a condition on a quantity is no alternative.
        whole = _if_clause(query, free[0][0], free[-1][1], nodes) if free == units else []
        found += whole or [clause for unit in free for clause in _if_clause(query, *unit, nodes)]
    return tuple(sorted(found, key=lambda each: each.start))


@lru_cache(maxsize=64)
def conditions(query: str) -> tuple[Condition, ...]:
    """The conditions among the clauses, in order."""
    found = []
    for clause in clauses(query):
        excluded = isinstance(clause.node, Not)
        node = clause.node.node if isinstance(clause.node, Not) else clause.node
        if isinstance(node, Filter | Choice | Quantity):
            found.append(Condition(clause.text, clause.start, clause.end, node, excluded))
    return tuple(found)


def removable(query: str) -> Iterator[tuple[str, str]]:
    """Each piece of a query that can go by itself, with the query without it: clauses, and alternatives of conditions."""
    for clause in clauses(query):
        condition = next((each for each in conditions(query) if each.start == clause.start), None)
        parts = _alternatives(query, condition) if condition and not condition.excluded else []
        if len(parts) > 1:
            yield from ((part.text, rest) for part in parts if (rest := _without_part(query, parts, part)))
        else:
            yield clause.text, without(query, clause)


def without(query: str, *removed: Clause | Condition) -> str:
    """The query with these of its clauses taken out; empty if nothing else stood there."""
    kept, end = [], 0
    for clause in sorted(removed, key=lambda each: each.start):
        kept.append(query[end : clause.start].strip())
        end = clause.end
    kept.append(query[end:].strip())
    return " ".join(part for part in kept if part)


def with_condition(query: str, text: str) -> str | None:
    """The query narrowed by a condition such as 日期:2021; one that it had on the same field gives way, except names:
    a passage can be about two parks, but not of two kinds.

    None if there is no room for it, or if it would be read as something else where it comes to stand.
    """
    if len(read := _read(text)) != 1 or not isinstance(wanted := read[0], Filter):
        return None
    old = []
    if wanted.field in _OF_ONE_VALUE:
        old = [each for each in conditions(query) if not each.excluded and each.field == wanted.field]
    rest = without(query, *old)
    for narrowed in (f"{rest} {text}".strip(), f"{text} {rest}".strip()):
        if len(narrowed) <= MAX_LENGTH and _is_less(_read(rest), _read(narrowed), wanted):
            return narrowed
    return None


def toggled(query: str, text: str) -> str | None:
    """The query with a condition as one more alternative to those it has on the same field, or without it if it has it.

    None if there is no room for it, or if it would be read as something else where it comes to stand.
    """
    if len(read := _read(text)) != 1 or not isinstance(wanted := read[0], Filter):
        return None
    same = [each for each in conditions(query) if not each.excluded and each.field == wanted.field]
    for condition in same:
        if wanted in condition.filters:
            parts = _alternatives(query, condition)
            part = next((each for each in parts if each.node == wanted), None)
            return without(query, condition) if len(parts) < 2 or part is None else _without_part(query, parts, part)
    for condition in same:
        widened = f"{query[: condition.end]} OR {text}{query[condition.end :]}"
        both = Choice((*condition.filters, wanted))
        expected = tuple(both if node == condition.filter else node for node in _read(query))
        if len(widened) <= MAX_LENGTH and _read(widened) == expected:
            return widened
    return with_condition(query, text) if not same else None


def _pieces(query: str) -> Iterator[list[tuple[int, int]]]:
    """What stands between spaces, quotations and groups whole; alternatives together."""
    units: list[tuple[int, int]] = []
    for match in _PIECE.finditer(query):
        if units and _OR.fullmatch(query, units[-1][1], match.start()):
            units.append(match.span())
        elif not _OR_WORD.fullmatch(match[0]):
            if units:
                yield units
            units = [match.span()]
    if units:
        yield units


def _if_clause(query: str, start: int, end: int, nodes: tuple[Node, ...]) -> list[Clause]:
    """The clause between two places, if it is one."""
    text = query[start:end].strip()
    read = _read(text) if text else ()
    if len(read) != 1:
        # Excluded alone it is searched as text.
        bare = _read(text.lstrip("-－−")) if text[:1] in "-－−" else ()
        read = (Not(bare[0]),) if len(bare) == 1 else ()
    elif text[:1] in "-－−" and len(bare := _read(text[1:])) == 1 and not isinstance(read[0], Not):
        read = (Not(bare[0]),)
    clause = Clause(text, start, end, read[0]) if read else None
    return [clause] if clause and _is_less(_read(without(query, clause)), nodes, clause.node) else []


def _alternatives(query: str, condition: Condition) -> list[Clause]:
    """The alternatives of a condition where they stand; only the condition itself if it is one in brackets."""
    parts, place = [], condition.start
    for text in _OR.split(query[condition.start : condition.end]):
        start = query.index(text, place)
        place = start + len(text)
        read = _read(text.strip())
        if len(read) != 1 or not isinstance(read[0], Filter):
            return []
        parts.append(Clause(text.strip(), start, place, read[0]))
    return parts


def _without_part(query: str, parts: list[Clause], part: Clause) -> str:
    kept = " OR ".join(each.text for each in parts if each is not part)
    return query[: parts[0].start] + kept + query[parts[-1].end :]


# A page asks for the same few queries again for every facet value.
@lru_cache(maxsize=256)
def _read(query: str) -> tuple[Node, ...]:
    return parse(query).root.nodes if query.strip() else ()


def _is_less(rest: tuple[Node, ...], nodes: tuple[Node, ...], node: Node) -> bool:
    """Whether ``rest`` is ``nodes`` without one ``node``."""
    return any(each == node and nodes[:i] + nodes[i + 1 :] == rest for i, each in enumerate(nodes))
