"""Places: the administrative divisions of China with their short forms, regions and countries, towns, villages, roads.

Divisions come from the gazetteer. Towns, villages and roads are too many for a list: their last character shows them
(西渡镇, 衡州大道), if a boundary or another place shows where they begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from indexer.facts.names.gazetteer import divisions, read_lists, short_places
from indexer.facts.names.scan import HAN, Found, Text, is_generic, left_edge, skip_lead

__all__ = ["find_small_places", "place_prefix", "place_start"]

_ENDING = re.compile("大道|大街|街道|镇|乡|村|县")
# Words in which these characters are no ending: what stands before, and what stands behind.
_NOT_AFTER = {
    "镇": "城乡古小重集市特各名强百千",
    "乡": "城家下老故返回",
    "村": "农乡全古新老本该各我行驻",
    "县": "农城全各我本该",
}
_NOT_BEFORE = {
    "街道": "办口",
    "镇": "区江痛静压定域村长上里",
    "乡": "村镇亲下土情贤愁音间民风长里",
    "村": "民干里集庄级镇口部小史子务规头支社两容落医党居长寨上中内外委组改",
    "县": "域级委区城政里长市乡直人处内中财纪局团科法检",
}
_SIZES = {"大道": (2, 4), "大街": (2, 4), "街道": (2, 3), "镇": (2, 3), "乡": (2, 3), "村": (2, 4), "县": (1, 3)}


def find_small_places(text: Text, known: Iterable[Found]) -> Iterator[Found]:
    """Towns, villages, counties and roads. ``known``: the places that the gazetteer gave, behind which they may begin."""
    s = text.text
    place_ends = {found.end for found in known if found.kind == "place"}
    for match in _ENDING.finditer(s):
        ending, start, end = match.group(), match.start(), match.end()
        if s[start - 1 : start] in _NOT_AFTER.get(ending, "\n") or (
            end < len(s) and s[end] in _NOT_BEFORE.get(ending, "")
        ):
            continue
        least, most = _SIZES[ending]
        edge = _edge(text, start, place_ends, most)
        core = s[edge:start]
        if (
            least <= len(core) <= most
            and _NAME.fullmatch(core)
            and not is_generic(core)
            and core[0] not in "全各某该本每一两三几多市省"
            and core[-1] not in "一二三四五六七八九十两几各"
        ):
            yield Found("place", edge, end, "suffix")
            place_ends.add(end)


_NAME = re.compile(f"[{HAN}]+")


def _edge(text: Text, end: int, place_ends: set[int], most: int) -> int:
    """The nearest boundary or end of another place."""
    for size in range(1, most + 1):
        if end - size in place_ends:
            return end - size
        if not _NAME.match(text.text, end - size):
            break
    return skip_lead(text.text, left_edge(text, end), end)


def place_prefix(s: str, start: int, end: int) -> int:
    """Where the place names that ``s[start:end]`` begins with end: 湖南衡阳 in 湖南衡阳松木经开区."""
    places, lengths_by_head, _ = _index()
    at = start
    while lengths := lengths_by_head.get(s[at : at + 2]):
        for length in lengths:
            if at + length <= end and s[at : at + length] in places:
                at += length
                break
        else:
            break
    return at


def place_start(s: str, low: int, end: int) -> int:
    """Where the place names that end at ``end`` begin, not before ``low``; ``end`` if there are none."""
    places, _, lengths_by_tail = _index()
    start = end
    while lengths := lengths_by_tail.get(s[max(start - 2, 0) : start]):
        for length in lengths:
            if start - length >= low and s[start - length : start] in places:
                start -= length
                break
        else:
            break
    return start


@cache
def _index() -> tuple[frozenset[str], dict[str, list[int]], dict[str, list[int]]]:
    """All places, and the lengths of those that begin or end with two characters, the longest first."""
    regions = read_lists("regions")
    places = frozenset([*divisions(), *short_places(), *regions["region"], *regions["country"]])
    heads: dict[str, set[int]] = {}
    tails: dict[str, set[int]] = {}
    for place in places:
        heads.setdefault(place[:2], set()).add(len(place))
        tails.setdefault(place[-2:], set()).add(len(place))
    descending = [{pair: sorted(sizes, reverse=True) for pair, sizes in ends.items()} for ends in (heads, tails)]
    return places, descending[0], descending[1]
