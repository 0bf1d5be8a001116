"""Whom or what a quantity is about.

The nearest fitting name before it in the sentence, else of the sentences before, else the passage's topic. A name does
not fit where it only says in what place, compared with what, or stands in a list that the quantity counts
(华为、中兴等30余家). Names are found elsewhere and handed in; without any, a noun phrase of the sentence serves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.facts.frame import REACH, Frame, Passage
from indexer.facts.units import Kind

__all__ = ["NameSpan", "find_subject", "topic_of"]

Span = tuple[int, int]


class NameSpan(NamedTuple):
    """A name at ``text[start:end]`` of a passage. ``kind`` is park, project, organization, person or place, if known."""

    start: int
    end: int
    name: str
    kind: str = ""


# The set of first characters has the alternatives tried in few places.
_HERE = re.compile(
    r"(?=[我本该全市县省区项公园集医学大水工基活])(?:(?:我|本|该)(?:市|省|县|区|州|镇|乡|村|国|社|公司|集团|项目|园区|产业园|企业|行|院|校|中心|基地|平台|工程|片区|园)"
    r"|全(?:市|省|县|区|州|镇|乡|村|国|行|院|校)|(?<![一-龥])[市县省区]里(?=[^的面])"
    r"|(?<![^,。;:!?“\s])(?:项目|公司|园区|集团|医院|学校|大桥|水库|工程|基地|活动|该院|该校)(?=[^,。;、的])"
    r"|该[一-龥]{2,8}?(?:园区|产业园|项目|公司|企业|中心|基地|平台|工程|集群))"
)
_NOT_HERE = re.compile(r"第|前|首|唯一|最|同期|平均|百强|一流|第一|各地|性|平均|先进|排名|重点")
_ADJUNCT = re.compile(
    r"(?:位于|坐落于|坐落在|落户于?|入驻|进驻|落地|来自|来到|走进|在|于|到|赴|向|对|给|距离?|进入|经|往|从|以)[“《]?$"
)
_COMPARED = re.compile(r"(?:是|比|较|高于|低于|占|超过|相当于|与|同|居|列|排名|跻身|入选|入围|列入|获批?|获评)[“《]?$")
_LISTED = re.compile(r"[^,;。!?，；！？]{0,150}?(?:等|[都均也](?=[在是为有列属名])|名列|在[内列])")
_NAMING = re.compile(r"(?:有|包括|比如|例如|[:：])$")  # 外来的有甲公司、乙公司
_LIST_BEFORE = re.compile(r"、[^,;:。!?，；：！？]*$")
_SOURCE = re.compile(
    r"[^,;。]{0,6}(?:发布|公布|披露|显示|介绍|表示|统计|数据|通报|透露|评选|公示|认定|授予|印发|出台|采访|召开|举[行办])"
)
_SUBJECT_POSITION = re.compile(r"(?:^|[,;:。!?，；：！？“年月日前来底末初\n()])$")
_OFFICE = re.compile(
    r"(?:市委|县委|区委|省委|党委|政府|人大|政协|厅|局|委|办(?:公室)?|部|署|财政|党组|中央|委员会|报告|会|报社?|网|院士|代表团|法院|检察院)$"
)
_WEAK_KINDS = frozenset({"place"})
_TOPIC_KINDS = frozenset({"park", "project", "organization"})
# A place that only says where (省里，东州，…) or from which others were compared (中部地区非省会城市).
_ONLY_WHERE = re.compile(r"(?:[一-龥]{2}(?<![年月日期前末底初来]))?[,，、]|[^,，;；。]{0,2}(?:地区|非省会)")
# A system, platform or event in quotes that does something: “云谷通”平台连接…
_QUOTED_ACTOR = re.compile(
    r"(?:^|(?<=[,;:。!?\n]))(?P<actor>[一-龥a-z0-9]{0,8}?“[^”,;。、]{2,12}”(?:[一-龥]{0,2}(?:平台|系统|工程|品牌|项目|中心))?)"
    r"(?=(?:[已将还可正]|共|累计)*(?:[连接联][接通入着]|覆盖|服务|拥有|吸引|带动|管[着理]|支撑|汇[聚集]|实现|接入|注册|签约|完成|入驻))"
)
_NO_SUBJECT = frozenset({"person"})
# What the noun phrase of an institution, a works or a place ends with, and the run of characters it may consist of.
_SUFFIX = re.compile(
    r"(?:产业园区?|工业园区?|科技园|软件园|物流园|高新区|经开区|开发区|示范区|集聚区|园区|新区|片区|项目|工程|公司|集团|中心|大学|学院|医院|"
    r"学校|银行|走廊|基地|平台|企业|工厂|机场|港口?|电站|合作社|产业|行业|市场|县|市|镇|乡|村|区)(?:建设)?(?:项目|工程)?"
    r"(?![内外场区长委域民级政人])"
)
_RUN = re.compile(r"[一-龥a-z0-9“”·]+")
_MAX_PHRASE = 26
_PHRASE_START = re.compile(
    r".*(?:[,、的了在于由和与对向为是将至从到及把被让使以等,]|此次|当天|目前|按|居|列|排名|获批|拥有|占|超|成立|现有|推进|建设|引进|记者|据悉?|近日|今年|去年|其中|打造|位于|坐落|通过|达到|"
    r"[0-9]+(?:年|月|日|个|家|项|%)|按照|根据|加快|推动|实现|完成|年|月|日|个|家)"
)
_MAX_BACK = 4


def find_subject(passage: Passage, frame: Frame, names: Sequence[NameSpan], topic: str | None) -> str | Span | None:
    """The subject: a name, or a span of the folded text, or None. ``names`` are sorted, offsets of the folded text."""
    text, quantity = passage.text, passage.quantities[frame.index]
    event = next((name for name in names if name.start == quantity.start and name.kind == "event"), None)
    if event:
        return quantity.end, event.end
    owner = _owner_behind(text, frame, quantity.end, quantity.kind, names)
    if owner:
        return owner
    latter = _latter(passage, frame, quantity.start, names)
    if latter:
        return latter
    mentions = _with_here(passage, names, frame.sentence[0], quantity.start)
    found = _nearest(text, mentions)
    if found and not _refers_back(text, found) and _fits(text, found):
        return found.name or (found.start, found.end)
    before = [each for each in mentions if found and each.end <= found.start and each.kind != "here"]
    earlier = _nearest(text, before) if found and _refers_back(text, found) else None
    earlier = earlier or _earlier(passage, frame.sentence[0], names)
    if earlier and (topic is None or _fits(text, earlier)):
        return earlier.name or (earlier.start, earlier.end)
    if topic:
        return topic
    weak = found or earlier
    if weak:
        return weak.name or (weak.start, weak.end)
    return _phrase(passage, frame, quantity.start) or _phrase_before(passage, frame)


def topic_of(text: str, names: Sequence[NameSpan], *, title: bool = False) -> str | None:
    """What a passage as printed is about: its last park or project that acts in it, else its last organization, or None.

    In a ``title`` nothing need act: 走进云谷产业园.
    """
    if not names:
        return None
    fitting = [each for each in sorted(names) if each.kind in _TOPIC_KINDS and not is_office(each.name)]
    acting = [each for each in fitting if _fits(text, each) and not _is_listed(text, each)]
    acting = acting or (fitting if title else [])
    works = [each for each in acting if each.kind != "organization"]
    return (works or acting)[-1].name if acting else None


def is_office(name: str) -> bool:
    """Whether a name is that of a public office or a medium, which speak of figures more often than they have them."""
    return _OFFICE.search(name) is not None


def _fits(text: str, mention: NameSpan) -> bool:
    """Whether a mention may be a subject at all, and does not only say where or in what a thing was done."""
    if text[mention.start - 1 : mention.start] == "、" or _ADJUNCT.search(
        text, max(0, mention.start - 5), mention.start
    ):
        return False
    return mention.kind != "place" or mention.name != "" or _is_strong(text, mention)


def _owner_behind(text: str, frame: Frame, end: int, kind: Kind, names: Sequence[NameSpan]) -> str | Span | None:
    """800亩的“星河湾”物流园项目: what the quantity is an attribute of."""
    if text[end : end + 1] != "的":
        return None
    name = next((n for n in names if end < n.start <= end + 2 and n.kind not in _NO_SUBJECT), None)
    run = _RUN.match(text, end + 1, min(frame.clause[1], end + _MAX_PHRASE))
    suffix = _SUFFIX.search(text, run.start() + 1, run.end()) if run else None
    if name and (suffix is None or name.end >= suffix.end()):
        return name.name or (name.start, name.end)
    return (
        (end + 1, suffix.end()) if suffix and suffix.end() - end > 3 and kind != "percent" else None
    )  # 30%以上的企业 are what is counted


def _latter(passage: Passage, frame: Frame, end: int, names: Sequence[NameSpan]) -> str | Span | None:
    """后者的总投资: the last name or noun phrase of the clauses before."""
    if not passage.text.startswith("后者", frame.clause[0], end):
        return None
    start, end = frame.sentence[0], frame.clause[0]
    name = next((each for each in reversed(names) if start <= each.start and each.end <= end), None)
    phrases = passage.spans(_SUFFIX, start, end)
    if phrases and (name is None or phrases[-1][1] > name.end):
        return _trimmed(passage.text, start, phrases[-1][1])
    return name.name if name else None


def _with_here(passage: Passage, names: Sequence[NameSpan], start: int, end: int) -> list[NameSpan]:
    """Names of a stretch and words that stand for one (我市, 该园区), sorted."""
    start = max(start, end - REACH)
    found = [name for name in names if start <= name.start and name.end <= end]
    for low, high in passage.spans(_HERE, start, end):
        inside = any(name.start < high and low < name.end for name in found)
        if not inside and not _NOT_HERE.match(passage.text, high):
            found.append(NameSpan(low, high, "", "place" if passage.text[low] == "全" else "here"))
    for match in _QUOTED_ACTOR.finditer(passage.text, start, end):
        if not any(name.start < match.end() and match.start() < name.end and name.kind != "place" for name in found):
            found.append(NameSpan(*match.span("actor"), "", "quoted"))
    return sorted(found)


def _refers_back(text: str, mention: NameSpan) -> bool:
    return mention.kind == "here" and text[mention.start] not in {"我", "本"} and text[mention.end - 1] != "里"


def _nearest(text: str, mentions: Sequence[NameSpan]) -> NameSpan | None:
    weak: NameSpan | None = None
    for mention in reversed(mentions):
        if mention.kind in _NO_SUBJECT or _COMPARED.search(text, max(0, mention.start - 5), mention.start):
            continue
        if _is_listed(text, mention):
            continue
        adjunct = _ADJUNCT.search(text, max(0, mention.start - 5), mention.start)
        if not adjunct and _is_strong(text, mention):
            return mention
        if weak is None or (adjunct is None and _ADJUNCT.search(text, max(0, weak.start - 5), weak.start)):
            weak = mention
    return weak


def _is_strong(text: str, mention: NameSpan) -> bool:
    """A place is a subject only where it opens a clause, an office or the source of a report only for want of others."""
    if mention.kind in _WEAK_KINDS:
        if text.startswith("“全", mention.start - 1) or _ONLY_WHERE.match(
            text, mention.end - 2 * text.startswith("地区", mention.end - 2)
        ):
            return False
        return _SUBJECT_POSITION.search(text, max(0, mention.start - 1), mention.start) is not None
    if text[mention.start - 1 : mention.start] == "、":
        return False
    return not is_office(mention.name) and not _SOURCE.match(text, mention.end)


def _is_listed(text: str, mention: NameSpan) -> bool:
    """Whether the name stands in a list that is counted: 华为、中兴等30余家."""
    previous, following = text[mention.start - 1 : mention.start], text[mention.end : mention.end + 1]
    if following == "、" and _NAMING.search(text, max(0, mention.start - 3), mention.start):
        return True
    if previous and previous in "和与及" and _LIST_BEFORE.search(text, max(0, mention.start - 40), mention.start - 1):
        return True
    listed = following in {"、", "等"} or previous == "、"
    return listed and _LISTED.match(text, mention.end) is not None


def _earlier(passage: Passage, sentence: int, names: Sequence[NameSpan]) -> NameSpan | None:
    """The last fitting name of the nearest sentence before that has one."""
    weak: NameSpan | None = None
    for _ in range(_MAX_BACK):
        if sentence == 0:
            break
        start, end = passage.sentence_at(max(0, sentence - 2))
        if end > sentence or start >= sentence:
            break
        inside = [name for name in names if start <= name.start and name.end <= end]
        found = _nearest(passage.text, inside)
        if found and _is_strong(passage.text, found) and _fits(passage.text, found):
            return found
        weak = weak or found
        sentence = start
    return weak


def _phrase(passage: Passage, frame: Frame, end: int) -> Span | None:
    """The first noun phrase of the sentence (or of its part behind a semicolon) that ends like an institution or a place."""
    text = passage.text
    start = max(frame.sentence[0], text.rfind(";", max(frame.sentence[0], end - REACH), end) + 1)
    for _, suffix_end in passage.spans(_SUFFIX, start, end):
        found = _trimmed(text, start, suffix_end)
        if found and not _ADJUNCT.search(text, max(0, found[0] - 5), found[0]):
            return found
    return None


def _phrase_before(passage: Passage, frame: Frame) -> Span | None:
    if frame.sentence[0] == 0:
        return None
    start, end = passage.sentence_at(max(0, frame.sentence[0] - 2))
    ends = (suffix_end for _, suffix_end in passage.spans(_SUFFIX, start, end))
    return next((found for each in ends if (found := _trimmed(passage.text, start, each))), None)


def _trimmed(text: str, low: int, end: int) -> Span | None:
    """The phrase that ends at ``end``: back to a character that no phrase holds, then without leading verbs and particles."""
    start = end
    low = max(low, end - _MAX_PHRASE)
    while start > low and _RUN.match(text, start - 1):
        start -= 1
    cut = _PHRASE_START.match(text, start, end - 1)
    if cut:
        start = cut.end()
    return (start, end) if end - start > 2 else None  # 企业, 城市 alone name no one
