"""Highlights: which original characters of a passage answer the query.

Where a term stands literally, exactly its characters are marked, from the first to the last, punctuation between them
included. Only on the widest step are words of a term marked instead, the longest first, and never a piece of a longer word
of the passage: 马克 is not marked in 马克思.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..text import Numeral, Unit, canonical, find_numerals, find_units, fold, is_run
from .pattern import Pattern, ValuePiece, patterns
from .results import Span

__all__ = ["highlight", "literal_spans"]

# A word is marked on the widest step if it has at least this many characters; single ones are in every passage.
_MIN_WORD = 2
# A word of the passage that is longer by one character is another word (马克思, 科学城); one that is longer by two is made of
# words (中国联通), and its parts may be marked.
_REACH = 1

IsWord = Callable[[str], bool]


class _Text:
    """A passage folded and cut into units, with the offsets of the original."""

    def __init__(self, text: str) -> None:
        self._folded = fold(text)
        self.units: list[Unit] = list(find_units(self._folded.text))
        self._numerals: dict[int, Numeral] | None = None
        self._starts = {unit.start: i for i, unit in enumerate(self.units)}
        self._ends = {unit.end: i + 1 for i, unit in enumerate(self.units)}

    def value_end(self, place: int, value: str) -> int | None:
        """If a numeral of this value begins at the unit: the unit behind it."""
        if self._numerals is None:
            self._numerals = {n.start: n for n in find_numerals(self._folded.text)}
        numeral = self._numerals.get(self.units[place].start)
        if numeral is None or canonical(numeral.value) != value:
            return None
        return self._ends.get(numeral.end)

    def span(self, first: int, end: int, pattern: Pattern | None = None) -> Span:
        """Original offsets of the units from ``first`` up to ``end``; a run that is matched in part is marked in part."""
        start, stop = self.units[first].start, self.units[end - 1].end
        if pattern is not None:
            start, stop = _trim(pattern, self.units[first], self.units[end - 1])
        return self._folded.span(start, stop)


def _trim(pattern: Pattern, first: Unit, last: Unit) -> tuple[int, int]:
    start, stop = first.start, last.end
    head, tail = pattern[0], pattern[-1]
    how = getattr(head, "how", "whole")
    if how == "inside":
        start = first.start + first.text.index(head.text)  # type: ignore[union-attr]
        return start, start + len(head.text)  # type: ignore[union-attr]
    if how == "end":
        start = first.end - len(head.text)  # type: ignore[union-attr]
    if getattr(tail, "how", "whole") == "start":
        stop = last.start + len(tail.text)  # type: ignore[union-attr]
    return start, stop


def literal_spans(text: str, wanted: Sequence[Pattern]) -> list[Span]:
    """Spans of a text where any of the patterns stands, sorted, overlapping ones joined."""
    return _join(_literal(_Text(text), wanted))


def _literal(text: _Text, wanted: Sequence[Pattern]) -> Iterable[Span]:
    for pattern in wanted:
        for place in range(len(text.units)):
            end = _match(text, pattern, place)
            if end is not None:
                yield text.span(place, end, pattern)


def _match(text: _Text, pattern: Pattern, place: int) -> int | None:
    """The unit behind the pattern, if it stands at this unit."""
    for piece in pattern:
        if place >= len(text.units):
            return None
        if isinstance(piece, ValuePiece):
            end = text.value_end(place, piece.value)
            if end is None:
                return None
            place = end
        elif piece.fits(text.units[place].text):
            place += 1
        else:
            return None
    return place


def highlight(text: str, terms: Sequence[str], is_word: IsWord | None = None) -> tuple[Span, ...]:
    """Spans of a passage to mark for the terms of a query, in code points, sorted and apart from each other.

    ``is_word`` tells whether a string is a word of the index. With it, a term that does not stand in the passage literally
    is marked by those of its words that do.
    """
    passage = _Text(text)
    spans: list[Span] = []
    for term in terms:
        wanted = patterns(term)
        literal = list(_literal(passage, wanted)) if wanted else list(_signs(text, term))
        spans += literal
        if not literal and is_word is not None:
            spans += _words(passage, term, is_word)
    return tuple(_join(spans))


def _signs(text: str, term: str) -> Iterable[Span]:
    place = text.find(term)
    while place >= 0 and term:
        yield place, place + len(term)
        place = text.find(term, place + len(term))


def _words(passage: _Text, term: str, is_word: IsWord) -> Iterable[Span]:
    """Longest stretches of the term that stand in the passage and are made of words."""
    units = [unit.text for unit in find_units(fold(term).text)]
    printed = [unit.text for unit in passage.units]
    words = {tuple(units[i:j]) for i in range(len(units)) for j in range(i + 1, len(units) + 1) if _counts(units[i:j], is_word)}
    longest = max(map(len, words), default=0)
    place = 0
    while place < len(printed):
        length = next((n for n in range(longest, 0, -1) if tuple(printed[place : place + n]) in words), 0)
        if length and not _inside_longer(printed, place, place + length, units, is_word):
            yield passage.span(place, place + length)
        place += max(length, 1)


def _counts(units: list[str], is_word: IsWord) -> bool:
    if len(units) == 1:
        return is_run(units[0])
    return len(units) >= _MIN_WORD and not any(map(is_run, units)) and is_word("".join(units))


def _inside_longer(printed: list[str], first: int, end: int, wanted: list[str], is_word: IsWord) -> bool:
    """Whether the passage has a longer word here that the term has not."""
    if is_run(printed[first]):
        return False
    term = "".join(wanted)
    for left in range(_REACH + 1):
        for right in range(_REACH + 1 - left):
            around = printed[max(first - left, 0) : end + right]
            if left + right and first >= left and not any(map(is_run, around)):
                word = "".join(around)
                if word not in term and is_word(word):
                    return True
    return False


def _join(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
