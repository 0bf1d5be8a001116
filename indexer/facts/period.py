"""When a quantity holds, and whether it is a goal.

The period is the last date before the quantity in its sentence, else the one the passage spoke of last. Left out are
dates that something is compared with (较去年同期), that tell when a thing began (成立于2005年), and, for a goal or a
standing property (占地500亩), the date of the report.
"""

from __future__ import annotations

import re

from indexer.facts.dates import DateMention
from indexer.facts.frame import REACH, Frame, Passage

__all__ = ["find_period", "is_target"]

_COMPARED_BEFORE = re.compile(r"(?:较|比|同|与|相比|超过|高于|低于|对比|由|从)$")
_COMPARED_AFTER = re.compile(
    r"(?:年?度?的?同期|全年(?:水平|总量)|相比|[的]?水平|增加到|提高到|提升到|的(?:[0-9.]+|[一二两三四五六七八九十]+)(?:倍|%|成))"
)
_BEGAN_BEFORE = re.compile(
    r"(?:成立|始建|创办|创建|创立|建立|建|生|创|筹建|注册|诞生|组建|设立|落成|通车|上市|兴建)于$"
)
_BEGAN_AFTER = re.compile(r"[,]?(?:[^,。;]{0,6})(?:成立|始建|创办|创建|创立|建厂|建校|注册|诞生|通车|上市|出生)")
_STANDING = re.compile(r"占地|用地|全长|总长|建筑面积|总面积|辐射|海拔|库容|距|位于|坐落|辖|宽|高|深|长度")
# A goal that reaches over the rest of the sentence, and one that holds for its own clause only.
# Here and below a set of first characters has the alternatives tried in few places.
_GOAL = re.compile(
    r"(?=[力争有可预打确冲目拟计将建投达竣运完落满通未往0-9一二三四五六七八九十几今到意规瞄剑])(?:力争|争取|有望|可望|预计|预期|预估|打算|确保|冲刺|目标(?:是|为|:|,|达)|(?<![虚模比])拟(?![定合态人真物])|"
    r"(?<![》”’动项养年量口个类批大])计划(?!$|[,。;、:中的书和与等内性外生”》’]|单列|生育|任务|目标|完成)|"
    r"将(?=[达实突超建新投带形完于在由为有可再进增提吸推至继培引辐覆容创打分按争开陆从与以全启使让每年一累不首聚]|[0-9])(?!近|[^,。]{0,12}(?:作为|列为|打造成|纳入|转化为|变成))|"
    r"(?:建成|投产|达产|投用|竣工|运营|完工|投入使用|投入运营|落成|满产|通车|建设完成|达效)后(?!的|,?已)|"
    r"(?:未来|往后)看?[0-9一二三四五六七八九十几]|今后|到“?十[四五]五”?|[0-9一二三四五六七八九十]年内|有意|规划到|瞄准|剑指)"
)
# Ahead as far as is known: an article with a date tells years past from those to come.
_BY_YEAR = re.compile(r"到20[2-9][0-9]年")
_PLAN = re.compile(
    r"[容装]得[下了]|规划(?=总|用地|面积|建设|部署|布局|建筑|投资|占地|新建|设计|安排|有|了|[0-9])|设计(?=年|产能|能力|总|时速|日|库容)|"
    r"可(?=为|容纳|实现|达|提供|新增|年|带动|吸纳|创造|满足|解决|处理|生产|减少|节约|降低|增加|辐射|服务|供|形成|望|接待|完成|覆盖|安置|停|存|日|每|支撑|保障|惠及|消纳|发电)|"
    r"需要?(?=投|资)|亟需|须(?=在)|[要拟待]建|要(?=达|实现|完成|突破|确保|建成|新增)|应(?=达|在)"
)
_BASELINE = re.compile(r"(?:由|从)(?:目前|现在|原来|原先|当前)?的?$")  # 将由原来的3小时缩短至50分钟
_DONE = re.compile(
    r"(?=[已目当现截实去以完达同曾先累迄])(?:(?<!而)已(?!知|然)|目前|当前|现有|现已|截[至止]|实际|去年|以来|[完达]成了|实现了|达到了|同期|曾|先后|累计|迄今)"
)


def find_period(passage: Passage, frame: Frame, *, target: bool, article: str | None) -> DateMention | None:
    """The date a quantity belongs to, or None where the passage names none for it."""
    quantity = passage.quantities[frame.index]
    if quantity.kind in {"area", "length"} and _STANDING.search(passage.text, frame.clause[0], quantity.start):
        return None
    for index in range(passage.dates_before(quantity.start) - 1, -1, -1):
        start, end, mention = passage.dates[index]
        if quantity.start - end > REACH or (target and start < frame.sentence[0]):
            return None
        if target and not _may_be_goal(mention, article):
            continue
        if _dates_it(passage, start, end, mention):
            return mention
    return None


def is_target(passage: Passage, frame: Frame, article: str | None) -> bool:
    """Whether the sentence gives the quantity as a goal, plan, forecast or capability, and not as reached."""
    text, quantity = passage.text, passage.quantities[frame.index]
    if _BASELINE.search(text, max(0, quantity.start - 6), quantity.start):
        return False
    # A deadline stands before the goal it is set for: 三年内可容纳企业200家.
    deadline = quantity.kind == "duration" and text[quantity.end - 1] == "内"
    limit = frame.clause[1] if deadline else quantity.number
    goal = _last_end(passage, _GOAL, frame.sentence[0], limit)
    if article is None:
        goal = max(goal, _last_end(passage, _BY_YEAR, frame.sentence[0], limit))
    done = _last_end(passage, _DONE, frame.sentence[0], limit)
    if _last_end(passage, _PLAN, frame.clause[0], limit) > done:
        return True
    for index in range(passage.dates_before(quantity.start) - 1, -1, -1):
        start, end, mention = passage.dates[index]
        if start < max(frame.sentence[0], quantity.start - REACH):
            break
        if mention.kind == "date" and mention.start and _dates_it(passage, start, end, mention):
            if article and mention.start[: len(article)] > article[: len(mention.start)]:
                goal = max(goal, end)
            elif start > goal:
                done = max(done, end) if article else done
    return goal > done


def _last_end(passage: Passage, pattern: re.Pattern[str], start: int, end: int) -> int:
    spans = passage.spans(pattern, start, end)
    return spans[-1][1] if spans else -1


def _dates_it(passage: Passage, start: int, end: int, mention: DateMention) -> bool:
    if mention.kind == "name" or (mention.start is None and mention.surface[0] in "当同次翌"):
        return False
    text = passage.text
    if _COMPARED_BEFORE.search(text, max(0, start - 4), start) or _COMPARED_AFTER.match(text, end):
        return False
    return not (_BEGAN_BEFORE.search(text, max(0, start - 4), start) or _BEGAN_AFTER.match(text, end))


def _may_be_goal(mention: DateMention, article: str | None) -> bool:
    """A goal is for a year or a stretch of time ahead; the day before it is when it was reported."""
    if mention.kind == "span":
        return True
    if mention.kind == "now" or mention.end is None:
        return False
    if article:
        return mention.end[: len(article)] >= article[: len(mention.end)] and (
            len(mention.end) == 4 or mention.end[: len(article)] > article[: len(mention.end)]
        )
    return len(mention.end) < 10
