"""Numbers as newspapers write them: 1,234.5 · 1300余万 · 12亿3000万 · 二十余万 · 数百亿 · 三分之一 · 三四百.

Only the number itself is read here; ``quantities`` looks at what stands around it. Works on folded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from indexer.facts.bounds import Bound
from indexer.text import numeral_value

__all__ = [
    "NUMBER",
    "NUMERALS",
    "Number",
    "ends_in_multiplier",
    "groups_thousands",
    "multiplier",
    "plain",
    "read_number",
]

NUMERALS = "〇零一二两三四五六七八九十百千万亿"
# 1,234.5 | 1.2 | 1300余万 | 12亿3000万 | 5千; then 二十余万, 数百亿, 十几, 三点五, 百分之三十.
NUMBER = re.compile(
    rf"""(?P<half>一半(?<![另各对]一半)|半数|过半(?!拉))
       | (?<=[占约近达超过为的到])(?P<slash>[1-9]/(?:10|[2-9]))(?![0-9/月.])
       | (?P<digits>[0-9]+(?:,[0-9]{{3}}(?![0-9]))*(?:\.[0-9]+)?)
         (?P<times>(?P<fuzz>[ ]?[多余几])?(?:[百千]?[万亿]{{1,2}}|[百千十](?=[余多来个家人名户亩元台套吨])|千(?=[万亿])))?
         (?P<rest>(?<=亿)[0-9]+(?:\.[0-9]+)?[千百]?万)?
       | (?P<parts>(?:百分之|千分之|万分之|[二两三四五六七八九十]+分之))(?P<share>[{NUMERALS}]+(?:点[{NUMERALS}]+)?|[0-9]+(?:\.[0-9]+)?)
       | (?P<words>(?:[数几](?=[十百千万亿]))?[{NUMERALS}]+(?:点[零〇一二三四五六七八九]+[万亿]*)?(?:(?P<fuzz2>[多余来几])[十百千万亿]+)?)
    """,
    re.VERBOSE,
)
_PAIR = re.compile(r"(十?)([一两二三四五六七八九])([两二三四五六七八九])([十百千万亿]*)")
_VALUES = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# Longer ones are serial numbers, or no numbers at all.
_MAX_DIGITS = 24
_MAX_WORDS = 16
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]``: ``value`` times ``times``, which a range may lend to its first number.

    ``high`` is the upper end where the number itself is a range (三四百). ``bound`` is what 余, 多 or 数 inside it say.
    ``spoken`` is its text if it is written in Chinese numerals, else empty. ``unit`` is % for a fraction.
    """

    start: int
    end: int
    value: Decimal
    high: Decimal | None
    times: Decimal
    bound: Bound | None
    spoken: str
    unit: str | None = None


def read_number(match: re.Match[str]) -> Number | None:
    """What a match of ``NUMBER`` is worth; None for what is no well-formed number."""
    if match["digits"]:
        return _digits(match)
    if match["parts"] or match["slash"]:
        return _fraction(match)
    return _words(match)


def groups_thousands(digits: str, printed: str, start: int) -> bool:
    """Whether the commas of a number are its own: 1,200 and １，２００, not 2021,300 and 24，300."""
    comma = digits.index(",")
    return comma <= 3 and (printed[start + comma] == "," or not printed[start].isascii())


def _digits(match: re.Match[str]) -> Number | None:
    digits, end, times = match["digits"], match.end(), match["times"] or ""
    if len(digits) > _MAX_DIGITS or (digits[0] == "0" and digits[1:2].isdigit()):
        return None  # serial numbers; 000 in 2 000 000
    value = Decimal(digits.replace(",", ""))
    factor = multiplier(times)
    bound: Bound | None = "more" if match["fuzz"] else None
    if match["rest"]:
        rest = numeral_value(match["rest"]) or Decimal(0)
        return Number(match.start(), end, value * factor + rest, None, _ONE, bound, "")
    return Number(match.start(), end, value, None, factor, bound, "")


def multiplier(times: str) -> Decimal:
    """The product of 十, 百, 千, 万 and 亿 in a text; other characters count nothing."""
    product = _ONE
    for char in times:
        product *= _TIMES.get(char, 1)
    return product


def ends_in_multiplier(words: str) -> Decimal:
    """The multiplier that ends a number in words: a myriad of 亿 … in 五至八亿 belongs to both."""
    return multiplier(words.lstrip("".join(_VALUES)))


def _fraction(match: re.Match[str]) -> Number | None:
    if match["slash"]:
        part, whole = (numeral_value(side) for side in match["slash"].split("/"))
    else:
        if len(match["share"]) > _MAX_WORDS:
            return None
        whole = numeral_value(_rounded(match["parts"][:-2]))
        part = numeral_value(_rounded(match["share"]))
    if not whole or part is None:
        return None
    value = (part * 100 / whole).quantize(Decimal("0.0001")).normalize()
    return Number(match.start(), match.end(), Decimal(f"{value:f}"), None, _ONE, None, "分之", "%")


def _rounded(words: str) -> str:
    return "一" + words if words[0] in "百千万亿" else words


def _words(match: re.Match[str]) -> Number | None:
    words = match["words"]
    if len(words) > _MAX_WORDS:
        return None
    fuzzy = match["fuzz2"] is not None or words[0] in "数几"
    spoken = words
    words = words.lstrip("数几")
    if match["fuzz2"]:
        words = words.replace(match["fuzz2"], "")
    if len(words) > 1 and _between(words):
        low, high = _between(words) or (_ONE, _ONE)
        return Number(match.start(), match.end(), low, high, _ONE, None, spoken)
    if len(words) > 1 and words[0] in "万亿" and words[1] not in "亿":
        return None  # 万一, 亿万
    value = numeral_value(_rounded(words)) if words != "亿万" else None
    if value is None or value == 0:
        return None
    return Number(match.start(), match.end(), value, None, _ONE, "more" if fuzzy else None, spoken)


def _between(words: str) -> tuple[Decimal, Decimal] | None:
    """三四百 is a range, 十五六 too; 三三 or 五一 is none."""
    pair = _PAIR.fullmatch(words)
    if pair is None:
        return None
    tens, first, second, times = pair.groups()
    low, high = _VALUES[first], _VALUES[second]
    if high - low != 1 and (low, high) != (3, 5):
        return None
    base, factor = (10 if tens else 0), multiplier(times)
    return (base + low) * factor, (base + high) * factor


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros and exponents: 12000.0 is written 12000."""
    whole = value.to_integral_value()
    return Decimal(int(whole)) if whole == value else Decimal(f"{value.normalize():f}")
