"""Enumerations say what their members are: 引进华为、某某视讯等30余家企业, 观摩了甲园、乙公司、丙电子.

Two kinds of evidence: the word that closes the list (等30余家企业, 等17个园区, 等9个项目), and the members that are
known, which speak for the others when the list has no such word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache

from indexer.facts.names.gazetteer import NameKind, alternatives, read_lists
from indexer.facts.names.parks import TYPE_ONLY
from indexer.facts.names.places import place_prefix
from indexer.facts.names.scan import HAN, Found, Text, is_generic, left_edge, skip_lead, stops_at

__all__ = ["find_in_lists"]

_HEADS: dict[str, NameKind] = {
    **dict.fromkeys(
        [
            "企业",
            "公司",
            "名企",
            "巨头",
            "巨擘",
            "厂商",
            "厂家",
            "车企",
            "药企",
            "集团",
            "运营商",
            "投资商",
            "客商",
            "供应商",
            "承包商",
            "龙头",
            "头部企业",
            "上市公司",
            "央企",
            "国企",
            "民企",
            "机构",
            "银行",
            "金融机构",
            "高校",
            "院校",
            "大学",
            "院所",
            "科研院所",
            "研究院",
            "单位",
            "部门",
            "券商",
            "商户",
            "客户",
            "独角兽",
            "平台企业",
            "企业家协会",
            "行业巨头",
        ],
        "organization",
    ),
    **dict.fromkeys(
        ["园区", "产业园", "产业园区", "开发区", "专业园区", "园中园", "工业园", "工业园区", "平台园区"], "park"
    ),
    **dict.fromkeys(["项目", "工程", "大项目", "重大项目"], "project"),
}
# 等40余家龙头企业, 等企业, 等10大产业运营商: what stands between is at most a few generic words.
_HEAD = re.compile(
    r"等(?P<count>[0-9一二两三四五六七八九十百]+[余多]?[个家大所座条项批]?|多家|数家|众多|一批|一大批|一系列|若干|知名|[一二三两][大批家个])?"
    rf"(?P<between>[{HAN}0-9“”]{{0,12}}?)(?P<head>{'|'.join(sorted(_HEADS, key=len, reverse=True))})(?!家|化|园|部|的|云|平台|服务|管理|应用|数据|总部|负责人|人|代表|文化|品牌|产品|技术)"
)
_MEMBER = re.compile(rf"[0-9a-z{HAN}·&+\-“”]{{2,24}}(?:\([{HAN}0-9a-z]{{1,10}}\))?")
_CLAUSE_OF_LIST = re.compile(r"[^,。;:!?\n]+")


def find_in_lists(text: Text, known: Iterable[Found]) -> Iterator[Found]:
    """Members of lists that no other rule has found. ``known``: what the other rules have found, types of parks included."""
    s = text.text
    ends: set[int] = set()
    starts: dict[int, Found] = {}  # of those that begin together the longest
    for found in known:
        ends.add(found.end)
        if found.start not in starts or starts[found.start].end < found.end:
            starts[found.start] = found
    seen: set[int] = set()
    for match in _HEAD.finditer(s):
        kind = _HEADS[match.group("head")]
        between = match.group("between")
        if between and not (is_generic(between) or between.endswith(_LOOSE_BETWEEN)):
            continue
        members = _members_before(text, match.start())
        seen.update(start for start, _ in members)
        yield from _headed(text, members, kind, starts)
    for match in _FORWARD.finditer(s):
        members = _forward_members(text, match.end())
        seen.update(start for start, _ in members)
        yield from _headed(text, members, _HEADS[match.group("head")], starts)
    begins = sorted(starts)
    for match in _CLAUSE_OF_LIST.finditer(s) if "、" in s else ():
        # Known members speak for the others: without one there is nothing to be found.
        if "、" not in match.group() or bisect_left(begins, match.start()) == bisect_left(begins, match.end()):
            continue
        members = _members_of_chain(text, match.start(), match.end())
        if members and not seen.intersection(start for start, _ in members):
            yield from _by_company(text, members, starts, ends)


_LOOSE_BETWEEN = ("型", "级", "强", "行业", "知名", "龙头", "国内", "领军", "优质", "领域")


# 重点项目包括甲园、乙大厦: the word stands before its list.
_FORWARD = re.compile(
    rf"(?P<head>{'|'.join(sorted(_HEADS, key=len, reverse=True))})(?:共|还|主要|共有)?[^,。;:、“”\n]{{0,6}}[,:]?(?:分别是|分别为|分别有|包括|包含|有:|为:|如下:|:)(?:了)?"
)


def _forward_members(text: Text, start: int) -> list[tuple[int, int]]:
    """Spans of the members of a list that begins at ``start``; none if fewer than two."""
    s = text.text
    match = _ROW.match(s, start)
    if match is None:
        return []
    members = []
    at = start
    while at < match.end():
        stop = s.find("、", at, match.end())
        stop = match.end() if stop < 0 else stop
        members.append((at, stop))
        at = stop + 1
    last, end = members[-1]
    members[-1] = (
        last,
        next((cut for cut in range(last + 2, end) if s[cut] == "等" or s.startswith("在内", cut)), end),
    )
    return [(skip_lead(s, a, b), b) for a, b in members]


_ROW = re.compile(r"[^,。;:!?、\n]{2,30}(?:、[^,。;:!?、\n]{2,30}){1,60}")


def _members_before(text: Text, end: int) -> list[tuple[int, int]]:
    """Spans of the members of a list that ends at ``end``, the first one cut at its left edge."""
    s = text.text
    members: list[tuple[int, int]] = []
    while True:
        low = max(end - 40, 0)
        cut = max((s.rfind(mark, low, end) for mark in "、,。;:!?\n"), default=-1)
        start = cut + 1 if cut >= 0 else low
        joint, width = max((s.rfind(mark, start, end), len(mark)) for mark in ("和", "与", "及", "以及"))
        if joint > start and s[cut : cut + 1] == "、" and _joins(s, start, joint, end):
            members.append((joint + width, end))
            end = joint - 1 if s[joint - 1] == "以" and s[joint] == "及" else joint
        if cut >= 0 and s[cut] == "、" and len(members) < 60:
            members.append((start, end))
            end = cut
            continue
        edge = skip_lead(s, max(left_edge(text, end), start), end)
        if edge < end:
            members.append((edge, end))
        return members[::-1]


def _joins(s: str, start: int, joint: int, end: int) -> bool:
    """Whether 和 between two members joins them and is no part of a name (和谐, 人和)."""
    return (
        2 <= joint - start <= 14
        and 2 <= end - joint - 1 <= 14
        and s[joint : joint + 2] not in ("和平", "和谐", "和田", "与会")
    )


def _members_of_chain(text: Text, start: int, end: int) -> list[tuple[int, int]]:
    """Members of 甲、乙、丙 inside a clause: the first cut at the left, the last at the right."""
    s = text.text
    spans: list[tuple[int, int]] = []
    at = start
    while at < end:
        stop = s.find("、", at, end)
        stop = end if stop < 0 else stop
        spans.append((at, stop))
        at = stop + 1
    first = skip_lead(s, left_edge(text, spans[0][1]), spans[0][1])
    spans[0] = (max(first, spans[0][0]), spans[0][1])
    last_start, last_end = spans[-1]
    right = _right_edge(text, last_start, last_end)
    spans[-1] = (last_start, right)
    return [(a, b) for a, b in spans if b - a >= 2]


def _right_edge(text: Text, start: int, end: int) -> int:
    """Where the last member of a list ends: before 等 or the first word that cannot be part of it."""
    s = text.text
    for at in range(start + 2, min(end, start + 16)):
        if s[at] == "等" or stops_at(text, at):
            return at
    return end


def _headed(text: Text, members: list[tuple[int, int]], kind: NameKind, starts: dict[int, Found]) -> Iterator[Found]:
    s = text.text
    for low, end in members:
        start = skip_lead(s, low, end) if kind == "organization" else low
        core = s[start:end]
        other = starts.get(start)
        if other is not None and other.end == end and (other.kind == kind and other.rule != TYPE_ONLY):
            continue
        if not _MEMBER.fullmatch(core) or (not _fits(s, start, end, kind)):
            continue
        if kind == "organization" and other is not None and (other.end < end or other.kind == "place"):
            continue  # 华为云谷等企业: a known name goes on with something else
        if (
            kind == "project"
            and other is not None
            and other.end == end
            and other.kind == "organization"
            and (other.rule == "gazetteer" or core.endswith(("公司", "集团")))
        ):
            continue
        if (
            kind == "park"
            and (other is None or other.end != end or other.kind != "park")
            and not _PARK_LIKE.search(core)
        ):
            continue
        yield Found(kind, start, end, "list")


_PARK_LIKE = re.compile("[园区谷港城]$|中心$|基地$|走廊$|大厦$|广场$|小镇$|空间$")


def _by_company(
    text: Text, members: list[tuple[int, int]], starts: dict[int, Found], ends: set[int]
) -> Iterator[Found]:
    """Unknown members of a list in which two others, or one and a visit, are organizations."""
    s = text.text
    known = [starts.get(a) for a, b in members if a in starts and starts[a].end == b]
    companies = sum(f is not None and f.kind == "organization" and f.rule in _COMPANY_RULES for f in known)
    named = sum(f is not None and f.kind in ("organization", "park") and f.rule != TYPE_ONLY for f in known)
    first = members[0][0]
    visit = _VISIT.search(s, max(0, first - 6), first) is not None
    if companies < 2 and not (visit and named):
        return
    for start, end in members:
        if start in starts or end in ends:
            continue
        if _MEMBER.fullmatch(s, start, end) and end - start <= 8 and _fits(s, start, end, "organization"):
            yield Found("organization", start, end, "list")


_COMPANY_RULES = frozenset({"suffix", "gazetteer", "brand", "user"})
_VISIT = re.compile(r"(?:走进|走访|参观|观摩|来到|考察|引进|入驻|签约|引入|培育|推进)(?:了|过)?$")


def _fits(s: str, start: int, end: int, kind: NameKind) -> bool:
    """Whether a member has the shape of a name of the kind."""
    core = s[start:end]
    if kind == "organization":
        return (
            len(core) <= 14
            and (core in _ambiguous_companies() or not is_generic(core))
            and not _ABSTRACT.search(core)
            and not _clause().search(core)
            and place_prefix(s, start, end) < end
        )
    return place_prefix(s, start, end) < end and (kind == "park" or not is_generic(core)) and not _clause().search(core)


@cache
def _ambiguous_companies() -> frozenset[str]:
    return frozenset(read_lists("companies")["company-ambiguous"])


_ABSTRACT = re.compile(
    "(?:化|性|度|率|系统|平台|技术|产品|服务|产业|行业|领域|项目|工程|园|园区|基地|场景|模式|机制|体系|设备|装备|材料|资源|人才|市场|制造|加工|设计|研发|生产|经营|建设|管理|合作|发展|活动"
    "|论坛|大会|会议|政策|计划|行动|战略|改革|创新|创业|就业|问题|工作|任务|方面|环节|地区|城市|国家|市|县|镇|村|人|者|们|员|家|车间|生产线|行业企业|学科|专业|课程|部件|零件|芯片|方式|渠道)$"
)


@cache
def _clause() -> re.Pattern[str]:
    """What stands in clauses and never in a name."""
    return re.compile(rf"[的了是在着将把被]|{alternatives([w for w in read_lists('stopwords')['stop'] if len(w) > 1])}")
