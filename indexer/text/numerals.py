"""Numerals: where a text writes a number, and which value it means.

    >>> [(n.start, n.end, canonical(n.value)) for n in find_numerals("投资一百亿元和1.2万台")]
    [(2, 5, '10000000000'), (7, 11, '12000')]

Works on folded text (half-width digits, simplified characters). What a number counts is not looked at: that is the
business of ``facts/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Context, Decimal
from functools import cache
from typing import NamedTuple

__all__ = ["Numeral", "canonical", "find_numerals", "numeral_value"]

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# Largest first. In front of the first two stands any number below the next, in front of the others a single digit.
_PLACES = (("亿", 10**8, 10**8), ("万", 10**4, 10**4), ("千", 1000, 10), ("百", 100, 10), ("十", 10, 10))
_WORTH = {unit: worth for unit, worth, _ in _PLACES}

# 1,234,567 but not the list 2,3,10,100: groups of a number neither follow nor precede a comma of another kind.
_ARABIC = r"(?:(?<![0-9],)[1-9][0-9]{0,2}(?:,[0-9]{3})+(?!,?[0-9])|[0-9]+)(?:\.[0-9]+)?"
# 12亿3000万 | 5万3000 | 1.2万, 3百万, 2万亿 | 3千, but 3千克 is 3 of the unit 千克 | 1234.5
_MIXED = (
    rf"[0-9]+(?:万亿|亿)[0-9]{{1,4}}(?:\.[0-9]+)?万|[0-9]+万[0-9]{{3,4}}(?![0-9.,百千万亿%年])"
    rf"|{_ARABIC}[百千]?(?:万亿|[万亿])|{_ARABIC}[百千](?![克瓦伏])|{_ARABIC}"
)
# 3.6.3 is a version, 2021.10.5 a date: nothing in them is a number.
_DOTTED = r"[0-9]+(?:\.[0-9]+){2,}"

_ONES = "零〇一二三四五六七八九"
# 百 and 千 belong to a digit: the 千 of 五十万千瓦 begins the unit, that of 成千上万 nothing.
_HAN = rf"(?:[{_ONES}两十万亿]|(?<=[一二两三四五六七八九])[百千])"
# 三点五万; not the time 三点五十分 or 十点零五分, nor 一点一滴.
_POINT = rf"{_HAN}+点[{_ONES}]+(?:万亿|[万亿])?(?![{_ONES}十百千点滴线分刻])"
# 数十, 几十, 百十 and 十几 are no numbers, nor is the 十 of 十分 (very) and 十足.
_CHINESE = rf"(?<![数几百](?=十))(?:{_POINT}|{_HAN}{{2,}}+(?!几)|十(?![几足]|分(?![钟之])))"
# Read digit by digit: years, and what has a zero. Not 七七八八 and 一二三四线.
_DIGIT_BY_DIGIT = re.compile(rf"(?=.*[零〇]|一[七八九])[{_ONES}]{{4,}}")

_NUMERAL = rf"(?P<dotted>{_DOTTED})|(?P<mixed>{_MIXED})|(?P<chinese>{_CHINESE})"
# Where one can begin. A set of characters is searched for many times faster than alternatives are, and of all numeral
# characters most are a 一 that stands alone.
_BEGINNING = re.compile(rf"[0-9{_ONES}两十](?:(?<=[0-9十])|(?=[{_ONES}两十百千万亿点]))")
# Longest numeral that is read: one of sixteen places has up to 31 characters. Longer digit runs are serial numbers.
_MAX_LENGTH = 32
_PARTS = re.compile(r"([0-9][0-9,.]*)([百千万亿]*)")
_EXACT = Context(prec=64)  # Decimal's own operators round to 28 places


class Numeral(NamedTuple):
    """``text[start:end]`` writes ``value``; ``plain`` if it is nothing but digits and a point."""

    start: int
    end: int
    value: Decimal
    plain: bool


def find_numerals(text: str) -> Iterator[Numeral]:
    """Numerals of a folded text from left to right, not overlapping. A single Chinese digit is a word, no numeral."""
    at = 0
    while beginning := _BEGINNING.search(text, at):
        # A short text seldom has one, and to compile the pattern takes longer than a short command has.
        match = _pattern().match(text, beginning.start())
        if match is None:
            at = beginning.end()
            continue
        at = match.end()
        surface = match.group()
        if len(surface) > _MAX_LENGTH or match.group("dotted"):
            continue
        value = _mixed_value(surface) if match.group("mixed") else _chinese_value(surface)
        if value is not None:
            yield Numeral(match.start(), match.end(), value, plain=surface.replace(".", "").isdigit())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_NUMERAL)


def canonical(value: Decimal) -> str:
    """One spelling for one value: ``12000``, ``0.5``; no exponent, no trailing zeros.

    >>> canonical(Decimal("1.20") * 10**4)
    '12000'
    """
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def numeral_value(surface: str) -> Decimal | None:
    """Value of a whole numeral (``12亿3000万``, ``二十``, ``三``); None for what is not well formed (三四, 百十)."""
    if surface[:1].isascii():
        return _mixed_value(surface)
    if len(surface) == 1 and surface in _DIGITS:
        return Decimal(_DIGITS[surface])
    return _chinese_value(surface)


def _mixed_value(surface: str) -> Decimal:
    total = Decimal(0)
    for number, units in _PARTS.findall(surface):
        total = _EXACT.add(total, _times(Decimal(number.replace(",", "")), units))
    return total


def _chinese_value(surface: str) -> Decimal | None:
    if _DIGIT_BY_DIGIT.fullmatch(surface):
        return Decimal("".join(str(_DIGITS[char]) for char in surface))
    whole, _, fraction = surface.partition("点")
    integer = _integer(whole)
    if integer is None:
        return None
    ones = fraction.rstrip("万亿")
    value = Decimal(f"{integer}.{''.join(str(_DIGITS[char]) for char in ones)}")
    return _times(value, fraction[len(ones) :])


def _times(value: Decimal, units: str) -> Decimal:
    for unit in units:
        value = _EXACT.multiply(value, _WORTH[unit])
    return value


def _integer(text: str) -> int | None:
    """Value of 十二亿三千万; None for what is no well-formed number (三四, 百十, 三四十, 三万五万)."""
    for unit, worth, limit in _PLACES:
        head, found, tail = text.rpartition(unit)
        if found:
            times = 1 if text[0] == unit == "十" else _integer(head)
            rest = _rest(tail, worth)
            return None if not times or times >= limit or rest is None else times * worth + rest
    return _DIGITS.get(text)


def _rest(tail: str, worth: int) -> int | None:
    """What stands behind a unit: 一万零五十, 一万五百; in 一万五 and 一百五 the last unit is left out."""
    if not tail:
        return 0
    rest = _integer(tail.lstrip("零〇"))
    if rest is None or rest >= worth:
        return None
    return rest * worth // 10 if tail in _DIGITS else rest
