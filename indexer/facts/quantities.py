"""The grammar of quantities: a number as newspapers write it, its unit, and the words that bound it.

    >>> [(q.start, q.end, q.value, q.high, q.unit, q.bound) for q in find_quantities("投资5至8亿元,引进企业超30家")]
    [(2, 7, Decimal('500000000'), Decimal('800000000'), '元', None), (12, 16, Decimal('30'), None, '家', 'more')]

Works on folded text and looks at nothing but the characters next to the number: dates are taken out by the caller.
A number is a quantity when a unit follows (30余家, 5倍), when 万 or 亿 does (突破1400亿), or when it ranks (第76位).
Numbers without any, inside a model or standard number (PD1728, GB/T 39117-2020), or calculated with (3+3+2) are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from indexer.facts.bounds import Bound, bound_before, bound_behind
from indexer.facts.numbers import (
    NUMBER,
    NUMERALS,
    Number,
    ends_in_multiplier,
    groups_thousands,
    plain,
    read_number,
)
from indexer.facts.units import FIRST_CHARACTERS, Kind, MeasureUnit, match_unit, unit_named

__all__ = ["Quantity", "find_quantities", "may_hold_quantities", "read_quantity"]

# Where a number that can matter begins: a quick filter, since a pattern that opens with a set of characters is searched
# for many times faster than one with alternatives. A lone 一 is let through in 一年, 一倍, 一个月 and 第一 only.
_SECOND = "".join(sorted(FIRST_CHARACTERS | set(NUMERALS) | set("0123456789.,余多+几来大至到—–~〜―− 分点半数%/"))) + "-"
_TRIGGER = re.compile(
    rf"[0-9{NUMERALS}数几半过](?:(?=[{re.escape(_SECOND)}])(?!(?<=一)(?<!第一)(?:[^年天小周星倍成番个半点{NUMERALS}]|个(?![半多月小])))"
    r"|(?<=第.)|(?<=[万亿]))"
)
_BEHIND = re.compile(r"[ ]?(?:(?P<more>[余多]|\+(?![0-9a-z])|几)|(?P<about>来))?[ ]?")
_RANGE = re.compile(r"[ ]?(?:至|到|-{1,2}|—{1,2}|–|~|〜|―|−)[ ]?")
# Round numerals that are an amount only behind a bound (上百家, 近千人) or before a measure (亿元, 万亩), not a
# count: 百姓, 千家万户, 百年, 万人空巷.
_ROUND = frozenset("百千万亿")
_NEVER_ROUND = frozenset({"count", "duration", "length", "other", "percent"})
# A 万 or 亿 without a unit is money next to these, else people, clicks …: a count.
_MONEY_BEFORE = re.compile(
    r"投资|投入|斥资|耗资|注资|造价|资金|产值|收入|营收|销售|税|利润|GDP|gdp|总量|规模|生产总值|增加值|贷款|存款|融资|授信|金额|价值|市值|产业|出口|进口|"
    r"财政|预算|补贴|成本|支出|资产|经济|交易额|营业额|总额|合同|中标|募资|补助|奖金|债"
)
_MONEY_AFTER = re.compile(
    r"级|产业|企业|集群|项目|园区|俱乐部|大关|规模|目标|工程|投资|产值|资金|元|订单|贷款|资本|债|市场|消费|税收|补贴"
)
_RANK_BEFORE = re.compile(
    r"(?:排名?|居|列|位|国|省|市|县|区|球|界|洲|州|业|均|前|部|同类|类|第|(?:位次|名次|排名|排位)[是为])$"
)
_RANKED = re.compile(r"(?:强|排名?|名列|位居|位列|排在)(?:第|全[国省市]|世界|全球)?$")
_RANK_STOPS = "天日年月季产方一二三时书课总梯"
_CURRENCIES = {"$": "美元", "¥": "元", "€": "欧元", "£": "英镑"}
_LEADERS = frozenset("第$¥€£ ")
_FOLLOWERS = FIRST_CHARACTERS | set("余多+几来大至到-—–~〜―− ")
_CONGRESS = ("党代会", "党的", "全国代表大会", "代表大会", "全体会议", "全会", "人代会", "常委会")
_SESSIONS = ("会议", "全会", "全体", "代表大会", "党代会", "人代会", "大会", "常委", "中央", "理事", "委员")
# 《条例》第三十二条第二款规定: places in a law.
_LAW = re.compile(r"(?:第|规定|的规定|之规定|、第)")
_LAW_BEFORE = frozenset({"》", "条", "款", "法"})
_MAX_SLOGAN = 8
_MAX_SURFACE = 40
_ONE = Decimal(1)
_YUAN, _PERCENT = (unit_named(name) for name in ("元", "%"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit at ``text[start:end]`` of a folded text; ``number`` is where its digits begin.

    ``value`` is in ``unit``, ``high`` the upper end of a range. ``unit`` is None for a bare 万 or 亿 that counts.
    """

    start: int
    number: int
    end: int
    value: Decimal
    high: Decimal | None
    unit: str | None
    kind: Kind
    bound: Bound | None


def find_quantities(
    text: str, original: str | None = None, skip: list[tuple[int, int]] | None = None
) -> Iterator[Quantity]:
    """Quantities of a folded text from left to right, not overlapping.

    ``original`` is the printed text when it has the same length: it tells 5M from 5m and a Chinese comma from a
    thousands separator. ``skip`` are sorted spans (dates) in which no quantity begins.
    """
    printed = original if original is not None and len(original) == len(text) else text
    spans = iter(skip or ())
    barred = next(spans, None)
    position = 0
    while trigger := _TRIGGER.search(text, position):
        position = trigger.end()
        match = NUMBER.match(text, trigger.start())
        if match is None:
            continue
        start, position = match.span()
        while barred and barred[1] <= start:
            barred = next(spans, None)
        if barred and position > barred[0]:
            position = max(position, barred[1])
            continue
        if match["words"] == "一" and text[start - 1 : start] != "第":
            quantity = _read_one(text, match)  # the most frequent numeral by far, and hardly ever a number
        elif _stands_alone(text, match, start, position):
            continue
        elif match["digits"] and "," in match["digits"] and not groups_thousands(match["digits"], printed, start):
            position = start + match["digits"].index(",")  # 24，300家 lists two numbers
            short = NUMBER.fullmatch(text, start, position)
            quantity = _read(text, printed, short) if short else None
        else:
            quantity = _read(text, printed, match)
        if quantity is not None and quantity.end - quantity.start <= _MAX_SURFACE:
            position = max(position, quantity.end)
            yield quantity


def may_hold_quantities(text: str) -> bool:
    """Whether a folded text has anything that a quantity can begin with: two in three passages have not."""
    return _TRIGGER.search(text) is not None


def _stands_alone(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether nothing behind a plain number can make it a quantity: the quick answer for most of them."""
    plain = match["times"] is None if match["digits"] else end - start == 1
    return plain and text[end : end + 1] not in _FOLLOWERS and text[start - 1 : start] not in _LEADERS


def read_quantity(text: str) -> Quantity | None:
    """The quantity a short folded text is (``超过100亿元``, ``500至2000亩``); None unless it is exactly one."""
    found = list(find_quantities(text))
    return found[0] if len(found) == 1 and found[0].start == 0 and found[0].end == len(text) else None


def _read(text: str, printed: str, match: re.Match[str]) -> Quantity | None:
    if _is_part_of_code(text, match):
        return None
    if match["half"]:
        return _read_half(text, match)
    number = read_number(match)
    if number is None:
        return None
    before = text[number.start - 1 : number.start]
    if before in {"-", "−"} and match["digits"]:
        number = replace(number, start=number.start - 1, value=-number.value)
    if before == "第" or text[max(0, number.start - 2) : number.start] == "第 ":
        return _read_ordinal(text, printed, number)
    if number.unit:
        return _bounded(text, number, number.end, _PERCENT, None)
    ranged = _range(text, printed, number)
    if ranged:
        number = ranged
    return _with_unit(text, printed, number)


def _read_one(text: str, match: re.Match[str]) -> Quantity | None:
    """一倍, 一成, 不到一年, 一年多: other 一 are articles."""
    found = match_unit(text, match.end(), original="")
    if found is None:
        return None
    unit, end = found
    if unit.kind not in {"duration", "percent"}:
        return None
    number = Number(match.start(), match.end(), _ONE, None, _ONE, None, "一")
    bounded = _bounded(text, number, end, unit, None)
    plain = (
        unit.name in {"倍", "%"}
        or _doubles(text, match.start(), unit)
        or (unit.kind == "duration" and (bounded.bound or bounded.value != 1))
    )
    return bounded if plain and text[match.start() - 1 : match.start()] not in {"每", "进", "统"} else None


def _doubles(text: str, start: int, unit: MeasureUnit) -> bool:
    return unit.name == "番" and text.endswith(("翻", "翻了"), 0, start)


def _read_half(text: str, match: re.Match[str]) -> Quantity | None:
    start = match.end() - 1 if match["half"] == "过半" else match.start()
    number = Number(start, match.end(), Decimal(50), None, _ONE, None, "半", "%")
    bounded = _bounded(text, number, match.end(), _PERCENT, "more" if match["half"] == "过半" else None)
    named = (
        match["half"] != "一半"
        or bounded.bound
        or text[start - 1 : start] in {"占", "为", "了", "的", "达", "国", "省"}
    )
    return replace(bounded, start=min(bounded.start, match.start())) if named else None


def _is_part_of_code(text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if not text[start].isascii():
        return False
    last = before[-1:]
    if last in {"+", "/", ".", "_", "*", "×", "=", "#", "@", "\\"} or (last == ":" and before[:1].isdigit()):
        return True
    if last in {"-", "—", "–", "·"} and (before[:1].isdigit() or (before[:1].isascii() and before[:1].isalpha())):
        return True
    if last.isascii() and last.isalpha():
        # GDP1.2万亿元, but no model A380.
        return not (match["times"] or after[:1] == "%" or after[:1] == "元")
    if after[:1] in {"+", ":", "·", "."} and after[1:2].isascii() and after[1:2].isalnum():
        return True
    return text.startswith("+1", end)


def _range(text: str, printed: str, first: Number) -> Number | None:
    """A second number that closes a range (5至8亿元, 20%—70%, 3000万到5000万元); it lends 万, 亿 and unit to the first."""
    end = first.end
    unit = match_unit(text, end, original=printed[end : end + 1])
    if unit:
        end = unit[1]
    dash = _RANGE.match(text, end)
    if dash is None or first.high is not None:
        return None
    following = NUMBER.match(text, dash.end())
    if following is None or not (following["digits"] or following["words"]):
        return None
    second = read_number(following)
    if second is None or second.high is not None:
        return None
    if unit and text[first.start - 1 : first.start] in {"从", "由", "自"}:
        return None  # 从3家到30家 tells a change
    last = match_unit(text, second.end, original=printed[second.end : second.end + 1])
    if last is None and second.times == 1:
        return None
    if unit and (last is None or unit[0].name != last[0].name):
        return None
    low, high = first.value * first.times, second.value * second.times
    if not unit and first.times == 1:
        if first.spoken and second.spoken and first.value < 10:
            low = first.value * ends_in_multiplier(second.spoken)
        elif first.value < second.value:
            low = first.value * second.times
    if low >= high:
        return None
    return Number(first.start, second.end, low, high, _ONE, first.bound or second.bound, first.spoken and second.spoken)


def _with_unit(text: str, printed: str, number: Number) -> Quantity | None:
    behind = _BEHIND.match(text, number.end)
    position = behind.end() if behind else number.end
    bound: Bound | None = number.bound
    if behind and behind["more"]:
        bound = "more"
    elif behind and behind["about"]:
        bound = "about"
    if text[position : position + 1] == "大":
        return _read_great(text, number, position)
    found = match_unit(text, position, original=printed[position : position + 1])
    if found and found[0].name == "级" and number.times * number.value >= 10**4:
        found = None  # 百亿级
    if found is None and behind and behind.group().strip():
        position, bound = number.end, number.bound  # 十几 without a unit, 3+…
        found = None
    if found is None:
        return _without_unit(text, number, bound or ("more" if behind and behind["more"] else None))
    unit, end = found
    if "多" in text[position:end]:  # 三个多月
        bound = "more"
    if text[end : end + 1] == "亿" and unit.name == "个":  # 5个亿
        factor = Decimal(10**8)
        number = Number(number.start, number.end, number.value * factor, number.high, number.times, number.bound, "")
        return _bounded(text, number, end + 1 + text.startswith("元", end + 1), _YUAN, bound)
    if not _fits(text, number, unit, end, bound):
        return None
    if unit.name in {"名", "位"} and not number.spoken and _RANKED.search(text, max(0, number.start - 6), number.start):
        unit = replace(unit, kind="rank")
    return _bounded(text, number, *_rate(text, unit, end), bound)


def _fits(text: str, number: Number, unit: MeasureUnit, end: int, bound: Bound | None) -> bool:
    """Whether this unit makes this number a quantity: 5G, 9时30分, 3.0列车 and 三次会议 are none."""
    if number.spoken and not _fits_words(text, number, unit, end):
        return False
    before = text[max(0, number.start - 2) : number.start].rstrip()[-1:]
    if unit.name in {"次", "届"} and (before == "届" or text.startswith(_SESSIONS, end)):
        return False
    if unit.name == "年" and not number.spoken and number.times == 1 and 1600 <= number.value < 2100:
        return bound is not None
    excluded = {
        "分": before in {"时", "点", ":"},
        "番": not _doubles(text, number.start, unit),
        "G": number.value < 7 and number.times == 1,  # 5G is a generation
    }
    if excluded.get(unit.name) or (unit.kind == "count" and text.endswith(".0", number.start, number.end)):
        return False
    return unit.scale != 10 or 0 < number.value <= 10  # 成


def _fits_words(text: str, number: Number, unit: MeasureUnit, end: int) -> bool:
    """Whether the unit may follow this number in words: 十分, 百姓, 三强, 三元, 二次 and “两个毫不动摇” are no quantities."""
    spoken = number.spoken
    if not unit.spoken and len(spoken) < 3:
        return False
    if spoken in _ROUND and unit.kind in _NEVER_ROUND and not _prefixed(text, number.start):
        return False
    if unit.name in {"强", "元"} and number.value < 10:
        return False
    if unit.kind != "count":
        return True
    return not (spoken == "二" or unit.name in {"届", "期"} or _is_slogan(text, number.start, end))


def _is_slogan(text: str, start: int, end: int) -> bool:
    """“两个毫不动摇”, “五大行动”: a number that opens a short quotation is part of a name."""
    return text[start - 1 : start] == "“" and text.find("”", end, end + _MAX_SLOGAN) >= 0


def _prefixed(text: str, start: int) -> bool:
    """Whether a bound word stands before: 上百家, 近千人, 过亿."""
    return bound_before(text, start) is not None


def _read_great(text: str, number: Number, position: int) -> Quantity | None:
    """10大项目, 三大园区; not 二十大 (a congress), 985大学, 三大步."""
    small = number.value == number.value.to_integral_value() and number.value <= (10 if number.spoken else 99)
    stops = "型学道街厦于幅步多量家力胆赛会概约小米豆蒜棚桥厅队楼使臣致陆字洋洲姐爷妈气礼人阪连理庆同"
    if number.spoken and _is_slogan(text, number.start, position + 1):
        return None
    if not small or number.value < 2 or number.times != 1 or text[position + 1 : position + 2] in stops:
        return None
    return Quantity(number.start, number.start, position + 1, number.value, number.high, "个", "count", None)


def _without_unit(text: str, number: Number, bound: Bound | None) -> Quantity | None:
    value = number.value * number.times
    currency = _CURRENCIES.get(text[number.start - 1 : number.start])
    if currency:
        return _bounded(text, number, number.end, unit_named(currency), bound)
    if value < 10**4 or (number.times == 1 and number.high is None and number.spoken[-1:] not in {"万", "亿"}):
        return None
    end = number.end + 1 if bound == "more" and text[number.end : number.end + 1] in {"多", "余", "+"} else number.end
    before = text[max(0, number.start - 12) : number.start]
    if number.spoken in _ROUND and not (_prefixed(text, number.start) or text.startswith("级", end)):
        return None
    huge = value >= 10**8 and (number.spoken[-2:] in {"百亿", "千亿", "万亿"} or _MONEY_AFTER.match(text, end))
    if _MONEY_BEFORE.search(before) or huge:
        return _bounded(text, number, end, _YUAN, bound)
    following = text[end : end + 1]
    if number.spoken and len(number.spoken) < 3 and not _prefixed(text, number.start):
        return None
    if following and following not in ",。;、:!?)”\n 级次左以" and not following.isspace():
        return None
    return _bounded(text, number, end, None, bound)


def _read_ordinal(text: str, printed: str, number: Number) -> Quantity | None:
    start = text.rindex("第", 0, number.start)
    if number.high is not None or number.value > 10000 or number.value != number.value.to_integral_value():
        return None
    found = match_unit(text, number.end, original=printed[number.end : number.end + 1])
    if found and found[0].kind in {"count", "rank"} and text[number.end] not in _RANK_STOPS:
        if found[0].name in {"次", "届"} and (text[start - 1 : start] == "届" or text.startswith(_CONGRESS, found[1])):
            return None
        if found[0].name in {"条", "款", "项"} and (
            _LAW.match(text, found[1]) or text[start - 1 : start] in _LAW_BEFORE
        ):
            return None
        return Quantity(start, number.start, found[1], number.value, None, found[0].name, "rank", None)
    following = text[number.end : number.end + 1]
    ends = not following or following in ",。;、:!?)”’的\n " or text.startswith(("大市", "大"), number.end)
    if ends and _RANK_BEFORE.search(text, max(0, start - 4), start):
        return Quantity(start, number.start, number.end, number.value, None, "位", "rank", None)
    return None


def _rate(text: str, unit: MeasureUnit, end: int) -> tuple[int, MeasureUnit]:
    """350公里/小时, 0.44个/万人, 35微克每立方米: a rate keeps its printed unit and compares with nothing else."""
    sign = text[end : end + 1]
    if sign not in {"/", "每"}:
        return end, unit
    behind = NUMBER.match(text, end + 1)
    position = behind.end() if behind and behind["words"] else end + 1
    if text[position : position + 1] in {"日", "月"}:
        below_end = position + 1
    else:
        below = match_unit(text, position, original=text[position : position + 1])
        if below is None or (sign == "每" and below[0].kind in {"count", "percent", "rank"}):
            return end, unit
        below_end = below[1]
    name = f"{unit.name}/{text[end + 1 : below_end]}"
    return below_end, MeasureUnit(name, "other", name, scale=unit.scale)


def _bounded(text: str, number: Number, end: int, unit: MeasureUnit | None, bound: Bound | None) -> Quantity:
    """The quantity with the words around it that bound it."""
    start = number.start
    kind: Kind = unit.kind if unit else "count"
    value = number.value * number.times
    high = number.high * number.times if number.high is not None else None
    if unit and unit.scale != 1:
        value, high = value * unit.scale, high * unit.scale if high is not None else None
    if kind == "duration" and "半" in text[number.end : end + 1]:  # 一年半, 一个半小时
        value, end = value + Decimal("0.5"), end + (text[end : end + 1] == "半")
    end, after = bound_behind(text, end, deadline=kind == "duration")
    if after and not (high is not None and text[end - 1] == "内"):
        bound = after if after != "about" else bound or after
    before = bound_before(text, start)
    if before:
        start -= before[0]
        bound = before[1]
    return Quantity(
        start, number.start, end, plain(value), plain(high) if high is not None else None,
        unit.name if unit else None, kind, bound,
    )  # fmt: skip
