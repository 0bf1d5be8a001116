"""Conditions inside a query: found, chosen and taken away, so that a facet is a change of the query and nothing else.

    时间谷 日期:2021 -类型:标题      two conditions: 日期:2021 and -类型:标题
    走廊 总投资>=10亿元              one condition, on a quantity

What a condition is, the query language alone decides: a piece of the query is one if the query without it is read as
the same query less one filter. So one that stands inside quotes, in a group or beside an OR is left as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from indexer.search.filters import Filter
from indexer.search.quantities import Quantity, find_conditions
from indexer.search.query import MAX_LENGTH, Node, Not, parse

__all__ = ["Condition", "conditions", "with_condition", "without"]

_CANDIDATE = re.compile(
    r"""
    (?<!\S) (?P<minus>[-－−]?)
    (?P<condition> [A-Za-z\u4e00-\u9fff]{2,12} [:：] (?: "[^"]*" | “[^”]*” | 「[^」]*」 | \S+ ) )
    (?!\S)
    """,
    re.VERBOSE,
)

_OF_ONE_VALUE = ("date", "kind")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it stands in a query: ``text`` from ``start`` to ``end``, and how it is read."""

    text: str
    start: int
    end: int
    filter: Filter | Quantity
    excluded: bool


@lru_cache(maxsize=64)
def conditions(query: str) -> tuple[Condition, ...]:
    """The conditions at the top of a query, in order."""
    nodes = _read(query)
    found = []
    for candidate in _CANDIDATE.finditer(query):
        read = _read(candidate["condition"])
        if len(read) != 1 or not isinstance(read[0], Filter):
            continue
        excluded = bool(candidate["minus"])
        condition = Condition(candidate[0], candidate.start(), candidate.end(), read[0], excluded)
        node = Not(read[0]) if excluded else read[0]
        if _is_less(_read(without(query, condition)), nodes, node):
            found.append(condition)
    for start, end, quantity, behind in find_conditions(query):
        condition = Condition(query[start:end].strip(), start, end, quantity, excluded=False)
        # 超过100亿元的项目: the condition cannot go without the word behind it.
        if not behind and _is_less(_read(without(query, condition)), nodes, quantity):
            found.append(condition)
    return tuple(sorted(found, key=lambda each: each.start))


def without(query: str, *removed: Condition) -> str:
    """The query with these of its conditions taken out; empty if nothing else stood there."""
    kept, end = [], 0
    for condition in sorted(removed, key=lambda each: each.start):
        kept.append(query[end : condition.start].strip())
        end = condition.end
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
        old = [each for each in conditions(query) if not each.excluded and _field(each.filter) == wanted.field]
    rest = without(query, *old)
    for narrowed in (f"{rest} {text}".strip(), f"{text} {rest}".strip()):
        if len(narrowed) <= MAX_LENGTH and _is_less(_read(rest), _read(narrowed), wanted):
            return narrowed
    return None


# A page asks for the same few queries again for every facet value.
@lru_cache(maxsize=256)
def _read(query: str) -> tuple[Node, ...]:
    return parse(query).root.nodes if query.strip() else ()


def _is_less(rest: tuple[Node, ...], nodes: tuple[Node, ...], node: Node) -> bool:
    """Whether ``rest`` is ``nodes`` without one ``node``."""
    return any(each == node and nodes[:i] + nodes[i + 1 :] == rest for i, each in enumerate(nodes))


def _field(condition: Filter | Quantity) -> str | None:
    return condition.field if isinstance(condition, Filter) else None
