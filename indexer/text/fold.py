"""Folding: one spelling for every way of writing the same characters, with a map back to the original.

Folded are width and compatibility forms (NFKC: ＡＢ１２ ㎡ ①), case, and traditional characters to simplified ones.
Invisible characters (zero-width spaces, soft hyphens, bidi controls, variation selectors) vanish.

Folding never looks at the neighbours of a character, apart from the marks combined with it. A conversion by
phrases, as OpenCC's full one, reads 乾隆 and 乾燥 differently, and then half of a word would fold otherwise than the
word: a part of a printed string would no longer be found in it.

    >>> folded = fold("ＡＢ㎡漢")
    >>> folded.text, folded.span(2, 4)          # m2 stands for the one character ㎡
    ('abm2汉', (2, 3))
"""

from __future__ import annotations

import sys
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

__all__ = ["Folded", "fold", "fold_all"]

# Pairs that OpenCC leaves to its phrase dictionary because the first is also a character of simplified Chinese, or that
# it makes on the way to traditional ones and does not undo. Here both are one: 隨著 is found by 随着, at the price
# that 著 finds 着 as well.
_AMBIGUOUS = str.maketrans(
    "著瞭藉彷簷伕甦揹薰暱衞敍枱痺睪濬澂锺馀谘钜迳渖镟稆鲇腭苧粧糭衹",
    "着了借仿檐夫苏背熏昵卫叙台痹睾浚澄钟余咨巨径沈旋穞鲶颚苎妆粽只",
)
# Radicals that PDF exports print in place of the character of the same shape. NFKC maps those of the Kangxi block, but
# of this one only two. And the circle that newspapers print in years: 二○二一.
_LOOKALIKES = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰○",
    "民虎西见角贝车长长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙〇",
)


class Folded(NamedTuple):
    """A folded text; ``span`` leads back. ``starts`` and ``ends`` are None where every character kept its place."""

    text: str
    starts: array[int] | None = None
    ends: array[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the original text that ``text[start:end]`` stands for; ``start < end``."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


# Names, tokens, figures and the passage behind all ask for the same passage: so many are kept that those of the articles
# that are analysed together are folded once. A passage has 600 characters at most.
_MOST_KEPT = 4096
_LONGEST_KEPT = 1000
_kept: dict[str, Folded] = {}


def fold(text: str) -> Folded:
    """The folded form of a text. Linear in its length; never fails. A lone surrogate becomes U+FFFD."""
    if text.isascii():
        return Folded(text.lower())
    found = _kept.get(text)
    if found is None:
        found = _fold(text)
        _keep(text, found)
    return found


def fold_all(texts: Sequence[str]) -> list[Folded]:
    """``fold`` of each of many texts, at a fifth of the cost: characters are looked up in one array."""
    import numpy as np  # most who fold a query need none

    table = _code_table()
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = table[codes]
    if not folded.all():
        for code in np.unique(codes[folded == 0]).tolist():
            char = _TABLE[code]
            if len(char) == 1 and chr(code) not in _TABLE.irregular:
                table[code] = ord(char)
        folded = table[codes]
    together = folded.tobytes().decode("utf-32-le")
    found = []
    for text, (start, end) in zip(texts, pairwise(accumulate(map(len, texts), initial=0)), strict=True):
        piece = together[start:end]
        found.append(_fold(text) if _ELSEWHERE in piece else Folded(piece))
        _keep(text, found[-1])
    return found


# What the table has for a character that it does not know or that does not fold alone to one character.
_ELSEWHERE = "\0"


@cache
def _code_table() -> Any:
    """What each code point folds to, learnt when it is first met."""
    import numpy as np

    return np.zeros(sys.maxunicode + 1, dtype="<u4")


def _keep(text: str, folded: Folded) -> None:
    if len(text) <= _LONGEST_KEPT:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[text] = folded


def _fold(text: str) -> Folded:
    folded = text.translate(_TABLE)
    if _TABLE.irregular.isdisjoint(text):
        return Folded(folded)
    return _fold_with_map(text)


def _fold_with_map(text: str) -> Folded:
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    for start, end in _clusters(text):
        piece = _TABLE[ord(text[start])] if end - start == 1 else _fold_piece(text[start:end])
        parts.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Folded("".join(parts), starts, ends)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Spans of each character with its marks. Invisible ones belong to none, unless a mark follows them."""
    start = end = 0
    for i, char in enumerate(text):
        if end and char in _TABLE.marks:
            end = i + 1
        elif char not in _TABLE.invisible:
            if end:
                yield start, end
            start, end = i, i + 1
    if end:
        yield start, end


def _fold_piece(piece: str) -> str:
    visible = "".join(char for char in piece if not _is_invisible(char))
    piece = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return piece if piece.isascii() else _unified(piece)


def _unified(piece: str) -> str:
    return "".join(map(_to_simplified, piece.translate(_LOOKALIKES))).translate(_AMBIGUOUS)


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _is_mark(char: str) -> bool:
    """Whether a character is folded together with the one before: é as two code points, ｶﾞ, a syllable in jamo."""
    first = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


class _FoldTable(dict[int, str]):
    """str.translate table that learns a code point when it first meets it.

    ``irregular`` are the characters met that do not fold alone to one character; among them are the ``marks`` and
    the ``invisible`` ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self.irregular: set[str] = set()
        self.marks: set[str] = set()
        self.invisible: set[str] = set()

    def __missing__(self, code_point: int) -> str:
        char = chr(code_point)
        if "\u4e00" <= char <= "\u9fff":
            # Its own NFKC, no mark, and one for one. Most characters of a query are such; they need a third of the time.
            self[code_point] = folded = _unified(char)
            return folded
        if unicodedata.category(char) in ("Cn", "Co"):
            return char  # not kept: there are a million of them, and none folds
        folded = _fold_piece(char)
        if _is_mark(char):
            self.marks.add(char)
        elif not folded:
            self.invisible.add(char)
        if len(folded) != 1 or char in self.marks:
            self.irregular.add(char)
        self[code_point] = folded
        return folded


_TABLE = _FoldTable()


def _to_simplified(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"  # OpenCC, the word cutter and the index take nothing that is not UTF-8
    # One character at a time on purpose: see the module's docstring. Text without CJK needs no OpenCC.
    return _converter().convert(char) if "\u2e80" <= char <= "\U0003ffff" else char


@cache
def _converter():  # type: ignore[no-untyped-def]  # OpenCC ships no types
    from opencc import OpenCC  # 16 ms that a query in Latin letters need not pay

    return OpenCC("t2s")
