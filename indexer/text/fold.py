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

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import cache

__all__ = ["Folded", "fold"]

# Pairs that OpenCC leaves to its phrase dictionary because the first is also a character of simplified Chinese.
# Here both are one: 隨著 is found by 随着, at the price that 著 finds 着 as well.
_AMBIGUOUS = str.maketrans("著瞭藉彷簷伕甦揹薰暱衞敍枱痺睪濬澂", "着了借仿檐夫苏背熏昵卫叙台痹睾浚澄")

# Letters with marks of their own (é as two code points, ガ as two half-width ones) must be folded together.
_COMBINING = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u08ff\u0900-\u0fff\u1100-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    r"\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\uff9e\uff9f]"
)
_CLUSTER = re.compile(r"(?s:.)(?:(?![\u1100-\u11ff])" + _COMBINING.pattern + r")*|[\u1100-\u11ff]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``span`` leads back. ``starts`` and ``ends`` are None where every character kept its place."""

    text: str
    starts: array[int] | None = None
    ends: array[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the original text that ``text[start:end]`` stands for; ``start < end``."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """The folded form of a text. Linear in its length; never fails."""
    if text.isascii():
        return Folded(text.lower())
    folded = text.translate(_TABLE)
    if len(folded) == len(text) and not _COMBINING.search(text) and _TABLE.irregular.isdisjoint(text):
        return Folded(folded)
    return _fold_with_map(text)


def _fold_with_map(text: str) -> Folded:
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    for match in _CLUSTER.finditer(text):
        cluster = match.group()
        piece = _TABLE[ord(cluster)] if len(cluster) == 1 else _fold_piece(cluster)
        parts.append(piece)
        starts.extend([match.start()] * len(piece))
        ends.extend([match.end()] * len(piece))
    return Folded("".join(parts), starts, ends)


def _fold_piece(piece: str) -> str:
    piece = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", piece).casefold())
    piece = "".join(c for c in piece if not _is_invisible(c))
    if piece.isascii():
        return piece
    return "".join(map(_to_simplified, piece)).translate(_AMBIGUOUS)


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


class _FoldTable(dict[int, str]):
    """str.translate table that learns a code point when it first meets it; ``irregular``: those that change length."""

    irregular: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.irregular = set()

    def __missing__(self, code_point: int) -> str:
        char = chr(code_point)
        folded = _fold_piece(char)
        if len(folded) != 1:
            self.irregular.add(char)
        self[code_point] = folded
        return folded


_TABLE = _FoldTable()


def _to_simplified(char: str) -> str:
    # One character at a time on purpose: see the module's docstring. Text without CJK needs no OpenCC.
    return _converter().convert(char) if "\u2e80" <= char <= "\U0003ffff" else char


@cache
def _converter():  # type: ignore[no-untyped-def]  # OpenCC ships no types
    from opencc import OpenCC  # 16 ms that a query in Latin letters need not pay

    return OpenCC("t2s")
