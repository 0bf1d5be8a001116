"""Numerals: where a text writes a number, and which value it means.

    >>> [(n.start, n.end, n.value) for n in find_numerals("投资一百亿元和1.2万台")]
    [(2, 5, Decimal('10000000000')), (7, 11, Decimal('12000'))]

Works on folded text (half-width digits, simplified characters). What a number counts is not looked at: that is the
business of ``facts/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Numeral", "canonical", "find_numerals", "numeral_value"]

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

# 1,234,567.8 | 1234.5 and a run of 千/百/万/亿 behind it, which may go on: 12亿3000万.
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_MIXED = re.compile(rf"{_ARABIC}[百千]?[万亿]+(?:{_ARABIC}[百千]?万)?|{_ARABIC}[百千](?![万亿克])|{_ARABIC}")
_CHINESE = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿]+点[零〇一二三四五六七八九]+[万亿]*|[零〇一二两三四五六七八九十百千万亿]{2,}|十"
)
_NUMERAL = re.compile(rf"(?P<mixed>{_MIXED.pattern})|(?P<chinese>{_CHINESE.pattern})")
# Longest numeral that is read. Longer digit runs are serial numbers.
_MAX_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Numeral:
    """``text[start:end]`` writes ``value``; ``plain`` if it is nothing but digits and a point."""

    start: int
    end: int
    value: Decimal
    plain: bool


def find_numerals(text: str) -> Iterator[Numeral]:
    """Numerals of a folded text from left to right, not overlapping. A single Chinese digit is a word, no numeral."""
    for match in _NUMERAL.finditer(text):
        surface = match.group()
        if len(surface) > _MAX_LENGTH:
            continue
        value = _mixed_value(surface) if match.group("mixed") else _chinese_value(surface)
        if value is not None:
            yield Numeral(match.start(), match.end(), value, plain=surface.replace(".", "").isdigit())


def numeral_value(surface: str) -> Decimal | None:
    """Value of a whole numeral (``12亿3000万``, ``二十``, ``三``); None for what is not well formed (三四, 百十)."""
    if surface[:1].isascii():
        return _mixed_value(surface)
    if len(surface) == 1 and surface in _DIGITS:
        return Decimal(_DIGITS[surface])
    return _chinese_value(surface)


def canonical(value: Decimal) -> str:
    """One spelling for one value: ``12000``, ``0.5``; no exponent, no trailing zeros.

    >>> canonical(Decimal("1.20") * 10**4)
    '12000'
    """
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _mixed_value(surface: str) -> Decimal | None:
    total = Decimal(0)
    for number, unit in re.findall(r"([0-9][0-9,.]*)([百千万亿]*)", surface):
        part = Decimal(number.replace(",", ""))
        for char in unit:
            part *= _TENS.get(char) or _MYRIADS[char]
        total += part
    return total


def _chinese_value(surface: str) -> Decimal | None:
    whole, _, fraction = surface.partition("点")
    if all(c in _DIGITS for c in whole):
        # 二〇二一 is read digit by digit; 三四 (three or four) and 一一 are not numbers.
        if len(whole) < 4 and not fraction:
            return None
        value = Decimal("".join(str(_DIGITS[c]) for c in whole))
    else:
        integer = _integer(whole)
        if integer is None:
            return None
        value = Decimal(integer)
    if not fraction:
        return value
    digits = fraction.rstrip("万亿")
    value += Decimal("0." + "".join(str(_DIGITS[c]) for c in digits))
    for char in fraction[len(digits) :]:
        value *= _MYRIADS[char]
    return value


def _integer(text: str) -> int | None:
    """Value of 十二亿三千万; None for what is no well-formed number (百十, 三四十, 千万 as an adverb)."""
    total = section = 0
    digit: int | None = None
    last_unit = 10**12
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            unit = _TENS[char]
            if (digit is None and not (unit == 10 and not section)) or unit >= last_unit or digit == 0:
                return None
            section += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        else:
            section += digit or 0
            if not section and not total:
                return None
            if char == "亿":
                total = (total + section) * 10**8
            else:
                total += section * 10**4
            section, digit, last_unit = 0, None, 10**12
    # 一百二 and 三千五 leave out the last unit; a digit behind 十 or 零 is a plain one.
    if digit and last_unit in (100, 1000) and text[-2] in "百千":
        digit *= last_unit // 10
    return total + section + (digit or 0)
