"""Words that say a value is a limit or a rough one: 超, 近, 约, 不低于 before a number, 以上, 左右 behind its unit."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["Bound", "bound_before", "bound_behind"]

Bound = Literal["about", "more", "less"]

_AFTER = re.compile(
    r"(?P<more>以上|之多|开外|有余|起步|余(?!额|下|地|热|量|名|人)|多(?=[,。;、:!?)”的时\s]|$))"
    r"|(?P<less>以下|以内|之内|内(?![部地容外蒙需资置向涵陆]))|(?P<about>左右|上下|前后|(?<=[万亿])级)"
)
_BEFORE: tuple[tuple[Bound, tuple[str, ...]], ...] = (
    ("less", ("不超过", "不高于", "不大于", "不多于", "至多", "最多", "不足", "不到", "未到", "未超过", "低于", "少于", "小于",
              "接近", "将近", "逼近", "近", "<", "≤")),
    ("more", ("不少于", "不低于", "不小于", "至少", "起码", "最少", "高于", "多于", "大于", "超过了", "超过", "超出", "突破了",
              "突破", "越过", "跨过", "迈过", "冲破", "超", "逾", "破", ">", "≥")),
    ("about", ("大约为", "大约", "大概", "约为", "约有", "约合", "约占", "约", "差不多", "大致")),
)  # fmt: skip
# The longest first: 不低于 is no 低于.
_BOUND_WORDS = sorted(((word, bound) for bound, words in _BEFORE for word in words), key=lambda pair: -len(pair[0]))
_BOUND_ENDS = frozenset(word[-1] for word, _ in _BOUND_WORDS) | set("上过")
# Words that end like a bound and are none: 通过3项, 经过, 附近, 制约, 签约, 预约.
_NO_BOUND = {
    "近": "附最靠邻临亲",
    "约": "签预制解节违合契条履公特邀大",
    "破": "攻打爆侦",
    "超": "赶反高",
    "上": "以之线",
    "过": "通经度穿透越路渡跨超胜错见",
}
_LARGE = re.compile(r"[0-9.]+[百千]?[万亿]")
_ROUND = frozenset("百千万亿")


def bound_behind(text: str, end: int, *, deadline: bool) -> tuple[int, Bound | None]:
    """Where the bound words that begin at ``end`` end, and what they mean; ``deadline``: 内 may stand alone (三年内)."""
    match = _AFTER.match(text, end)
    if match is None or (match["less"] == "内" and not deadline):
        return end, None
    return match.end(), "more" if match["more"] else "less" if match["less"] else "about"


def bound_before(text: str, start: int) -> tuple[int, Bound] | None:
    """Length and meaning of the bound word that ends at ``start``."""
    position = start
    while text[position - 1 : position] in {" ", "¥", "$", "€", "£"}:
        position -= 1
    if position == 0 or text[position - 1] not in _BOUND_ENDS:
        return None
    for word, bound in _BOUND_WORDS:
        if text.startswith(word, max(0, position - len(word))) and position >= len(word):
            previous = text[position - len(word) - 1 : position - len(word)]
            if previous and len(word) == 1 and previous in _NO_BOUND.get(word, ""):
                return None
            return start - position + len(word), bound
    # 上百家, 上万人, 过亿 before a round number; 产值过50亿元.
    last, previous = text[position - 1], text[position - 2 : position - 1]
    if last not in "上过" or (previous and previous in _NO_BOUND[last]):
        return None
    large = text[start : start + 1] in _ROUND or (last == "过" and _LARGE.match(text, start))
    return (start - position + 1, "more") if large else None
