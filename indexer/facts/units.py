"""Units of figures: how they are written, what kind of figure they make, and what compares with what.

A value keeps the unit it was printed in (亩 stays 亩), with 万 and 亿 multiplied out. Two values compare when their
units share a *dimension*: 亩, 平方米, 公顷 and 平方公里 do, 元 and 美元 do not.

    >>> to_base(Decimal(15), "亩") == to_base(Decimal(1), "公顷")
    True
    >>> dimension("平方公里"), dimension("家"), dimension("美元")
    ('area', 'count', '美元')

The table is ``units.txt``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

__all__ = ["FIRST_CHARACTERS", "Kind", "MeasureUnit", "comparable", "dimension", "match_unit", "to_base", "unit_named"]

Kind = Literal["money", "percent", "count", "area", "length", "rank", "duration", "capacity", "other"]

# What the printed value is multiplied by to be a value of the stored unit, where the two differ.
_SCALES = {"成": Decimal(10), "‰": Decimal("0.1")}
# A single letter says what it means by its case: 5m of pipe, 20M of bandwidth, 30t of steel, 2.6T of data.
_CAPITALS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_SMALL = {"m": "米", "t": "吨", "g": "克", "w": "瓦", "h": "小时"}


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """What one spelling of a unit means.

    ``name`` is the unit as stored, ``scale`` turns the printed value into that unit, ``factor`` the stored value into
    the base of its ``dimension``. ``stops``: what, following, makes another word of the spelling.
    ``spoken`` units may follow a Chinese numeral, the others need digits.
    """

    name: str
    kind: Kind
    dimension: str
    factor: Decimal = Decimal(1)
    scale: Decimal = Decimal(1)
    stops: tuple[str, ...] = ()
    spoken: bool = True


def match_unit(text: str, start: int, *, original: str) -> tuple[MeasureUnit, int] | None:
    """The longest unit that a folded text has at ``start``, with its end; None if there is none.

    ``original`` is the printed character at ``start``, which tells letters apart that folding joins.
    """
    first = text[start : start + 1]
    if first.isascii() and first.isalpha():
        return _match_letters(text, start, original)
    for length in _LENGTHS.get(first, ()):
        spelling = text[start : start + length]
        unit = _UNITS.get(spelling)
        end = start + len(spelling)
        if unit is not None and not text.startswith(unit.stops, end):
            return unit, end
    return None


def unit_named(name: str) -> MeasureUnit | None:
    """The unit that is stored under a name; None for one the table does not have (``元/平方米``)."""
    return _NAMED.get(name)


def dimension(name: str | None) -> str:
    """What a unit measures; a rate and any other unknown unit is a dimension of its own, no unit counts."""
    unit = _NAMED.get(name or "个")
    return unit.dimension if unit else name or ""


def to_base(value: Decimal, name: str | None) -> Decimal:
    """A value in the base of its unit's dimension (亩, 米, hour, 瓦 …); unchanged for a unit of its own."""
    unit = _NAMED.get(name or "个")
    return value * unit.factor if unit else value


def comparable(name: str | None, other: str | None) -> bool:
    """Whether values in these two units can be compared by ``to_base``."""
    return dimension(name) == dimension(other)


def _match_letters(text: str, start: int, original: str) -> tuple[MeasureUnit, int] | None:
    end = start + 1
    while text[end : end + 1].isascii() and text[end : end + 1].isalpha():
        end += 1
    if text[end : end + 2] == "·h":
        end += 2
    spelling = text[start:end]
    if text[end : end + 1] in {"2", "3"} and spelling + text[end] in _UNITS:
        spelling, end = spelling + text[end], end + 1
    elif text[end : end + 1].isdigit():
        return None
    if len(spelling) == 1:
        if original in _CAPITALS:
            return _NAMED[original], end
        return (_NAMED[_SMALL[spelling]], end) if spelling in _SMALL else None
    unit = _UNITS.get(spelling)
    return (unit, end) if unit else None


def _read_table(table: str) -> dict[str, MeasureUnit]:
    units: dict[str, MeasureUnit] = {}
    kind = dim = ""
    for line in table.splitlines():
        if line.startswith("["):
            kind, dim = line.strip("[]").split()
        elif line and not line.startswith("#"):
            spelling, *options = line.split()
            option = {each[0]: each[1:] for each in options}
            units[spelling.lstrip("~")] = MeasureUnit(
                name=option.get("=", spelling.lstrip("~")),
                kind=cast(Kind, kind),
                dimension=dim,
                factor=Decimal(option.get("*", "1")),
                scale=_SCALES.get(spelling, Decimal(1)),
                stops=tuple(option["!"].split("/")) if "!" in option else (),
                spoken=not spelling.startswith("~"),
            )
    return units


def _lengths(units: dict[str, MeasureUnit]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for spelling in units:
        lengths.setdefault(spelling[0], set()).add(len(spelling))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


_UNITS = _read_table(Path(__file__).with_name("units.txt").read_text(encoding="utf-8"))
_LENGTHS = _lengths(_UNITS)
# A unit's own spelling comes before the aliases stored under its name; 成 and ‰ would bring their scale along.
_NAMED = {unit.name: unit for spelling, unit in _UNITS.items() if spelling not in _SCALES}
_NAMED |= {unit.name: unit for spelling, unit in _UNITS.items() if spelling.lower() == unit.name.lower()}
_NAMED |= {name: MeasureUnit(name, "capacity", "data", Decimal(size)) for name, size in _CAPITALS.items()}

FIRST_CHARACTERS = frozenset(_LENGTHS) | set(_SMALL) | {letter.lower() for letter in _CAPITALS}
"""Every character that can begin a unit in folded text."""
