"""Highlights: which original characters of a passage answer the query.

Where a term stands literally, exactly its characters are marked, from the first to the last, punctuation between them
included. Only on the widest step are words of a term marked instead, the longest first, and not where a sign stands inside (园区
is no word in 软件园、区块链) or the passage has a word that is longer by one character: 马克 is not marked in 马克思, nor 科学 in
科学城. (A word that is longer by two is mostly made of words, as 中国联通 is, and its parts may be marked.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from ..text import Numeral, canonical, find_numerals, find_units, fold, is_run
from ..text.tokenizer import RUN_MARK
from ..text.units import IDEOGRAPHS, RUN, UNIT
from .pattern import IsWord, Pattern, Piece, UnitPiece, ValuePiece, patterns
from .questions import told
from .ranking import possible_words
from .results import Span

__all__ = ["Marker", "join_spans", "literal_spans"]

_NO_UNIT = re.compile(rf"[^{IDEOGRAPHS}{RUN_MARK}]+")


class _Text:
    """A passage folded and cut into units, with the offsets of the original."""

    def __init__(self, text: str) -> None:
        self._folded = fold(text)
        self.printed: list[str] = UNIT.findall(self._folded.text)

    # Most units are compared and never shown: where they stand is worked out for a passage that has a match.
    @cached_property
    def offsets(self) -> list[Span]:
        return list(map(re.Match.span, UNIT.finditer(self._folded.text)))

    @cached_property
    def line(self) -> str:
        """One character a unit: its own, or that of any run."""
        return _NO_UNIT.sub("", RUN.sub(RUN_MARK, self._folded.text))

    @cached_property
    def _numerals(self) -> dict[int, Numeral]:
        return {numeral.start: numeral for numeral in find_numerals(self._folded.text)}

    @cached_property
    def _behind(self) -> dict[int, int]:
        """The unit behind each offset at which one ends."""
        return {end: i + 1 for i, (_, end) in enumerate(self.offsets)}

    def places(self, first: Piece) -> Sequence[int]:
        """The units at which a pattern can begin, by its first piece."""
        if not isinstance(first, UnitPiece) or first.how != "whole":
            return range(len(self.printed))
        found: list[int] = []
        if first.text in self._folded.text:
            place = -1
            with suppress(ValueError):
                while True:
                    place = self.printed.index(first.text, place + 1)
                    found.append(place)
        return found

    def is_unbroken(self, first: int, end: int) -> bool:
        """Whether nothing stands between units of one character each, from ``first`` up to ``end``."""
        return self.offsets[end - 1][1] - self.offsets[first][0] == end - first

    def value_end(self, place: int, value: str) -> int | None:
        """If a numeral of this value begins at the unit: the unit behind it."""
        numeral = self._numerals.get(self.offsets[place][0])
        if numeral is None or canonical(numeral.value) != value:
            return None
        return self._behind.get(numeral.end)

    def has_sign(self, place: int, piece: Piece) -> bool:
        sign = piece.sign if isinstance(piece, UnitPiece) else ""
        if not sign:
            return True
        # A longer sign makes another word: c++ is not c+.
        _, end = self.offsets[place]
        behind = self._folded.text[end : end + len(sign) + 1]
        return behind.startswith(sign) and behind[len(sign) :] not in ("+", "#")

    def span(self, first: int, end: int, pattern: Pattern | None = None) -> Span:
        """Original offsets of the units from ``first`` up to ``end``; a run that is matched in part is marked in part."""
        (start, first_end), (last_start, stop) = self.offsets[first], self.offsets[end - 1]
        if pattern is None:
            return self._folded.span(start, stop)
        head, tail = pattern[0], pattern[-1]
        how = getattr(head, "how", "whole")
        if how == "inside":
            start += self.printed[first].index(head.text)  # type: ignore[union-attr]
            stop = start + len(head.text)  # type: ignore[union-attr]
        else:
            if how == "end":
                start = first_end - len(head.text)  # type: ignore[union-attr]
            if getattr(tail, "how", "whole") == "start":
                stop = last_start + len(tail.text)  # type: ignore[union-attr]
        return self._folded.span(start, stop + len(getattr(tail, "sign", "")))


def literal_spans(text: str, wanted: Sequence[Pattern]) -> list[Span]:
    """Spans of a text where any of the patterns stands, sorted, overlapping ones joined."""
    return join_spans(_literal(_Text(text), wanted))


def _literal(text: _Text, wanted: Sequence[Pattern]) -> Iterable[Span]:
    for pattern in wanted:
        for place in text.places(pattern[0]):
            end = _match(text, pattern, place)
            if end is not None:
                yield text.span(place, end, pattern)


def _match(text: _Text, pattern: Pattern, place: int) -> int | None:
    """The unit behind the pattern, if it stands at this unit."""
    for piece in pattern:
        if place >= len(text.printed):
            return None
        if isinstance(piece, ValuePiece):
            end = text.value_end(place, piece.value)
            if end is None:
                return None
            place = end
        elif piece.fits(text.printed[place]) and text.has_sign(place, piece):
            place += 1
        else:
            return None
    return place


class Marker:
    """Marks passages for the terms of one query.

    ``whole`` is the text of all terms together, marked where it stands as one. ``is_word`` tells whether a folded string is
    a word of the index.
    """

    def __init__(self, terms: Sequence[str], is_word: IsWord | None = None, whole: str | None = None) -> None:
        self._terms = [(term, patterns(term, is_word)) for term in dict.fromkeys(terms)]
        self._whole = patterns(whole, is_word) if whole is not None else ()
        self._is_word = is_word
        self._words: dict[str, _Words] = {}

    def spans(self, text: str, *, words: bool = False) -> tuple[Span, ...]:
        """What to mark of a passage, in code points, sorted and apart from each other.

        ``words``: a term that does not stand here literally is marked by those of its words that do.
        """
        passage = _Text(text)
        spans = list(_literal(passage, self._whole))
        for term, wanted in self._terms:
            literal = list(_literal(passage, wanted)) if wanted else list(_signs(text, term))
            spans += literal
            if words and not literal and self._is_word is not None:
                spans += self._word_spans(passage, term)
        return tuple(join_spans(spans))

    def _word_spans(self, passage: _Text, term: str) -> Iterator[Span]:
        """Longest stretches of the passage that are words of the term, and no piece of a longer word of the passage."""
        words = self._words_of(term)
        for place, unit in enumerate(passage.printed if words.runs else ()):
            if unit in words.runs:
                yield passage.span(place, place + 1)
        end = 0
        for match in words.firsts.finditer(passage.line):
            place = match.start()
            if place < end:
                continue
            here = (one for one in words.words[match[0]] if passage.line.startswith(one, place))
            word = next((one for one in here if passage.is_unbroken(place, place + len(one))), "")
            end = place + len(word)
            if word and not self._inside_longer(passage.line, place, end, words.term):
                yield passage.span(place, end)

    def _words_of(self, term: str) -> _Words:
        assert self._is_word is not None
        if term not in self._words:
            runs: set[str] = set()
            found: set[str] = set()
            for part in told(term):
                for text in possible_words([unit.text for unit in find_units(fold(part).text)]):
                    if is_run(text):
                        runs.add(text)
                    elif len(text) > 1 and self._is_word(text):
                        found.add(text)
            words: dict[str, list[str]] = {}
            for word in sorted(found, key=len, reverse=True):
                words.setdefault(word[0], []).append(word)
            # Not a pattern of all words: to compile it takes as long as to mark the ten passages of a page. (?!) fits nowhere.
            firsts = re.compile(f"[{''.join(words)}]" if words else "(?!)")
            self._words[term] = _Words(fold(term).text, runs, words, firsts)
        return self._words[term]

    def _inside_longer(self, line: str, first: int, end: int, term: str) -> bool:
        """Whether the passage has a word here that is longer by one character and not in the term."""
        assert self._is_word is not None
        around = [line[first - 1 : end]] * (first > 0) + [line[first : end + 1]] * (end < len(line))
        return any(RUN_MARK not in word and word not in term and self._is_word(word) for word in around)


class _Words(NamedTuple):
    """A term, folded, the runs in it, its words by their first characters, the longest first, and a pattern of these."""

    term: str
    runs: set[str]
    words: dict[str, list[str]]
    firsts: re.Pattern[str]


def _signs(text: str, term: str) -> Iterable[Span]:
    place = text.find(term)
    while place >= 0 and term:
        yield place, place + len(term)
        place = text.find(term, place + len(term))


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
