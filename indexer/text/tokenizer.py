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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

from .fold import Folded, fold
from .numerals import canonical, find_numerals
from .units import ALPHANUMERIC, IDEOGRAPHS, RUN, UNIT, find_units, sentence_ends
from .words import WordCutter

__all__ = ["BIGRAM_JOINT", "VERSION", "Analysis", "Token", "Tokenizer", "compounds", "structure"]

# Raised whenever the tokens of some text change: an index made before must then be rebuilt.
VERSION = 3
# Between the two units of a bigram; no unit can hold it.
BIGRAM_JOINT = "\u0001"

# STRETCH for a text without underscores, as one set of characters.
_STRETCH = re.compile(rf"[\w{IDEOGRAPHS}]+")
_HAN_RUN = re.compile(r"[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# A compound is letters and digits (5g, pd1728) with signs inside them (3.6.3, gb/t, 39117-2020, node.js) or at their
# end (c#, c++, 2000+, 5g+, 17%). Longer ones (URLs, keys) are left to their parts.
_MIXED_RUN = rf"{ALPHANUMERIC}+"
_JOINED = rf"{ALPHANUMERIC}+(?:[-./_&'’]{ALPHANUMERIC}+)*"
_COMPOUND = rf"{_JOINED}(?:\+{{1,2}}|#|%)?"
_MAX_COMPOUND = 48
_ENDS_COMPOUND = frozenset(["", *' \n,:;!?()"，。、；：！？（）《》“”'])


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``position`` counts units from 0, ``start`` and ``end`` are code points of the original text."""

    text: str
    position: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the index needs of a passage. Positions and ends count units; ``values``: (value, first, past the last).

    ``breaks`` are the units that a sign or a space stands before, but for the first.
    """

    units: list[str]
    words: list[str]
    values: list[tuple[str, int, int]] = field(default_factory=list)
    sentence_ends: list[int] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)


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
        runs = list(RUN.finditer(folded))
        words = self._cutter.cut_all(_HAN_RUN.findall(folded))
        words += [run.group() for run in runs]
        words += [match.group() for match in compounds(folded, runs)]
        return _analysis(folded, runs, words)

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
    return _analysis(folded, list(RUN.finditer(folded)), words)


def _analysis(folded: str, runs: list[re.Match[str]], words: list[str]) -> Analysis:
    units, starts, breaks = _units(folded, runs)
    ends = {breaks[bisect_left(starts, end)] for end in sentence_ends(folded)}
    return Analysis(units, words, _values(folded), sorted(ends), breaks[1:-1])


def _tokens(folded: Folded, spans: list[tuple[str, int, int]]) -> list[Token]:
    starts = [unit.start for unit in find_units(folded.text)]
    return [Token(text, bisect_left(starts, start), *folded.span(start, end)) for text, start, end in spans]


def _units(folded: str, runs: list[re.Match[str]]) -> tuple[list[str], list[int], list[int]]:
    """The units of a folded text, where its stretches start, and how many units stand before each and before its end."""
    starts: list[int] = []
    breaks: list[int] = []
    lengths = iter([*(run.span() for run in runs), (len(folded), len(folded))])
    run, run_end = next(lengths)
    count = 0
    for stretch in _STRETCH.finditer(folded.replace("_", " ") if "_" in folded else folded):
        start, end = stretch.span()
        starts.append(start)
        breaks.append(count)
        count += end - start
        while run < end:
            count -= run_end - run - 1  # a run is one unit, however long
            run, run_end = next(lengths)
    breaks.append(count)
    return UNIT.findall(folded), starts, breaks


def _values(folded: str) -> list[tuple[str, int, int]]:
    numerals = list(find_numerals(folded))
    starts = [match.start() for match in UNIT.finditer(folded)] if numerals else []
    return [(canonical(n.value), bisect_left(starts, n.start), bisect_left(starts, n.end)) for n in numerals]


@cache
def _compound_patterns() -> tuple[re.Pattern[str], ...]:
    """From the widest to the narrowest. Compiling them takes 7 ms, which a query in Han characters need not pay."""
    return tuple(map(re.compile, (_COMPOUND, _JOINED, _MIXED_RUN)))


def compounds(folded: str, runs: Iterable[re.Match[str]] | None = None) -> Iterator[re.Match[str]]:
    """The words of a folded text that are made of several runs or end in a sign, and the shorter ones inside them.

    ``runs`` saves looking for them again where the caller has done it.
    """
    done = 0
    for run in RUN.finditer(folded) if runs is None else runs:
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
