"""Pinyin: how characters sound, and which syllables a run of letters can spell.

>>> sounds("衡重")
{'衡': ('heng',), '重': ('zhong', 'chong', 'tong')}
>>> syllable_splits("hengyang", {"heng", "yang", "hen", "gyang"})
[('heng', 'yang')]
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable
from functools import cache

__all__ = ["fuzzy", "sounds", "syllable_splits"]

# A character's readings in the dictionary come by use; later ones are of names, dialects and old books.
_MAX_READINGS = 3
# xianggang can be split in many ways when every syllable may be two; more than this is no name.
_MAX_SPLITS = 16
_MAX_SYLLABLE = 6

# Sounds that many speakers do not tell apart.
_FUZZY_INITIALS = {"zh": "z", "ch": "c", "sh": "s"}


def sounds(chars: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Toneless syllables of each character that has any, ü written v. Loads a dictionary (40 ms): for index time."""
    readings_of = _dictionary()
    found = {}
    for char in chars:
        readings = readings_of.get(ord(char)) if len(char) == 1 else None
        if readings:
            plain = dict.fromkeys(_without_tone(reading) for reading in readings.split(","))
            found[char] = tuple(plain)[:_MAX_READINGS]
    return found


def fuzzy(syllable: str) -> str:
    """A key that syllables share which are often taken for each other: zhang, zang and zan; but not li and ni."""
    for initial, plain in _FUZZY_INITIALS.items():
        if syllable.startswith(initial):
            syllable = plain + syllable[2:]
            break
    return syllable[:-1] if syllable.endswith("ng") and syllable[-3:-2] in "aei" else syllable


def syllable_splits(letters: str, syllables: Container[str]) -> list[tuple[str, ...]]:
    """All ways (at most 16) to read a run of letters as syllables, fewest syllables first."""
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _MAX_SYLLABLE), end):
            if letters[start:end] in syllables:
                ways[end] += [(*way, letters[start:end]) for way in ways[start]]
        ways[end] = sorted(ways[end], key=len)[:_MAX_SPLITS]
    return ways[-1] if letters else []


@cache
def _dictionary() -> dict[int, str]:
    """pypinyin's readings by code point. Its package would load the phrases as well, 0.15 s of a second's update."""
    from .inside import module_inside  # which a search without pinyin does not need

    readings: dict[int, str] = module_inside("pypinyin", "pinyin_dict").pinyin_dict
    return readings


def _without_tone(syllable: str) -> str:
    decomposed = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(char for char in decomposed if not unicodedata.combining(char))
