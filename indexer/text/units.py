"""Units: the smallest things a query can match, with their places.

A unit is one Chinese character (also a kana or hangul syllable), or a whole run of letters, or a whole run of digits.
White space and punctuation are no units: they never separate what a query wants together.

    >>> [u.text for u in find_units("赋“码”保护5g gb/t 39117-2020")]
    ['赋', '码', '保', '护', '5', 'g', 'gb', 't', '39117', '2020']

Positions of postings count units. Every literal string of a text is a sequence of whole units, but for its first and
last one, which may be a piece of a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from .fold import fold

__all__ = [
    "ALPHANUMERIC",
    "CLOSING",
    "IDEOGRAPHS",
    "RUN",
    "SENTENCE_END",
    "STRETCH",
    "UNIT",
    "Unit",
    "find_units",
    "is_ended",
    "is_run",
    "plain",
    "sentence_ends",
]

# Written without spaces between words: Han with its extensions, 々〇, kana (not their dot ・), bopomofo, hangul.
IDEOGRAPHS = (
    r"\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# A run is cut at this length. No word is so long, and a term must stay well under what a dictionary entry can hold.
_MAX_RUN = 128
ALPHANUMERIC = rf"[^\W_{IDEOGRAPHS}]"
RUN = re.compile(rf"[0-9]{{1,{_MAX_RUN}}}|[^\W0-9_{IDEOGRAPHS}]{{1,{_MAX_RUN}}}")
UNIT = re.compile(rf"[{IDEOGRAPHS}]|{RUN.pattern}")

# A sentence ends here, closing quotes and brackets included. A dot ends one only before a space or the end, three
# dots (… once folded) always do.
CLOSING = "”’」』）)】》〉\"'"
# The one set of characters that it opens with is searched for twice as fast as alternatives are.
SENTENCE_END = re.compile(
    rf"[。！？!?….\n](?:(?<=[。！？!?…])[。！？!?…]*|(?<=\.)(?:\.{{2,}}|(?=[{CLOSING}]*(?:\s|$)))|(?<=\n))[{CLOSING}]*"
)

# Units with neither signs nor spaces between them.
STRETCH = re.compile(rf"(?:[^\W_]|[{IDEOGRAPHS}])+")


class Unit(NamedTuple):
    """One unit: its text and the offsets in the folded text it was found in."""

    text: str
    start: int
    end: int


def find_units(text: str) -> Iterator[Unit]:
    """Units of a folded text, from left to right."""
    for match in UNIT.finditer(text):
        yield Unit(match[0], *match.span())


def is_run(unit: str) -> bool:
    """Whether a unit is a run of letters or digits, a piece of which can match, and not one ideograph."""
    return RUN.match(unit) is not None


@lru_cache(maxsize=1 << 16)  # conditions and dossiers compare with all names of an archive, again and again
def plain(text: str) -> str:
    """The units of a text, folded, one behind the other: 船山时间谷钟表产业园 for “船山时间谷”钟表产业园."""
    return "".join(unit.text for unit in find_units(fold(text).text))


def sentence_ends(text: str) -> list[int]:
    """Offsets just behind each sentence of a text, white space not included; the last is the length of the text."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return ends


def is_ended(text: str) -> bool:
    """Whether the last sentence of a folded text ends with it, and not in what follows."""
    text = text.rstrip()
    return any(match.end() == len(text) for match in SENTENCE_END.finditer(text))
