"""What one article teaches about its own names: short forms it defines or uses, and names it repeats.

    衡阳国家高新区(以下简称高新区)       the article defines the short form
    南岳电控(衡阳)工业技术股份有限公司    南岳电控 elsewhere in the article is the same company
    湘南湘西区块链产业园                 区块链产业园, if it fits no other park of the article

Nothing is learnt across articles: a name is cut alike whatever else the archive holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from indexer.facts.names.gazetteer import read_lists, short_places
from indexer.facts.names.parks import TYPE_ONLY
from indexer.facts.names.places import place_prefix
from indexer.facts.names.scan import Found, Text, is_generic, sentence_span

__all__ = ["canonical_names", "find_repeats", "learn_short_forms", "name_key"]

_DEFINITION = re.compile(
    r"\((?:以下|下文|下称|后文)?(?:统称|简称|合称|下称)(?:为|“|:|是)?“?(?P<short>[^()“”,。;]{2,12})”?\)|[,]?(?:以下|下文)简称“?(?P<bare>[^()“”,。;、\n]{2,10})”?(?=[),。;])"
)
# One of these stands in each definition.
_CALLED = ("简称", "统称", "合称", "下称")
_DECORATION = re.compile(r"[\s“”‘’\"'「」()]+")


# What is done for each name by searching the whole article is done for so many names at most, fewer in a long article: no
# printed article comes near, and a made-up one must not take minutes.
_MAX_SEARCHED = 2000
_MAX_WORK = 200_000_000


def _searchable(s: str) -> int:
    return min(_MAX_SEARCHED, _MAX_WORK // max(len(s), 1))


def learn_short_forms(text: Text, found: Iterable[Found]) -> tuple[dict[tuple[str, str], str], list[Found]]:
    """Short forms as (kind, short) to full name, and their places in the text."""
    s = text.text
    # Places have their short forms from the gazetteer: 衡阳（湖南） does not make 湖南 the city.
    names = [one for one in found if one.kind != "place"]
    by_end = {one.end: one for one in sorted(names, key=lambda f: f.end - f.start)}
    learnt: dict[tuple[str, str], str] = {}
    for match in _DEFINITION.finditer(s) if any(word in s for word in _CALLED) else ():
        full = by_end.get(match.start())
        short = match.group("short") or match.group("bare")
        # A definition stands in one passage.
        if full is not None and "\n" not in match.group() and short not in s[full.start : full.end - len(short)]:
            learnt.setdefault((full.kind, short), s[full.start : full.end])
    alone = _outside_names(s, names)
    for one in names[: _searchable(s)]:
        if one.kind == "organization" and one.rule == "suffix":
            surface = s[one.start : one.end]
            short = _short_company(alone, surface)
            if short and ("organization", short) not in learnt:
                learnt["organization", short] = surface
    for one in names[: _searchable(s)]:
        if renamed := _RENAMED.search(s, max(0, one.start - 8), one.start):
            low, _ = sentence_span(s, one.start, one.end)
            before = [
                other
                for other in names
                if other.kind == one.kind and low <= other.start and other.end <= renamed.start()
            ]
            if before and one.rule != TYPE_ONLY:
                first = min(before, key=lambda other: (other.start, -other.end))
                learnt.setdefault((one.kind, s[one.start : one.end]), s[first.start : first.end])
    places = [
        Found(kind, at, at + len(short), "short form")  # type: ignore[arg-type]  # keys hold the kinds of names
        for (kind, short) in learnt
        for at in _occurrences(s, short)
    ]
    return learnt, places


_RENAMED = re.compile(r"(?:暂定名|更名为|改名为|改称|改为|又称|又名|原名|曾用名)[为:“]?$")
_LEGAL = re.compile(r"(?:股份|有限责任|有限|集团|控股)*公司$|集团$")


def _outside_names(s: str, names: Iterable[Found]) -> str:
    """The text without the long names in it: what is left of a brand there stands by itself."""
    pieces, at = [], 0
    for one in sorted(names, key=lambda f: f.start):
        if one.rule == "suffix" and one.end - one.start > 4 and one.kind != "place":
            pieces.append(s[at : max(at, one.start)])
            at = max(at, one.end)
    return "\n".join([*pieces, s[at:]])


def _short_company(alone: str, surface: str) -> str | None:
    """The brand that a legal name begins with, if the article uses it alone as well."""
    legal = _LEGAL.search(surface)
    if legal is None or "有限" not in legal.group():
        return None
    start = place_prefix(surface, 0, legal.start())
    if surface[start : start + 1] in "省市县区":
        start += 1
    core = re.split(r"[(]", surface[start : legal.start()])[0]
    for length in range(min(6, len(core)), 1, -1):
        short = core[:length]
        if is_generic(short) or (length == 2 and short in _not_brands()):
            continue
        if alone.count(short) >= (1 if length > 2 else 2):
            return short
    return None


@cache
def _not_brands() -> frozenset[str]:
    return frozenset(short_places()) | frozenset(read_lists("generic")["generic"])


def find_repeats(text: Text, found: Iterable[Found]) -> Iterator[Found]:
    """Every further place of a name that is sure enough to be one wherever it stands."""
    s = text.text
    names: dict[tuple[str, str], Found] = {}
    for one in found:
        if one.kind in ("place",) or one.rule == TYPE_ONLY:
            continue
        surface = s[one.start : one.end]
        least = 2 if one.kind == "person" else 3 if one.kind == "organization" else 4
        if len(surface) >= least and not (
            one.kind == "organization" and one.rule in ("list", "brand") and len(surface) < 3
        ):
            names.setdefault((one.kind, surface), one)
    names = dict(list(names.items())[: _searchable(s)])
    for (_, surface), one in names.items():
        for at in _occurrences(s, surface):
            if at != one.start:
                yield Found(one.kind, at, at + len(surface), "repeat", one.role if one.credit is None else None)
    yield from _repeats_without_quotes(s, names)


def _repeats_without_quotes(s: str, names: Mapping[tuple[str, str], Found]) -> Iterator[Found]:
    """“云台谷”钟表产业园 also stands as 云台谷钟表产业园 and as “云台谷” alone."""
    for (_, surface), one in names.items():
        if surface[0] != "“" or one.kind != "park":
            continue
        inner = surface[1 : surface.find("”")] if "”" in surface else ""
        plain = _DECORATION.sub("", surface)
        for spelling in {plain, inner} - {surface, ""}:
            if len(spelling) >= 3:
                for at in _occurrences(s, spelling):
                    yield Found("park", at, at + len(spelling), "repeat")


def _occurrences(s: str, needle: str) -> Iterator[int]:
    at = s.find(needle)
    while at >= 0:
        yield at
        at = s.find(needle, at + len(needle))


# Spellings of one type of park, and of one level of government.
_SAME = (
    ("高新技术产业开发区", "高新区"),
    ("高新技术产业园区", "高新区"),
    ("高新技术开发区", "高新区"),
    ("经济技术开发区", "经开区"),
    ("经济开发区", "经开区"),
    ("综合保税区", "综保区"),
    ("自由贸易试验区", "自贸区"),
    ("自贸试验区", "自贸区"),
    ("产业园区", "产业园"),
    ("工业园区", "工业园"),
    ("人民政府", "政府"),
    ("股份有限公司", "公司"),
    ("有限责任公司", "公司"),
    ("有限公司", "公司"),
    ("国家级", ""),
)


@lru_cache(maxsize=1 << 14)
def name_key(kind: str, name: str) -> str:
    """What two spellings of one name have in common, without any knowledge of other names."""
    key = _DECORATION.sub("", name)
    if kind == "place":
        return short_places().get(key, key.removesuffix("地区") if len(key) > 3 else key)
    if kind == "organization":
        key = key.removeprefix("中共")
    if kind in ("park", "organization", "project"):
        for long, short in _SAME:
            key = key.replace(long, short)
        if kind == "project":
            key = key.removesuffix("项目")
        if kind == "park":
            key = re.sub(r"国家(?=高新区|经开区)", "", key)
        key = _shorten_places(key)
    return key


def _shorten_places(key: str) -> str:
    """衡阳市高新区 as 衡阳高新区; not 衡阳县…, which is another place."""
    head = key[: place_prefix(key, 0, len(key))]
    if not head or len(head) == len(key) or key[len(head) :] in _BODIES:
        return key
    return head[:-1] + key[len(head) :] if len(head) > 2 and head[-1] in "市省" else key


_BODIES = frozenset({"委", "政府", "人大", "政协", "纪委"})


def canonical_names(
    text: Text, found: Iterable[Found], learnt: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """(kind, surface) to the name it stands for within this article, as folded text; types without a park are left out."""
    s = text.text
    surfaces: dict[str, dict[str, bool]] = defaultdict(dict)
    for one in found:
        surface = s[one.start : one.end]
        surfaces[one.kind][surface] = surfaces[one.kind].get(surface, False) or one.rule != TYPE_ONLY
    types = [surface for surface, sure in surfaces["park"].items() if not sure]
    surfaces["park"] |= {surface: _stands_for_one(s, surface) for surface in types[: _searchable(s)]}
    names: dict[tuple[str, str], str] = {}
    for kind, sure_by_surface in surfaces.items():
        groups = _groups(kind, sure_by_surface, learnt)
        for surface, name in groups.items():
            names[kind, surface] = name
    return names


def _stands_for_one(s: str, surface: str) -> bool:
    """海洋生物科技园, used again and again at the beginning of clauses, is what the article calls one park."""
    if len(surface) < 6:
        return False
    clauses = (at for at in _occurrences(s, surface) if s[at - 1 : at] in ",。;:\n")
    return next(clauses, None) is not None and next(clauses, None) is not None


def _groups(kind: str, surfaces: Mapping[str, bool], learnt: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Each surface to the longest of its group; surfaces without certainty that join no group are left out."""
    by_key: dict[str, list[str]] = defaultdict(list)
    for surface in surfaces:
        by_key[name_key(kind, surface)].append(surface)
    parent = {key: key for key in by_key}
    sure_keys = {key for key, members in by_key.items() if any(surfaces[m] for m in members)}
    for key in sorted(by_key, key=lambda k: (len(k), k)):
        full = learnt.get((kind, key)) or next((learnt[kind, m] for m in by_key[key] if (kind, m) in learnt), None)
        if full is not None and name_key(kind, full) in parent and name_key(kind, full) != key:
            parent[key] = name_key(kind, full)
        elif longer := _only_longer(kind, key, sure_keys):
            parent[key] = longer
    result: dict[str, str] = {}
    roots = {key: _root(parent, key) for key in by_key}
    members_of: dict[str, list[str]] = defaultdict(list)
    for key, members in by_key.items():
        members_of[roots[key]] += members
    for root, members in members_of.items():
        if root not in sure_keys:
            continue
        name = _longest(members, root, by_key)
        for member in members:
            result[member] = name
    return result


def _root(parent: Mapping[str, str], key: str) -> str:
    while parent[key] != key:
        key = parent[key]
    return key


def _longest(members: list[str], root: str, by_key: Mapping[str, list[str]]) -> str:
    return max(by_key[root], key=lambda name: (len(name), name)) if by_key[root] else max(members)


def _only_longer(kind: str, key: str, sure: set[str]) -> str | None:
    """The one longer name of the article that a shorter one can stand for."""
    if len(sure) > _MAX_SEARCHED:
        return None
    if kind == "park":
        if key in _BARE_TYPES:
            return None
        inner = [other for other in sure if len(other) > len(key) and (other.endswith(key) or _quoted_head(key, other))]
    elif kind == "organization" and (key in _LEVEL_BODIES or (key[:1] in "省市县区" and len(key) <= 6)):
        inner = [
            other
            for other in sure
            if other.endswith(key) and place_prefix(other, 0, len(other) - len(key) + 1) == len(other) - len(key) + 1
        ]
    elif kind in ("organization", "project"):
        inner = [
            other
            for other in sure
            if other.endswith(key) and 0 < place_prefix(other, 0, len(other)) >= len(other) - len(key)
        ]
    else:
        return None
    return inner[0] if len(inner) == 1 else None


# 产业园 alone can be any; 高新区 alone is the one the article is about.
_BARE_TYPES = frozenset(
    [
        "园区",
        "产业园",
        "工业园",
        "工业区",
        "基地",
        "示范区",
        "集聚区",
        "集中区",
        "试验区",
        "片区",
        "产业基地",
        "示范基地",
        "创业园",
        "示范园",
        "孵化器",
        "加速器",
        "众创空间",
        "总部基地",
        "孵化基地",
        "合作区",
        "经济区",
        "创业基地",
        "特色小镇",
        "产业走廊",
        "经济走廊",
        "生产基地",
        "先行区",
        "聚集区",
        "度假区",
        "物流园",
        "科技产业园",
        "产业集聚区",
    ]
)

_LEVEL_BODIES = frozenset(
    {
        "市委",
        "市政府",
        "省委",
        "省政府",
        "县委",
        "县政府",
        "区委",
        "区政府",
        "市人大常委会",
        "市政协",
        "县政协",
        "市纪委",
    }
)


def _quoted_head(short: str, long: str) -> bool:
    """云台谷 for 云台谷钟表产业园."""
    return len(short) >= 4 and long.startswith(short) and short[-1] in "谷港城园"
