"""Names of an archive: mentions of many articles joined, at read time.

Each article has already joined its own spellings. Here two articles' names are one when they have the same key
(name_key: quotation marks, 产业园区 for 产业园, 衡阳市 for 衡阳), when one is a short form that another article
joins to exactly one long name, when they differ only by a place in front (衡阳县西渡高新区 = 西渡高新区), or when the
user says so. All of it is decided on sets, so neither the order of articles nor that of mentions matters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, Protocol

from indexer.facts.names.gazetteer import KINDS, NameKind
from indexer.facts.names.places import place_prefix
from indexer.facts.names.scan import is_generic
from indexer.facts.names.usage import name_key
from indexer.text import fold

__all__ = ["Name", "Uses", "join_aliases", "join_uses"]


class NameUse(Protocol):
    """What joining needs of a mention."""

    @property
    def kind(self) -> NameKind: ...
    @property
    def name(self) -> str: ...
    @property
    def surface(self) -> str: ...


class Joins(Protocol):
    """What joining needs of a gazetteer: pairs of names that the user says are one."""

    @property
    def joins(self) -> Sequence[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an archive. ``names`` are the mentions' ``name`` values that it joins, ``aliases`` all other spellings.

    ``mentions`` and ``articles`` are counts.
    """

    kind: NameKind
    name: str
    aliases: tuple[str, ...]
    names: tuple[str, ...]
    mentions: int
    articles: int


class Uses(NamedTuple):
    """How some articles, given by their ids, use a name: how often each spelling stands in them."""

    kind: NameKind
    name: str
    surfaces: Mapping[str, int]
    articles: Collection[Hashable]


_Node = list[Uses]
"""All uses of the names of one key."""


def join_aliases(mentions: Mapping[str, Iterable[NameUse]], gazetteer: Joins | None = None) -> list[Name]:
    """The names of all articles (id to its mentions), most often mentioned first, then by name.

    ``gazetteer``: the user's joins; None for none.
    """
    found: defaultdict[tuple[NameKind, str], tuple[Counter[str], set[str]]] = defaultdict(lambda: (Counter(), set()))
    for article, uses in mentions.items():
        for use in uses:
            surfaces, articles = found[use.kind, use.name]
            surfaces[use.surface] += 1
            articles.add(article)
    return join_uses((Uses(*name, *counted) for name, counted in found.items()), gazetteer)


def join_uses(uses: Iterable[Uses], gazetteer: Joins | None = None) -> list[Name]:
    """The same, from uses that are counted already; a name may come several times, each time from other articles."""
    nodes: defaultdict[NameKind, defaultdict[str, _Node]] = defaultdict(lambda: defaultdict(list))
    for of_name in uses:
        nodes[of_name.kind][name_key(of_name.kind, fold(of_name.name).text)].append(of_name)
    names = [name for kind in KINDS for name in _join_kind(kind, nodes[kind], gazetteer)]
    return sorted(names, key=lambda name: (-name.mentions, KINDS.index(name.kind), name.name))


def _join_kind(kind: NameKind, nodes: Mapping[str, _Node], gazetteer: Joins | None) -> list[Name]:
    parent = {key: key for key in nodes}
    for left, right in _pairs(kind, nodes, gazetteer):
        low, high = sorted((_root(parent, left), _root(parent, right)))
        parent[high] = low
    groups: dict[str, list[_Node]] = defaultdict(list)
    for key, node in nodes.items():
        groups[_root(parent, key)].append(node)
    return [_name(kind, group) for group in groups.values()]


def _root(parent: Mapping[str, str], key: str) -> str:
    while parent[key] != key:
        key = parent[key]
    return key


def _name(kind: NameKind, group: list[_Node]) -> Name:
    names: defaultdict[str, int] = defaultdict(int)
    spellings: set[str] = set()
    articles: set[Hashable] = set()
    for of_name in chain.from_iterable(group):
        names[of_name.name] += sum(of_name.surfaces.values())
        spellings.update(of_name.surfaces)
        articles.update(of_name.articles)
    # The spelling used most; of equals the longest.
    name = min(names, key=lambda n: (-names[n], -len(n), n))
    aliases = tuple(sorted(spellings.union(names) - {name}))
    return Name(kind, name, aliases, tuple(sorted(names)), sum(names.values()), len(articles))


def _pairs(kind: NameKind, nodes: Mapping[str, _Node], gazetteer: Joins | None) -> Iterable[tuple[str, str]]:
    if gazetteer is not None:
        for left, right in gazetteer.joins:
            pair = name_key(kind, fold(left).text), name_key(kind, fold(right).text)
            if pair[0] in nodes and pair[1] in nodes:
                yield pair
    if kind in ("park", "organization", "project"):
        yield from _by_alias(kind, nodes)
        yield from _by_place_in_front(nodes)


def _by_alias(kind: NameKind, nodes: Mapping[str, _Node]) -> Iterable[tuple[str, str]]:
    """A name that is a short form of exactly one other."""
    owners: dict[str, set[str]] = defaultdict(set)
    for key, node in nodes.items():
        for surface in {surface for of_name in node for surface in of_name.surfaces}:
            short = name_key(kind, fold(surface).text)
            if short != key:
                owners[short].add(key)
    for short, fulls in owners.items():
        # 高新区 and 市委 are short forms of another name in every city.
        if short in nodes and len(fulls) == 1 and not is_generic(short) and not _is_office(short):
            yield short, next(iter(fulls))


def _is_office(short: str) -> bool:
    return short[:1] in "省市县区州镇乡"


def _by_place_in_front(nodes: Mapping[str, _Node]) -> Iterable[tuple[str, str]]:
    """衡阳县西渡高新区 and 西渡高新区: if only one place stands before the rest, the rest alone means it too."""
    placed: dict[str, set[str]] = defaultdict(set)
    for key in nodes:
        after = place_prefix(key, 0, len(key))
        rest = key[after:]
        if after and len(rest) >= 4 and rest in nodes and not is_generic(rest) and not _is_office(rest):
            placed[rest].add(key)
    for rest, fulls in placed.items():
        if len({key[: len(key) - len(rest)] for key in fulls}) == 1:
            yield from ((rest, key) for key in fulls)
