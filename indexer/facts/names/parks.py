"""Parks (园区) by their last word: 产业园, 高新区, 科学城, 智造谷, 经济走廊 …

What stands between the left edge and the last word must tell the park from others: 移动互联网产业园 is a type of park,
云台移动互联网产业园 is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from indexer.facts.names.gazetteer import words
from indexer.facts.names.places import place_prefix
from indexer.facts.names.scan import HAN, Found, Text, is_generic, left_edge, sentence_span, skip_lead, stops_at

__all__ = ["TYPE_ONLY", "park_rule", "parks_under_construction"]

# Rule of a park that is named by its type alone; such a find is kept only where lists or usage show what it means.
TYPE_ONLY = "type"

_MAX_CORE = 24


def park_rule(text: Text, begin: int, end: int, suffix: str) -> Iterator[Found]:
    """The park whose last word is ``suffix``, if there is one."""
    s = text.text
    if s[end : end + 1] in _PARK_GOES_ON.get(suffix[-1], ""):
        return
    edge = left_edge(text, begin)
    start = skip_lead(s, edge, begin)
    start = min(start, begin)
    core = s[start:begin]
    if len(core) > _MAX_CORE or core.endswith("建设"):
        return
    if (inner := _INNER_PARK.match(s, start, begin)) and not is_generic(s[inner.end() : begin]):
        start = inner.end()
        core = s[start:begin]
    if is_generic(core):
        if s[start - 1 : start] not in _MANY or not start:
            yield Found("park", start, end, TYPE_ONLY)
        return
    # 某市数字经济集聚区——某走廊: what stands before the dash describes what stands behind it.
    if suffix in words("suffixes", "weak-park") and (
        not _is_one_of_its_place(s, start, begin) or s.startswith("——", end)
    ):
        return
    yield Found("park", start, end, "quotation" if core[0] in "“‘" else "suffix")


# 云台市高新区时间谷产业园: a park that lies in another.
_INNER_PARK = re.compile(f"[{HAN}]{{1,10}}?(?:高新区|经开区|开发区|综保区|保税区|自贸区|新区)(?!管委会)")
# 45个产业园区, 该产业园, 各开发区, 现代化的产业园: no name can follow.
_MANY = tuple("个家座大批类各多等该的些此级型")
_PARK_GOES_ON = {
    "区": "域别分位块划间",
    "园": "林丁艺区长",
    "城": "市镇乡区",
    "港": "口湾澳元币",
    "谷": "物地底歌",
    "地": "区方带位块",
    "镇": "区长",
}


def _is_one_of_its_place(s: str, start: int, begin: int) -> bool:
    """湘南承接产业转移示范区 and “云台”产业基地 are names; 衡阳市产业园区, 高端钟表制造基地 are kinds of places."""
    after = place_prefix(s, start, begin)
    if after == start:
        return s[start] in "“‘" or s[start].isascii()
    return begin - after > 2 or not is_generic(s[after:begin])


def parks_under_construction(text: Text, found: Iterable[Found]) -> Iterator[Found]:
    """Parks that are also projects: something happens to their building, or the sentence gives their investment."""
    s = text.text
    for one in found:
        if one.kind != "park" or one.rule == TYPE_ONLY or s.startswith("项目", one.end):
            continue
        if (event := _EVENT_OF_PARK.match(s, one.end)) and (
            stops_at(text, event.end()) or s[event.end()] in "仪活建典后"
        ):
            yield Found("project", one.start, one.end, "construction")
            continue
        low, high = sentence_span(s, one.start, one.end)
        amount = s.find("总投资", one.end, high)
        if one.start - low <= 2 and amount >= 0 and not _OTHERS.search(s, one.end, amount):
            yield Found("project", one.start, one.end, "construction")


_OTHERS = re.compile("项目|签约|企业|公司|引进|落户")
_EVENT_OF_PARK = re.compile(
    r"(?:一|二|三|四|首)?期?(?:正式|顺利|全面|如期|建成|主体|即将|今日|举行)*(?:开工|奠基|动工|竣工|投产|开通|交付|封顶|投运|投入使用|揭牌|开建|落成|通车)"
)
