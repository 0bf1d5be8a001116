"""The tokenizer: one passage or query in, four families of tokens out.

    family    tokens of 投资一百亿元                                   for
    chars     投 资 一 百 亿 元                                        literal strings; ranking
    bigrams   投资 资一 一百 百亿 亿元                                 literal strings; ranking
    words     投资 一百 百亿 一百亿 亿元 …                              ranking
    values    10000000000 (from 一 to 亿)                              一百亿, 100亿 and １００亿 as one

All four count the same positions: those of units (see ``units``). Words and values that span several units have the
position of their first. A run of letters and digits with its signs is a word as a whole and in parts:

    GB/T 39117-2020    gb gb/t t 39117 39117-2020 2020
    C# 2000+架 5G+     c c# 2000 2000+ 架 5 5g 5g+ g
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from .fold import Folded, fold
from .numerals import canonical, find_numerals
from .units import ALPHANUMERIC, IDEOGRAPHS, RUN, UNIT, find_units, sentence_ends
from .words import WordCutter

__all__ = ["BIGRAM_JOINT", "RUN_MARK", "VERSION", "Analysis", "Token", "Tokenizer", "compounds", "structure"]

# Raised whenever the tokens of some text change: an index made before must then be rebuilt.
VERSION = 3
# Between the two units of a bigram; no unit can hold it.
BIGRAM_JOINT = "\u0001"

# Stands for a run of letters or digits in a text of which every unit is to be one character.
RUN_MARK = "0"
_RUNS = re.compile(f"({RUN.pattern})")
# STRETCH where a mark stands for each run.
_STRETCH = re.compile(f"[{RUN_MARK}{IDEOGRAPHS}]+")
_HAN_RUN = re.compile(r"[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# A compound is letters and digits (5g, pd1728) with signs inside them (3.6.3, gb/t, 39117-2020, node.js) or at their
# end (c#, c++, 2000+, 5g+, 17%). Longer ones (URLs, keys) are left to their parts.
_MIXED_RUN = rf"{ALPHANUMERIC}+"
_JOINED = rf"{ALPHANUMERIC}+(?:[-./_&'’]{ALPHANUMERIC}+)*"
_COMPOUND = rf"{_JOINED}(?:\+{{1,2}}|#|%)?"
_MAX_COMPOUND = 48
# What follows a run that may be part of a compound: another run, or one of the signs above.
_MAY_GO_ON = re.compile(f"{RUN_MARK}[{RUN_MARK}\\-./_&'’+#%]")
_ENDS_COMPOUND = frozenset(["", *' \n,:;!?()"，。、；：！？（）《》“”'])


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``position`` counts units from 0, ``start`` and ``end`` are code points of the original text."""

    text: str
    position: int
    start: int
    end: int


class Analysis(NamedTuple):
    """What the index needs of a passage. Positions and ends count units; ``values``: (value, first, past the last).

    ``stream`` has a character for each unit: an ideograph itself, ``RUN_MARK`` for each of the ``runs``. A passage has
    sixty units, and a string each would cost more time than all that is done with them. ``breaks`` are the units that a
    sign or a space stands before, but for the first.
    """

    stream: str
    runs: list[str]
    words: list[str]
    values: list[tuple[str, int, int]]
    sentence_ends: list[int]
    breaks: list[int]

    @property
    def units(self) -> list[str]:
        """The units as strings."""
        runs = iter(self.runs)
        return [next(runs) if unit == RUN_MARK else unit for unit in self.stream]

    @property
    def unit_text(self) -> str:
        """The units written one behind the other."""
        return self.stream.replace(RUN_MARK, "%s") % tuple(self.runs)  # no sign is a unit


class Tokenizer:
    """Cuts text into tokens. ``user_dictionary``: a file of further words, one a line; raises BadRequest if unreadable.

    Safe to share between threads once it has cut something. Loading the dictionary takes 0.1 s (rjieba) or 0.7 s
    (jieba) and happens at the first word; the other families need none.
    """

    def __init__(self, user_dictionary: Path | None = None) -> None:
        self._cutter = WordCutter(user_dictionary)

    @cached_property
    def fingerprint(self) -> str:
        """Name, versions and dictionary hash: indexes of equal fingerprints hold equal tokens for equal texts."""
        return f"yansou {VERSION} {self._cutter.fingerprint}"

    def analyze(self, text: str) -> Analysis:
        """Everything the index stores of a passage, without offsets."""
        folded = fold(text).text
        marked, runs = _marked(folded)
        words = self._cutter.cut_all(_HAN_RUN.findall(marked)) + runs
        if _MAY_GO_ON.search(marked):
            words += [match.group() for match in compounds(folded)]
        return _analysis(folded, marked, runs, words)

    def chars(self, text: str) -> list[Token]:
        """One token for each unit."""
        folded = fold(text)
        return [
            Token(unit.text, position, *folded.span(unit.start, unit.end))
            for position, unit in enumerate(find_units(folded.text))
        ]

    def bigrams(self, text: str) -> list[Token]:
        """One token for each unit but the last: the unit and its right neighbour."""
        chars = self.chars(text)
        return [
            Token(left.text + BIGRAM_JOINT + right.text, left.position, left.start, right.end)
            for left, right in pairwise(chars)
        ]

    def words(self, text: str) -> list[Token]:
        """Search-mode words of Han runs, compounds and their parts, in the order of their places."""
        folded = fold(text)
        spans = [
            (word, match.start() + start, match.start() + end)
            for match in _HAN_RUN.finditer(folded.text)
            for word, start, end in self._cutter.tokenize(match.group())
        ]
        for pattern in (RUN.finditer(folded.text), compounds(folded.text)):
            spans += [(match.group(), match.start(), match.end()) for match in pattern]
        return _tokens(folded, sorted(spans, key=lambda span: (span[1], span[2])))

    def values(self, text: str) -> list[Token]:
        """One token for each numeral, whose text is its value."""
        folded = fold(text)
        return _tokens(folded, [(canonical(n.value), n.start, n.end) for n in find_numerals(folded.text)])


def structure(text: str, words: list[str]) -> Analysis:
    """The analysis of a text whose words are known: that needs no dictionary."""
    folded = fold(text).text
    return _analysis(folded, *_marked(folded), words)


def _marked(folded: str) -> tuple[str, list[str]]:
    """The text with a mark for each of its runs, and the runs."""
    pieces = _RUNS.split(folded)
    return RUN_MARK.join(pieces[::2]), pieces[1::2]


def _analysis(folded: str, marked: str, runs: list[str], words: list[str]) -> Analysis:
    stretches: list[str] = []
    ends: list[int] = []
    count = start = 0
    for end in sentence_ends(marked):
        found = _STRETCH.findall(marked, start, end)
        stretches += found
        count += sum(map(len, found))
        if found or not ends:
            ends.append(count)
        start = end
    breaks = list(accumulate(map(len, stretches)))[:-1]
    return Analysis("".join(stretches), runs, words, _values(folded), ends, breaks)


def _tokens(folded: Folded, spans: list[tuple[str, int, int]]) -> list[Token]:
    starts = [unit.start for unit in find_units(folded.text)]
    return [Token(text, bisect_left(starts, start), *folded.span(start, end)) for text, start, end in spans]


def _values(folded: str) -> list[tuple[str, int, int]]:
    values = []
    at = count = 0
    for numeral in find_numerals(folded):
        # A numeral neither begins nor ends inside a unit.
        first = count + len(UNIT.findall(folded, at, numeral.start))
        count = first + len(UNIT.findall(folded, numeral.start, numeral.end))
        at = numeral.end
        values.append((canonical(numeral.value), first, count))
    return values


@cache
def _compound_patterns() -> tuple[re.Pattern[str], ...]:
    """From the widest to the narrowest. Compiling them takes 7 ms, which a query in Han characters need not pay."""
    return tuple(map(re.compile, (_COMPOUND, _JOINED, _MIXED_RUN)))


def compounds(folded: str) -> Iterator[re.Match[str]]:
    """The words of a folded text that are made of several runs or end in a sign, and the shorter ones inside them."""
    done = 0
    for run in RUN.finditer(folded):
        start, end = run.span()
        if start < done:
            continue
        following = folded[end : end + 1]
        if "\u4e00" <= following <= "\u9fff" or following in _ENDS_COMPOUND:  # most runs, told without a pattern
            done = end
            continue
        patterns = _compound_patterns()
        match = patterns[0].match(folded, start)
        assert match is not None  # a run begins a compound, if only that of itself
        done = match.end()
        if done == end:
            continue
        found = {
            part.span(): part
            for pattern in patterns
            for part in pattern.finditer(folded, start, done)
            if len(part.group()) <= _MAX_COMPOUND and not RUN.fullmatch(part.group())
        }
        yield from found.values()
