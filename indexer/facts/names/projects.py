"""Projects: what ends in 项目 or 工程, and facilities (数据中心, 大桥, 工厂) where a sentence builds them.

A project is only named where its sentence speaks of building, signing or investing: 开源项目 and 系统工程 are words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from indexer.facts.names.gazetteer import alternatives, read_lists, words
from indexer.facts.names.places import place_prefix
from indexer.facts.names.scan import Found, Text, is_generic, is_stop, left_edge, sentence_span, skip_lead, stops_at

__all__ = ["facility_rule", "project_rule"]

_MAX_CORE = 24
_MAX_TITLE = 26
# 45个, 各, 该: no name follows.
_MANY = tuple("个家座大批类各多等该些此级型")

_CONSTRUCTION = re.compile(
    "开工|签约|投产|竣工|奠基|动工|封顶|总投资|投资|落户|落地|投运|建成|投入使用|投入运营|交付|揭牌|施工|工地|招标|中标|立项|试运行|占地|通车|建设|在建|征地"
    "|达产|开建|投用|入驻|复工|改造|扩建"
)
# What happens to a facility when it is a project, right behind its name.
_EVENT = re.compile(
    r"(?:的?(?:一|二|三|四|首)期(?:工程|项目)?)?(?:项目)?(?:建设)?[,]?(?:也|已|将|正式|正在|正|集中|顺利|全面|同时|成功|相继|如期|建成|加快|加速|开始|即将|主体|签约|项目)*"
    r"(?:开工|奠基|动工|竣工|投产|开通|交付|封顶|投运|投用|投入使用|投入运营|揭牌|开建|落成|试运行|通车|推进|建设|完工|落户|落地|启用|总投资|占地|规划)"
)
_BUILT_BEFORE = re.compile(
    r"(?:建设|打造|兴建|修建|建成|新建|扩建|改建|开建|开工|在建|拟建|共建|筹建|签约|入驻|落户|签约入驻|投资的?|规划|引进|落地)(?:的|了)?$"
)


def project_rule(text: Text, begin: int, end: int, _: str) -> Iterator[Found]:
    s = text.text
    if _not_project().match(s, end):
        return
    start = skip_lead(s, left_edge(text, begin), begin)
    # 已投产项目华昌食品项目: the first names a kind, the second the project.
    if (kind := s.rfind("项目", start, begin)) >= 0:
        start = kind + 2
    core = s[start:begin]
    if (
        len(core) < 2
        or len(core) > _MAX_TITLE
        or is_stop(core)
        or _COLLECTIVE.search(core)
        or not _is_specific(s, start, begin)
    ):
        return
    low, high = sentence_span(s, start, end)
    if _CONSTRUCTION.search(s, low, start) or _CONSTRUCTION.search(s, end, high):
        yield Found("project", start, end, "quotation" if core[0] in "“‘" else "suffix")


@cache
def _not_project() -> re.Pattern[str]:
    return re.compile(alternatives(read_lists("suffixes")["project-not-before"]))


# 标杆项目, 重点项目: a rank and no project. 系列项目, 等项目: many.
_COLLECTIVE = re.compile(
    r"(?:标杆|示范|试点|标志性|重点|重大|专项|系列|亮点|优质|招商|签约|开工|合作|投资|开源|民生|基金|大|新|好|等|类|一号|系统|同类|科研|研究|[”’][^”’]{0,6}(?:科技|攻关|示范|试点))$"
)
# What a project of a place does when nothing but generic words name it: 耒阳市污水处理项目.
_WORKS = re.compile(
    "处理|改造|扩建|新建|大桥|隧道|高速|公路|铁路|光伏|风电|储能|安置|医院|学校|厂房|管网|电站|水库|供水|焚烧|发电|枢纽|机场|修复|整治|治理|中心|基地|园"
)


def _is_specific(s: str, start: int, begin: int) -> bool:
    core = s[start:begin]
    if is_generic(core):
        return False
    after = place_prefix(s, start, begin)
    if after == begin:
        return False
    return not is_generic(s[after:begin]) or (after > start and _WORKS.search(s, after, begin) is not None)


def facility_rule(text: Text, begin: int, end: int, suffix: str) -> Iterator[Found]:
    s = text.text
    if _FACILITY_GOES_ON.match(s, end) or s.startswith(("项目", "工程"), end):
        return
    # Look for the reason first: most of these words stand in no name.
    event = _EVENT.match(s, end)
    before = None
    edge = left_edge(text, begin)
    if edge == begin:
        return
    if not event:
        before = _BUILT_BEFORE.search(s, max(0, edge - 8), edge)
    start = skip_lead(s, edge, begin)
    core = s[start:begin]
    if not 2 <= len(core) <= _MAX_CORE or not _is_named(s, start, begin, suffix) or is_stop(core):
        return
    if s[start - 1 : start] in _MANY and start:
        return
    if _designates_park(s, start):
        yield Found("park", start, end, "apposition")
    elif event or (before and (stops_at(text, end) or s[end] == "”")):
        yield Found("project", start, end, "construction")
    elif suffix in words("suffixes", "strong-facility") and not s.startswith("——", end):
        low, high = sentence_span(s, start, end)
        if _WORKSITE.search(s, low, high):
            yield Found("project", start, end, "construction")


_FACILITY_GOES_ON = re.compile(
    "[城区镇组思理任点线位化群型化网公司集内建]|小学|医院|工作|广场|有限|管理|主任|[东西南北]?路"
)
_WORKSITE = re.compile("项目|总投资|投运|投入运营|开工|竣工|建成|工地|落户|落地|揭牌|建设")


def _is_named(s: str, start: int, begin: int, suffix: str) -> bool:
    after = place_prefix(s, start, begin)
    if after == begin:
        return False
    return not is_generic(s[after:begin]) or (
        after > start and begin - after >= 2 and suffix not in words("suffixes", "aspiration")
    )


def _designates_park(s: str, start: int) -> bool:
    """示范基地——云台创新中心: what stands before the dash says that it is a park."""
    return (
        s[max(start - 2, 0) : start] == "——"
        and re.search(r"(?:基地|园区?|孵化器|众创空间)$", s[max(0, start - 12) : start - 2]) is not None
    )
