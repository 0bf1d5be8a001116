"""Organizations by their last word: 有限公司, 学院, 市科技局, 衡阳市人民政府; and short company names by their trade."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.facts.names.gazetteer import words
from indexer.facts.names.places import place_prefix, place_start
from indexer.facts.names.scan import (
    HAN,
    Found,
    Text,
    ends_in_verb,
    is_generic,
    left_edge,
    left_edges,
    skip_lead,
    stops_at,
)

__all__ = ["brand_rule", "company_rule", "department_rule", "find_level_bodies", "institution_rule"]

_MAX_CORE = 24

_LEVEL = re.compile(
    r"[省市县区州旗镇乡](?=[委人政纪监党])(?:(?<=[镇乡])党委|委(?!托|派|员|任|以|屈|身|婉|曲)(?:宣传部|组织部|统战部|政法委|办公室|网信办|党校)?"
    r"|(?:人民)?政府(?!性|债|采购|购买|补贴|引导|职能)(?:办公室|新闻办公室|新闻办)?|人大常委会|人大(?!代表)|政协(?!委员)|纪委监委|纪委|监委)"
)


def find_level_bodies(text: Text) -> Iterator[Found]:
    """Committees, governments, congresses of a province, city, county or town."""
    for match in _LEVEL.finditer(text.text):
        yield from _level_body(text, match.start(), match.end())


def _level_body(text: Text, level: int, end: int) -> Iterator[Found]:
    """市委, 衡阳市人民政府, 中共衡阳市委, 西渡镇政府."""
    s = text.text
    low = max(text.run_start(level), level - 20)
    start = place_start(s, low, level + 1)
    if start > level:
        # A town has no entry in the gazetteer; a boundary may say where its name begins.
        start = level
        edge = left_edge(text, level)
        if s[level] in "镇乡" and 2 <= level - edge <= 3 and not is_generic(s[edge:level]):
            start = edge
        if start == level and (s[level] in "镇乡旗州" or s[max(level - 1, 0) : level] in _NOT_BEFORE_LEVEL):
            return
    if s.startswith("中共", start - 2) and start >= 2:
        start -= 2
    yield Found("organization", start, end, "suffix")


_NOT_BEFORE_LEVEL = tuple("城地社园景小新辖片老山")


def department_rule(text: Text, begin: int, end: int, _: str) -> Iterator[Found]:
    """市科技局, 湖南省工业和信息化厅: a department behind its level or place."""
    s = text.text
    if s[end : end + 1] in _DEPARTMENT_GOES_ON and end < len(s):
        return
    low = max(text.run_start(begin), begin - 24)
    start = place_start(s, low, begin)
    if start == begin and begin > low and s[begin - 1] in "省市县区州旗":
        start = place_start(s, low, begin)
        if start == begin:
            start = begin - 1
    elif start == begin and s.startswith("国家", begin - 2):
        start = begin - 2
    if start < begin:
        yield Found("organization", start, end, "suffix")


_DEPARTMENT_GOES_ON = "门分队位级落件托派员任理学法案好事证"


def company_rule(text: Text, begin: int, end: int, suffix: str) -> Iterator[Found]:
    s = text.text
    if s[end : end + 1] in "军化式法制债治" and s[end : end + 1]:
        return
    if suffix == "事务所" and s[begin - 2 : begin] not in ("律师", "会计", "计师"):
        return
    wide, edge = left_edges(text, begin)
    start = _behind_ministry(s, skip_lead(s, edge, begin), begin)
    if "有限" in suffix and wide < edge and begin - wide <= 12 and is_generic(s[start:begin]):
        start = skip_lead(s, wide, begin)  # 上海联和投资有限公司
    if (kind := s.find("公司", start, begin)) >= 0 and is_generic(s[start:kind]):
        start = kind + 2  # 上市公司云台股份有限公司
    core = s[start:begin]
    if (
        len(core) < 2
        or core[0] == "("
        or (suffix == "公司" and core[-1] in "分子母总些各多")
        or len(core) > _MAX_CORE + 6
        or ends_in_verb(core)
    ):
        return
    # 中大集团: both characters are words, but together they are none.
    if is_generic(core) and not (suffix == "集团" and len(core) == 2 and core not in words("generic", "generic")):
        return
    if suffix in ("公司", "集团", "控股", "证券") and (
        place_prefix(s, start, begin) == begin or len(core) > 14 or (len(core) > 4 and is_generic(core[:4]))
    ):
        return
    yield Found("organization", start, end, "suffix")


def institution_rule(text: Text, begin: int, end: int, suffix: str) -> Iterator[Found]:
    s = text.text
    if (goes_on := _INSTITUTION_GOES_ON.get(suffix[-2:])) and goes_on.match(s, end):
        return
    edge = left_edge(text, begin)
    start = _behind_ministry(s, skip_lead(s, edge, begin), begin)
    core = s[start:begin]
    if not core or len(core) > _MAX_CORE or (len(core) < 2 and core not in "省市县区州镇"):
        return
    after = place_prefix(s, start, begin)
    if after == start and ends_in_verb(core):
        return
    if (
        suffix in words("suffixes", "needs-name")
        and is_generic(s[after:begin])
        and (after == start or suffix == "大队")
    ):
        return
    if is_generic(core) or (after == begin and suffix in words("suffixes", "not-of-a-place")):
        return
    if (inner := _INNER_INSTITUTION.match(core)) and inner.end() < len(core) and is_generic(core[inner.end() :]):
        return
    if (
        suffix in words("suffixes", "needs-place")
        and after == start
        and s[start] not in "省市县区州"
        and not _starts_like_name(core)
    ):
        return
    yield Found("organization", start, end, "suffix")


def _behind_ministry(s: str, start: int, begin: int) -> int:
    """工信部中国信息研究院: two names without a word between; the second begins behind the ministry."""
    match = _MINISTRY.match(s, start, begin)
    return match.end() if match else start


_MINISTRY = re.compile(rf"[{HAN}]{{1,8}}?[部委署局院](?=中国|国家|全国)")
# 云台师范学院独立学院: a kind of college behind the name of another.
_INNER_INSTITUTION = re.compile(".*(?:大学|学院|医院|公司|集团|研究院|银行)(?!第|附属)")
_INSTITUTION_GOES_ON = {
    "大学": re.compile("[生城堂时本科期毕里校]|教育"),
    "学院": re.compile("[派路]"),
    "银行": re.compile("[业卡家账存贷间柜系级股]|信用卡|理财|手机|承兑"),
    "医院": re.compile("[级感]"),
    "中学": re.compile("[生时阶习到]"),
    "究所": re.compile("[得有需用做]"),
    "小学": re.compile("[生时阶]"),
    "高中": re.compile("[生低毕时学阶端]"),
    "协会": re.compile("员"),
    "文联": re.compile("合"),
    "学会": re.compile("[了会]"),
    "学校": re.compile("[里门]"),
    "政府": re.compile("性|债|采购|购买|补贴|引导|职能|网"),
    "员会": re.compile("[议员]"),
    "公室": re.compile("[里的]"),
    "海关": re.compile("总署"),
    "日报": re.compile("[告酬道]"),
    "晚报": re.compile("[告道]"),
    "早报": re.compile("[告名]"),
    "团委": re.compile("[托员派]"),
    "纪委": re.compile("[托员派]"),
    "工委": re.compile("[托派]"),
    "分行": re.compile("业"),
    "支行": re.compile("业"),
}


def _starts_like_name(core: str) -> bool:
    return len(core) >= 3 and not is_generic(core[:2])


def brand_rule(text: Text, begin: int, end: int, suffix: str) -> Iterator[Found]:
    """金翼铝业, 笛子科技: two to four characters and the word of a trade, between boundaries."""
    s = text.text
    start = skip_lead(s, left_edge(text, begin), begin)
    core = s[place_prefix(s, start, begin) : begin]
    if (
        not 2 <= len(core) <= 4
        or begin - start > 7
        or not _BRAND.fullmatch(core)
        or is_generic(core)
        or is_generic(core[-2:])
    ):
        return
    if suffix not in words("suffixes", "brand-before-any") and not (
        stops_at(text, end) or _AFTER_COMPANY.match(s, end)
    ):
        return
    yield Found("organization", start, end, "brand")


_BRAND = re.compile(rf"[a-z]{{2,4}}|[{HAN}]{{2,4}}")
_AFTER_COMPANY = re.compile(
    "年产|项目|总部|董事|总经理|副总|总裁|创始人|ceo|负责人|相关负责人|首席|工程师|研发|生产|营销|公司|集团|等|也|则|还|今年|去年|已|将|正|车间|厂区|展台|展位"
)
