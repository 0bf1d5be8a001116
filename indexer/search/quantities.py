"""Quantity conditions: 总投资>=100亿元, 增长 > 20%, 占地 500..2000亩, 产值 50亿以上, 超过100亿元的项目.

A figure satisfies a condition when everything it can be does: 超100亿 is at least 100亿, 近100亿 is not, and 5至8亿元 is
at most 8亿元. Values compare within what they measure: 亩 with 公顷, but 元 not with 美元.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from sys import intern
from weakref import WeakKeyDictionary

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from ..text import fold
from .budget import check

__all__ = ["Quantity", "find_conditions", "matching_rows"]

_NUMBER = r"[-+]?[0-9０-９零〇一二两三四五六七八九十百千万亿][0-9０-９,，.．零〇一二两三四五六七八九十百千万亿]*"
# A unit runs up to a space, a sign or the words that follow amounts.
_UNIT = r"(?:[%％‰℃]|(?:(?!以上|以下|以内|的|及|或)[^\s\d<>=≥≤＞＜＝()（）\"“”:：,，。.…]){1,8})?"
_AMOUNT = rf"{_NUMBER}\s?{_UNIT}"
# The digits before an amount are its own: 增长20%以上 is no 0% 以上.
_START = r"(?<![0-9０-９.,])"
_METRIC = r"(?![-－−])[^\s<>=≥≤＞＜＝()（）\"“”:：,，。|]{1,20}?"
_OPERATORS = {">=": ">=", "=>": ">=", "≥": ">=", "<=": "<=", "=<": "<=", "≤": "<=", ">": ">", "<": "<", "=": "="}
_MORE = {"超过": ">", "高于": ">", "大于": ">", "多于": ">", "突破": ">", "不低于": ">=", "不少于": ">=", "至少": ">="}
_LESS = {"不超过": "<=", "不高于": "<=", "至多": "<=", "低于": "<", "小于": "<", "少于": "<", "不到": "<", "不足": "<"}
_WORDS = _MORE | _LESS
_BEHIND = {"以上": ">=", "以下": "<=", "以内": "<="}

_compiled = cache(re.compile)
_CONDITION = (
    rf"(?<!\S)(?:(?P<metric>{_METRIC})\s?)??\s?"
    rf"(?:(?P<op>[>＞][=＝]|[<＜][=＝]|[=＝][>＞<＜]|[>＞<＜=＝≥≤])\s?(?P<amount>{_AMOUNT})"
    rf"|{_START}(?P<low>{_NUMBER}{_UNIT})\s?(?:\.{{2,}}|…+)\s?(?P<high>{_AMOUNT})"
    rf"|(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\s?(?P<worded>{_AMOUNT})(?:的(?P<rest>\S+))?"
    rf"|{_START}(?P<before>{_AMOUNT})(?P<behind>以上|以下|以内)(?:的(?P<rest2>\S+))?)(?!\S)"
)
_NUMERALS = frozenset("0123456789０１２３４５６７８９零〇一二两三四五六七八九十百千万亿")
_COMPARING = frozenset("<>=≥≤＞＜＝.…过于破至少多到足上下内")
# What is measured in yuan or in per cent where a number stands without a unit.
_IN_YUAN = r"投资|产值|营收|收入|税|资金|金额|贷款|利润|总值|GDP|gdp|销售|营业额|产出|财政|融资|造价|预算"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_IN_PERCENT = r"增长|增速|增幅|同比|环比|占比|比重|率$|下降|提升"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A condition on figures: ``low`` to ``high`` in the base unit of the dimension, ends included as told.

    ``dimension`` is None where no unit was given and the metric tells none. ``metric`` is folded, "" for any.
    ``shown`` is the condition in Chinese as it was understood. ``literal`` is what was typed, where that can also be
    printed so (50亿以上): a passage that holds it answers too.
    """

    metric: str
    low: float
    high: float
    dimension: int | None
    shown: str
    literal: str = ""


def find_conditions(text: str) -> Iterator[tuple[int, int, Quantity, str]]:
    """Conditions in a query with their start and end in it, and the words that follow 的 and are searched as text."""
    # A condition has a number and a sign or word that compares; most queries need no look at the grammar, which takes
    # longer to compile than they take to answer.
    if _NUMERALS.isdisjoint(text) or _COMPARING.isdisjoint(text):
        return
    for match in _compiled(_CONDITION).finditer(text):
        condition = _read(match)
        if condition is not None:
            yield match.start(), match.end(), condition, match["rest"] or match["rest2"] or ""


def _read(match: re.Match[str]) -> Quantity | None:
    metric = match["metric"] or ""
    if match["low"]:
        return _between(metric, match["low"], match["high"])
    if match["op"]:
        operator = _OPERATORS[fold(match["op"]).text]
        amount = match["amount"]
    elif match["word"]:
        operator, amount = _WORDS[match["word"]], match["worded"]
    else:
        operator, amount = _BEHIND[match["behind"]], match["before"]
    read = _amount(amount, metric)
    if read is None:
        return None
    value, dimension, printed = read
    low = {">": math.nextafter(value, math.inf), ">=": value, "=": value}.get(operator, -math.inf)
    high = {"<": math.nextafter(value, -math.inf), "<=": value, "=": value}.get(operator, math.inf)
    sign = {">=": "≥", "<=": "≤"}.get(operator, operator)
    if dimension is None and not _HAN.search(metric):
        return None
    literal = "" if match["op"] else match.group().strip()
    return Quantity(fold(metric).text, low, high, dimension, f"{metric or '数字'} {sign} {printed}", literal)


def _between(metric: str, low: str, high: str) -> Quantity | None:
    upper = _amount(high, metric)
    unit = re.sub(rf"^{_NUMBER}\s?", "", high)
    lower = _amount(low if re.sub(rf"^{_NUMBER}\s?", "", low) else low + unit, metric)
    if upper is None or lower is None or upper[1] != lower[1] or lower[0] > upper[0]:
        return None
    if upper[1] is None and not _HAN.search(metric):
        return None
    return Quantity(fold(metric).text, lower[0], upper[0], upper[1], f"{metric or '数字'} {lower[2]} 至 {upper[2]}")


def _amount(text: str, metric: str) -> tuple[float, int | None, str] | None:
    """Value in the base unit, key of its dimension and the amount as understood; None for what is no amount."""
    from ..facts import read_quantity, to_base  # its rules are for those who ask for amounts
    from ..store.facts import dimension_key

    folded = fold(text.replace(" ", "")).text
    quantity = read_quantity(folded)
    if quantity is not None and quantity.unit is not None and quantity.high is None:
        return float(to_base(quantity.value, quantity.unit)), dimension_key(quantity.unit), folded
    guessed = "元" if re.search(_IN_YUAN, metric) else "%" if re.search(_IN_PERCENT, metric) else ""
    quantity = read_quantity(folded + (guessed or "个"))
    if quantity is None or quantity.high is not None:
        return None
    if guessed:
        return float(to_base(quantity.value, quantity.unit)), dimension_key(quantity.unit), folded + guessed
    return float(quantity.value), None, folded + "（单位不限）"


def matching_rows(segment: SegmentView, condition: Quantity) -> AnyArray:
    """Rows of the segment's live figures that satisfy a condition.

    A figure is of the metric if that stands in what it measures; where no figure is, if it stands in its sentence.
    """
    check()
    arrays = segment.arrays
    fits = (arrays["figure.low"] >= condition.low) & (arrays["figure.high"] <= condition.high)
    if condition.dimension is not None:
        fits &= arrays["figure.dimension"] == condition.dimension
    rows: AnyArray = np.flatnonzero(fits & segment.live[arrays["figure.doc"]])
    if not condition.metric:
        return rows
    texts = _figure_texts(segment, rows.tolist())
    strict = [row for row in rows.tolist() if condition.metric in texts[row][0]]
    return np.asarray(
        strict or [row for row in rows.tolist() if any(condition.metric in text for text in texts[row])], dtype=np.int64
    )


_read_texts: WeakKeyDictionary[SegmentView, dict[int, tuple[str, ...]]] = WeakKeyDictionary()


def _figure_texts(segment: SegmentView, rows: list[int]) -> dict[int, tuple[str, ...]]:
    """Metric, sentence and subject of at least these figures, folded: read once, for all conditions and queries."""
    known = _read_texts.setdefault(segment, {})
    for row in rows:
        if row not in known:
            fact = segment.figure(row)
            sentence = segment.text(int(segment.arrays["figure.doc"][row]))[slice(*fact["sentence_span"])]
            # Interned: a sentence has several figures, and a metric stands in many.
            texts = (fact["metric"] or "", sentence, fact["subject"] or "")
            known[row] = tuple(intern(fold(text).text) for text in texts)
    return known
