"""People: a role and a name (书记张三), a name and a title (张三院士), a name that speaks, credits, foreign names.

A Chinese name has no mark of its own: a surname and one or two characters. So a name counts only where a role, a title
or a verb of speech stands next to it, and where the other side ends it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from indexer.facts.names.gazetteer import alternatives, divisions, read_lists, short_places
from indexer.facts.names.pairs import PairFilter
from indexer.facts.names.scan import HAN, Found, Text, left_edge
from indexer.reading.article import Article

__all__ = ["find_people"]

_MAX_ENUMERATED = 40
_HAN = re.compile(f"[{HAN}]")


def find_people(text: Text, article: Article) -> Iterator[Found]:
    """People from left to right for each rule; the same name can be found by several rules."""
    yield from _credited(text, article)
    yield from _behind_roles(text)
    yield from _before_titles(text)
    yield from _speakers(text)
    yield from _foreign(text)
    yield from _photographers(text)


_FORMS_OF_ADDRESS = frozenset(
    [
        "先生",
        "女士",
        "小姐",
        "同志",
        "同学",
        "老师",
        "师傅",
        "教授",
        "医生",
        "大爷",
        "大妈",
        "大叔",
        "阿姨",
        "奶奶",
        "爷爷",
        "书记",
        "主任",
        "局长",
        "县长",
        "市长",
        "经理",
        "老板",
        "律师",
        "博士",
    ]
)


_ALSO_JOINTS = ("和", "与")


class _Lists:
    def __init__(self) -> None:
        names = read_lists("surnames")
        self.single = frozenset(names["single"])
        self.compound = frozenset(names["compound"])
        self.weak = frozenset(names["weak"])
        self.not_given = frozenset(names["not-given"])
        self.given = frozenset(names["given"])
        self.words = frozenset(line[0] + second for line in read_lists("not_names")["not-name"] for second in line[2:])
        self.after = re.compile(alternatives(names["after-name"]))
        self.transliteration = "".join(sorted(set("".join(names["transliteration"]))))


@cache
def _lists() -> _Lists:
    return _Lists()


def _follows(s: str, at: int) -> int:
    """How surely a name can end at ``at``: 0 not, 1 a short word, 2 a longer one, 3 no Chinese character."""
    if at >= len(s) or not _HAN.match(s, at):
        return 3
    match = _lists().after.match(s, at)
    return 0 if match is None else min(match.end() - at, 2)


def name_end(s: str, at: int, *, sure: bool = False, also: str = "") -> int | None:
    """The end of the personal name that begins at ``at``; None if none does.

    ``sure``: a role says that a name must come, so that common given-name characters are believed without a word
    behind them. ``also``: characters that may follow as well.
    """
    lists = _lists()
    if s[at : at + 2] in lists.compound:
        given = at + 2
    elif s[at : at + 1] in lists.single and s[at : at + 2] not in lists.words and s[at : at + 2] not in short_places():
        given = at + 1
    else:
        return None
    first, second, third = (s[given + i : given + i + 1] for i in range(3))
    if (
        not _HAN.match(first)
        or first in lists.not_given
        or s[given : given + 2] in _FORMS_OF_ADDRESS
        or first in "某总"
    ):
        return None
    long_fit = 0
    # 刘家和等领导: 和 ends the name if no other name can follow.
    closed = second in _ALSO_JOINTS and (third == "等" or _follows(s, given + 2) == 3)
    if _HAN.match(second) and (closed or second not in lists.not_given):
        long_fit = 3 if third and third in also else _follows(s, given + 2)
    short_fit = 3 if second and second in also else _follows(s, given + 1)
    weak = s[at] in lists.weak and given == at + 1
    if weak and not sure:
        return None
    if closed:
        return given + 2
    if short_fit == 2 and long_fit < 3:
        return given + 1
    if long_fit and (not weak or long_fit >= 2 or {first, second} <= lists.given):
        return given + 2
    if short_fit and (not weak or (short_fit >= 2 and first in lists.given)):
        return given + 1
    if (
        sure
        and not weak
        and first in lists.given
        and second in lists.given
        and s[given + 1 : given + 3] not in lists.words
    ):
        return given + 2
    return None


@cache
def _role_filter() -> PairFilter:
    return PairFilter(read_lists("roles")["before"])


@cache
def _role_pattern() -> re.Pattern[str]:
    roles = alternatives(read_lists("roles")["before"])
    surnames = "".join(sorted(_lists().single | {name[0] for name in _lists().compound}))
    return re.compile(rf"(?P<role>{roles})(?P<gap>[ :]?|:\s|[“”])(?=[{re.escape(surnames)}])")


_ROLE_HEAD = re.compile(
    r"(?:常务|执行|党组|高级|首席|原|全媒体|融媒体|本报|特约|见习|实习|党支部|党委|支部|第一|技术|分管|主任|副)+$"
)


def _behind_roles(text: Text) -> Iterator[Found]:
    s, done = text.text, 0
    for place in _role_filter().places(s):
        match = _role_pattern().match(s, place) if place >= done else None
        if match is None:
            continue
        done = match.end()
        role, start = match.group("role"), match.end()
        if role in _EXACT_ROLES and not match.group("gap"):
            continue
        end = name_end(s, start, sure=role not in _COMMON_ROLES)
        if end is None or (role == "代表" and s[match.start() - 1 : match.start()] in "表团"):
            continue
        if role in _COMMON_ROLES and (_follows(s, end) < 2 or s[start] in _lists().weak):
            continue
        head = _ROLE_HEAD.search(s, max(0, match.start() - 8), match.start())
        full_role = (head.group() if head else "") + role
        yield from _enumeration(text, start, end, full_role, _credit(text, role, match.start(), end))


# Words that name a person only behind a colon or a space.
_EXACT_ROLES = frozenset(
    [
        "审核",
        "终审",
        "初审",
        "一审",
        "二审",
        "三审",
        "责任编辑",
        "编辑",
        "摄影",
        "作者",
        "校对",
        "责编",
        "美编",
        "编译",
        "秘书",
        "代表",
        "理事",
        "董事",
        "监制",
        "嘉宾",
        "领导",
    ]
)
# Words for anyone, often followed by verbs and nouns that look like names.
_COMMON_ROLES = frozenset(
    [
        "村民",
        "居民",
        "市民",
        "农民",
        "工人",
        "职工",
        "员工",
        "司机",
        "乘客",
        "游客",
        "旅客",
        "顾客",
        "消费者",
        "用户",
        "客户",
        "学生",
        "同学",
        "老师",
        "教师",
        "医生",
        "家长",
        "党员",
        "干部",
        "领导",
        "战士",
        "专家",
        "学者",
        "青年",
        "老人",
        "母亲",
        "父亲",
        "妻子",
        "丈夫",
        "儿子",
        "女儿",
        "国王",
        "英雄",
        "代表",
        "选手",
        "运动员",
        "队员",
        "企业家",
        "科学家",
        "律师",
        "导演",
        "演员",
        "作家",
        "编剧",
        "委员",
        "常委",
        "用户",
        "老板",
        "记者",
        "队友",
        "主席",
        "皇帝",
        "将军",
        "冠军",
    ]
) - {"记者", "主席"}


def _credit(text: Text, role: str, start: int, end: int) -> str | None:
    """author or photographer, if the role stands in a byline and not in a sentence about a journalist."""
    s = text.text
    if role not in read_lists("roles")["author"] and role not in read_lists("roles")["photographer"]:
        return None
    if s.startswith(("报道", " 报道"), end):
        return "author"
    if s.startswith(("摄", " 摄", "供图"), end) or role in ("摄影", "摄影师"):
        return "photographer"
    line_start, line_end = s.rfind("\n", 0, start) + 1, s.find("\n", end)
    line = s[line_start : line_end if line_end >= 0 else len(s)]
    if line.startswith(("■", "□", "●", "◆", "文/", "本报记者")) or (len(line) < 60 and not re.search("[。,!?;]", line)):
        return "author"
    opening = s.rfind("(", max(line_start, start - 40), start)
    return "author" if opening >= 0 and s.find(")", opening, start) < 0 else None


def _enumeration(text: Text, start: int, end: int, role: str, credit: str | None) -> Iterator[Found]:
    """The name and those that stand with it: 张三、李四和王五; in bylines also with spaces between."""
    s = text.text
    rule = "byline" if credit else "role"
    yield Found("person", start, end, rule, role, credit)
    joints = "、和与及" + (" " if credit else "")
    for _ in range(_MAX_ENUMERATED):
        if s[end : end + 1] not in joints or not s[end : end + 1]:
            return
        following = name_end(s, end + 1, sure=s[end] in "、 ", also="、)")
        if following is None:
            return
        # 和 may begin a word; behind it, only a name that is itself closed.
        if s[end] in "和与及" and _follows(s, following) < 2:
            return
        start, end = end + 1, following
        yield Found("person", start, end, rule, role, credit)


@cache
def _title_pattern() -> re.Pattern[str]:
    return re.compile(alternatives(read_lists("roles")["after"]))


def _before_titles(text: Text) -> Iterator[Found]:
    s, lists = text.text, _lists()
    for match in _title_pattern().finditer(s):
        at = match.start()
        if s[at - 4 : at - 2] not in lists.compound and not {s[at - 3 : at - 2], s[at - 2 : at - 1]} & lists.single:
            continue
        edge = left_edge(text, at)
        name = s[edge:at]
        given = 2 if name[:2] in lists.compound else 1
        if (
            not 1 <= len(name) - given <= 2
            or not all(map(_HAN.match, name))
            or not set(name[given:]).isdisjoint(lists.not_given)
        ):
            continue
        if given == 1 and (name[0] not in lists.single or name[0] in lists.weak or name[:2] in lists.words):
            continue
        # 汪清县长: a county and its head.
        if name + match.group()[0] in divisions():
            continue
        if name[-1] in "副总原党大高主常省市县区校院部局各位等多名前两级分" or name[-2:] in _NO_NAME_BEFORE_TITLE:
            continue
        yield Found("person", edge, at, "title", match.group())


_NO_NAME_BEFORE_TITLE = frozenset(
    [
        "高级",
        "执行",
        "常务",
        "特聘",
        "客座",
        "主任",
        "首席",
        "著名",
        "知名",
        "公安",
        "教育",
        "科技",
        "农业",
        "财政",
        "工会",
        "支部",
        "党委",
        "学校",
        "学院",
        "医院",
        "大学",
        "中学",
        "小学",
        "研究",
        "集团",
        "公司",
        "法院",
        "协会",
        "商会",
        "水利",
        "交通",
        "卫生",
    ]
)


@cache
def _speech_pattern() -> re.Pattern[str]:
    surnames = "".join(sorted(_lists().single - _lists().weak))
    return re.compile(
        rf"(?<![0-9a-z{HAN}])(?P<name>(?:{'|'.join(sorted(_lists().compound))}|[{surnames}])[{HAN}]{{1,2}})"
        r"(?=说[,:;。]|说道|表示|介绍|告诉记者|告诉|透露|坦言|指出|认为|强调|直言|感慨|回忆|解释|笑着|补充道)"
    )


def _speakers(text: Text) -> Iterator[Found]:
    s, lists = text.text, _lists()
    for match in _speech_pattern().finditer(s):
        name = match.group("name")
        given = 2 if name[:2] in lists.compound and len(name) > 2 else 1
        if (given == 1 and name[:2] in lists.words) or not set(name[given:]).isdisjoint(lists.not_given | _PLURALS):
            continue
        if len(name) == 2 and name[1] not in lists.given:
            continue
        yield Found("person", match.start(), match.end(), "speech")


_PLURALS = frozenset("们家人方级层业")


def _foreign(text: Text) -> Iterator[Found]:
    s = text.text
    if "·" not in s and "•" not in s:
        return
    after = _lists().after
    for match in _foreign_pattern().finditer(s):
        start, end = match.span()
        # Verbs are written with the same characters: …·安斯康姆提出.
        for cut in (end - 2, end - 1):
            verb = after.match(s, cut)
            if verb and verb.end() - cut > 1 and verb.end() > end and s[cut - 1] not in "·•":
                end = cut
        if end - start >= 4:
            yield Found("person", start, end, "foreign name")


@cache
def _foreign_pattern() -> re.Pattern[str]:
    chars = _lists().transliteration
    return re.compile(rf"(?:[{chars}]{{1,7}}|[a-z]\.?)(?:[·•](?:[a-z]\.?(?=[·•])|[{chars}]{{1,8}})){{1,3}}")


_SHOT = re.compile(r"(?<=[^\n])(?:[ /]*)(?:摄影报道|摄影|摄|供图)(?=[ )。,\n/;]|$)")
_NAMES_BEFORE = re.compile(
    rf"(?:[■□●◆(。\n/ ]|记者|通讯员|作者)[ ]*(?P<names>[{HAN}]{{2,4}}(?:[ 、/,][ ]*[{HAN}]{{2,4}}){{0,5}})$"
)


def _photographers(text: Text) -> Iterator[Found]:
    s = text.text
    for match in _SHOT.finditer(s) if "摄" in s or "供图" in s else ():
        at = match.start()
        before = _NAMES_BEFORE.search(s[max(0, at - 36) : at])
        if before is None:
            continue
        start = at - len(before.group("names"))
        for name in re.finditer(rf"[{HAN}]+", s[start:at]):
            if name_end(s, start + name.start(), sure=True, also="摄供") == start + name.end():
                yield Found("person", start + name.start(), start + name.end(), "byline", "摄", "photographer")


def _credited(text: Text, article: Article) -> Iterator[Found]:
    """The people whom the byline names, at their places in the text."""
    s = text.text
    for names, credit in ((article.photographers, "photographer"), (article.authors, "author")):
        for name in names:
            letters = name.replace(" ", "").lower()
            if len(letters) < 2 or not _PERSON.fullmatch(letters):
                continue
            # Two-character names are often printed with a space between.
            for spelling in (letters, f"{letters[0]} {letters[1:]}", f"{letters[0]}  {letters[1:]}"):
                if (at := s.find(spelling)) >= 0:
                    role = "摄" if credit == "photographer" else "记者"
                    yield Found("person", at, at + len(spelling), "byline", role, credit)
                    break


_PERSON = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}[·•][{HAN}·•]{{1,12}}")
