"""Who wrote and who photographed, from the lines in which newspapers say so.

    ■文/晨报记者 甲 通讯员 乙 丙 图/丁           本报记者 甲 摄影报道           作者：甲、乙
    （记者 甲 通讯员 乙）                         某园区外景。■甲 摄             本报讯（记者 甲）10月10日上午，…

A line is cut at spaces, slashes and commas; every piece must be a role (文, 图, 摄, …记者, 通讯员), a name or a word
that belongs to such lines (本报, 报道). One piece that is none of these, and the line is no byline: body text is
never eaten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.reading.limits import MAX_AUTHORS, MAX_NAME_LENGTH

__all__ = [
    "Credit",
    "bare_names",
    "caption_credit",
    "closing_credit",
    "dateline_credit",
    "parse_byline",
    "source_named",
]

# The longest real byline names a dozen people with their titles.
_MAX_BYLINE = 150
# No role, no name and no office in one is longer.
_MAX_PIECE = 24
_MARKS = "■□●◆◇★☆▲△※◎○▪▶-—"
_AROUND = _MARKS + " 　"
_OPENING, _CLOSING = tuple("（(【["), tuple("）)】]")

# The surnames of over 99 % of the Chinese, to tell a bare name from a word of the same length.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯"
    "阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇"
    "敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺水云昌凤酆皮卡元平湛禹狄贝"
    "劳麦庾暴尉麻雍濮扈晁漆初骆肖闫付闻佘牧粟幸缪师阙惠贡丰於荀敬浦邝逯占帅代郗亓仝寇厉宦仉劉張陳楊趙黃吳孫馬羅鄭謝韓馮蕭許蔣賈葉閻鍾範譚鄒陸龍錢湯賀龔蘭嚴魯葦"
)
_COMPOUND_SURNAMES = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "皇甫",
    "司徒",
    "令狐",
    "夏侯",
    "公孙",
    "慕容",
    "尉迟",
    "长孙",
    "宇文",
    "端木",
    "东方",
)

_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}[·•][\u3400-\u9fff·•]{1,12}")
# A desk or a team signs in the place of people.
_DESK = re.compile(r"[\u3400-\u9fff]{2,10}(?:编辑部|編輯部|评论部|报道组|报道团队|采访组|采写组|课题组|调研组|工作室)")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z.'’-]{0,20}")
_BOTH = re.compile(r"文\s*[/／、|与和]?\s*图|图\s*[/／、|与和]?\s*文|文字\s*[/／、|]?\s*摄影")
_TEXT_AND_PHOTO = "文图"
_PHOTO_ROLES = frozenset({"图", "图片", "摄", "摄影", "供图", "照片"})
_TEXT_ROLES = frozenset({"文", "文字", "撰文", "撰稿", "采写", "作者", "原文作者", "原作者", "整理", "执笔", "口述"})
_SUFFIX_ROLES = frozenset({"摄", "摄影", "供图", "文", "图", "整理", _TEXT_AND_PHOTO})
_LAST_ROLES = frozenset({"摄", "供图", _TEXT_AND_PHOTO})  # after the names they belong to, also without a slash
_PERSON_ROLE = re.compile(
    r"(?:[\u3400-\u9fffA-Za-z]{0,16}?(?:记者|通讯员|实习生|评论员|特派员|撰稿人))((?:[\u3400-\u9fff]{2,4})?)"
)
_FILLERS = frozenset(
    {
        "本报",
        "本报讯",
        "报道",
        "综合报道",
        "联合报道",
        "综合",
        "及",
        "和",
        "与",
        "发自",
        "摄影报道",
        "图文报道",
        "全媒体",
    }
)
_ORGANISATION = re.compile(r".{1,16}(?:社|报|台|网|部|办|局|委|会|院|校|学|中心|公司|集团|提供|供图|资料|客户端)")
# These people made the page, not the article.
_OTHER_ROLES = frozenset(
    {"责任编辑", "责编", "编辑", "美编", "版式", "校对", "校检", "值班主任", "审核", "监制", "制图", "译者", "校对者"}
)
_PIECE = re.compile(r"([^\s/／、，,：:；;|]+)([\s/／、，,：:；;|]*)")
_INNER = re.compile(r"[（(【\[]([^（）()【】\[\]]{2,90})[）)】\]]")
_SOURCE = re.compile(r"(?:^|[\s　])(?:来源|來源|稿件来源|文章来源)\s*[:：]\s*([^\s　|，。；]{2,30})")
_WHEN = re.compile(r"[12]\d{3}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ 　]{1,4}(?:\d{1,2}:\d{2}(?::\d{2})?[ 　]{1,4})?")
_MASTHEAD = re.compile(
    r"(\S{1,6}(?:日报|晚报|早报|晨报|时报|周报|商报|都市报|日報|晚報|早報|時報|週報|商報)) ?(?=\d{4}|[（(])"
)
_DATELINE = re.compile(
    r"(?:本报|本台|本网|本刊|新华社|中新社|中新网|人民网|央视网|[\u3400-\u9fff]{2,6}(?:日报|晚报|早报|时报|都市报|新闻网|在线|网))"
    r"[^，。；：“”（(]{0,24}?(?:讯|电)(?=[\s（(：:，【]|记者|通讯员|\d|$)"
)
_AFTER_DATELINE = re.compile(
    r"[\s　：:]*((?:[^，。；\s（(]{0,8}记者|通讯员)[^，。；“”（(]{1,40}?)(?:[\s　]*(?:综合|摄影)?报道)"
)
_PHOTO_CREDIT = re.compile(r"([^。！？■□●◆（(]{1,60}(?:摄影|摄|供图))[）)]?[。]?$")


@dataclass(frozen=True, slots=True)
class Credit:
    """Names in printed order, each once."""

    authors: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()


def parse_byline(line: str) -> Credit | None:
    """The people named by a line that is a byline and nothing else; None for any other line.

    A line with a role but without a name (本报记者, 图/某某局提供) is a byline with an empty credit.
    """
    if len(line) > _MAX_BYLINE or not line:
        return None
    marked = line[0] in _MARKS
    if when := _WHEN.match(line):
        line = line[when.end() :]
    if "源" in line:
        line = _SOURCE.sub(" ", line)
    body = line.strip(_AROUND)
    bracketed = body[:1] in _OPENING and body[-1:] in _CLOSING
    if bracketed:
        body = body[1:-1].strip()
    if body.startswith(("By ", "BY ")):
        body = f"作者 {body[3:]}"
    reader = _BylineReader()
    if not reader.read(_BOTH.sub(f" {_TEXT_AND_PHOTO} ", body) if "文" in body else body):
        return None
    names = reader.names
    if not (reader.has_role and (names or reader.has_office)) and not (marked and _all_bare_names(body)):
        return None
    # 记者 探访 老街: words are as long as names, so at least one name must begin like one, unless the line leaves no doubt.
    if (
        names
        and not (marked or bracketed or reader.has_title)
        and not (all(map(str.isascii, names)) or any(map(_is_person_name, names)))
    ):
        return None
    if names and names[0].isascii() and body.startswith(names[0]):
        return None  # Component 图
    return reader.credit()


def bare_names(line: str) -> tuple[str, ...]:
    """The names of a line that holds only names of people, without any role; empty for any other line."""
    if len(line) > _MAX_BYLINE or not _all_bare_names(line):
        return ()
    return tuple(_join_single(re.split(r"[\s、，,]+", line.strip())))


def dateline_credit(paragraph: str) -> Credit | None:
    """The people named where a report begins (本报讯（记者 …）…); None if the paragraph is no beginning of a
    report.
    """
    opening = paragraph[:140].lstrip("【[■□●★ ")
    match = _DATELINE.match(opening)
    if match:
        rest = opening[match.end() :]
        named = _INNER.match(rest.lstrip("】] 　")) or _AFTER_DATELINE.match(rest)
        return (parse_byline(f"（{named[1]}）") if named else None) or Credit()
    named = _INNER.match(opening)
    if named and ("记者" in named[1] or "通讯员" in named[1]):
        return parse_byline(f"（{named[1]}）")
    return None


def closing_credit(paragraph: str) -> Credit | None:
    """The people named in brackets after the last sentence of a paragraph (……。（甲 乙）), else None."""
    if paragraph[-1:] not in "）)":
        return None
    start = max(paragraph.rfind("（"), paragraph.rfind("("))
    if start <= 0 or len(paragraph) - start > 60 or paragraph[:start].rstrip()[-1:] not in "。！？”…":
        return None
    inside = paragraph[start + 1 : -1]
    return parse_byline(inside) or (Credit(bare_names(inside)) if _all_bare_names(inside) else None)


def caption_credit(caption: str) -> Credit | None:
    """The photographers that a caption names at its end (…。■甲 摄), else None."""
    match = _PHOTO_CREDIT.search(caption)
    return parse_byline(match[1].strip(" 　，,")) if match else None


def source_named(line: str) -> str | None:
    """The source that a line such as “来源：某某日报 作者：某某” or the head of a page names, else None."""
    match = ("源" in line and _SOURCE.search(line)) or _MASTHEAD.match(line)
    return match[1] if match else None


class _BylineReader:
    """Reads the pieces of a byline from left to right; names wait until it is clear what role they have."""

    def __init__(self) -> None:
        self.has_role = False
        self.has_office = False
        self.has_title = False  # 本报记者, 某某日报通讯员: nothing else begins like that
        self._authors: list[str] = []
        self._photographers: list[str] = []
        self._others: list[str] = []
        self._waiting: list[str] = []
        self._targets = [self._authors]

    def read(self, body: str) -> bool:
        """False if a piece is neither a role nor a name."""
        before = ""
        for match in _PIECE.finditer(body):  # most lines are known for none by their first piece
            piece, separator = match.groups()
            if len(piece) > _MAX_PIECE or not (
                self._read_role(piece, separator, before, last=match.end() == len(body)) or self._read_name(piece)
            ):
                return False
            before = separator
        self._settle(self._targets)
        return True

    @property
    def names(self) -> list[str]:
        """Everybody named, whatever they did."""
        return self._authors + self._photographers + self._others

    def credit(self) -> Credit:
        return Credit(_people(self._authors), _people(self._photographers))

    def _read_role(self, piece: str, separator: str, before: str, *, last: bool) -> bool:
        targets = self._targets_of(piece)
        if targets:
            leads = any(char in "/／：:|" for char in separator) or not self._waiting
            if self._waiting:
                behind_slash = piece in _SUFFIX_ROLES and ("/" in before or "／" in before)
                leads = not (behind_slash or last or piece in _LAST_ROLES)
            self.has_role = True
            self._settle(self._targets if leads else targets)
            self._targets = targets if leads else [self._authors]
            return True
        if piece in {"摄影报道", "图文报道"}:
            self.has_role = True
            self._settle([self._authors, self._photographers])
            return True
        if role := _PERSON_ROLE.fullmatch(piece):
            self.has_role = self.has_office = True
            if role[1] and not _is_person_name(role[1]):
                return False
            self.has_title = self.has_title or len(piece) - len(role[1]) > 3
            self._waiting.extend(filter(None, role.groups()))
            return True
        return piece in _FILLERS

    def _targets_of(self, piece: str) -> list[list[str]]:
        if piece == _TEXT_AND_PHOTO:
            return [self._authors, self._photographers]
        if piece in _PHOTO_ROLES:
            return [self._photographers]
        if piece in _OTHER_ROLES:
            return [self._others]
        return [self._authors] if piece in _TEXT_ROLES else []

    def _read_name(self, piece: str) -> bool:
        for suffix in ("摄影", "摄"):
            if piece.endswith(suffix) and _HAN_NAME.fullmatch(piece[: -len(suffix)]):
                self._waiting.append(piece[: -len(suffix)])
                self._settle([self._photographers])
                self.has_role = True
                return True
        if (
            _HAN_NAME.fullmatch(piece)
            or _LATIN_NAME.fullmatch(piece)
            or (len(piece) == 1 and "\u3400" <= piece <= "\u9fff")
        ):
            self._waiting.append(piece)
            return True
        if _DESK.fullmatch(piece):
            self._waiting.append(piece)
            return True
        # 图/某某局提供: an organisation is no person, but the line is still a byline.
        if not self.has_role or not _ORGANISATION.fullmatch(piece):
            return False
        self.has_office = True
        return True

    def _settle(self, targets: list[list[str]]) -> None:
        names = _join_single(self._waiting)
        for target in targets:
            target.extend(names)
        self._waiting = []


def _join_single(pieces: list[str]) -> list[str]:
    """Names set with a space inside (李　西) and Latin names of several words put together again."""
    names: list[str] = []
    glue = False
    for piece in pieces:
        single = len(piece) == 1 and not piece.isascii()
        latin = piece.isascii()
        if names and ((glue and single) or (latin and names[-1].isascii())):
            names[-1] += f" {piece}" if latin else piece
            glue = False
        else:
            names.append(piece)
            glue = single
    return [name for name in names if len(name) > 1]


def _people(names: list[str]) -> tuple[str, ...]:
    return tuple(name[:MAX_NAME_LENGTH] for name in dict.fromkeys(names))[:MAX_AUTHORS]


def _all_bare_names(line: str) -> bool:
    pieces = _join_single(re.split(r"[\s、，,]+", line.strip()))
    return bool(pieces) and all(_is_person_name(piece) for piece in pieces)


def _is_person_name(piece: str) -> bool:
    if _DESK.fullmatch(piece):
        return True
    if not _HAN_NAME.fullmatch(piece):
        return False
    return piece.startswith(_COMPOUND_SURNAMES) or (piece[0] in _SURNAMES and len(piece) <= 3)
